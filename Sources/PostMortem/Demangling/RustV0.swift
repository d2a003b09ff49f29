import ByteCursor

/// Rust's newer mangling, v0 (RFC 2603 and the rustc book's chapter "v0 Symbol Format"): a prefix code
/// that is parsed and printed in one go.
///
/// Printed as rustc's own tools do without their verbose mode: no crate hashes, no disambiguators but
/// those of closures, no type suffixes of constants.
struct RustV0 {
  /// The name breaks the grammar or a cap; nothing more needs to be known.
  struct Malformed: Error {}

  /// The name, behind `_R`.
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private(set) var text = ""
  /// Off while a part is parsed that is not shown.
  private var printing = true
  /// The recursion at hand; each level of the grammar costs less than a kilobyte of stack.
  private var depth = 0
  /// Lifetimes bound by the `for<…>` around.
  private var boundLifetimes: UInt64 = 0
  /// Steps that are left: a backreference takes two bytes and may stand for the whole name before it.
  private var fuel = 200_000

  private static let maximumDepth = 200

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The source form of a name given behind `_R`; nil where it is malformed.
  static func demangle(_ bytes: ArraySlice<UInt8>) -> String? {
    // The first version has no number; a digit announces one that does not exist yet.
    guard let first = bytes.first, isUpperCase(first) else { return nil }
    var parser = RustV0(bytes)
    do throws(Malformed) {
      try parser.path(inValue: true)
      if let next = parser.peek(), isUpperCase(next) {
        // The crate that instantiated the generics.
        try parser.silently { (parser) throws(Malformed) in try parser.path(inValue: false) }
      }
    } catch {
      return nil
    }
    // A vendor's suffix.
    guard parser.peek() == nil || parser.peek() == UInt8(ascii: "$") else { return nil }
    return parser.text
  }

