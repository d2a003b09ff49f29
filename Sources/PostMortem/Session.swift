import ByteCursor
import CoreDumpFormat

/// Why a dump could not be opened.
public enum SessionError: Error, Sendable, CustomStringConvertible {
  /// The file cannot be read.
  case file(FileError)
  /// The file is not a core dump, or too damaged to hold one.
  case format(path: String, ReadError)

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .format(let path, let error): "\(path): \(error)"
    }
  }
}

/// A thread of the dump.
public struct ThreadInfo: Sendable {
  /// Its number in the dump.
  public var index: Int
  /// Its name in the dump.
  public var name: String
  /// Whether it is the one that crashed.
  public var crashed: Bool
  /// Whether frames are missing at its old end: the dump was cut.
  public var truncated: Bool
}

/// What the dump says about itself.
public struct CoreInfo: Sendable {
  /// The path that was opened; `-` for standard input.
  public var path: String
  /// Bytes.
  public var size: Int
  /// Which producer's form it has.
  public var dialect: String
  /// The program, as the dump names it.
  public var executable: String?
  /// What could not be read or had to be guessed.
  public var diagnostics: [Diagnostic]
}

/// An opened core dump: the debugger's face. Everything is read when first asked for and kept.
///
/// Not thread-safe: a session belongs to one thread of the caller.
public final class Session {
  /// What the dump says about itself.
  public let core: CoreInfo
  /// The dump's modules, by their numbers in it.
  public let modules: [ModuleInfo]
  /// The dump's threads, by their numbers in it.
  public let threads: [ThreadInfo]
  /// The thread that crashed; nil where the dump has no threads.
  public let crashedThread: Int?
  /// Finds and reads source files.
  public let sources: SourceFiles

  /// Opens the dump at `path`.
  /// - Throws: `SessionError` where there is no dump that can be read.
  public convenience init(path: String, options: SessionOptions) throws(SessionError) {
    throw .file(FileError(path: path, reason: "not yet"))
  }

  /// Opens a dump that is in memory. `path` is what messages call it, and next to which modules are looked for.
  public init(bytes: Bytes, path: String, options: SessionOptions) throws(SessionError) {
    throw .file(FileError(path: path, reason: "not yet"))
  }

  /// The frames of a thread, youngest first. Empty for a number that no thread has.
  public func backtrace(thread: Int) -> Backtrace { Backtrace() }

  /// The crash, as far as the dump lets it be known.
  public private(set) lazy var trap = Trap(kind: .unknown, trust: .unavailable, message: "")

  /// What else a person should be told: recursion, missing frames, abort and panic recognised, files that do not match.
  public private(set) lazy var findings: [Finding] = []
}
