import ByteCursor
import WasmBinary

/// What a file is, told by its first bytes and its sections' names: enough to refuse the wrong kind of file with the
/// right words before anything else of it is read.
public enum SniffedFile: Sendable, Hashable {
  /// A module with a section that only core dumps have.
  case coreDump
  /// Any other module.
  case module
  /// A component.
  case component

  /// Looks at a file.
  /// - Throws: what the file is instead where it is no WebAssembly: `emptyFile`, `elfCore`, `elfFile`, `wasmText`,
  ///   `textFile`, `notWebAssembly`, `unknownVersion`, `unexpectedEnd`.
  public init(_ file: Bytes, limits: Limits = .standard) throws(ReadError) {
    var reader: SectionReader
    do throws(ReadError) { reader = try SectionReader(file) } catch {
      throw error.rule == .badMagic ? describeForeignFile(file) : error
    }
    if reader.kind == .component {
      self = .component
      return
    }
    var count = 0
    while count < limits.sections, let section = reader.next() {
      if DumpForm.ownSections.contains(section.name ?? "") {
        self = .coreDump
        return
      }
      count += 1
    }
    self = .module
  }
}

extension Rule {
  /// A core dump where a module is wanted.
  public static let dumpNotModule: Rule = "this is a core dump, not a module"
}
