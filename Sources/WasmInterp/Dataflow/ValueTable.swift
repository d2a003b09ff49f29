import ByteCursor
import WasmBinary

/// The values of one function's analysis, each once: equal expressions have the same number, so that comparing is
/// cheap and nothing grows exponentially.
public struct ValueTable: Sendable {
  /// A value as it is kept; what the fields mean depends on the kind.
  struct Node: Equatable {
    enum Kind: UInt8 {
      case constant, null, stackPointer, aligned, parameter, entryGlobal, load, operation, result
      case joinLocal, joinGlobal, joinMemory, joinOperand
      case caught, global, unwound, entryMemory, memory
    }
    var kind: Kind
    /// Of a constant: the type.
    var type: UInt8 = 0
    var opcode: UInt16 = 0
    var a: UInt32 = 0
    var b: UInt32 = 0
    var c: UInt32 = 0
    var wide: UInt64 = 0
  }

  private(set) var nodes: [Node] = []
  /// How many expressions are nested in each.
  private var depths: [UInt8] = []
  private var numbers = NodeNumbers()
  /// The memories that loads read, other than 0.
  private var memories: [UInt32: UInt32] = [:]
  /// How many bits the stack pointer has.
  let stackPointerBits: Int
  private let limit: Int

  /// Deeper expressions are cut off: their operands have names of their own. A tree of it has at most 3⁸ leaves.
  static let maximumDepth = 8

  init(stackPointerBits: Int, limit: Int) {
    self.stackPointerBits = stackPointerBits
    self.limit = limit
  }

  var isOverLimit: Bool { nodes.count > limit }
  /// How many values there are.
  public var count: Int { nodes.count }

  // MARK: Making

  mutating func intern(_ node: Node, depth: UInt8 = 0) -> ValueID {
    if let known = numbers.find(node, in: nodes) { return ValueID(index: known) }
    let index = UInt32(nodes.count)
    nodes.append(node)
    depths.append(depth)
    numbers.add(index, of: nodes)
    return ValueID(index: index)
  }

  private static let types: [ValueType] = [.i32, .i64, .f32, .f64, .v128]

  mutating func constant(_ type: ValueType, _ bits: UInt64) -> ValueID {
    switch type {
    case .i32: intern(Node(kind: .constant, type: 0, wide: bits & 0xffff_ffff))
    case .i64: intern(Node(kind: .constant, type: 1, wide: bits))
    case .f32: intern(Node(kind: .constant, type: 2, wide: bits & 0xffff_ffff))
    case .f64: intern(Node(kind: .constant, type: 3, wide: bits))
    case .v128: intern(Node(kind: .constant, type: 4, wide: bits))
    case .reference: intern(Node(kind: .null))
    }
  }

  mutating func stackPointer(_ offset: Int64) -> ValueID {
    intern(Node(kind: .stackPointer, wide: UInt64(bitPattern: canonical(offset))))
  }

  mutating func alignedStackPointer(from: Int64, alignmentLog2: UInt8, offset: Int64) -> ValueID {
    let from = UInt64(bitPattern: canonical(from))
    return intern(
      Node(
        kind: .aligned, type: alignmentLog2, a: UInt32(truncatingIfNeeded: from), b: UInt32(from >> 32),
        wide: UInt64(bitPattern: canonical(offset))))
  }

  /// An offset as wide as the stack pointer.
  private func canonical(_ offset: Int64) -> Int64 {
    stackPointerBits == 32 ? Int64(Int32(truncatingIfNeeded: offset)) : offset
  }

  mutating func parameter(_ index: UInt32) -> ValueID { intern(Node(kind: .parameter, a: index)) }
  mutating func entryGlobal(_ index: UInt32) -> ValueID { intern(Node(kind: .entryGlobal, a: index)) }
  mutating func result(of offset: UInt32, _ index: Int = 0) -> ValueID {
    intern(Node(kind: .result, a: offset, b: UInt32(index)))
  }

  mutating func join(_ block: Int, _ slot: StateSlot) -> ValueID {
    switch slot {
    case .local(let index): intern(Node(kind: .joinLocal, a: UInt32(block), b: index))
    case .global(let index): intern(Node(kind: .joinGlobal, a: UInt32(block), b: index))
    case .memory: intern(Node(kind: .joinMemory, a: UInt32(block)))
    case .operand(let index): intern(Node(kind: .joinOperand, a: UInt32(block), b: index))
    }
  }

