import ByteCursor
import PostMortem
import WasmInterp

/// A function's code as lines for people:
/// ```
/// (func $hourly (;8;) (type 0) (param i32 i32 i32) (result i32)
///      offset  in file
///        0x14    0x26c  local.get 0
/// =>     0x16    0x26e  i32.div_s
/// ```
struct ListingText {
  /// What there is to see of each instruction.
  struct Columns {
    /// The lines of the source, each before its instructions.
    var source = false
    /// Its bytes.
    var bytes = false
    /// Its address in the code section besides the offset in its function and in its file.
    var addresses = false
  }

  let listing: FunctionListing
  var columns = Columns()
  /// The instruction that is marked.
  var current: CodeOffset?
  /// Finds the text of source lines; without it their numbers are shown.
  var sources: SourceFiles?

  /// Bytes of an instruction that are shown.
  private static let bytesShown = 16

  /// Writes `lines`, at most `limit` of them.
  /// - Returns: where the first instruction stands that was not written; nil where there is none.
  @discardableResult
  func write(_ lines: some Sequence<DisassemblyLine>, to output: Output, limit: Int = .max) -> CodeOffset? {
    var source = SourceMarks(listing, sources)
    let widths = Widths(listing)
    var left = limit
    var isHeaded = false
    for line in lines {
      guard !Interrupt.isRaised else { return nil }
      guard left > 0 else { return line.codeOffset }
      left -= 1
      switch line.content {
      case .function, .locals: output.line(line.indentation + text(of: line, output.style))
      case .close: output.line(escaped(line.text))
      case .instruction, .folded, .problem:
        if !isHeaded { output.line(output.style(.faint, heading(widths))) }
        isHeaded = true
        if columns.source { source.write(before: line, to: output) }
        write(line, widths, to: output)
      }
    }
    return nil
  }

  private func write(_ line: DisassemblyLine, _ widths: Widths, to output: Output) {
    let style = output.style
    let isCurrent = line.length > 0 && line.codeOffset == current
    var addresses = [line.codeOffset.description.leftPadded(widths.offset)]
    if columns.addresses { addresses.append(line.codeAddress.description.leftPadded(widths.address)) }
    addresses.append(line.fileOffset.description.leftPadded(widths.file))
    var text = (isCurrent ? style(.heading, "=> ") : "   ") + style(.number, addresses.joined(separator: "  "))
    if columns.bytes { text += "  " + style(.faint, bytes(of: line).padded(Self.bytesWidth)) }
    // The function itself stands at the left edge.
    output.line(text + "  " + line.indentation.dropFirst(2) + self.text(of: line, style, isCurrent: isCurrent))
  }

  private func text(of line: DisassemblyLine, _ style: Style, isCurrent: Bool = false) -> String {
    let text = escaped(line.text)
    let comments = [line.comment, listing.demangledName(in: line)].compactMap(\.self)
    let comment = comments.isEmpty ? "" : " ;; " + escaped(clipped(comments.joined(separator: ", ")))
    if case .problem = line.content { return style(.warning, text) }
    return (isCurrent ? style(.heading, text) : text) + style(.faint, comment)
  }

  private func bytes(of line: DisassemblyLine) -> String {
    guard case .instruction = line.content else { return "" }
    let bytes = listing.bytes(of: line)
    let shown = bytes.clamped(0, count: Self.bytesShown).array.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return shown.joined(separator: " ") + (bytes.count > Self.bytesShown ? " …" : "")
  }

  // MARK: Widths

  private static let bytesWidth = 3 * 6 - 1

  private func heading(_ widths: Widths) -> String {
    var words = ["offset".leftPadded(widths.offset)]
    if columns.addresses { words.append("address".leftPadded(widths.address)) }
    words.append("in file".leftPadded(widths.file))
    if columns.bytes { words.append("bytes") }
    return "   " + words.joined(separator: "  ")
  }

  /// Columns for the addresses of a whole function, so that parts of it line up.
  private struct Widths {
    let offset: Int
    let address: Int
    let file: Int

    init(_ listing: FunctionListing) {
      let (body, end) = (listing.disassembler.body, listing.disassembler.end)
      offset = max("offset".count, end.description.count)
      address = max("address".count, body.end.description.count)
      file = max("in file".count, (body.fileOffset(of: end) ?? body.fileOffset).description.count)
    }
  }
}

/// The source lines between the instructions of a listing.
private struct SourceMarks {
  private let listing: FunctionListing
  private let sources: SourceFiles?
  /// Where what was said last stops holding.
  private var end = CodeOffset(0)
  private var place: SourcePosition?
  private var function: FunctionName?

  init(_ listing: FunctionListing, _ sources: SourceFiles?) {
    self.listing = listing
    self.sources = sources
  }

  /// Writes the line that `line` belongs to, unless it was the last one to be written; before it the function, where it
  /// is another one.
  mutating func write(before line: DisassemblyLine, to output: Output) {
    guard line.length > 0, line.codeOffset >= end, let (frame, end) = listing.source(at: line.codeOffset),
      let source = frame.source
    else { return }
    self.end = end
    guard source.file != place?.file || source.line != place?.line || frame.function != function else { return }
    let style = output.style
    if source.file != place?.file || frame.function != function {
      let name = style(.function, FrameText.name(frame.function)) + (frame.inlined ? style(.faint, " [inlined]") : "")
      let file = SourcePosition(file: source.file, line: nil)
      output.line(name + " at " + style(.file, FrameText.position(file)))
    }
    place = source
    function = frame.function
    guard let number = source.line else { return output.line(style(.faint, "  (code that belongs to no line)")) }
    let file = sources?.text(of: source.file)
    file?.warn(on: output)
    let text = file?.line(number).map { SourceExcerpt.clipped(expanded($0)) } ?? ""
    output.line("  " + style(.number, "\(number)".padded(4)) + " " + text)
  }
}
