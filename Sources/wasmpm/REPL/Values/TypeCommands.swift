import DwarfEval
import PostMortem

/// `ptype`, `whatis`.
enum TypeCommands {
  static func ptype(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    var text = arguments
    var showsLayout = false
    if text.hasPrefix("/") {
      let flags = text.dropFirst().prefix { !$0.isWhitespace }
      guard flags.allSatisfy({ $0 == "o" }) else { throw Failure(.usage, "\"ptype\" knows the flag /o only.") }
      showsLayout = !flags.isEmpty
      text = text.dropFirst(flags.count + 1).trimmed
    }
    guard !text.isEmpty else { throw Failure(.usage, "\"ptype\" needs a type or an expression.") }
    let type = try resolve(text, debugger).type
    debugger.output.line(
      TypePrinter(width: debugger.output.width, showsLayout: showsLayout).definition(of: type))
    return .done
  }

  static func whatis(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    guard !arguments.isEmpty else { throw Failure(.usage, "\"whatis\" needs an expression or a type.") }
    var (type, isName) = try resolve(arguments, debugger)
    // Of the name of a type, what it stands for.
    if isName, case .typedef(let target)? = type?.kind { type = target }
    debugger.output.line("type = \(escaped(clipped(type?.displayName ?? "void", to: 4000)))")
    return .done
  }

  /// The type that is named, or the type of a value. A variable wins over a type of its name, as in C.
  private static func resolve(
    _ text: String, _ debugger: Debugger
  ) throws(Failure) -> (type: DwarfType?, isName: Bool) {
    let frame = try? debugger.frame()
    let failure: Failure
    do throws(Failure) {
      return (try debugger.evaluate(text).type, false)
    } catch {
      failure = error
    }
    let named = try? debugger.expressions.type(named: text, frame: frame, thread: debugger.selectedThread)
    if let named, let type = named { return (type, true) }
    let words = text.split(separator: " ", maxSplits: 1)
    if words.count == 2, ["struct", "union", "enum", "class"].contains(words[0]) {
      throw Failure(.unknownName, "No \(words[0]) type named \(escaped(clipped(String(words[1])))).")
    }
    throw failure
  }
}
