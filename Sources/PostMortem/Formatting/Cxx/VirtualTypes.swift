import ByteCursor
import DwarfEval

/// The class that an object with virtual functions is really of.
///
/// The Itanium ABI (2.5.2, 2.9.5) has in front of the table of virtual functions that an object points to the distance to the
/// start of the whole object and a pointer to the class's `type_info`, whose second word points to the mangled name. That is in
/// the program's memory; neither debugging information nor names of symbols say where a class's table is.
public struct DynamicType: Sendable {
  /// The class's name.
  public let name: String
  /// The whole object, as its class where the debugging information describes it, else without a type.
  public let object: Value
}

extension Value {
  /// The class of the object, or of the one that a pointer or reference leads to. What it is read as may be a part of it. Nil
  /// where it has no virtual functions, or what stands where the names should be is not to be trusted.
  public func dynamicType() -> DynamicType? {
    if type?.isPointer ?? false { return (try? dereferenced())?.dynamicType() }
    guard let found = RunTimeType(of: self) else { return nil }
    let start = object(type, at: found.start, storage.assurance)
    if found.isStatic { return DynamicType(name: found.name, object: start) }
    let described = type?.underlying.flatMap { $0.dwarf.type(named: found.name, preferring: $0.entry?.unit) }
    guard let described, described.record != nil else {
      return DynamicType(name: found.name, object: start.reinterpreted(as: nil))
    }
    return DynamicType(name: found.name, object: start.reinterpreted(as: described))
  }

  /// The name of the object's class, where it is another than the value's. Unlike `dynamicType` this asks nothing of the
  /// debugging information beyond the value's own type.
  func dynamicTypeName() -> String? {
    guard let found = RunTimeType(of: self), !found.isStatic else { return nil }
    return found.name
  }
}

/// What the table of virtual functions of an object tells.
private struct RunTimeType {
  /// The class's name.
  let name: String
  /// Where the whole object starts.
  let start: UInt64
  /// Whether it is the class that the value has anyway.
  let isStatic: Bool

  init?(of value: Value) {
    guard let type = value.underlying, Self.hasVirtualTable(type), let address = value.storage.address?.offset else {
      return nil
    }
    let width = value.addressSize
    do throws(Unavailable) {
      let table = try value.word(at: address)
      guard table >= 2 &* width else { return nil }
      let distance = Self.signed(try value.word(at: table &- 2 &* width), width)
      let info = try value.word(at: table &- width)
      guard info != 0, distance <= 0, distance > -(1 << 24) else { return nil }
      let types = TypeInformation(value)
      let wanted = Self.comparable(type.name)
      guard let name = types.name(at: info), types.isDerived(info, from: wanted, at: -distance) else { return nil }
      self.name = name
      start = address &+ UInt64(bitPattern: distance)
      isStatic = distance == 0 && Self.comparable(name) == wanted
    } catch {
      return nil
    }
  }

  /// Whether values start with a pointer to a table: the class or the one it starts with has one.
  private static func hasVirtualTable(_ type: DwarfType) -> Bool {
    var candidates = [type]
    // Damaged debugging information has classes that inherit from themselves.
    var budget = 256
    while let next = candidates.popLast(), budget > 0 {
      budget -= 1
      guard let record = next.record else { continue }
      if record.members.contains(where: { $0.name?.hasPrefix("_vptr") ?? false && $0.location.offset == 0 }) {
        return true
      }
      candidates += record.bases.prefix(budget).filter { $0.location.offset == 0 }.compactMap(\.type)
    }
    return false
  }

  static func signed(_ word: UInt64, _ width: UInt64) -> Int64 {
    width == 4 ? Int64(Int32(truncatingIfNeeded: word)) : Int64(bitPattern: word)
  }

  /// A name without what compilers and demanglers write in different ways.
  static func comparable(_ name: String) -> String { FormatterRegistry.key(name).filter { $0 != " " } }
}

/// The objects that `typeid` refers to, as they lie in memory.
struct TypeInformation {
  private let value: Value
  private let width: UInt64

  init(_ value: Value) {
    self.value = value
    width = value.addressSize
  }

  /// The name of the type that the object at an address is about.
  func name(at info: UInt64) -> String? {
    guard let place = try? value.word(at: info &+ width), place != 0 else { return nil }
    let contents = value.surroundings.memory.read(
      value.object(nil, at: place, value.storage.assurance).storage, count: 4096)
    guard let end = contents.bytes.prefix(contents.knownPrefix).firstIndex(of: 0), end > 0,
      contents.bytes[..<end].allSatisfy({ (0x21..<0x7f).contains($0) }),
      // A star in front tells that names of this type are not to be compared.
      case let mangled = String(decoding: contents.bytes[..<end].drop { $0 == UInt8(ascii: "*") }, as: UTF8.self),
      let text = Demangler.demangle("_ZTS" + mangled)?.text, let marker = text.firstRange(of: "typeinfo name for ")
    else { return nil }
    return String(text[marker.upperBound...])
  }

  /// Whether the class is one of a name, or inherits from it so that the part starts `offset` bytes on. An object of a class
  /// with bases has either one pointer behind the name, or flags, a number, and pairs of a pointer and an offset.
  func isDerived(_ info: UInt64, from wanted: String, at offset: Int64) -> Bool {
    var budget = 64
    return isDerived(info, from: wanted, at: offset, &budget)
  }

  /// - Parameter offset: nil where a virtual base class is on the way, whose place only the whole object's table tells.
  private func isDerived(_ info: UInt64, from wanted: String, at offset: Int64?, _ budget: inout Int) -> Bool {
    budget -= 1
    guard budget > 0, let name = name(at: info) else { return false }
    if RunTimeType.comparable(name) == wanted, (offset ?? 0) == 0 { return true }
    guard let word = try? value.word(at: info &+ 2 &* width) else { return false }
    // Flags are a small number, where no object is.
    if word > 3 { return isDerived(word, from: wanted, at: offset, &budget) }
    // Flags and number are of 32 bits.
    let number = info &+ 2 &* width &+ 4
    guard let count = try? value.word(at: number) & 0xffff_ffff, (1...64).contains(count) else { return false }
    for index in 0..<count {
      let place = number &+ 4 &+ index &* 2 &* width
      guard let base = try? value.word(at: place), let bits = try? value.word(at: place &+ width) else { return false }
      let isVirtual = bits & 1 == 1
      let start = RunTimeType.signed(bits, width) >> 8
      if isDerived(base, from: wanted, at: isVirtual ? nil : offset.map { $0 &- start }, &budget) { return true }
    }
    return false
  }
}
