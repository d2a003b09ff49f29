import ByteCursor

/// The `name` section (7.4.1), with the subsections of the extended-name-section proposal and those for
/// fields and tags.
///
/// Each subsection is read on the first question about it. A module without names has a name section
/// without names.
public final class NameSection: Sendable {
  /// The section that names stand in, in a debug file without code: a `name` section would name functions that the file does
  /// not have, for which other tools refuse to read it (docs/debug-files.md).
  public static let debugFileSectionName = "wasmpm.names"

  /// The subsections by their number.
  private enum Subsection: UInt8 {
    case module = 0
    case functions = 1
    case locals = 2
    case labels = 3
    case types = 4
    case tables = 5
    case memories = 6
    case globals = 7
    case elements = 8
    case data = 9
    case fields = 10
    case tags = 11
  }

  private let log: DiagnosticLog
  /// The contents of each known subsection, by its number.
  private let subsections: [Bytes?]
  private let moduleMemo = Memo<String?>()
  private let functionsMemo = Memo<NameMap>()
  private let localsMemo = Memo<IndirectNameMap>()
  private let labelsMemo = Memo<IndirectNameMap>()
  private let typesMemo = Memo<NameMap>()
  private let tablesMemo = Memo<NameMap>()
  private let memoriesMemo = Memo<NameMap>()
  private let globalsMemo = Memo<NameMap>()
  private let elementsMemo = Memo<NameMap>()
  private let dataMemo = Memo<NameMap>()
  private let fieldsMemo = Memo<IndirectNameMap>()
  private let tagsMemo = Memo<NameMap>()

  init(_ contents: Bytes?, log: DiagnosticLog) {
    self.log = log
    var subsections = [Bytes?](repeating: nil, count: Int(Subsection.tags.rawValue) + 1)
    var cursor = (contents ?? .empty).cursor()
    do throws(ReadError) {
      while !cursor.isAtEnd {
        let number = Int(try cursor.u8())
        let size = UInt64(try cursor.uleb32())
        let isWhole = size <= UInt64(cursor.remaining)
        let here = cursor.fileOffset
        let bytes = isWhole ? try cursor.bytes(size) : cursor.rest()
        if number < subsections.count, subsections[number] == nil { subsections[number] = bytes }
        if !isWhole { throw ReadError(.unexpectedEnd, value: size, offset: here) }
      }
    } catch {
      log.add(Diagnostic(error.within("name"), lost: "some names are lost"))
    }
    self.subsections = subsections
  }

  /// The module's own name.
  public var module: String? {
    moduleMemo.value {
      guard var cursor = subsections[Int(Subsection.module.rawValue)]?.cursor() else { return nil }
      do throws(ReadError) {
        let name = try cursor.bytes(UInt64(try cursor.uleb32()))
        if let text = name.validString { return text }
        log.add(Diagnostic("\(Rule.invalidUTF8)", section: "name", offset: name.fileOffset))
        return name.string
      } catch {
        log.add(Diagnostic(error.within("name"), lost: "the module's name is lost"))
        return nil
      }
    }
  }

  /// Functions' names, by function index.
  public var functions: NameMap { functionsMemo.value { map(.functions) } }
  /// Locals' names, by function and local index.
  public var locals: IndirectNameMap { localsMemo.value { indirectMap(.locals) } }
  /// Labels' names, by function index and the order of the labels in the function.
  public var labels: IndirectNameMap { labelsMemo.value { indirectMap(.labels) } }
  /// Types' names, by type index.
  public var types: NameMap { typesMemo.value { map(.types) } }
  /// Tables' names, by table index.
  public var tables: NameMap { tablesMemo.value { map(.tables) } }
  /// Memories' names, by memory index.
  public var memories: NameMap { memoriesMemo.value { map(.memories) } }
  /// Globals' names, by global index.
  public var globals: NameMap { globalsMemo.value { map(.globals) } }
  /// Element segments' names, by segment.
  public var elements: NameMap { elementsMemo.value { map(.elements) } }
  /// Data segments' names, by segment.
  public var data: NameMap { dataMemo.value { map(.data) } }
  /// Structure fields' names, by type and field index.
  public var fields: IndirectNameMap { fieldsMemo.value { indirectMap(.fields) } }
  /// Tags' names, by tag index.
  public var tags: NameMap { tagsMemo.value { map(.tags) } }

  private func map(_ subsection: Subsection) -> NameMap {
    guard var cursor = subsections[Int(subsection.rawValue)]?.cursor() else { return .empty(log: log) }
    do throws(ReadError) {
      return try NameMap(&cursor, log: log)
    } catch {
      log.add(Diagnostic(error.within("name"), lost: "names of \(subsection) are lost"))
      return .empty(log: log)
    }
  }

  private func indirectMap(_ subsection: Subsection) -> IndirectNameMap {
    guard var cursor = subsections[Int(subsection.rawValue)]?.cursor() else { return .empty(log: log) }
    do throws(ReadError) {
      return try IndirectNameMap(&cursor, log: log)
    } catch {
      log.add(Diagnostic(error.within("name"), lost: "names of \(subsection) are lost"))
      return .empty(log: log)
    }
  }
}
