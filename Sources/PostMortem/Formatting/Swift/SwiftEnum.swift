import DwarfEval

/// Enums whose cases the debug information lists without saying how they are told apart.
///
/// The rules of the language's layout (docs/ABI/TypeLayout.rst, "Fragile Enum Layout") tell it where sizes leave one way only:
/// cases alone are numbered in their order, and where what a case holds has no pattern to spare, a byte behind it has a number.
/// Where patterns are spared, which ones these are is known of references and truth values. All else is not claimed.
enum SwiftEnum {
  /// The case that a value has, and what it holds.
  static func present(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let type = value.underlying, type.language == .swift, let cases = cases(of: type) else { return nil }
    // A case of a size that is not known holds another type's value, which the debug information does not have here.
    let payloads = cases.filter { $0.type != nil }
    let size = type.size ?? 0
    if payloads.isEmpty { return try plain(value, cases, size) }
    let sizes = payloads.compactMap { SwiftLayout.size(of: $0.type) }.filter { (1...(1 << 20)).contains($0) }
    guard sizes.count == payloads.count, let largest = sizes.max() else { throw undecided(cases) }
    if cases.count == 1 {
      // A box around it would be as large as a reference.
      guard size == largest, isAlike(type, payloads[0].type) else { throw undecided(cases) }
      return presentation(of: payloads[0], in: value)
    }
    if size == largest + 1, hasTag(type, payloads.count, cases.count) {
      return try tagged(value, cases, payloads, largest)
    }
    guard payloads.count == 1, size == largest, let first = try spared(value, payloads[0].type, cases.count - 1) else {
      throw undecided(cases)
    }
    guard let number = first else { return presentation(of: payloads[0], in: value) }
    return try empty(number, cases)
  }

  /// The cases of an enum none of which holds anything, numbered in their order.
  static func plainCases(of type: DwarfType?) -> [Member]? {
    guard let type = type?.underlying, let cases = cases(of: type), cases.count > 1,
      cases.allSatisfy({ $0.type == nil })
    else { return nil }
    return cases
  }

  private static func cases(of type: DwarfType) -> [Member]? {
    guard type.language == .swift, let record = type.record, record.members.isEmpty, record.variantParts.count == 1,
      case let part = record.variantParts[0], part.discriminant == nil, !part.variants.isEmpty
    else { return nil }
    let cases = part.variants.compactMap { $0.members.count == 1 ? $0.members[0] : nil }
    return cases.count == part.variants.count ? cases : nil
  }

  private static func undecided(_ cases: [Member]) -> Unavailable {
    let names = cases.prefix(20).compactMap(\.name).joined(separator: ", ")
    return Unavailable(
      "which of its cases (\(names)) it has is not known: Swift's debug information does not say how they are told apart"
    )
  }

  // MARK: Cases that hold nothing

  private static func plain(_ value: Value, _ cases: [Member], _ size: UInt64) throws(Unavailable) -> Presentation {
    if cases.count == 1, size == 0 { return Presentation(value: cases[0].name ?? "?") }
    guard size == (cases.count <= 256 ? 1 : cases.count <= 65536 ? 2 : 4) else { throw undecided(cases) }
    let number = try Self.number(value, at: 0, bytes: size)
    guard number < UInt64(cases.count) else {
      throw Unavailable("damaged: its case \(number) is none of its \(cases.count)")
    }
    return Presentation(value: cases[Int(number)].name ?? "?")
  }

  private static func empty(_ number: UInt64, _ cases: [Member]) throws(Unavailable) -> Presentation {
    let names = cases.filter { $0.type == nil }.map { $0.name ?? "?" }
    guard number < UInt64(names.count) else {
      throw Unavailable("damaged: it says case \(number) of the \(names.count) that hold nothing")
    }
    return Presentation(value: names[Int(number)])
  }

  // MARK: Cases that hold something

  /// Whether a byte behind the largest payload says the case: then the enum has the patterns to spare that this byte has, or
  /// none where only one case holds something. A box, which `indirect` cases have, and spared bits come to other numbers.
  private static func hasTag(_ type: DwarfType, _ payloads: Int, _ cases: Int) -> Bool {
    guard cases <= 200 else { return false }
    let tags = payloads + (cases > payloads ? 1 : 0)
    return SwiftLayout.extraInhabitants(of: type) == (payloads == 1 ? 0 : UInt64(256 - tags))
  }

  private static func isAlike(_ type: DwarfType, _ payload: DwarfType?) -> Bool {
    SwiftLayout.extraInhabitants(of: type) == SwiftLayout.extraInhabitants(of: payload)
  }

  /// The tag is the number of a payload's case, or one more: then the payload's place has the number of a case without one.
  private static func tagged(
    _ value: Value, _ cases: [Member], _ payloads: [Member], _ size: UInt64
  ) throws(Unavailable) -> Presentation {
    let tag = try number(value, at: size, bytes: 1)
    if tag < UInt64(payloads.count) { return presentation(of: payloads[Int(tag)], in: value) }
    guard tag == UInt64(payloads.count), payloads.count < cases.count else {
      throw Unavailable("damaged: its tag \(tag) is of none of its cases")
    }
    return try empty(try number(value, at: 0, bytes: min(size, 4)), cases)
  }

  /// The number of the pattern that a value has of those which mean nothing as a payload: `.some(nil)` where it has none of
  /// them; nil where they are not known.
  private static func spared(_ value: Value, _ payload: DwarfType?, _ count: Int) throws(Unavailable) -> UInt64?? {
    let (first, bytes): (UInt64, UInt64)
    if SwiftLayout.isClass(payload) {
      // No object is that low in memory.
      guard count < 4096 else { return nil }
      (first, bytes) = (0, UInt64(payload?.addressSize ?? 4))
    } else if let payload, FormatterRegistry.key(payload.name) == "Swift.Bool" {
      (first, bytes) = (2, 1)
    } else {
      return nil
    }
    let number = try Self.number(value, at: 0, bytes: bytes)
    guard number >= first, number - first < UInt64(count) else { return .some(nil) }
    return number - first
  }

  private static func presentation(of payload: Member, in value: Value) -> Presentation {
    let content = value.reinterpreted(as: payload.type)
    let parts = (try? SwiftShapes.tuple(content))?.children
    if case .named(let parts)? = parts { return Presentation(value: payload.name ?? "?", children: .named(parts)) }
    return Presentation(value: payload.name ?? "?", children: .named([("0", content)]))
  }

  private static func number(_ value: Value, at offset: UInt64, bytes: UInt64) throws(Unavailable) -> UInt64 {
    let contents = value.surroundings.memory.read(value.storage.advanced(by: offset), count: Int(bytes))
    return try contents.complete().reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