  mutating func load(
    _ opcode: Opcode, address: ValueID, _ argument: MemoryArgument, at offset: UInt32, version: ValueID
  ) -> ValueID {
    let depth = depths[Int(address.index)] + 1
    guard depth <= Self.maximumDepth else { return result(of: offset) }
    if argument.memory != 0 { memories[offset] = argument.memory }
    return intern(
      Node(
        kind: .load, opcode: opcode.index, a: address.index, b: offset, c: version.index, wide: argument.offset),
      depth: depth)
  }

  /// An expression of one to three operands that is not simplified; `otherwise` where it is too deep.
  mutating func operation(
    _ opcode: Opcode, _ a: ValueID, _ b: ValueID? = nil, _ c: ValueID? = nil, at offset: UInt32
  ) -> ValueID {
    var depth = depths[Int(a.index)]
    if let b { depth = max(depth, depths[Int(b.index)]) }
    if let c { depth = max(depth, depths[Int(c.index)]) }
    guard depth < Self.maximumDepth else { return result(of: offset) }
    return intern(
      Node(
        kind: .operation, opcode: opcode.index, a: a.index, b: b?.index ?? Self.none, c: c?.index ?? Self.none),
      depth: depth + 1)
  }

  static let none = UInt32.max

  // MARK: Asking

  /// Whether expressions with this operand are cut off.
  func isDeepest(_ id: ValueID) -> Bool { depths[Int(id.index)] >= Self.maximumDepth }

  /// The result of the instruction at an offset, where a state has named it.
  func resultIfNamed(_ offset: UInt32) -> ValueID? {
    numbers.find(Node(kind: .result, a: offset), in: nodes).map(ValueID.init(index:))
  }

  /// The result of a load, where a state has named it.
  func loadIfNamed(
    _ opcode: Opcode, _ address: ValueID, _ argument: MemoryArgument, at offset: UInt32, _ version: ValueID
  ) -> ValueID? {
    let node = Node(
      kind: .load, opcode: opcode.index, a: address.index, b: offset, c: version.index, wide: argument.offset)
    return numbers.find(node, in: nodes).map(ValueID.init(index:))
  }

  func node(_ id: ValueID) -> Node { nodes[Int(id.index)] }

  /// A value in full.
  public subscript(id: ValueID) -> AbstractValue {
    let node = nodes[Int(id.index)]
    func signed(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits) }
    switch node.kind {
    case .constant: return .constant(Self.types[Int(node.type)], node.wide)
    case .null: return .null
    case .stackPointer: return .stackPointer(signed(node.wide))
    case .aligned:
      let (from, offset) = aligned(node)
      return .alignedStackPointer(from: from, alignmentLog2: node.type, offset: offset)
    case .parameter: return .parameter(node.a)
    case .entryGlobal: return .entryGlobal(node.a)
    case .load:
      return .load(
        Opcode(index: node.opcode), address: ValueID(index: node.a), offset: node.wide, memory: memories[node.b] ?? 0,
        at: CodeOffset(short: node.b), version: ValueID(index: node.c))
    case .operation:
      return .operation(
        Opcode(index: node.opcode), [node.a, node.b, node.c].filter { $0 != Self.none }.map(ValueID.init(index:)))
    case .result: return .result(of: CodeOffset(short: node.a), node.b)
    case .joinLocal: return .join(block: Int(node.a), .local(node.b))
    case .joinGlobal: return .join(block: Int(node.a), .global(node.b))
    case .joinMemory: return .join(block: Int(node.a), .memory)
    case .joinOperand: return .join(block: Int(node.a), .operand(node.b))
    case .caught: return .caught(dispatch: Int(node.a), clause: node.c, node.b)
    case .global: return .global(node.b, afterCall: CodeOffset(short: node.a))
    case .unwound: return .unwound(node.b, dispatch: Int(node.a))
    case .entryMemory: return .entryMemory
    case .memory: return .memory(after: CodeOffset(short: node.a))
    }
  }

  /// The parts of an aligned stack pointer.
  func aligned(_ node: Node) -> (from: Int64, offset: Int64) {
    (Int64(bitPattern: UInt64(node.a) | UInt64(node.b) << 32), Int64(bitPattern: node.wide))
  }
}
