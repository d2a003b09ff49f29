import ByteCursor
import WasmBinary

/// A line of a function's listing.
public struct DisassemblyLine: Sendable {
  /// What a line is of.
  public enum Content: Hashable, Sendable {
    /// The function's name, type and parameters: `(func $add (;3;) (type 0) (param $x i32) (result i32)`.
    case function
    /// The locals that the body declares: `(local $i i32)`.
    case locals
    case instruction(Instruction)
    /// So many instructions that are deeper than was asked for.
    case folded(instructions: Int)
    /// The body cannot be read on from here.
    case problem(ReadError)
    /// The parenthesis that closes the function.
    case close
  }

  /// What it is of.
  public let content: Content
  /// The line in the text format, without its indentation. Names in it are quoted, so that nothing in it can control a
  /// terminal.
  public let text: String
  /// What there is to say besides: the label that an `end` closes.
  public var comment: String?
  /// How deep it is nested: the function itself is 0, its instructions are 1 and more.
  public let depth: Int
  /// Where it stands in the function's body. Of a line that is not of instructions: where it would.
  public let codeOffset: CodeOffset
  /// The same place in the code section.
  public let codeAddress: CodeAddress
  /// The same place in the file.
  public let fileOffset: FileOffset
  /// How many bytes the instructions of the line have.
  public let length: Int
  /// The innermost block that it belongs to; for the instructions that open, part and close a block that block itself.
  /// Nil where it belongs to the function alone.
  public let block: BlockExtent?

  /// Levels that are indented; deeper ones are no further, because a body of a million nested blocks would have lines
  /// of a million spaces.
  public static let indentedLevels = 40

  /// Two spaces for each level, up to `indentedLevels`.
  public var indentation: String { String(repeating: " ", count: 2 * min(depth, Self.indentedLevels)) }

  /// Indentation, text and comment.
  public var indentedText: String { indentation + text + (comment.map { " ;; " + $0 } ?? "") }
}

/// A block of a function, from the instruction that opens it to the one that closes it.
public struct BlockExtent: Hashable, Sendable {
  /// Its number in the function: how many blocks open before it. The same as in the name section's labels.
  public let number: Int
  /// Where the instruction stands that opens it.
  public let start: CodeOffset
  /// Behind the instruction that closes it.
  public let end: CodeOffset
  /// How many instructions stand between the two.
  public let instructionCount: Int
}
