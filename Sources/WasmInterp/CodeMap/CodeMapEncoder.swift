import ByteCursor
import WasmBinary

extension CodeMap {
  /// The name of the custom section that holds a map (docs/code-map.md).
  public static let sectionName = "wasmpm.codemap"

  /// The contents of the custom section that stands for the companion's code in a debug file, without the section's name.
  /// Maps all functions.
  public func encoded() -> [UInt8] { CodeMapEncoder(self).contents }
}

/// Writes a map (docs/code-map.md).
private struct CodeMapEncoder {
  /// What is written of one function.
  private struct Record {
    var position: Int
    var counterpart: CompanionFunction
    /// Nil where the code differs.
    var map: FunctionMap?
  }

  private let map: CodeMap
  private var model = WidthModel()
  private var writer = SectionEncoder()

  init(_ map: CodeMap) {
    self.map = map
    write()
  }

  var contents: [UInt8] { writer.bytes }

  private mutating func write() {
    let bodies = map.shipped.bodies
    let records = bodies.indices.map { position in
      map.source.counterpart(of: position).map {
        Record(position: position, counterpart: $0, map: try? map.map(of: bodies.firstFunction + UInt32(position)))
      }
    }
    model = fittedModel(records)
    writeHeader()
    writeModel()
    // The gap between bodies holds the next one's size.
    let gap = commonGap(records)
    writer.uleb(UInt64(gap))
    writer.uleb(UInt64(bodies.count))
    writeRecords(records, gap: gap)
    writeMissing()
    writer.little(CodeMapFingerprint.of(Bytes(copying: writer.bytes)), size: 8)
  }

  // MARK: Header

  private mutating func writeHeader() {
    let survey = map.survey
    writer.uleb(CodeMapForm.version)
    let globals = map.source.globals
    writer.bytes.append(
      (map.hasSameMemory ? CodeMapForm.sameMemory : 0) | (globals == nil ? 0 : CodeMapForm.globalsDiffer)
        | (map.hasSameOrder ? CodeMapForm.sameOrder : 0))
    writer.bytes.append(survey.relation.rawValue)
    writer.little(CodeMapFingerprint.of(map.shipped.code ?? .empty), size: 8)
    writer.little(CodeMapFingerprint.of(map.shipped.section(.data)?.contents ?? .empty), size: 8)
    for number in [
      survey.mappedFunctions, survey.mappedBytes, survey.bytes, survey.agreeingNames, survey.comparedNames,
    ] {
      writer.uleb(UInt64(number))
    }
    if let globals {
      writer.uleb(UInt64(globals.count))
      for global in globals { writer.uleb(global.map { UInt64($0) + 1 } ?? 0) }
    }
  }

  private mutating func writeModel() {
    writer.sleb(model.addresses.lowerBound)
    writer.sleb(model.addresses.upperBound)
    let opcodes = model.opcodes
    writer.uleb(UInt64(opcodes.count))
    for opcode in opcodes {
      guard let entry = model[opcode] else { continue }
      writer.bytes.append(opcode.prefix)
      writer.uleb(UInt64(opcode.number))
      writer.bytes.append(entry.rule.rawValue)
      writer.uleb(UInt64(entry.length))
    }
  }

  // MARK: Functions

  private func body(_ record: Record) -> Bytes { map.shipped.bodies[record.position].contents }

  /// Calls `visit` with each instruction of a mapped function and its length in both modules.
  private func instructions(
    _ record: Record, _ map: FunctionMap, _ visit: (Opcode, Int64?, _ shipped: Int, _ companion: Int) -> Void
  ) {
    guard var scanner = try? InstructionScanner(body(record)),
      var position = map.companionOffset(of: CodeOffset(UInt64(scanner.offset)))?.rawValue
    else { return }
    while !scanner.isAtEnd {
      let start = scanner.offset
      guard let (opcode, number) = try? scanner.next(),
        let next = map.companionOffset(of: CodeOffset(UInt64(scanner.offset)))?.rawValue
      else { return }
      visit(opcode, number, scanner.offset - start, Int(next - position))
      position = next
    }
  }

  private func fittedModel(_ records: [Record?]) -> WidthModel {
    var statistics = WidthStatistics()
    for record in records {
      guard let record, let map = record.map else { continue }
      instructions(record, map) { statistics.add($0, number: $1, shipped: $2, companion: $3) }
    }
    return statistics.model
  }

