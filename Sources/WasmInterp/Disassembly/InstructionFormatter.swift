import ByteCursor
import WasmBinary

/// A number in an instruction that may have a name.
public struct IndexReference: Hashable, Sendable {
  /// What the number counts.
  public let space: IndexSpace
  /// The number.
  public let index: UInt32
  /// For a field, the type whose field it is.
  public let type: UInt32?

  init(_ space: IndexSpace, _ index: UInt32, type: UInt32? = nil) {
    self.space = space
    self.index = index
    self.type = type
  }
}

/// Writes one instruction as the text format does (6.5), on one line, without folding.
public struct InstructionFormatter: Sendable {
  /// The name of what an index refers to, as the name section has it; nil where the number is to be shown.
  /// It is written as an identifier: quoted and escaped where it has to be.
  public var name: @Sendable (IndexReference) -> String?
  /// How many elements of a list are shown; behind them, an ellipsis stands. A `br_table` may have as many
  /// labels as its body has bytes.
  public var listLimit: Int
  /// The function type with a type index. Where it is known, a block whose type is an index also shows its parameters and
  /// results: `block (type 3) (param i32) (result i32)`.
  public var functionType: @Sendable (UInt32) -> FunctionType? = { _ in nil }

  /// A formatter.
  public init(listLimit: Int = .max, name: @escaping @Sendable (IndexReference) -> String? = { _ in nil }) {
    self.listLimit = listLimit
    self.name = name
  }

  /// The text of `instruction`: `i32.load offset=16 align=2`, `call 12`, `br_table 0 1 2`.
  /// - Parameter body: the body that it was decoded from, in which its lists stand.
  public func text(_ instruction: Instruction, in body: Bytes) -> String {
    let operands = operands(instruction, in: body)
    return ([instruction.opcode.name] + operands).joined(separator: " ")
  }

  /// What stands behind the name, in the order of the text format.
  private func operands(_ instruction: Instruction, in body: Bytes) -> [String] {
    switch instruction.immediates {
    case .none: return []
    case .index(let index): return self.index(instruction.opcode, index)
    case .indices(let first, let second): return indices(instruction.opcode, first, second)
    case .i32(let value): return [String(value)]
    case .i64(let value): return [String(value)]
    case .f32(let bits): return [FloatText.f32(bits)]
    case .f64(let bits): return [FloatText.f64(bits)]
    case .v128(let low, let high): return ["i32x4"] + [low, low >> 32, high, high >> 32].map(hexadecimal32)
    case .block(let type): return block(type)
    case .tryTable(let type, let list): return block(type) + limited(list.catches(in: body, limit: kept), text)
    case .labels(let list): return limited(list.labels(in: body, limit: kept)) { reference(.label, $0) }
    case .types(let list): return [self.list("result", list.types(in: body, limit: kept))]
    case .heapType(let type): return [text(type)]
    case .reference(let type): return [text(type)]
    case .cast(let label, let from, let to): return [reference(.label, label), text(from), text(to)]
    case .memory(let argument): return memory(argument, instruction.opcode)
    case .memoryLane(let argument, let lane): return memory(argument, instruction.opcode) + [String(lane)]
    case .lane(let lane): return [String(lane)]
    case .shuffle(let low, let high):
      return [low, high].flatMap { half in (0..<8).map { String(half >> (8 * $0) & 0xff) } }
    }
  }

  // MARK: Indices

  func reference(_ space: IndexSpace, _ index: UInt32, type: UInt32? = nil) -> String {
    name(IndexReference(space, index, type: type)).map(Identifier.text) ?? String(index)
  }

  private func index(_ opcode: Opcode, _ index: UInt32) -> [String] {
    guard let space = opcode.immediateKind.indexSpaces.first else { return [String(index)] }
    // Memory 0 is what is meant where none is named.
    if space == .memory, index == 0 { return [] }
    return [reference(space, index)]
  }

  private func indices(_ opcode: Opcode, _ first: UInt32, _ second: UInt32) -> [String] {
    switch opcode.immediateKind {
    case .typeTable:
      let type = "(type \(reference(.type, first)))"
      return second == 0 ? [type] : [reference(.table, second), type]
    case .typeField: return [reference(.type, first), reference(.field, second, type: first)]
    case .typeCount: return [reference(.type, first), String(second)]
    // The text format has these the other way round, and memory 0 goes without saying.
    case .dataMemory: return (second == 0 ? [] : [reference(.memory, second)]) + [reference(.data, first)]
    case .elementTable: return (second == 0 ? [] : [reference(.table, second)]) + [reference(.element, first)]
    case let kind:
      if kind == .memoryMemory || kind == .tableTable, first == 0, second == 0 { return [] }
      let spaces = kind.indexSpaces
      guard spaces.count == 2 else { return [String(first), String(second)] }
      return [reference(spaces[0], first), reference(spaces[1], second)]
    }
  }

  private func memory(_ argument: MemoryArgument, _ opcode: Opcode) -> [String] {
    var words: [String] = []
    if argument.memory != 0 { words.append(reference(.memory, argument.memory)) }
    if argument.offset != 0 { words.append("offset=\(argument.offset)") }
    // Below 64, so that the shift is of 64 bits at most.
    let alignment = UInt64(1) << UInt64(argument.alignmentLog2)
    if alignment != UInt64(opcode.naturalAlignment ?? 0) { words.append("align=\(alignment)") }
    return words
  }

  // MARK: Types

  private func text(_ type: HeapType) -> String {
    if case .defined(let index) = type { return reference(.type, index) }
    return type.description
  }

  private func text(_ type: ReferenceType) -> String {
    guard case .defined = type.heapType else { return type.description }
    return type.isNullable ? "(ref null \(text(type.heapType)))" : "(ref \(text(type.heapType)))"
  }

  func text(_ type: ValueType) -> String { type.reference.map(text) ?? type.description }

  private func block(_ type: BlockType) -> [String] {
    switch type {
    case .empty: return []
    case .value(let type): return ["(result \(text(type)))"]
    case .type(let index):
      var words = ["(type \(reference(.type, index)))"]
      guard let type = functionType(index) else { return words }
      if !type.parameters.isEmpty { words.append(list("param", type.parameters)) }
      if !type.results.isEmpty { words.append(list("result", type.results)) }
      return words
    }
  }

  // MARK: Lists

  private func text(_ clause: CatchClause) -> String {
    let suffix = clause.passesReference ? "_ref" : ""
    let label = reference(.label, clause.label)
    guard let tag = clause.tag else { return "(catch_all\(suffix) \(label))" }
    return "(catch\(suffix) \(reference(.tag, tag)) \(label))"
  }

  /// How many elements of a list have to be read for those that are shown and to know whether there are more.
  private var kept: Int { listLimit == .max ? listLimit : max(listLimit, 0) + 1 }

  /// `(param i32 i32)`.
  func list(_ keyword: String, _ types: [ValueType]) -> String {
    "(" + ([keyword] + limited(types, text)).joined(separator: " ") + ")"
  }

  private func limited<Element>(_ elements: [Element], _ text: (Element) -> String) -> [String] {
    let shown = elements.prefix(max(listLimit, 0)).map(text)
    return shown.count < elements.count ? shown + ["…"] : shown
  }

  private func hexadecimal32(_ value: UInt64) -> String {
    let digits = String(UInt32(truncatingIfNeeded: value), radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
