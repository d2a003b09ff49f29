import DwarfEval

/// `Optional`: a byte behind the value where all of its patterns mean something, else a pattern that means nothing.
enum SwiftOptional {
  /// The value, or `nil`.
  /// - Parameter depth: how many optionals it is in; damaged debug information has some in themselves.
  static func optional(_ value: Value, depth: Int = 0) throws(Unavailable) -> Presentation? {
    guard let type = value.underlying, type.language == .swift, let wrapped = type.swiftArguments.first else {
      return nil
    }
    guard let size = type.size, let part = SwiftLayout.size(of: wrapped) else {
      throw Unavailable("the size of what it may hold is not known")
    }
    let payload = value.reinterpreted(as: wrapped)
    if try isNothing(value, wrapped, size, part) { return Presentation(value: "nil") }
    // That nothing is in an optional which is there is another value than that it is not there.
    if depth < 8, FormatterRegistry.key(wrapped.name) == "Swift.Optional",
      let inner = try optional(payload, depth: depth + 1)?.value, inner == "nil" || inner.hasPrefix("some(")
    {
      return Presentation(value: "some(\(inner))")
    }
    return Presentation(standIn: payload)
  }

  private static func isNothing(
    _ value: Value, _ wrapped: DwarfType, _ size: UInt64, _ part: UInt64
  ) throws(Unavailable) -> Bool {
    // Not all of the bytes that a nil has in the place of a value need be known.
    let key = FormatterRegistry.key(wrapped.name)
    if size > part, size - part == 1 {
      switch try byte(value, at: part) {
      case 0: return false
      case 1: return true
      case let other: throw Unavailable("damaged: whether something is there is \(other), neither 0 nor 1")
      }
    }
    guard size == part else { throw Unavailable("its size \(size) does not fit what it may hold, \(part)") }
    let isPointer =
      SwiftLayout.isClass(wrapped) || SwiftGenerics.isPointer(key) || key.hasSuffix("RawPointer")
      || key == "Swift.OpaquePointer"
    if isPointer, size == 4 {
      return try value.reinterpreted(as: value.type?.number(.unsigned, size: 4)).pattern() == 0
    }
    switch key {
    case "Swift.Bool": return try byte(value, at: 0) == 2
    // Of what the address leads to, 0 to 2 are in use.
    case "Swift.String" where size == 12, "Swift.Character" where size == 12: return try byte(value, at: 8) == 0xff
    default: break
    }
    if let cases = wrapped.enumeration?.enumerators, size == 1, !cases.isEmpty {
      return try UInt64(byte(value, at: 0)) == UInt64(cases.count)
    }
    if let cases = SwiftEnum.plainCases(of: wrapped), size == 1 {
      return try Int(byte(value, at: 0)) == cases.count
    }
    throw Unavailable(
      "whether something is there is not known: Swift's debug information does not say which pattern of \(wrapped.simpleName ?? "it") means nothing"
    )
  }

  private static func byte(_ value: Value, at offset: UInt64) throws(Unavailable) -> UInt8 {
    try value.surroundings.memory.read(value.storage.advanced(by: offset), count: 1).complete()[0]
  }
}
