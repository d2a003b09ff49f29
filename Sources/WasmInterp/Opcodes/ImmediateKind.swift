/// What follows an opcode in the binary format (5.4). The raw value is the word that the opcode table uses.
public enum ImmediateKind: String, Hashable, Sendable, CaseIterable {
  /// Nothing.
  case none = "-"
  /// A block type.
  case blockType = "block-type"
  /// A block type and a list of catch clauses.
  case tryTable = "try-table"
  /// A label: how many enclosing blocks are left out.
  case label
  /// A list of labels and a default label.
  case labelTable = "label-table"

  case function
  case type
  case local
  case global
  case table
  case memory
  case tag
  case data
  case element
  /// A type and a table.
  case typeTable = "type-table"
  /// A structure type and the number of one of its fields.
  case typeField = "type-field"
  /// An array type and a number of elements.
  case typeCount = "type-count"
  case typeData = "type-data"
  case typeElement = "type-element"
  /// The array types of destination and source.
  case typeType = "type-type"
  case dataMemory = "data-memory"
  /// Destination and source.
  case memoryMemory = "memory-memory"
  case elementTable = "element-table"
  /// Destination and source.
  case tableTable = "table-table"

  /// A list of value types.
  case types
  /// A heap type.
  case heapType = "heap-type"
  /// A heap type that stands for the reference type without null.
  case reference = "ref"
  /// A heap type that stands for the reference type with null.
  case nullableReference = "ref-null"
  /// Flags, a label and two heap types.
  case cast

  /// A signed number of 32 bits.
  case i32
  /// A signed number of 64 bits.
  case i64
  /// Four bytes.
  case f32
  /// Eight bytes.
  case f64
  /// Sixteen bytes.
  case v128

  /// Alignment, memory and offset.
  case memarg
  /// Alignment, memory, offset and a lane.
  case memargLane = "memarg-lane"
  /// A lane.
  case lane
  /// Sixteen lanes.
  case shuffle
  /// A byte that must be zero.
  case zero

  /// What the immediates index, in the order in which the binary format has them; empty where they are
  /// not plain indices.
  public var indexSpaces: [IndexSpace] {
    switch self {
    case .function: [.function]
    case .type: [.type]
    case .local: [.local]
    case .global: [.global]
    case .table: [.table]
    case .memory: [.memory]
    case .tag: [.tag]
    case .data: [.data]
    case .element: [.element]
    case .label: [.label]
    case .typeTable: [.type, .table]
    case .typeField: [.type, .field]
    case .typeCount: [.type, .count]
    case .typeData: [.type, .data]
    case .typeElement: [.type, .element]
    case .typeType: [.type, .type]
    case .dataMemory: [.data, .memory]
    case .memoryMemory: [.memory, .memory]
    case .elementTable: [.element, .table]
    case .tableTable: [.table, .table]
    default: []
    }
  }
}

/// What a number in an instruction counts (2.5.1).
public enum IndexSpace: Hashable, Sendable {
  case function, type, local, global, table, memory, tag, data, element
  /// Enclosing blocks, the innermost is 0.
  case label
  /// Fields of the structure type that stands before it.
  case field
  /// Not an index: a number of elements.
  case count
}
