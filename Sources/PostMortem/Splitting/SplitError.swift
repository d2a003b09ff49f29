import ByteCursor
import WasmBinary

/// Why a module cannot be split.
public struct SplitError: Error, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  public enum Kind: Sendable {
    /// The file is none that could be split, or is damaged.
    case unsuitable
    /// There is nothing in it to be split off.
    case nothingToSplit
    /// The two modules are not of one program.
    case mismatch
  }
  /// What it is.
  public let kind: Kind
  /// A sentence without its full stop.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
