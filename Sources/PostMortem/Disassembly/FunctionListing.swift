import ByteCursor
import WasmBinary
import WasmInterp

/// A function's code as lines of text, with what its debug information says of them.
public struct FunctionListing {
  /// Makes the lines.
  public let disassembler: Disassembler
  private let module: DebugModule

  init(_ disassembler: Disassembler, of module: DebugModule) {
    self.disassembler = disassembler
    self.module = module
  }

  /// The function's index in its module.
  public var function: UInt32 { disassembler.body.function }

  /// Whether there is debug information, and `source` may know something.
  public var hasSource: Bool { module.dwarf != nil || module.sourceMap != nil }

  /// The source frame of the code at `offset`, the innermost of those inlined there, and where what it says stops
  /// holding: the next row of the line table. Nil where the line table has nothing.
  public func source(at offset: CodeOffset) -> (frame: SourceFrame, end: CodeOffset)? {
    let body = disassembler.body
    guard let address = body.codeAddress(of: offset),
      let frame = module.frames(function: function, at: offset).first, frame.source != nil
    else { return nil }
    var end: CodeOffset?
    if let dwarf = module.dwarf {
      let described = module.translation.described(offset, in: body)
      let span = described.flatMap { dwarf.unit(containing: $0)?.lineTable?.span(holding: $0) }
      end = span.flatMap { module.translation.offset(of: $0.end, in: body) }
    } else {
      end = module.stretch(at: address).flatMap { body.codeOffset(of: $0.end) }
    }
    return (frame, end ?? disassembler.end)
  }

  /// The bytes of a line's instructions.
  public func bytes(of line: DisassemblyLine) -> Bytes {
    disassembler.body.contents.clamped(Int(clamping: line.codeOffset.rawValue), count: line.length)
  }

  /// What a mangled name in a line means, for the function itself and for direct calls; nil where the line has none.
  /// Not escaped.
  public func demangledName(in line: DisassemblyLine) -> String? {
    let index: UInt32?
    switch line.content {
    case .function: index = function
    case .instruction(let instruction): index = instruction.callee
    default: index = nil
    }
    guard let name = index.map(module.name(of:)), name.linkageName != nil else { return nil }
    return name.display
  }
}
