/// Why a command did not work: one line for a person, a kind for scripts (`error.kind` of `--json`).
struct Failure: Error {
  /// The kinds; their names are part of the command-line contract and only grow.
  enum Kind: String {
    /// No command of that name.
    case unknownCommand = "unknown-command"
    /// Several commands begin like that.
    case ambiguousCommand = "ambiguous-command"
    /// Arguments that the command does not take.
    case usage
    /// No such frame, or none at all.
    case noFrame = "no-frame"
    /// No such thread.
    case noThread = "no-thread"
    /// The source file is not on this machine, or the place has none.
    case noSource = "no-source"
    /// The module that it is about was not found.
    case noModule = "no-module"
    /// No such function, file or line.
    case notFound = "not-found"
    /// A file cannot be read.
    case unreadable
    /// A file cannot be written.
    case unwritable
    /// Not yet, or what a dead process cannot do.
    case unsupported
    /// The text is no expression.
    case syntax
    /// A name that nothing has.
    case unknownName = "unknown-name"
    /// Operands of types that do not go together.
    case type
    /// It is not known; the message says why.
    case unavailable
    /// ^C.
    case interrupted
  }
  let kind: Kind
  let message: String
  /// Lines that a person sees in front of the message: an expression with a caret under the place.
  var context: [String] = []

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

/// Ends the program with a status, everything being said already.
struct Exit: Error {
  let status: Int32

  init(_ status: Int32) { self.status = status }

  /// A command failed.
  static let failed = Exit(1)
  /// The command line cannot be meant.
  static let usage = Exit(2)
  /// No dump (or module) could be read.
  static let unreadable = Exit(3)
  /// Done, but something was missing, and `--strict` minds.
  static let incomplete = Exit(4)
}
