import ByteCursor
import WasmBinary

/// What a module's code is validated against (3.1.1): the types of what its index spaces hold.
struct ValidationContext: Sendable {
  var types = CanonicalTypes()
  /// The number in `types` of each type index.
  var typeNumbers: [UInt32] = []
  /// The number in `types` of each function's type.
  var functions: [UInt32] = []
  var tables: [TableInfo] = []
  /// Whether each memory has addresses of 64 bits.
  var memories: [Bool] = []
  var globals: [GlobalInfo] = []
  /// The number in `types` of each tag's type.
  var tags: [UInt32] = []
  /// The type of each element segment.
  var elements: [StackType] = []
  /// How many data segments there are, where the module says so ahead of its code.
  var dataCount: UInt32?
  /// Whether `ref.func` may name a function: it is mentioned outside of the bodies (C.refs).
  var references: [Bool] = []

  struct TableInfo: Sendable {
    let element: StackType
    let is64Bit: Bool
    var address: StackType { is64Bit ? .i64 : .i32 }
  }

  struct GlobalInfo: Sendable {
    let type: StackType
    let isMutable: Bool
  }

  // MARK: Types

  /// The number of a type index.
  func typeNumber(_ index: UInt32) throws(Violation) -> UInt32 {
    guard Int(index) < typeNumbers.count else { throw .unknown(.unknownType, index) }
    return typeNumbers[Int(index)]
  }

  /// The definition with a type index, which has to be of a kind.
  func definition(
    _ index: UInt32, _ kind: AbstractHeapType
  ) throws(Violation) -> (number: UInt32, CanonicalTypes.Definition) {
    let number = try typeNumber(index)
    let definition = types.definitions[Int(number)]
    guard definition.kind == kind else {
      throw Violation(.typeMismatch, "type \(index) is not a \(kind) type")
    }
    return (number, definition)
  }

  func stackType(_ type: ReferenceType) throws(Violation) -> StackType {
    if case .defined(let index) = type.heapType {
      return StackType(defined: try typeNumber(index), isNullable: type.isNullable)
    }
    return StackType(AbstractHeapType(type.heapType) ?? .bottom, isNullable: type.isNullable)
  }

  func stackType(_ type: ValueType) throws(Violation) -> StackType {
    switch type {
    case .i32: return .i32
    case .i64: return .i64
    case .f32: return .f32
    case .f64: return .f64
    case .v128: return .v128
    case .reference(let type): return try stackType(type)
    }
  }

  // MARK: Index spaces

  @inline(__always)
  func function(_ index: UInt32) throws(Violation) -> CanonicalTypes.Definition {
    guard Int(index) < functions.count else { throw .unknown(.unknownFunction, index) }
    return types.definitions[Int(functions[Int(index)])]
  }

  func table(_ index: UInt32) throws(Violation) -> TableInfo {
    guard Int(index) < tables.count else { throw .unknown(.unknownTable, index) }
    return tables[Int(index)]
  }

  /// The address type of a memory.
  @inline(__always)
  func memory(_ index: UInt32) throws(Violation) -> StackType {
    guard Int(index) < memories.count else { throw .unknown(.unknownMemory, index) }
    return memories[Int(index)] ? .i64 : .i32
  }

  func global(_ index: UInt32) throws(Violation) -> GlobalInfo {
    guard Int(index) < globals.count else { throw .unknown(.unknownGlobal, index) }
    return globals[Int(index)]
  }

  /// The parameters of a tag.
  func tag(_ index: UInt32) throws(Violation) -> TypeList {
    guard Int(index) < tags.count else { throw .unknown(.unknownTag, index) }
    return types.definitions[Int(tags[Int(index)])].parameters
  }

  func element(_ index: UInt32) throws(Violation) -> StackType {
    guard Int(index) < elements.count else { throw .unknown(.unknownElementSegment, index) }
    return elements[Int(index)]
  }

  func data(_ index: UInt32) throws(Violation) {
    guard let dataCount else { throw Violation(.dataCountRequired) }
    guard index < dataCount else { throw .unknown(.unknownDataSegment, index) }
  }

  // MARK: Messages

  /// A type as the text format writes it; a defined type by one of its indices.
  func text(_ type: StackType) -> String {
    if let number = type.defined {
      let index = typeNumbers.firstIndex(of: number).map(String.init) ?? "?"
      return "(ref \(type.isNullable ? "null " : "")\(index))"
    }
    if let heap = type.abstract {
      guard let heapType = heap.heapType else { return "any reference" }
      return ReferenceType(heapType, isNullable: type.isNullable).description
    }
    switch type {
    case .i32: return "i32"
    case .i64: return "i64"
    case .f32: return "f32"
    case .f64: return "f64"
    case .v128: return "v128"
    case .i8: return "i8"
    case .i16: return "i16"
    default: return "any type"
    }
  }
}
