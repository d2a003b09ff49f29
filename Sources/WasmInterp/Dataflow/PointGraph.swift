import ByteCursor
import WasmBinary

/// What a function's code says of the state before one of its instructions, as a graph of expressions: each local,
/// operand and global is a node, which is a constant, something that the function was given, something that nobody
/// but its uses can tell, or computed from other nodes.
///
/// The graph holds what these rest on and no more, so that the frames of a recursion, which share one, can each keep
/// the values of its nodes in an array.
public struct PointGraph: Sendable {
  /// A node, by its place in `nodes`. Operands stand before what is computed from them.
  public typealias Index = Int32

  /// What a node is.
  public enum Node: Sendable {
    /// The bits of a number.
    case constant(UInt64)
    /// An argument of the function, by its index.
    case parameter(UInt32)
    /// A global's value on entry; the stack pointer's too.
    case entryGlobal(UInt32)
    /// The stack pointer on entry plus an offset, as wide as the stack pointer.
    case stackPointer(Index, plus: Int64)
    /// The stack pointer on entry plus `from`, rounded down to a multiple of 2 to the power of `alignmentLog2`, plus an
    /// offset.
    case aligned(Index, from: Int64, alignmentLog2: UInt8, plus: Int64)
    /// A numeric instruction, or `select`, of one to three operands.
    case operation(Opcode, Index, Index?, Index?)
    /// What nothing in the function tells.
    case opaque(ValueID)
  }

  /// Memory at an address holds a node's value, or did when the instruction was executed (`PointFacts.MemoryFact`).
  public struct MemoryFact: Sendable {
    /// The load or store instruction.
    public let access: NumericAccess
    /// The operand that is the address, without the instruction's offset.
    public let address: Index
    /// What was read, or written.
    public let value: Index
    /// Where the instruction stands.
    public let at: CodeOffset
    /// Whether nothing has written there since, what a call at the point leads to included.
    public let isIntact: Bool
  }

  /// A value that is one of several, by the way that the program took.
  public struct Join: Sendable {
    /// One of the ways.
    public struct Input: Sendable {
      public let value: Index
      /// What was tested on the way.
      public let tests: [Condition]
    }
    public let node: Index
    public let inputs: [Input]
  }

  /// The size of a memory in pages, as `memory.size` gave it.
  public struct MemorySize: Sendable {
    public let node: Index
    public let memory: UInt32
    /// Whether nothing has been executed since that may have let memory grow.
    public let isCurrent: Bool
  }

  /// A condition that holds at the point.
  public struct Condition: Sendable {
    /// The node, an i32.
    public let value: Index
    /// What is known of it.
    public let test: PointFacts.Test
  }

  /// The nodes; operands before what is computed from them.
  public private(set) var nodes: [Node] = []
  /// How many low bits of each node can be other than zero.
  public private(set) var widths: [UInt8] = []
  /// The locals, parameters first.
  public let locals: [Index]
  /// The operand stack, its bottom first.
  public let operands: [Index]
  /// The globals that the function mentions, and the stack pointer.
  public let globals: [(global: UInt32, before: Index)]
  /// The stack pointer before the instruction; nil where the module has none.
  public let stackPointer: Index?
  public let memoryFacts: [MemoryFact]
  public let conditions: [Condition]
  public let joins: [Join]
  public let memorySizes: [MemorySize]
  /// The node of each parameter and entry global that others rest on.
  public let parameters: [UInt32: Index]
  public let entryGlobals: [UInt32: Index]
  let stackPointerBits: Int
  private let table: ValueTable

