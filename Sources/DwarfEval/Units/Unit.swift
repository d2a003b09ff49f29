import ByteCursor
import Synchronization

/// What the units of one file share.
final class DwarfContext: Sendable {
  let sections: DwarfSections
  let limits: Limits
  let log: DiagnosticLog
  let abbreviations: AbbreviationCache

  init(_ sections: DwarfSections, limits: Limits, log: DiagnosticLog? = nil) {
    self.sections = sections
    self.limits = limits
    let log = log ?? DiagnosticLog(limit: limits.diagnostics)
    self.log = log
    abbreviations = AbbreviationCache(sections.abbrev, log: log)
  }
}

/// A unit: the entries that a compiler wrote for one source file, and what is derived from them, each part
/// on first need.
///
/// May be used from several threads.
public final class Unit: Sendable {
  /// The place among the file's units.
  public let index: Int
  public let header: UnitHeader
  let context: DwarfContext
  /// For a split unit, what its skeleton says.
  let skeleton: Skeleton?
  /// For a split unit that is joined with its skeleton, the context of the file it stands in.
  let origin: DwarfContext?
  private let splitMemo = Memo<Unit?>()
  private let rootMemo = Memo<Box<UnitRoot>>()
  private let abbreviationsMemo = Memo<Result<AbbreviationTable, ReadError>>()
  private let functionsMemo = Memo<FunctionTable>()
  let languageMemo = Memo<SourceLanguage>()
  private let scopesMemo = Memo<ScopeTable>()
  private let linesMemo = Memo<LineTable?>()
  private let inlineTrees = Mutex<[Int: InlineTree]>([:])

  init(
    _ header: UnitHeader, index: Int, context: DwarfContext, skeleton: Skeleton? = nil, origin: DwarfContext? = nil
  ) {
    self.header = header
    self.index = index
    self.context = context
    self.skeleton = skeleton
    self.origin = origin
  }

  /// The split unit of this skeleton, which `join` finds the first time.
  func split(_ join: () -> Unit?) -> Unit? { splitMemo.get(join) }

  /// How the unit is encoded.
  public var encoding: UnitEncoding { header.encoding }

  /// What the first entry says; empty where it cannot be read.
  public var root: UnitRoot { rootBox.value }

  private var rootBox: Box<UnitRoot> {
    rootMemo.get {
      do throws(ReadError) {
        return Box(
          try UnitRoot(
            header, sections: context.sections, abbreviations: context.abbreviations, skeleton: skeleton?.root))
      } catch {
        context.log.add(error.within(sectionName), lost: "a unit's first entry")
        return Box(UnitRoot())
      }
    }
  }

  /// The unit's abbreviations.
  public var abbreviations: Result<AbbreviationTable, ReadError> {
    abbreviationsMemo.get {
      do throws(ReadError) {
        return .success(try context.abbreviations.table(at: header.abbrevOffset, encoding: encoding))
      } catch {
        context.log.add(error, lost: "a unit's entries")
        return .failure(error)
      }
    }
  }

  /// The unit's functions with code.
  var functionTable: FunctionTable { functionsMemo.get { FunctionTable(self) } }

  /// What was inlined at `address` into function `number` of the table, the outermost first.
  func inlined(at address: CodeAddress, function number: Int) -> [InlinedEntry] {
    let offset = functionTable.offsets[number]
    return inlineTrees.withLock { trees in
      trees[number, default: InlineTree(self, function: offset)].chain(at: address, in: self)
    }
  }

  /// The entries that give their names to what is declared in them.
  var scopes: ScopeTable { scopesMemo.get { ScopeTable(self) } }

  /// The unit's line table; nil where it has none or none that can be read.
  public var lineTable: LineTable? {
    linesMemo.get {
      guard let header = lineProgramHeader() else { return nil }
      let table = LineTable(header, limits: context.limits)
      for diagnostic in table.diagnostics { context.log.add(diagnostic) }
      return table
    }
  }

  /// The header of the unit's line program, which has the files and costs far less than the rows; nil where there is none
  /// or none that can be read. Read anew each time.
  public func lineProgramHeader() -> LineProgramHeader? {
    guard let offset = rootBox.value.lineProgram else { return nil }
    do throws(ReadError) {
      return try LineProgramHeader(
        at: offset, in: skeleton?.sections ?? context.sections, addressSize: encoding.addressSize,
        compilationDirectory: compilationDirectory)
    } catch {
      context.log.add(error, lost: "a unit's line table")
      return nil
    }
  }

  /// The compiler's working directory: skeletons have it for their split units.
  private var compilationDirectory: Bytes? {
    let root = rootBox
    guard let value = root.value.compDir else { return skeleton?.compilationDirectory }
    return try? context.sections.string(value, encoding: encoding, strOffsetsBase: root.value.strOffsetsBase)
  }

  /// `.debug_info` or `.debug_types`, for messages.
  var sectionName: String { header.section == .info ? DebugInfo.name : DebugTypes.name }

  // MARK: Values

  /// The text of a string value, as UTF-8 with U+FFFD in place of what is not.
  public func string(_ value: FormValue) -> String? {
    do throws(ReadError) {
      guard
        let bytes = try context.sections.string(value, encoding: encoding, strOffsetsBase: rootBox.value.strOffsetsBase)
      else { return nil }
      return bytes.clamped(0, count: context.limits.nameBytes).string
    } catch {
      context.log.add(error, lost: "a string")
      return nil
    }
  }

  /// The path of the primary source file as the compiler was given it.
  public var name: String? { rootBox.value.name.flatMap { string($0) } }
  /// The compiler's working directory.
  public var compDir: String? { compilationDirectory?.clamped(0, count: context.limits.nameBytes).string }
  /// The path of the primary source file, absolute where the unit says enough for it; as the line table has it.
  public var sourcePath: String? { name.map { SourcePath.join([compDir ?? "", $0]) } }
  /// The compiler and its version.
  public var producer: String? { rootBox.value.producer.flatMap { string($0) } }
  /// The file that holds the split unit of this skeleton.
  public var dwoName: String? { rootBox.value.dwoName.flatMap { string($0) } }

  /// The address that `value` is or is the index of.
  public func address(_ value: FormValue) -> UInt64? {
    context.sections.addr.address(value, base: rootBox.value.addrBase ?? .standard(encoding), encoding: encoding)
  }

  /// Reads what the unit's entries say about where their code is.
  func codeRanges() -> CodeRangeReader {
    CodeRangeReader(context.sections, header, rootBox.value, isSplit: skeleton != nil)
  }

  /// The range list that `value` points to.
  /// - Throws: `offsetOutOfBounds`, `indexOutOfBounds`.
  public func rangeList(_ value: FormValue) throws(ReadError) -> RangeListReader? { try codeRanges().list(value) }

  /// The unit's code as its first entry describes it; nil where that says nothing about code.
  func claims(budget: inout RangeBudget) -> [CodeRange]? {
    let root = rootBox
    guard root.value.ranges != nil || (root.value.lowPC != nil && root.value.high != nil) else { return nil }
    var found: [CodeRange] = []
    var code = CodeAttributes()
    code.low = root.value.low
    code.high = root.value.high
    code.list = root.value.ranges
    do throws(ReadError) {
      try codeRanges().append(code, to: &found, budget: &budget)
    } catch {
      context.log.add(error, lost: "a unit's address ranges")
    }
    return found
  }
}
