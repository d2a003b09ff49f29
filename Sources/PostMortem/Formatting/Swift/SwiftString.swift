import DwarfEval

/// Texts of Swift on 32-bit machines.
enum SwiftString {
  /// `String`, in twelve bytes: the count, an address (or more of a small string's text), what the address leads to, the
  /// discriminator's byte and flags. A small string has its text in the first eight bytes and the last two.
  static func string(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .swift, value.size == 12 else { return nil }
    let bytes = try value.bytes()
    let discriminator = bytes[9]
    if discriminator & smallBit != 0 {
      let count = Int(discriminator & 0x0f)
      guard count <= smallCapacity else { throw Unavailable("damaged: a small string of \(count) bytes") }
      return Presentation(summary: ScalarText.string((bytes[0..<8] + bytes[10..<12]).prefix(count), .braces))
    }
    guard discriminator & foreignBits == 0 else { throw Unavailable("its text is not in memory as UTF-8") }
    let count = UInt64(number(bytes[0..<4]))
    let address = UInt64(number(bytes[4..<8]) &+ tailOffset)
    return Presentation(summary: try text(value, address, count))
  }

  private static let smallBit: UInt8 = 0x20
  private static let foreignBits: UInt8 = 0x50
  private static let smallCapacity = 10
  /// From the address of a native string's object to its text; literals are written as if they had such an object.
  private static let tailOffset: UInt32 = 20

  /// `StaticString`: an address, a count, and flags of which the lowest bit means a scalar in the address' place.
  static func fixed(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .swift else { return nil }
    let address = try word(value.member("_startPtrOrData"))
    let count = try word(value.member("_utf8CodeUnitCount"))
    guard let flags = try value.member("_flags").bytes().first else { throw damaged("it has no flags") }
    guard flags & 1 == 0 else {
      let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: address)) ?? "\u{fffd}"
      return Presentation(summary: ScalarText.string(Array(String(scalar).utf8), .braces))
    }
    return Presentation(summary: try text(value, address, count))
  }

  /// What stands in the place of a member of a pointer's size, whatever it is said to be.
  private static func word(_ member: Value) throws(Unavailable) -> UInt64 {
    UInt64(truncatingIfNeeded: try member.sibling(member.type?.number(.unsigned, size: 4), member.storage).pattern())
  }

  private static func text(_ value: Value, _ address: UInt64, _ count: UInt64) throws(Unavailable) -> String {
    let word = value.type?.number(.unsigned, size: 4)
    let pointer = value.sibling(word, .bytes(littleEndian(UInt128(address), count: 4), value.contents().assurance))
    return try ValueRun(textBytes: count, at: pointer).text()
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