  /// The graph at an instruction of a function.
  /// - Parameter hasCalled: where a call stands at `offset`, whether what it calls has begun.
  /// - Returns: nil where no instruction starts at `offset`, and in code that cannot be reached.
  public init?(_ analysis: FunctionAnalysis, at offset: CodeOffset, hasCalled: Bool, stackPointer: UInt32?) {
    guard let state = analysis.state(at: offset) else { return nil }
    let facts = analysis.facts(at: offset, hasCalled: hasCalled)
    let table = analysis.values
    self.table = table
    stackPointerBits = table.stackPointerBits
    var builder = Builder(table: table, stackPointer: stackPointer)
    let ids = analysis.followedGlobals.compactMap { global in state.global(global).map { (global, $0) } }
    let memory = facts?.memory ?? []
    let tests = facts?.conditions ?? []
    var roots = Array(state.locals) + state.operandStack + ids.map(\.1)
    for fact in memory { roots += [fact.address, fact.value] }
    roots += tests.map(\.value)
    let joined = Self.joins(roots, analysis)
    for (id, inputs) in joined {
      roots.append(id)
      for input in inputs { roots += [input.value] + input.tests.map(\.value) }
    }
    builder.add(roots)
    locals = state.locals.map { builder.number($0) }
    operands = state.operandStack.map { builder.number($0) }
    globals = ids.map { ($0.0, builder.number($0.1)) }
    self.stackPointer = stackPointer.flatMap { pointer in
      ids.first { $0.0 == pointer }.map { builder.number($0.1) }
    }
    memoryFacts = memory.compactMap { fact in
      NumericAccess(fact.opcode, offset: fact.offset, memory: fact.memory).map { access in
        MemoryFact(
          access: access, address: builder.number(fact.address), value: builder.number(fact.value), at: fact.at,
          isIntact: fact.isIntact)
      }
    }
    func condition(_ fact: PointFacts.ConditionFact) -> Condition {
      Condition(value: builder.number(fact.value), test: fact.test)
    }
    conditions = tests.map(condition)
    joins = joined.map { id, inputs in
      Join(
        node: builder.number(id),
        inputs: inputs.map { Join.Input(value: builder.number($0.value), tests: $0.tests.map(condition)) })
    }
    // What a call leads to may have let memory grow.
    let hasBegun = hasCalled && analysis.isCall(at: offset)
    var sizes: [MemorySize] = []
    for (index, node) in builder.nodes.enumerated() where sizes.count < Self.mostReplays {
      guard case .opaque(let id) = node, case .result(let at, 0) = table[id], let memory = analysis.memorySize(at: at)
      else { continue }
      let isCurrent = !hasBegun && analysis.state(at: at)?.memoryVersion == state.memoryVersion
      sizes.append(MemorySize(node: Index(index), memory: memory, isCurrent: isCurrent))
    }
    memorySizes = sizes
    nodes = builder.nodes
    parameters = builder.parameters
    entryGlobals = builder.entryGlobals
    widths.reserveCapacity(nodes.count)
    for node in nodes { widths.append(width(of: node, table)) }
    // What a load reads is no wider than the access.
    for fact in memoryFacts where fact.access.isLoad {
      widths[Int(fact.value)] = min(widths[Int(fact.value)], fact.access.resultBits)
    }
  }

  /// Joins and questions for a memory's size that are looked at: states are replayed for each. Of very many the first are
  /// enough.
  private static let mostReplays = 32

  /// The joined values among those that others rest on, and those that these rest on in turn.
  private static func joins(
    _ roots: [ValueID], _ analysis: FunctionAnalysis
  ) -> [(id: ValueID, inputs: [JoinInput])] {
    var found: [(id: ValueID, inputs: [JoinInput])] = []
    var seen = Set<ValueID>()
    var waiting = roots
    while let id = waiting.popLast(), found.count < mostReplays {
      guard seen.insert(id).inserted else { continue }
      switch analysis.values[id] {
      case .operation(_, let operands): waiting += operands
      case .join(let block, let slot):
        guard let inputs = analysis.inputs(ofJoin: block, slot) else { continue }
        found.append((id, inputs))
        for input in inputs { waiting += [input.value] + input.tests.map(\.value) }
      default: continue
      }
    }
    return found
  }

  /// Where an opaque value comes from, in words for people.
  public func origin(of id: ValueID) -> String {
    switch table[id] {
    case .load(let opcode, _, _, _, let at, _):
      "read from memory by \(opcode.name) at \(at), from a place that is not known or has been written since"
    case .result(let at, _): "what the instruction at \(at) gave"
    case .join: "it depends on the way that the program took"
    case .caught: "part of an exception"
    case .global(_, let at): "a global that the call at \(at) may have changed"
    case .unwound: "the stack pointer where an exception was caught"
    default: "computed from what is not known"
    }
  }

  /// Numbers the nodes that something rests on.
  private struct Builder {
    let table: ValueTable
    let stackPointer: UInt32?
    var nodes: [Node] = []
    var parameters: [UInt32: Index] = [:]
    var entryGlobals: [UInt32: Index] = [:]
    private var numbers: [UInt32: Index] = [:]

