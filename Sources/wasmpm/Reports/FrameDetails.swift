import PostMortem

/// The variables of the crashed thread's frames in a report for people, each below its frame: what is known of them, and
/// no more lines than somebody reads. The report for machines has all of them.
final class FrameDetails {
  private let session: Session
  private let output: Output
  private let thread: Int
  private var printer: ValuePrinter
  /// The first frame with variables: what ends programs comes before it.
  private let first: Int
  private var framesLeft = 12
  private var linesLeft = 60

  /// Lines below one frame, and below the one whose source is shown.
  private static let lines = 8
  private static let linesInFocus = 20
  /// Lines of one variable; a larger one is told in one line.
  private static let linesOfOne = 4

  /// Nil for a thread that did not crash: its variables say little of what happened.
  init?(_ session: Session, _ output: Output, thread: ThreadInfo) {
    guard thread.crashed else { return nil }
    self.session = session
    self.output = output
    self.thread = thread.index
    first = session.ending?.frame ?? 0
    printer = ValuePrinter(width: output.width)
  }

  /// Writes the locals of a frame, and those arguments whose members its line has no room for.
  /// - Parameter isInFocus: whether its source is shown too.
  func write(_ frame: Frame, isInFocus: Bool = false) {
    guard frame.index >= first, frame.function.origin == .dwarf, isInFocus || framesLeft > 0, linesLeft > 0 else {
      return
    }
    guard let describer = session.describer(of: frame) else { return }
    let variables =
      session.arguments(of: frame, thread: thread)
      + session.locals(of: frame, thread: thread).filter { !$0.isShadowed && !$0.isArtificial }
    let room = min(linesLeft, isInFocus ? Self.linesInFocus : Self.lines)
    var written = 0
    var omitted = 0
    for variable in variables {
      guard !Interrupt.isRaised else { return }
      guard written < room else {
        omitted += variable.isParameter ? 0 : 1
        continue
      }
      guard let text = text(variable, describer) else { continue }
      output.line(text)
      written += Self.lineCount(text)
    }
    if omitted > 0 { output.line("          … \(counted(omitted, "more variable"))") }
    linesLeft -= written
    if written > 0 { framesLeft -= 1 }
  }

  /// The line or lines of one variable; nil where nothing is known of it, and for an argument that its frame's line has all of.
  private func text(_ variable: FrameVariable, _ describer: Describer) -> String? {
    for limits in [DescriptionLimits.lines, .brief] {
      var describer = describer
      describer.limits = limits
      let node = describer.describe(variable)
      if node.isUnknown || (variable.isParameter && node.children.isEmpty) { return nil }
      let text = printer.line(node, indent: 10)
      if Self.lineCount(text) <= Self.linesOfOne { return text }
    }
    return nil
  }

  private static func lineCount(_ text: String) -> Int { 1 + text.utf8.count { $0 == UInt8(ascii: "\n") } }
}

extension DescriptionLimits {
  /// A few lines' worth.
  fileprivate static let lines: DescriptionLimits = {
    var limits = DescriptionLimits()
    (limits.elements, limits.members, limits.stringBytes, limits.depth, limits.nodes) = (10, 10, 80, 2, 40)
    return limits
  }()
}
