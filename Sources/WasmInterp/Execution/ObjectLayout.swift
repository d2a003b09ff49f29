import WasmBinary

/// How wide a field or element is stored: the binary logarithm of its bytes.
enum StorageWidth: UInt16 {
  case one, two, four, eight, sixteen

  var bytes: Int { 1 << Int(rawValue) }
  /// Whether a value takes two slots of the value stack.
  var isVector: Bool { self == .sixteen }

  init(_ type: StorageType) {
    switch type {
    case .i8: self = .one
    case .i16: self = .two
    case .value(.i32), .value(.f32): self = .four
    case .value(.i64), .value(.f64), .value(.reference): self = .eight
    case .value(.v128): self = .sixteen
    }
  }
}

/// How objects of a type are stored. The fields of a structure stand in their order, each at a multiple of its width:
/// so those that a subtype has from its supertype are where they are in the supertype.
struct ObjectLayout {
  let isArray: Bool
  /// Of an array's elements.
  let elementWidth: StorageWidth
  /// Whether an array's elements are references.
  let holdsReferences: Bool
  /// Bytes of a structure.
  let size: Int
  /// Where its fields are: a range of `ObjectLayouts.fields`.
  let fields: Range<Int>
  /// Where those are that are references: a range of `ObjectLayouts.references`.
  let references: Range<Int>

  /// Bytes of an object with so many elements.
  func bytes(count: UInt32) -> Int { isArray ? Int(count) << Int(elementWidth.rawValue) : size }
}

/// The layouts of a store's types, made when they are first asked for.
struct ObjectLayouts {
  struct Field {
    let offset: Int32
    let width: StorageWidth
  }
  private(set) var fields: [Field] = []
  private(set) var references: [Int32] = []
  private var layouts: [ObjectLayout?] = []

  /// The layout of a type that there are objects of.
  @inline(__always) subscript(type: UInt32) -> ObjectLayout { layouts[Int(type)]! }

  /// Makes the layout of a structure or array type by its canonical number.
  mutating func prepare(_ type: UInt32, _ registry: TypeRegistry) {
    let index = Int(type)
    if index < layouts.count, layouts[index] != nil { return }
    if index >= layouts.count {
      layouts.append(contentsOf: repeatElement(nil, count: max(registry.entries.count, index + 1) - layouts.count))
    }
    switch registry.entries[index].composite {
    case .function: break
    case .array(let element):
      layouts[index] = ObjectLayout(
        isArray: true, elementWidth: StorageWidth(element.storage), holdsReferences: element.storage.isReference,
        size: 0, fields: 0..<0, references: 0..<0)
    case .structure(let types):
      let (firstField, firstReference) = (fields.count, references.count)
      var offset = 0
      for type in types {
        let width = StorageWidth(type.storage)
        offset = (offset + width.bytes - 1) & ~(width.bytes - 1)
        fields.append(Field(offset: Int32(offset), width: width))
        if type.storage.isReference { references.append(Int32(offset)) }
        offset += width.bytes
      }
      layouts[index] = ObjectLayout(
        isArray: false, elementWidth: .one, holdsReferences: false, size: offset,
        fields: firstField..<fields.count, references: firstReference..<references.count)
    }
  }

  /// Where a field of a structure is.
  func field(_ index: Int, of type: UInt32) -> Field { fields[self[type].fields.lowerBound + index] }
}

extension StorageType {
  fileprivate var isReference: Bool {
    if case .value(.reference) = self { return true }
    return false
  }
}
