import ByteCursor
import Synchronization

/// A run of rows with ascending addresses, usually a function's (DWARF 5, 6.2.1).
public struct LineSequence: Hashable, Sendable {
  /// The least address of its rows.
  public let start: CodeAddress
  /// The address behind its last instruction.
  public let end: CodeAddress
  /// Which of the table's checkpoints lie in it; the first one is at its first row.
  let checkpoints: Range<Int>
  /// The greatest `end` of this sequence and of those before it in the table: where sequences overlap, a search
  /// that walks back knows when to stop.
  fileprivate(set) var reach: CodeAddress
  /// Whether no row's address is less than that of the row before.
  public let isAscending: Bool
}

/// The line-number table of a unit: which source position an address has, and the other way round.
///
/// The rows are not kept: the table is an index of the program's sequences with a checkpoint every
/// hundred rows or so, from which the few rows that a question is about are decoded again. That takes about a
/// microsecond, and where rows would take 15 MB (740 000 of them in 49 MB of module) the index takes less than one.
public struct LineTable: Sendable {
  /// The program's header, with the files that rows refer to.
  public let header: LineProgramHeader
  /// The sequences by ascending start. Sequences without a byte of code are left out.
  public let sequences: [LineSequence]
  /// How many rows the program has, those that end sequences included and those of dead code not.
  public let rowCount: Int
  /// What of the program could not be read.
  public let diagnostics: [Diagnostic]
  private let checkpoints: [LineCheckpoint]
  /// The positions, in the storage, of the file entries that the program itself defines.
  private let definedFiles: [Int]
  /// The rows of sequences whose addresses go backwards, sorted.
  private let sortedRows = SortedRows()
  private let limits: Limits

  /// Decodes the program once, to index its sequences.
  public init(_ header: LineProgramHeader, limits: Limits = .standard) {
    var index = SequenceIndex()
    var rows = header.rows(limits: limits)
    var count = 0
    while let row = rows.next() {
      count += 1
      if index.add(row) { index.mark(rows.checkpoint(at: row)) }
    }
    index.finish()
    var diagnostics = header.diagnostics
    if let problem = rows.problem {
      diagnostics.append(Diagnostic(problem.within(DebugLine.name), lost: "rest of a line number program"))
    } else if index.brokeOff {
      diagnostics.append(
        Diagnostic(
          "the last sequence of a line number program has no end", section: DebugLine.name,
          offset: header.program.fileOffset))
    }
    self.header = header
    self.definedFiles = rows.definedFiles
    self.sequences = index.sorted()
    self.checkpoints = index.checkpoints
    self.rowCount = count
    self.diagnostics = diagnostics
    self.limits = limits
  }

  // MARK: Files

  /// The valid file indices: the header's, followed by those of files that the program itself defines
  /// (DW_LNE_define_file, up to DWARF 4).
  public var fileIndices: Range<Int> {
    header.fileIndices.lowerBound..<header.fileIndices.upperBound + definedFiles.count
  }

  /// File `index`.
  /// - Throws: `indexOutOfBounds` where there is none, and what damaged strings throw.
  public func file(_ index: UInt64) throws(ReadError) -> LineFile {
    let (position, isInHeader) = index.subtractingReportingOverflow(UInt64(header.fileIndices.upperBound))
    guard !isInHeader, position < UInt64(definedFiles.count) else { return try header.file(index) }
    return try header.definedFile(at: definedFiles[Int(position)])
  }

  /// The path of file `index`, absolute where the file says enough for it.
  /// - Throws: as `file`.
  public func path(ofFile index: UInt64) throws(ReadError) -> String { header.path(of: try file(index)) }

  // MARK: Rows

  /// All rows in the order of the program.
  public var rows: LineRows { header.rows(limits: limits) }