  /// The distance that stands between most bodies and the ones before them; 0 for the width that the body's size needs.
  private func commonGap(_ records: [Record?]) -> Int {
    var counts: [Int: Int] = [:]
    var end: UInt64?
    for case let record? in records {
      let place = record.counterpart
      if let end, place.start >= end {
        let gap = Int(place.start - end)
        counts[gap, default: 0] += 1
        if gap == CodeMapForm.Place.width(of: place.size) { counts[0, default: 0] += 1 }
      }
      end = place.start + UInt64(place.size)
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
  }

  private mutating func writeRecords(_ records: [Record?], gap: Int) {
    var body = SectionEncoder()
    var expected = CodeMapForm.Place()
    var absent: UInt64 = 0
    for record in records {
      guard let record else {
        absent += 1
        continue
      }
      if absent > 0 { body.uleb((absent - 1) << 2 | CodeMapForm.Kind.absent.rawValue) }
      absent = 0
      write(record, &body, expected, gap: gap)
      expected = CodeMapForm.Place(record.counterpart)
    }
    if absent > 0 { body.uleb((absent - 1) << 2 | CodeMapForm.Kind.absent.rawValue) }
    writer.uleb(UInt64(body.bytes.count))
    writer.bytes += body.bytes
  }

  private func write(_ record: Record, _ body: inout SectionEncoder, _ expected: CodeMapForm.Place, gap: Int) {
    let counterpart = record.counterpart
    let expectedStart = expected.start(size: counterpart.size, gap: gap)
    let growth = Int64(counterpart.size) - Int64(self.body(record).count)
    let exceptions = record.map.map { self.exceptions(record, $0) }
    let isExpected = counterpart.function == expected.function && counterpart.start == expectedStart && growth >= 0
    if isExpected, counterpart.isCertain, let exceptions, exceptions.localsGrowth == 0 {
      let kind: CodeMapForm.Kind = exceptions.count == 0 ? .regular : .exceptions
      body.uleb(UInt64(growth) << 2 | kind.rawValue)
      if exceptions.count > 0 { exceptions.write(to: &body) }
      return
    }
    let flags =
      (exceptions == nil ? CodeMapForm.differs : 0) | (counterpart.isCertain ? 0 : CodeMapForm.guessed)
    body.uleb(flags << 2 | CodeMapForm.Kind.general.rawValue)
    body.sleb(Int64(counterpart.function) - Int64(expected.function))
    body.sleb(Int64(bitPattern: counterpart.start &- expectedStart))
    body.sleb(growth)
    guard let exceptions else { return }
    body.sleb(exceptions.localsGrowth)
    exceptions.write(to: &body)
  }

  /// Instructions whose lengths are not what the model says.
  private struct Exceptions {
    var localsGrowth: Int64 = 0
    var count = 0
    var encoded = SectionEncoder()

    func write(to body: inout SectionEncoder) {
      body.uleb(UInt64(count))
      body.bytes += encoded.bytes
    }
  }

  private func exceptions(_ record: Record, _ map: FunctionMap) -> Exceptions {
    var result = Exceptions()
    if let scanner = try? InstructionScanner(self.body(record)),
      case let first = CodeOffset(UInt64(scanner.offset)), let mapped = map.companionOffset(of: first)
    {
      result.localsGrowth = Int64(mapped.rawValue) - Int64(first.rawValue)
    }
    // Instructions with a rule since the last exception.
    var gap: UInt64 = 0
    instructions(record, map) { opcode, number, shipped, companion in
      guard let entry = model[opcode] else { return }
      let (expected, other) = model.lengths(entry, shipped: shipped, number: number)
      if companion == expected {
        gap += 1
        return
      }
      result.encoded.uleb(gap << 1 | (companion == other ? 0 : 1))
      if companion != other { result.encoded.sleb(Int64(companion) - Int64(shipped)) }
      result.count += 1
      gap = 0
    }
    return result
  }

  /// What of the companion the shipped module does not have.
  private mutating func writeMissing() {
    let missing = map.survey.missing.sorted { $0.lowerBound < $1.lowerBound }
    writer.uleb(UInt64(missing.count))
    var end: UInt64 = 0
    for range in missing {
      writer.uleb(range.lowerBound - end)
      writer.uleb(UInt64(range.count))
      end = range.upperBound
    }
  }
}
