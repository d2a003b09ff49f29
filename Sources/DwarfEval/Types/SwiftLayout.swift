/// Where the parts of Swift's types lie.
///
/// The compiler's debug information has wrong places for what follows a member whose size is no multiple of its alignment,
/// and counts those of classes from the first property instead of the object. The rules of the language's layout are
/// simple: properties in their order, each at the next address that its alignment allows, the size ending with the last one.
/// Where that does not come to the size that the debug information says, nothing is claimed.
public enum SwiftLayout {
  /// What stands in front of an object's properties: the pointer to its class and the count of references.
  private static let objectHeaderWords: UInt64 = 2

  /// Bytes from the start of a structure, tuple or object to a property; nil where they cannot be told.
  public static func offset(of member: Member, in type: DwarfType) -> UInt64? {
    guard let underlying = type.underlying, let record = underlying.record,
      let index = record.members.firstIndex(where: { $0.entry.offset == member.entry.offset })
    else { return member.location.offset }
    return places(in: underlying, record)[index]
  }

  /// A structure, tuple or class with its members where they are; where that cannot be told they have no place.
  public static func record(of type: DwarfType) -> RecordType? {
    guard let underlying = type.underlying, var record = underlying.record else { return nil }
    for (index, place) in places(in: underlying, record).enumerated() {
      record.members[index].location = place.map { .offset($0) } ?? .unknown
    }
    return record
  }

  /// The place of each member. The first one of a structure is at its start in any case.
  private static func places(in type: DwarfType, _ record: RecordType) -> [UInt64?] {
    let isObject = isClass(type)
    let start = isObject ? objectStart(type, record) : 0
    if let start, let (offsets, end) = offsets(of: record.members, from: start), isObject || end == type.size {
      return offsets
    }
    return record.members.indices.map { $0 == 0 && !isObject ? 0 : nil }
  }

  /// How many patterns of a type's bytes mean nothing, which enums around it use for their cases; 0 where nothing is said.
  public static func extraInhabitants(of type: DwarfType?) -> UInt64 {
    type?.underlying?.entry?[.llvmNumExtraInhabitants]?.unsignedValue ?? 0
  }

  /// Where the properties of an object begin that its own class declares.
  private static func objectStart(_ type: DwarfType, _ record: RecordType) -> UInt64? {
    // Those of a superclass would stand before them.
    record.bases.isEmpty ? objectHeaderWords * UInt64(type.addressSize) : nil
  }

  /// The places of members one behind the other, and where the last one ends.
  private static func offsets(of members: [Member], from start: UInt64) -> (offsets: [UInt64], end: UInt64)? {
    // Every property asks for all of them.
    guard members.count <= 1000 else { return nil }
    var offsets: [UInt64] = []
    var end = start
    for member in members {
      guard let type = member.type, let size = size(of: type), size < 1 << 32, let alignment = alignment(of: type)
      else {
        return nil
      }
      let offset = end.aligned(to: alignment)
      offsets.append(offset)
      end = offset + size
      guard end < 1 << 40 else { return nil }
    }
    return (offsets, end)
  }

  /// Whether values are references to objects: the mangled name of a class ends with `C` (and `D` for debug information).
  public static func isClass(_ type: DwarfType?) -> Bool {
    guard let type = type?.underlying, type.language == .swift, let name = type.linkageName else { return false }
    return name.hasSuffix("CD")
  }

  /// The size of a value; objects count as the reference to them.
  public static func size(of type: DwarfType?) -> UInt64? {
    guard let type else { return nil }
    return isClass(type) ? UInt64(type.addressSize) : type.size
  }

  /// Bytes from one element of an array to the next.
  public static func stride(of type: DwarfType?) -> UInt64? {
    guard let size = size(of: type), size < 1 << 32, let alignment = alignment(of: type) else { return nil }
    return max(1, size.aligned(to: alignment))
  }

  /// What the address of a value is a multiple of; nil where that cannot be told.
  public static func alignment(of type: DwarfType?) -> UInt64? {
    var budget = 500
    return alignment(of: type, depth: 0, &budget)
  }

  private static func alignment(of type: DwarfType?, depth: Int, _ budget: inout Int) -> UInt64? {
    budget -= 1
    guard depth < 24, budget > 0, let type = type?.underlying else { return nil }
    let word = UInt64(type.addressSize)
    if isClass(type) { return word }
    switch type.kind {
    case .base, .enumeration: return type.size.flatMap { $0.nonzeroBitCount == 1 ? min($0, 16) : nil }
    case .pointer, .reference, .subroutine: return word
    case .record(let record):
      if type.size == 0 { return 1 }
      let key = String(type.name.prefix { $0 != "<" })
      if SwiftGenerics.isPointer(key) || SwiftGenerics.texts.contains(key) { return word }
      let arguments = type.swiftArguments
      if SwiftGenerics.alignedAsArgument.contains(key), let argument = arguments.first {
        return alignment(of: argument, depth: depth + 1, &budget)
      }
      // The compiler's own types: `Builtin.NativeObject` and the like.
      if record.members.isEmpty, record.variantParts.isEmpty {
        return type.simpleName?.hasPrefix("$eB") ?? false && type.size == word ? word : nil
      }
      var greatest: UInt64 = 1
      for member in record.members + record.variantParts.flatMap({ $0.variants.flatMap(\.members) }) {
        // A case without a payload has no type.
        guard let part = member.type else { continue }
        guard let alignment = alignment(of: part, depth: depth + 1, &budget) else { return nil }
        greatest = max(greatest, alignment)
      }
      return greatest
    default: return nil
    }
  }
}

/// What is known of the standard library's types.
public enum SwiftGenerics {
  /// Those that are one pointer.
  public static func isPointer(_ key: String) -> Bool { pointers.contains(key) }

  private static let pointers: Set<String> = [
    "Swift.Array", "Swift.ContiguousArray", "Swift.ArraySlice", "Swift.Dictionary", "Swift.Set", "Swift.UnsafePointer",
    "Swift.UnsafeMutablePointer", "Swift.UnsafeBufferPointer", "Swift.UnsafeMutableBufferPointer",
  ]
  /// Texts, whose parts' types refer to themselves.
  public static let texts: Set<String> = [
    "Swift.String", "Swift.Substring", "Swift.Character", "Swift._StringGuts", "Swift._StringObject",
  ]
  /// Those whose alignment is that of what they are made with.
  public static let alignedAsArgument: Set<String> = ["Swift.Optional", "Swift.Range", "Swift.ClosedRange"]
}

extension DwarfType {
  /// What a generic type was made with. Some are described by a type with the size and one member without a name, whose
  /// type has the arguments.
  public var swiftArguments: [DwarfType] {
    guard let record = underlying?.record else { return [] }
    if !record.templateTypes.isEmpty { return record.templateTypes }
    guard record.members.count == 1, record.members[0].name == nil else { return [] }
    return record.members[0].type?.underlying?.record?.templateTypes ?? []
  }
}

extension RecordType {
  fileprivate var templateTypes: [DwarfType] {
    templateArguments.compactMap { if case .type(_, let type?) = $0 { type } else { nil } }
  }
}

extension UInt64 {
  /// The next multiple of a power of two.
  public func aligned(to alignment: UInt64) -> UInt64 { (self &+ alignment &- 1) & ~(alignment &- 1) }
}
