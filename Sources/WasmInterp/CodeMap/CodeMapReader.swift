import ByteCursor
import WasmBinary

/// What a code map's section says (docs/code-map.md), read leniently nowhere: a map is right or it is none.
struct CodeMapReader: Sendable {
  /// What is said of a shipped function.
  struct Entry: Sendable {
    enum State: Sendable { case absent, mapped, differs }
    var state = State.absent
    var place = CompanionFunction(function: 0, start: 0, size: 0)
    /// How many bytes longer the companion's locals vector is.
    var localsGrowth: Int64 = 0
    /// Where the exceptions' count stands in the section; nil without exceptions.
    var exceptions: Int?
  }

  let hasSameMemory: Bool
  let hasSameOrder: Bool
  let relation: CodeMapSurvey.Relation
  let mappedFunctions: Int
  let mappedBytes: Int
  let bytes: Int
  let agreeingNames: Int
  let comparedNames: Int
  /// By the companion's globals; nil where both count alike.
  let globals: [UInt32?]?
  private let model: WidthModel
  /// By position among the shipped bodies.
  let functions: [Entry]
  let missing: [Range<UInt64>]
  private let contents: Bytes

  /// Addresses of code sections have 32 bits.
  private static let addressLimit = UInt64(UInt32.max)

  init(_ section: Bytes, shipped: WasmModule) throws(ReadError) {
    let bodies = shipped.bodies
    var cursor = section.cursor()
    let version = try cursor.uleb64()
    guard version == CodeMapForm.version else { throw cursor.error(.unknownCodeMapVersion, value: version) }
    // The last eight bytes tell whether the others are as they were written.
    contents = section.clamped(0, count: section.count - 8)
    var check = section.clamped(contents.count, count: 8).cursor()
    guard try check.u64() == CodeMapFingerprint.of(contents) else { throw cursor.error(.malformedCodeMap) }
    cursor = try contents.cursor(at: UInt64(cursor.position - section.start))
    let flags = try cursor.u8()
    hasSameOrder = flags & CodeMapForm.sameOrder != 0
    guard let relation = CodeMapSurvey.Relation(rawValue: try cursor.u8()) else {
      throw cursor.error(.malformedCodeMap)
    }
    self.relation = relation
    guard try cursor.u64() == CodeMapFingerprint.of(shipped.code ?? .empty) else { throw cursor.error(.foreignCodeMap) }
    let data = try cursor.u64()
    hasSameMemory =
      flags & CodeMapForm.sameMemory != 0
      && data == CodeMapFingerprint.of(shipped.section(.data)?.contents ?? .empty)
    mappedFunctions = try cursor.number()
    mappedBytes = try cursor.number()
    bytes = try cursor.number()
    agreeingNames = try cursor.number()
    comparedNames = try cursor.number()
    var globals: [UInt32?]?
    if flags & CodeMapForm.globalsDiffer != 0 {
      globals = []
      for _ in 0..<(try cursor.count()) {
        let target = try cursor.uleb64()
        globals?.append(target == 0 ? nil : UInt32(exactly: target - 1))
      }
    }
    self.globals = globals
    model = try Self.model(&cursor)
    let gap = try cursor.number()
    guard try cursor.number() == bodies.count else { throw cursor.error(.malformedCodeMap) }
    var records = Bytes.empty.cursor()
    let recordBytes = try cursor.bytes(try cursor.uleb64())
    records = recordBytes.cursor()
    functions = try Self.functions(&records, bodies, gap: gap, origin: section.start)
    var missing: [Range<UInt64>] = []
    var end: UInt64 = 0
    for _ in 0..<(try cursor.count()) {
      let start = end &+ UInt64(try cursor.number())
      end = start &+ UInt64(try cursor.number())
      guard end <= Self.addressLimit else { throw cursor.error(.malformedCodeMap, value: end) }
      missing.append(start..<end)
    }
    self.missing = missing
    guard cursor.isAtEnd else { throw cursor.error(.malformedCodeMap) }
  }

  private static func model(_ cursor: inout Cursor) throws(ReadError) -> WidthModel {
    var model = WidthModel()
    let (low, high) = (try cursor.sleb64(), try cursor.sleb64())
    guard low <= high else { throw cursor.error(.malformedCodeMap) }
    model.addresses = low..<high
    for _ in 0..<(try cursor.count()) {
      let prefix = try cursor.u8()
      let number = try cursor.uleb32()
      guard let opcode = Opcode(prefix: prefix, number: number),
        let rule = WidthModel.Rule(rawValue: try cursor.u8()), case let length = try cursor.number(), length > 0
      else { throw cursor.error(.malformedCodeMap, value: UInt64(number)) }
      model[opcode] = WidthModel.Entry(rule: rule, length: length)
    }
    return model
  }

  // MARK: Functions