    init(table: ValueTable, stackPointer: UInt32?) {
      self.table = table
      self.stackPointer = stackPointer
    }

    func number(_ id: ValueID) -> Index { numbers[id.index] ?? -1 }

    mutating func add(_ roots: [ValueID]) {
      var seen = Set<UInt32>()
      var waiting = roots
      while let id = waiting.popLast() {
        guard seen.insert(id.index).inserted else { continue }
        if case .operation(_, let operands) = table[id] { waiting += operands }
      }
      // A value is made after those that it is computed from.
      for index in seen.sorted() { numbers[index] = add(ValueID(index: index)) }
    }

    private mutating func append(_ node: Node) -> Index {
      nodes.append(node)
      return Index(nodes.count - 1)
    }

    private mutating func entry(_ global: UInt32) -> Index {
      if let known = entryGlobals[global] { return known }
      let number = append(.entryGlobal(global))
      entryGlobals[global] = number
      return number
    }

    private mutating func add(_ id: ValueID) -> Index {
      switch table[id] {
      case .constant(.v128, _): return append(.opaque(id))
      case .constant(_, let bits): return append(.constant(bits))
      case .parameter(let index):
        let number = append(.parameter(index))
        parameters[index] = number
        return number
      case .entryGlobal(let global): return entry(global)
      case .stackPointer(let offset):
        guard let stackPointer else { return append(.opaque(id)) }
        let base = entry(stackPointer)
        return offset == 0 ? base : append(.stackPointer(base, plus: offset))
      case .alignedStackPointer(let from, let alignment, let offset):
        guard let stackPointer else { return append(.opaque(id)) }
        return append(.aligned(entry(stackPointer), from: from, alignmentLog2: alignment, plus: offset))
      case .operation(let opcode, let operands):
        let numbers = operands.map { number($0) }
        guard let first = numbers.first, !numbers.contains(-1) else { return append(.opaque(id)) }
        return append(
          .operation(
            opcode, first, numbers.count > 1 ? numbers[1] : nil, numbers.count > 2 ? numbers[2] : nil))
      default: return append(.opaque(id))
      }
    }
  }
}

/// A plain load or store: how many bytes it moves, and what becomes of them.
public struct NumericAccess: Sendable {
  public let opcode: Opcode
  /// What is added to the address operand.
  public let offset: UInt64
  /// The memory's index.
  public let memory: UInt32
  /// How many bytes of memory it reads or writes, 1 to 8.
  public let byteCount: Int
  public let isLoad: Bool
  /// Of a load, whether the bytes are a signed number that is narrower than the result.
  let isSigned: Bool
  /// How many low bits of a load's result can be other than zero; of a store, those of its operand.
  public let resultBits: UInt8

  /// The access of an instruction; nil for other instructions than plain loads and stores of numbers.
  public init?(_ opcode: Opcode, offset: UInt64, memory: UInt32) {
    guard opcode.prefix == 0, (0x28...0x3e).contains(opcode.number) else { return nil }
    self.opcode = opcode
    self.offset = offset
    self.memory = memory
    isLoad = opcode.number <= 0x35
    // In the order of the opcodes: i32.load, i64.load, f32.load, f64.load, then the narrow ones, signed before unsigned.
    let sizes = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4]
    let number = Int(opcode.number - 0x28)
    byteCount = sizes[number]
    isSigned = isLoad && number >= 4 && number % 2 == 0
    let isWide = (8...13).contains(number) || [1, 3, 15, 17].contains(number) || number >= 20
    resultBits = isSigned || !isLoad ? (isWide ? 64 : 32) : UInt8(byteCount * 8)
  }

  /// The address of the first byte that is accessed through an address operand; nil beyond 64 bits.
  public func address(_ operand: UInt64) -> UInt64? {
    let (sum, overflow) = operand.addingReportingOverflow(offset)
    return overflow ? nil : sum
  }

  /// What a load makes of the bytes in memory, the first being the least significant.
  public func loaded(_ bytes: UInt64) -> UInt64 {
    guard isSigned else { return bytes }
    let shift = UInt64(64 - byteCount * 8)
    let extended = UInt64(bitPattern: Int64(bitPattern: bytes << shift) >> Int64(shift))
    return resultBits == 32 ? extended & 0xffff_ffff : extended
  }
}
