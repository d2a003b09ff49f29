import PostMortem

/// Frames as lines for people, in gdb's manner: `#0  divide at structs.c:23:12`.
struct FrameText {
  let style: Style
  /// Columns that a line should not exceed.
  let width: Int
  private let session: Session
  private let thread: Int?
  private var modules: [ModuleInfo] { session.modules }

  /// Frames of a thread, with their arguments; without it, frames alone.
  init(_ session: Session, _ output: Output, thread: Int?) {
    style = output.style
    width = output.width
    self.session = session
    self.thread = thread
  }

  /// One frame, behind a marker of two columns. A line that would be too long continues in the next.
  func line(_ frame: Frame, selected: Bool = false) -> String {
    let number = "#\(frame.index)".padded(3)
    let marker = selected ? "* " : "  "
    let name = Self.name(frame.function)
    let mark = frame.inlined ? " [inlined]" : ""
    let place = plainPlace(frame)
    var column = marker.count + number.count + 1 + name.count
    let arguments = arguments(of: frame, room: width - column - mark.count)
    column += arguments.count + mark.count
    let tooLong = column + 1 + place.count > width
    let separator = place.isEmpty ? "" : tooLong ? "\n        " : " "
    return marker + style(.number, number) + " " + style(.function, name) + arguments + style(.faint, mark) + separator
      + paintedPlace(frame)
  }

  /// ` (a=10, b=0)`, as many as there is room for; nothing where none is known.
  private func arguments(of frame: Frame, room: Int) -> String {
    guard let thread, let nodes = session.argumentNodes(of: frame, thread: thread, limits: .brief),
      nodes.contains(where: \.saysSomething)
    else { return "" }
    var text = " ("
    for (index, node) in nodes.enumerated() {
      let next = escaped(clipped(node.name ?? "", to: 40)) + "=" + ValuePrinter.short(node)
      let isLast = index == nodes.count - 1
      // Of arguments that find no place the dots say so.
      guard text.count + next.count + (isLast ? 1 : 6) <= max(room, 30) else { return text + "...)" }
      text += next + (isLast ? ")" : ", ")
    }
    return text
  }

  /// `… 10 914 more frames of deep`.
  func folded(_ count: Int, functions: [FunctionName]) -> String {
    let shown = functions.prefix(4).map { style(.function, Self.name($0)) }.joined(separator: ", ")
    let rest = functions.count > 4 ? ", …" : ""
    return "      … \(grouped(count)) more \(count == 1 ? "frame" : "frames") of \(shown)\(rest)"
  }

  /// A function as people read it.
  static func name(_ function: FunctionName) -> String {
    let name = escaped(clipped(function.display))
    return function.origin == .index && !name.hasPrefix("<") ? "<\(name)>" : name
  }

  /// `file:line:column`, as much of it as is known.
  static func position(_ source: SourcePosition, full: Bool = false) -> String {
    let file = escaped(full ? source.file : clipped(shortened(source.file)))
    guard let line = source.line else { return file }
    return "\(file):\(line)" + (source.column.map { ":\($0)" } ?? "")
  }

  /// A path without its leading folders where it is long: the last folders tell files apart, the first ones are where
  /// the compiler was installed.
  static func shortened(_ path: String, to limit: Int = 44) -> String {
    // Compilers join their folders with `/./` in between.
    let path = path.contains("/") ? Path.normalized(path) : path
    guard path.count > limit else { return path }
    let parts = path.split(separator: "/")
    var result = String(parts.last ?? "")
    for part in parts.dropLast().reversed() {
      guard result.count + part.count + 3 <= limit else { break }
      result = part + "/" + result
    }
    return "…/" + result
  }

  private func plainPlace(_ frame: Frame) -> String { place(frame, Style(colored: false)) }
  private func paintedPlace(_ frame: Frame) -> String { place(frame, style) }

  private func place(_ frame: Frame, _ style: Style) -> String {
    if let source = frame.source { return "at " + style(.file, Self.position(source)) }
    let offset = frame.codeOffset.map { "+ \($0)" } ?? ""
    guard let module = frame.module, modules.indices.contains(module) else { return offset }
    return (offset.isEmpty ? "" : offset + " ") + "in " + style(.file, escaped(clipped(modules[module].title)))
  }
}