  private static func isUpperCase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
  private static func isLowerCase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }

  // MARK: Bytes and text

  private func peek() -> UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func next() throws(Malformed) -> UInt8 {
    guard let byte = peek() else { throw Malformed() }
    position += 1
    return byte
  }

  private mutating func eat(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func emit(_ part: some StringProtocol) throws(Malformed) {
    guard printing else { return }
    guard text.utf8.count + part.utf8.count <= Limits.standard.nameBytes else { throw Malformed() }
    text += part
  }

  /// Enters a level of the grammar, to be left through `leave`.
  private mutating func enter() throws(Malformed) {
    depth += 1
    fuel -= 1
    guard depth <= Self.maximumDepth, fuel > 0 else { throw Malformed() }
  }

  private mutating func leave() { depth -= 1 }

  /// Parses a part without showing it.
  private mutating func silently(_ parse: (inout RustV0) throws(Malformed) -> Void) throws(Malformed) {
    let printed = printing
    printing = false
    try parse(&self)
    printing = printed
  }

  /// What stands until the closing `E`, separated; the number of elements.
  @discardableResult
  private mutating func list(
    separator: String = ", ", _ element: (inout RustV0) throws(Malformed) -> Void
  ) throws(Malformed) -> Int {
    var count = 0
    while !eat("E") {
      if count > 0 { try emit(separator) }
      try element(&self)
      count += 1
    }
    return count
  }

  // MARK: Numbers and identifiers

  /// <base-62-number>: digits, then lower-case and upper-case letters up to `_`; an empty one is 0.
  private mutating func base62() throws(Malformed) -> UInt64 {
    if eat("_") { return 0 }
    var value: UInt64 = 0
    while true {
      let byte = try next()
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A") + 36
      case UInt8(ascii: "_"): return try plusOne(value)
      default: throw Malformed()
      }
      let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 62)
      let (sum, overflow) = scaled.addingReportingOverflow(UInt64(digit))
      guard !tooLarge, !overflow else { throw Malformed() }
      value = sum
    }
  }

  private func plusOne(_ value: UInt64) throws(Malformed) -> UInt64 {
    guard value < .max else { throw Malformed() }
    return value + 1
  }

  /// A base-62 number behind its tag, one more than it says; 0 where the tag is missing.
  private mutating func optionalBase62(_ tag: Unicode.Scalar) throws(Malformed) -> UInt64 {
    guard eat(tag) else { return 0 }
    return try plusOne(try base62())
  }

  /// <disambiguator>
  private mutating func disambiguator() throws(Malformed) -> UInt64 { try optionalBase62("s") }

  /// <undisambiguated-identifier>: its length, and that many bytes of ASCII or, behind `u`, punycode.
  private mutating func identifier() throws(Malformed) -> String {
    let encoded = eat("u")
    var length = 0
    let first = try next()
    guard first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { throw Malformed() }
    length = Int(first - UInt8(ascii: "0"))
    if length > 0 {
      while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        length = length * 10 + Int(byte - UInt8(ascii: "0"))
        guard length <= bytes.count else { throw Malformed() }
        position += 1
      }
    }
    // Parts the length from an identifier that begins with a digit or an underscore.
    _ = eat("_")
    guard length <= bytes.endIndex - position else { throw Malformed() }
    let raw = bytes[position..<position + length]
    position += length
    guard raw.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw Malformed() }
    guard encoded else { return String(decoding: raw, as: UTF8.self) }
    var ascii = raw.prefix(0)
    var deltas = raw
    if let delimiter = raw.lastIndex(of: UInt8(ascii: "_")) {
      ascii = raw[..<delimiter]
      deltas = raw[(delimiter + 1)...]
    }
    guard !deltas.isEmpty else { throw Malformed() }
    // Deltas that name no text are shown as they stand.
    return Punycode.decode(ascii: ascii, deltas: deltas) ?? "punycode{\(String(decoding: raw, as: UTF8.self))}"
  }

  /// <backref>, behind its `B`: parses once more what stood at an earlier place.
  private mutating func backreference(
    _ parse: (inout RustV0) throws(Malformed) -> Void
  ) throws(Malformed) {
    let here = position - 1
    let target = try base62()
    // Only backwards, so that no name contains itself.
    guard let offset = Int(exactly: target), offset < here - bytes.startIndex else { throw Malformed() }
    // What is not shown was parsed when it stood there.
    guard printing else { return }
    let resume = position
    position = bytes.startIndex + offset
    try enter()
    try parse(&self)
    leave()
    position = resume
  }

  // MARK: Paths

  /// <path>. In a value's path generic arguments stand behind `::`.
  private mutating func path(inValue: Bool) throws(Malformed) {
    try enter()
    switch try next() {
    case UInt8(ascii: "C"):
      _ = try disambiguator()
      try emit(try identifier())
    case UInt8(ascii: "N"):
      try nestedPath(inValue: inValue)
    case UInt8(ascii: "M"):
      try implPath()
      try emit("<")
      try type()
      try emit(">")
    case UInt8(ascii: "X"):
      try implPath()
      try traitPath()
    case UInt8(ascii: "Y"):
      try traitPath()
    case UInt8(ascii: "I"):
      try path(inValue: inValue)
      if inValue { try emit("::") }
      try emit("<")
      try list { (parser) throws(Malformed) in try parser.genericArgument() }
      try emit(">")
    case UInt8(ascii: "B"):
      try backreference { (parser) throws(Malformed) in try parser.path(inValue: inValue) }
    default:
      throw Malformed()
    }
    leave()
  }

  /// A path within another, behind its `N`. Upper-case namespaces are special, lower-case ones implied.
  private mutating func nestedPath(inValue: Bool) throws(Malformed) {
    let namespace = try next()
    guard Self.isUpperCase(namespace) || Self.isLowerCase(namespace) else { throw Malformed() }
    try path(inValue: inValue)
    let disambiguator = try disambiguator()
    let name = try identifier()
    guard Self.isUpperCase(namespace) else {
      if !name.isEmpty { try emit("::\(name)") }
      return
    }
    switch namespace {
    case UInt8(ascii: "C"): try emit("::{closure")
    case UInt8(ascii: "S"): try emit("::{shim")
    default: try emit("::{\(Unicode.Scalar(namespace))")
    }
    if !name.isEmpty { try emit(":\(name)") }
    try emit("#\(disambiguator)}")
  }

  /// <impl-path>: where the `impl` stands, which only tells it from other ones of the same type.
  private mutating func implPath() throws(Malformed) {
    _ = try disambiguator()
    try silently { (parser) throws(Malformed) in try parser.path(inValue: false) }
  }

  /// A type seen as a trait.
  private mutating func traitPath() throws(Malformed) {
    try emit("<")
    try type()
    try emit(" as ")
    try path(inValue: false)
    try emit(">")
  }

  /// <generic-arg>
  private mutating func genericArgument() throws(Malformed) {
    if eat("L") {
      try lifetime(try base62())
    } else if eat("K") {
      try constant(inValue: false)
    } else {
      try type()
    }
  }

  // MARK: Lifetimes

  /// A lifetime as de Bruijn index: 1 is the innermost one bound, 0 one that has no name.
  private mutating func lifetime(_ index: UInt64) throws(Malformed) {
    // Where nothing is shown, binders are not followed either.
    guard printing else { return }
    guard index > 0 else { return try emit("'_") }
    guard index <= boundLifetimes else { throw Malformed() }
    let number = boundLifetimes - index
    if number < 26 {
      try emit("'\(Unicode.Scalar(UInt8(ascii: "a") + UInt8(number)))")
    } else {
      try emit("'_\(number)")
    }
  }

  /// An optional <binder>, and what it binds lifetimes for.
  private mutating func binder(_ parse: (inout RustV0) throws(Malformed) -> Void) throws(Malformed) {
    let count = try optionalBase62("G")
    guard printing, count > 0 else { return try parse(&self) }
    let outer = boundLifetimes
    // Each one takes four bytes of the output.
    guard count <= UInt64(Limits.standard.nameBytes) else { throw Malformed() }
    try emit("for<")
    for index in 0..<count {
      if index > 0 { try emit(", ") }
      boundLifetimes += 1
      try lifetime(1)
    }
    try emit("> ")
    try parse(&self)
    boundLifetimes = outer
  }

  // MARK: Types

  /// <type>
  private mutating func type() throws(Malformed) {
    try enter()
    let tag = try next()
    switch tag {
    case UInt8(ascii: "R"), UInt8(ascii: "Q"):
      try emit("&")
      if eat("L") {
        let index = try base62()
        if index > 0 {
          try lifetime(index)
          try emit(" ")
        }
      }
      if tag == UInt8(ascii: "Q") { try emit("mut ") }
      try type()
    case UInt8(ascii: "P"), UInt8(ascii: "O"):
      try emit(tag == UInt8(ascii: "P") ? "*const " : "*mut ")
      try type()
    case UInt8(ascii: "A"), UInt8(ascii: "S"):
      try emit("[")
      try type()
      if tag == UInt8(ascii: "A") {
        try emit("; ")
        try constant(inValue: true)
      }
      try emit("]")
    case UInt8(ascii: "T"):
      try emit("(")
      let count = try list { (parser) throws(Malformed) in try parser.type() }
      try emit(count == 1 ? ",)" : ")")
    case UInt8(ascii: "F"):
      try binder { (parser) throws(Malformed) in try parser.functionSignature() }
    case UInt8(ascii: "D"):
      try emit("dyn ")
      try binder { (parser) throws(Malformed) in
        try parser.list(separator: " + ") { (parser) throws(Malformed) in try parser.dynTrait() }
      }
      guard eat("L") else { throw Malformed() }
      let index = try base62()
      if index > 0 {
        try emit(" + ")
        try lifetime(index)
      }
    case UInt8(ascii: "B"):
      try backreference { (parser) throws(Malformed) in try parser.type() }
    default:
      if let name = Self.basicType(tag) {
        try emit(name)
      } else {
        position -= 1
        try path(inValue: false)
      }
    }
    leave()
  }

  /// <fn-sig>, behind its binder.
  private mutating func functionSignature() throws(Malformed) {
    if eat("U") { try emit("unsafe ") }
    if eat("K") {
      var convention = "C"
      if !eat("C") {
        let name = try identifier()
        guard !name.isEmpty else { throw Malformed() }
        convention = String(name.map { $0 == "_" ? "-" : $0 })
      }
      try emit("extern \"\(convention)\" ")
    }
    try emit("fn(")
    try list { (parser) throws(Malformed) in try parser.type() }
    try emit(")")
    // The unit type as result goes without saying.
    if eat("u") { return }
    try emit(" -> ")
    try type()
  }

  /// <dyn-trait>: a trait, and its associated types among its generic arguments.
  private mutating func dynTrait() throws(Malformed) {
    var open = try pathWithOpenArguments()
    while eat("p") {
      try emit(open ? ", " : "<")
      open = true
      try emit("\(try identifier()) = ")
      try type()
    }
    if open { try emit(">") }
  }

  /// A path whose generic arguments, if it has any, are left open for more; whether it has.
  private mutating func pathWithOpenArguments() throws(Malformed) -> Bool {
    if eat("B") {
      var open = false
      try backreference { (parser) throws(Malformed) in open = try parser.pathWithOpenArguments() }
      return open
    }
    guard eat("I") else {
      try path(inValue: false)
      return false
    }
    try path(inValue: false)
    try emit("<")
    try list { (parser) throws(Malformed) in try parser.genericArgument() }
    return true
  }

  /// <basic-type>
  private static func basicType(_ tag: UInt8) -> String? {
    switch Unicode.Scalar(tag) {
    case "a": "i8"
    case "b": "bool"
    case "c": "char"
    case "d": "f64"
    case "e": "str"
    case "f": "f32"
    case "h": "u8"
    case "i": "isize"
    case "j": "usize"
    case "l": "i32"
    case "m": "u32"
    case "n": "i128"
    case "o": "u128"
    case "p": "_"
    case "s": "i16"
    case "t": "u16"
    case "u": "()"
    case "v": "..."
    case "x": "i64"
    case "y": "u64"
    case "z": "!"
    default: nil
    }
  }

  // MARK: Constants

  /// <const>. Outside of an expression all but literals stand in braces.
  private mutating func constant(inValue: Bool) throws(Malformed) {
    try enter()
    let tag = try next()
    switch Unicode.Scalar(tag) {
    case "p":
      try emit("_")
    case "h", "t", "m", "y", "o", "j":
      try unsigned()
    case "a", "s", "l", "x", "n", "i":
      if eat("n") { try emit("-") }
      try unsigned()
    case "b":
      switch Hexadecimal.value(try hexadecimal()) {
      case 0: try emit("false")
      case 1: try emit("true")
      default: throw Malformed()
      }
    case "c":
      guard
        let scalar = Hexadecimal.value(try hexadecimal()).flatMap({ UInt32(exactly: $0) })
          .flatMap(Unicode.Scalar.init)
      else { throw Malformed() }
      try emit("'\(Self.escaped(scalar, quote: "'"))'")
    case "B":
      try backreference { (parser) throws(Malformed) in try parser.constant(inValue: inValue) }
    default:
      if tag == UInt8(ascii: "R"), eat("e") {
        try stringLiteral()
      } else {
        if !inValue { try emit("{") }
        try compound(tag)
        if !inValue { try emit("}") }
      }
    }
    leave()
  }

  /// A constant that is no literal: a reference, an array, a tuple or a value of a type of one's own.
  private mutating func compound(_ tag: UInt8) throws(Malformed) {
    switch Unicode.Scalar(tag) {
    case "e":
      // A literal is a reference to its text.
      try emit("*")
      try stringLiteral()
    case "R", "Q":
      try emit(tag == UInt8(ascii: "R") ? "&" : "&mut ")
      try constant(inValue: true)
    case "A":
      try emit("[")
      try list { (parser) throws(Malformed) in try parser.constant(inValue: true) }
      try emit("]")
    case "T":
      try emit("(")
      let count = try list { (parser) throws(Malformed) in try parser.constant(inValue: true) }
      try emit(count == 1 ? ",)" : ")")
    case "V":
      try path(inValue: true)
      try fields()
    default:
      throw Malformed()
    }
  }

  /// The fields of a struct or of an enumeration's case: none, in order or by name.
  private mutating func fields() throws(Malformed) {
    switch Unicode.Scalar(try next()) {
    case "U":
      break
    case "T":
      try emit("(")
      try list { (parser) throws(Malformed) in try parser.constant(inValue: true) }
      try emit(")")
    case "S":
      try emit(" { ")
      try list { (parser) throws(Malformed) in
        _ = try parser.disambiguator()
        try parser.emit("\(try parser.identifier()): ")
        try parser.constant(inValue: true)
      }
      try emit(" }")
    default:
      throw Malformed()
    }
  }

  /// The digits up to `_`.
  private mutating func hexadecimal() throws(Malformed) -> ArraySlice<UInt8> {
    let start = position
    while true {
      let byte = try next()
      if byte == UInt8(ascii: "_") { return bytes[start..<position - 1] }
      guard Hexadecimal.isDigit(byte) else { throw Malformed() }
    }
  }

  /// A number, in hexadecimal where it takes more than 64 bits.
  private mutating func unsigned() throws(Malformed) {
    let digits = try hexadecimal()
    guard !digits.isEmpty else { throw Malformed() }
    if let value = Hexadecimal.value(digits) {
      try emit("\(value)")
    } else {
      try emit("0x\(String(decoding: digits.drop { $0 == UInt8(ascii: "0") }, as: UTF8.self))")
    }
  }

  /// The text whose UTF-8 the digits give.
  private mutating func stringLiteral() throws(Malformed) {
    let digits = try hexadecimal()
    guard digits.count.isMultiple(of: 2) else { throw Malformed() }
    var utf8: [UInt8] = []
    for index in stride(from: digits.startIndex, to: digits.endIndex, by: 2) {
      utf8.append(UInt8(truncatingIfNeeded: Hexadecimal.value(digits[index..<index + 2]) ?? 0))
    }
    guard let literal = String(validating: utf8, as: UTF8.self) else { throw Malformed() }
    try emit("\"")
    for scalar in literal.unicodeScalars { try emit(Self.escaped(scalar, quote: "\"")) }
    try emit("\"")
  }

  /// A character as Rust writes it in a literal.
  private static func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
    switch scalar {
    case "\t": "\\t"
    case "\r": "\\r"
    case "\n": "\\n"
    case "\0": "\\0"
    case "\\", quote: "\\\(scalar)"
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }
  }
}