  private static func functions(
    _ cursor: inout Cursor, _ bodies: FunctionBodies, gap: Int, origin: Int
  ) throws(ReadError) -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(bodies.count)
    var expected = CodeMapForm.Place()
    while entries.count < bodies.count {
      let first = try cursor.uleb64()
      let rest = first >> 2
      if first & 3 == CodeMapForm.Kind.absent.rawValue {
        guard rest < UInt64(bodies.count - entries.count) else { throw cursor.error(.malformedCodeMap, value: rest) }
        entries.append(contentsOf: repeatElement(Entry(), count: Int(rest) + 1))
        continue
      }
      var entry = Entry(state: .mapped)
      var (function, start, growth) = (Int64(expected.function), UInt64(0), Int64(truncatingIfNeeded: rest))
      var isCertain = true
      if first & 3 == CodeMapForm.Kind.general.rawValue {
        guard rest <= CodeMapForm.differs | CodeMapForm.guessed else {
          throw cursor.error(.malformedCodeMap, value: rest)
        }
        isCertain = rest & CodeMapForm.guessed == 0
        entry.state = rest & CodeMapForm.differs == 0 ? .mapped : .differs
        function = function &+ (try cursor.sleb64())
        start = UInt64(bitPattern: try cursor.sleb64())
        growth = try cursor.sleb64()
        if entry.state == .mapped { entry.localsGrowth = try cursor.sleb64() }
      }
      let size = Int64(bodies[entries.count].contents.count) &+ growth
      guard let function = UInt32(exactly: function), let size = UInt32(exactly: size) else {
        throw cursor.error(.malformedCodeMap, value: UInt64(bitPattern: size))
      }
      start = start &+ expected.start(size: size, gap: gap)
      guard start <= addressLimit,
        start + UInt64(size) <= addressLimit
      else { throw cursor.error(.malformedCodeMap, value: start) }
      entry.place = CompanionFunction(function: function, start: start, size: size, isCertain: isCertain)
      if first & 3 != CodeMapForm.Kind.regular.rawValue, entry.state == .mapped {
        entry.exceptions = cursor.position - origin
        for _ in 0..<(try cursor.count()) where try cursor.uleb64() & 1 == 1 { _ = try cursor.sleb64() }
      }
      entries.append(entry)
      expected = CodeMapForm.Place(entry.place)
    }
    guard cursor.isAtEnd else { throw cursor.error(.malformedCodeMap) }
    return entries
  }

  /// The map of a shipped body.
  /// - Throws: `malformedCodeMap` where the lengths do not come out.
  func map(of body: Bytes, _ entry: Entry) throws(ReadError) -> FunctionMap {
    var exceptions = try ExceptionReader(contents, at: entry.exceptions)
    var scanner = try InstructionScanner(body)
    var trace = FunctionTrace(size: body.count)
    let size = Int64(entry.place.size)
    var position = Int64(scanner.offset) &+ entry.localsGrowth
    while !scanner.isAtEnd {
      let start = scanner.offset
      guard position >= 0, position < size else { throw exceptions.error(.malformedCodeMap) }
      trace.instruction(companion: Int(position), shipped: start)
      let (opcode, number) = try scanner.next()
      let shipped = scanner.offset - start
      var length = Int64(shipped)
      if let rule = model[opcode] {
        let (expected, other) = model.lengths(rule, shipped: shipped, number: number)
        switch try exceptions.next() {
        case .none: length = Int64(expected)
        case .other: length = Int64(other)
        case .growth(let growth): length = length &+ growth
        }
      }
      guard length > 0 else { throw exceptions.error(.malformedCodeMap) }
      position = position &+ length
    }
    guard position == size, exceptions.isAtEnd else { throw exceptions.error(.malformedCodeMap) }
    return FunctionMap(companionSize: entry.place.size, shippedSize: UInt32(clamping: body.count), trace)
  }
}

/// The exceptions of a function.
private struct ExceptionReader {
  enum Exception {
    case none, other
    case growth(Int64)
  }

  private var cursor: Cursor
  /// Those that were not met yet, and how many instructions with a rule lie before the next one.
  private var left = 0
  private var gap: UInt64 = 0
  private var isGrowth = false

  init(_ contents: Bytes, at offset: Int?) throws(ReadError) {
    cursor = try contents.cursor(at: UInt64(offset ?? contents.count))
    guard offset != nil else { return }
    left = try cursor.count()
    try advance()
  }

  var isAtEnd: Bool { left == 0 }
  func error(_ rule: Rule) -> ReadError { cursor.error(rule) }

  private mutating func advance() throws(ReadError) {
    guard left > 0 else { return }
    let number = try cursor.uleb64()
    gap = number >> 1
    isGrowth = number & 1 == 1
  }

  /// What is said of the next instruction that has a rule.
  mutating func next() throws(ReadError) -> Exception {
    guard left > 0 else { return .none }
    guard gap == 0 else {
      gap -= 1
      return .none
    }
    let exception: Exception = isGrowth ? .growth(try cursor.sleb64()) : .other
    left -= 1
    try advance()
    return exception
  }
}

extension Cursor {
  /// A number that fits in 32 bits.
  fileprivate mutating func number() throws(ReadError) -> Int { Int(try uleb32()) }

  /// How many elements follow, each of which takes a byte at least.
  fileprivate mutating func count() throws(ReadError) -> Int {
    let count = Int(try uleb32())
    guard count <= remaining else { throw error(.unexpectedEnd, value: UInt64(count)) }
    return count
  }
}