extension Backtrace {
  /// Writes the backtrace, or the frames of it that are `wanted`, as people want to see it, repetitions folded;
  /// `selected` is marked, and shown wherever it is. `below` writes what stands below a frame's line.
  func write(
    to output: Output, _ text: FrameText, in wanted: Range<Int>? = nil, selected: Int? = nil,
    below: ((Frame) -> Void)? = nil
  ) {
    let wanted = wanted ?? indices
    for run in folded() {
      guard !Interrupt.isRaised else { return }
      switch run {
      case .frames(let range): write(range.clamped(to: wanted), to: output, text, selected: selected, below: below)
      case .repeated(let range, _, let functions):
        let hidden = range.clamped(to: wanted)
        guard let selected, hidden.contains(selected) else {
          if !hidden.isEmpty { output.line(text.folded(hidden.count, functions: functions)) }
          continue
        }
        if selected > hidden.lowerBound { output.line(text.folded(selected - hidden.lowerBound, functions: functions)) }
        output.line(text.line(self[selected], selected: true))
        below?(self[selected])
        let rest = hidden.upperBound - selected - 1
        if rest > 0 { output.line(text.folded(rest, functions: functions)) }
      }
    }
  }

  /// How many lines of the youngest frames an abridged backtrace shows.
  static let youngestShown = 100
  /// How many lines of the oldest frames it shows: how the program came there.
  static let oldestShown = 20

  /// Writes the backtrace from frame `first` on, repetitions folded, and leaves the middle out where that is still
  /// more than a person reads. `below` writes what stands below a frame's line.
  func writeAbridged(to output: Output, _ text: FrameText, from first: Int = 0, below: ((Frame) -> Void)? = nil) {
    let wanted = Swift.min(Swift.max(first, 0), endIndex)..<endIndex
    let runs = folded()
    let head = Self.prefix(of: runs, in: wanted, lines: Swift.max(0, Self.youngestShown - first))
    let tail = Self.suffix(of: runs, in: wanted, lines: Self.oldestShown)
    guard head.upperBound < tail.lowerBound else { return write(to: output, text, in: wanted, below: below) }
    write(to: output, text, in: head, below: below)
    output.line("      … \(counted(tail.lowerBound - head.upperBound, "more frame"))")
    write(to: output, text, in: tail)
  }

  /// The youngest of the frames in `wanted` that fill so many lines.
  private static func prefix(of runs: [Run], in wanted: Range<Int>, lines: Int) -> Range<Int> {
    var end = wanted.lowerBound
    var left = lines
    for run in runs where left > 0 {
      switch run {
      case .frames(let range):
        let shown = range.clamped(to: wanted).prefix(left)
        left -= shown.count
        end = Swift.max(end, shown.isEmpty ? end : shown.endIndex)
      case .repeated(let range, _, _):
        let hidden = range.clamped(to: wanted)
        guard !hidden.isEmpty else { continue }
        left -= 1
        end = hidden.upperBound
      }
    }
    return wanted.lowerBound..<end
  }

  /// The oldest of the frames in `wanted` that fill so many lines.
  private static func suffix(of runs: [Run], in wanted: Range<Int>, lines: Int) -> Range<Int> {
    var start = wanted.upperBound
    var left = lines
    for run in runs.reversed() where left > 0 {
      switch run {
      case .frames(let range):
        let shown = range.clamped(to: wanted).suffix(left)
        left -= shown.count
        start = Swift.min(start, shown.isEmpty ? start : shown.startIndex)
      case .repeated(let range, _, _):
        let hidden = range.clamped(to: wanted)
        guard !hidden.isEmpty else { continue }
        left -= 1
        start = hidden.lowerBound
      }
    }
    return start..<wanted.upperBound
  }

  /// Writes these frames, each of them.
  func write(
    _ range: Range<Int>, to output: Output, _ text: FrameText, selected: Int? = nil, below: ((Frame) -> Void)? = nil
  ) {
    for index in range {
      guard !Interrupt.isRaised else { return }
      output.line(text.line(self[index], selected: index == selected))
      below?(self[index])
    }
  }
}