  /// The rows of one of `sequences`, the one that ends it included.
  public func rows(of sequence: LineSequence) -> [LineRow] {
    let first = checkpoints[sequence.checkpoints.lowerBound]
    var rows = [first.row]
    for row in header.rows(behind: first) {
      rows.append(row)
      if row.isEndSequence { break }
    }
    return rows
  }

  // MARK: From an address to a line

  /// The sequence that holds `address`; where several do, the one that starts last.
  public func sequence(holding address: CodeAddress) -> LineSequence? {
    var low = 0
    var high = sequences.count
    while low < high {
      let middle = (low + high) / 2
      if sequences[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    while low > 0, sequences[low - 1].reach > address {
      low -= 1
      if sequences[low].end > address { return sequences[low] }
    }
    return nil
  }

  /// The row whose range holds `address`. Of several rows at one address the last one counts.
  public func lookup(_ address: CodeAddress) -> LineRow? { span(holding: address)?.row }

  /// The row whose range holds `address`, with that range.
  public func span(holding address: CodeAddress) -> LineSpan? {
    guard let sequence = sequence(holding: address) else { return nil }
    var search = RowSearch(address: address, end: sequence.end)
    guard sequence.isAscending else {
      let sorted = sortedRows.rows(ofSequence: sequence.checkpoints.lowerBound) { rows(of: sequence) }
      return search.result(in: sorted)
    }
    let start = checkpoint(before: address, in: sequence)
    search.consider(start.row)
    for row in header.rows(behind: start) {
      if row.isEndSequence { break }
      search.consider(row)
      if row.address > address { break }
    }
    return search.result
  }

  /// The last checkpoint whose row's address is not greater than `address`, in a sequence that is ascending: the
  /// row of `address` is that one or one behind it.
  private func checkpoint(before address: CodeAddress, in sequence: LineSequence) -> LineCheckpoint {
    var low = sequence.checkpoints.lowerBound
    var high = sequence.checkpoints.upperBound
    while high - low > 1 {
      let middle = (low + high) / 2
      if checkpoints[middle].row.address <= address { low = middle } else { high = middle }
    }
    return checkpoints[low]
  }

  // MARK: From a line to addresses

  /// The places of `line` in any of `files` (indices in the header's numbering), by ascending address: where the
  /// code of the line starts, each with the addresses up to the next line's. A line without code stands for the
  /// next one that has some; the rows of the result say which.
  ///
  /// Rows that start a statement are preferred: others count only for a line that has no such rows.
  public func places(line: UInt32, files: some Sequence<UInt32>) -> [LineSpan] {
    var isWanted: [Bool] = []
    for file in files where Int(file) < fileIndices.upperBound {
      while isWanted.count <= Int(file) { isWanted.append(false) }
      isWanted[Int(file)] = true
    }
    func matches(_ row: LineRow) -> Bool { Int(row.file) < isWanted.count && isWanted[Int(row.file)] }
    guard !isWanted.isEmpty, line > 0 else { return [] }

    var best: UInt32?
    for row in rows where row.line >= line && row.line < best ?? .max && !row.isEndSequence && matches(row) {
      best = row.line
    }
    guard let best else { return [] }

    var all: [LineSpan] = []
    var run: LineRow?
    for row in rows {
      let isSame = !row.isEndSequence && row.line == best && matches(row)
      if let start = run {
        // Rows of one line that follow each other are one place, which starts at its first statement.
        if isSame, start.file == row.file, start.isStatement || !row.isStatement { continue }
        if start.address < row.address { all.append(LineSpan(row: start, end: row.address)) }
      }
      run = isSame ? row : nil
    }
    // A program that breaks off leaves one open.
    if let start = run, let end = start.address.advanced(by: 1) { all.append(LineSpan(row: start, end: end)) }
    if all.contains(where: \.row.isStatement) { all.removeAll { !$0.row.isStatement } }
    return all.sorted { ($0.row.address, $0.end) < ($1.row.address, $1.end) }
  }
}

/// Keeps the row that describes an address best of those it is shown in ascending order: the one with the greatest address that
/// is not greater, the last of equals.
struct RowSearch {
  let address: CodeAddress
  /// Where the range of the row found ends.
  private var end: CodeAddress
  private var best: LineRow?

  /// A search for `address` in a sequence that ends at `end`.
  init(address: CodeAddress, end: CodeAddress) {
    self.address = address
    self.end = end
  }

  mutating func consider(_ row: LineRow) {
    if row.address > address {
      end = min(end, row.address)
    } else if best.map({ row.address >= $0.address }) ?? true {
      best = row
    }
  }

  /// What was found.
  var result: LineSpan? { best.map { LineSpan(row: $0, end: end) } }

  /// What is found among sorted rows.
  mutating func result(in rows: [LineRow]) -> LineSpan? {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = low + (high - low) / 2
      if rows[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    if low > 0 { consider(rows[low - 1]) }
    if low < rows.count { consider(rows[low]) }
    return result
  }
}

/// Keeps the rows of sequences whose addresses go backwards, which compilers hardly write: in a hostile file each of a hundred
/// thousand questions would go through all of a hundred thousand rows otherwise.
private final class SortedRows: Sendable {
  private let known = Mutex<[Int: [LineRow]]>([:])

  /// The rows that `read` gives the first time, by address; of equal ones the last in the program comes last. The row that ends
  /// the sequence is left out.
  func rows(ofSequence number: Int, _ read: () -> [LineRow]) -> [LineRow] {
    known.withLock { known in
      if let rows = known[number] { return rows }
      let rows = read().filter { !$0.isEndSequence }.sorted { $0.address < $1.address }
      known[number] = rows
      return rows
    }
  }
}

/// Gathers the sequences and checkpoints while a program is decoded.
private struct SequenceIndex {
  /// Rows from one checkpoint to the next: a lookup decodes half of them.
  private static let stride = 128

  private var sequences: [LineSequence] = []
  private(set) var checkpoints: [LineCheckpoint] = []
  /// The sequence that is being decoded: its least address, nil where there is none yet.
  private var start: CodeAddress?
  private var last = CodeAddress(0)
  private var isAscending = true
  private var firstCheckpoint = 0
  private var rowsToCheckpoint = 0
  /// Whether the program ended within a sequence.
  private(set) var brokeOff = false

  /// Takes the next row; whether there is to be a checkpoint at it.
  mutating func add(_ row: LineRow) -> Bool {
    if row.isEndSequence {
      close(end: row.address)
      return false
    }
    if let least = start {
      start = min(least, row.address)
      if row.address < last { isAscending = false }
    } else {
      start = row.address
      isAscending = true
      firstCheckpoint = checkpoints.count
      rowsToCheckpoint = 0
    }
    last = row.address
    if rowsToCheckpoint == 0 {
      rowsToCheckpoint = Self.stride - 1
      return true
    }
    rowsToCheckpoint -= 1
    return false
  }

  mutating func mark(_ checkpoint: LineCheckpoint) { checkpoints.append(checkpoint) }

  private mutating func close(end: CodeAddress) {
    guard let start else { return }
    if start < end {
      sequences.append(
        LineSequence(
          start: start, end: end, checkpoints: firstCheckpoint..<checkpoints.count, reach: end,
          isAscending: isAscending))
    } else {
      checkpoints.removeSubrange(firstCheckpoint...)
    }
    self.start = nil
  }

  mutating func finish() {
    guard start != nil else { return }
    brokeOff = true
    // How far the last row reaches is not known; it holds at least for its own address.
    close(end: last.advanced(by: 1) ?? last)
  }

  func sorted() -> [LineSequence] {
    var result = sequences
    result.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    var reach = CodeAddress(0)
    for index in result.indices {
      reach = max(reach, result[index].end)
      result[index].reach = reach
    }
    return result
  }
}
