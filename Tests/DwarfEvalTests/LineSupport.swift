import ByteCursor
import DwarfEval
import TestSupport

extension LineProgramBuilder {
  var dwarf: DwarfSections {
    let sections = sections().mapValues { Bytes(copying: $0) }
    return DwarfSections { sections[$0] }
  }

  func header(compilationDirectory: String? = nil) throws -> LineProgramHeader {
    try LineProgramHeader(
      at: DebugLineOffset(0), in: dwarf, compilationDirectory: compilationDirectory.map { Bytes(copying: $0.utf8) })
  }

  func rows(limits: Limits = .standard) throws -> [LineRow] { Array(try header().rows(limits: limits)) }

  func table(limits: Limits = .standard) throws -> LineTable { LineTable(try header(), limits: limits) }
}

extension LineRow {
  /// `address line:column file` and what else is set, for messages and comparisons.
  var text: String {
    var text = "\(address) \(line):\(column) \(file)"
    if discriminator != 0 { text += " d\(discriminator)" }
    if isa != 0 { text += " isa\(isa)" }
    if operationIndex != 0 { text += " op\(operationIndex)" }
    if isStatement { text += " stmt" }
    if flags.contains(.basicBlock) { text += " block" }
    if flags.contains(.prologueEnd) { text += " prologue" }
    if flags.contains(.epilogueBegin) { text += " epilogue" }
    if isEndSequence { text += " end" }
    return text
  }
}

/// Versions and formats that one test runs with.
struct LineFormat: Sendable, CustomStringConvertible {
  let version: UInt16
  let is64Bit: Bool
  let addressSize: UInt8

  static let all = [2, 3, 4, 5].flatMap { (version: UInt16) in
    [(false, 4), (false, 8), (true, 4), (true, 8)].map {
      LineFormat(version: version, is64Bit: $0.0, addressSize: $0.1)
    }
  }

  var description: String { "DWARF \(version), \(is64Bit ? 64 : 32)-bit, addresses of \(addressSize) bytes" }

  func builder() -> LineProgramBuilder {
    LineProgramBuilder(version: version, is64Bit: is64Bit, addressSize: addressSize)
  }
}
