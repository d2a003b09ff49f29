import ByteCursor
import WasmBinary

/// Writes a function body in the text format (6.5, 6.6.5), an instruction a line.
///
/// Making one takes a pass over the body, which finds the blocks and what branches where. Lines are made as they are
/// asked for, so that a body of any size is listed in little memory.
public final class Disassembler: Sendable {
  /// How a listing looks.
  public struct Options: Sendable {
    /// How many elements of a list are shown: labels of a `br_table`, parameters, locals.
    public var listLimit = 64
    /// How many levels of blocks are shown; the instructions in deeper ones are folded into one line. Nil for all.
    public var maximumDepth: Int?

    /// Nothing folded.
    public init() {}
  }

  /// The function whose body it is.
  public let body: FunctionBody
  /// How the lines look.
  public let options: Options
  let module: WasmModule
  let identifiers: ModuleIdentifiers
  let structure: BlockStructure
  let labels: LabelNames
  /// Why the locals cannot be read; nothing is listed then.
  private let localsProblem: ReadError?
  private let declared: [LocalGroup]
  private let locals: NameTable
  /// A formatter of instructions without labels, which need not be made for each.
  let plainFormatter: InstructionFormatter

  /// Where the first instruction stands, behind the locals vector.
  public let firstInstruction: CodeOffset
  /// Behind the last instruction that can be read.
  public var end: CodeOffset { structure.end }
  /// How many instructions can be read.
  public var instructionCount: Int { structure.instructionCount }
  /// Why the body cannot be read on from `end`; nil where that is its end.
  public var problem: ReadError? { localsProblem ?? structure.problem }

  /// A disassembler of one function of `module`. `identifiers` are the module's, made once for all of its functions.
  public init(
    _ body: FunctionBody, in module: WasmModule, identifiers: ModuleIdentifiers, options: Options = Options()
  ) {
    self.body = body
    self.module = module
    self.identifiers = identifiers
    self.options = options
    labels = identifiers.labels(of: body.function)
    let locals = identifiers.locals(of: body.function)
    self.locals = locals
    let types = module.types
    var formatter = InstructionFormatter(listLimit: options.listLimit) { reference in
      reference.space == .local ? locals[reference.index] : identifiers.name(reference)
    }
    formatter.functionType = { Int($0) < types.count ? types[Int($0)].function : nil }
    plainFormatter = formatter
    do throws(ReadError) {
      let reader = try BodyReader(body.contents, limits: module.limits)
      structure = BlockStructure(reader, labels: labels, limits: module.limits)
      declared = reader.locals.groups
      firstInstruction = reader.firstInstruction
      localsProblem = nil
    } catch {
      structure = BlockStructure()
      declared = []
      firstInstruction = CodeOffset(0)
      localsProblem = error
    }
  }

  // MARK: Lines

  /// The whole function: its header, its instructions, and the parenthesis that closes it.
  public var lines: DisassemblyLines {
    var header = [line(.function, text: self.header.functionLine, depth: 0, at: CodeOffset(0))]
    if let text = self.header.localsLine(declared) {
      header.append(line(.locals, text: text, depth: 1, at: CodeOffset(0)))
    }
    return DisassemblyLines(self, before: header, isWhole: true)
  }

  /// The instructions from the one at `offset` on, at most `count` lines; nil where no instruction starts there.
  ///
  /// The body is passed over from its start, since nothing else says how deep the instruction is nested.
  public func lines(from offset: CodeOffset, count: Int = .max) -> DisassemblyLines? {
    var lines = DisassemblyLines(self, before: [], isWhole: false, limit: count)
    return lines.advance(to: offset) ? lines : nil
  }

  /// The start of the instruction that the byte at `offset` belongs to; nil outside of the instructions.
  public func instructionStart(containing offset: CodeOffset) -> CodeOffset? {
    guard offset >= firstInstruction, offset < end,
      var decoder = try? InstructionDecoder(body.contents, at: firstInstruction)
    else { return nil }
    var start = firstInstruction
    while decoder.codeOffset <= offset {
      start = decoder.codeOffset
      guard (try? decoder.nextOpcodeSkippingImmediates()) != nil else { return nil }
    }
    return start
  }

  private var header: FunctionHeader {
    let indices = module.functionTypeIndices
    let number = Int(body.function)
    return FunctionHeader(
      function: body.function, typeIndex: number < indices.count ? indices[number] : nil,
      type: module.functionType(body.function), locals: locals, formatter: plainFormatter)
  }

  // MARK: Their parts

  /// A formatter that also knows labels.
  func formatter(_ label: @escaping @Sendable (UInt32) -> String?) -> InstructionFormatter {
    var formatter = plainFormatter
    let name = formatter.name
    formatter.name = { $0.space == .label ? label($0.index) : name($0) }
    return formatter
  }

  /// What a block is called: by the name section, else `label0` and so on where something branches to it.
  func label(ofBlock number: Int) -> String? {
    if let name = labels[UInt32(truncatingIfNeeded: number)] { return name }
    guard structure.blocks.indices.contains(number), structure.blocks[number].label > 0 else { return nil }
    return "label\(structure.blocks[number].label - 1)"
  }

  private func extent(ofBlock number: Int) -> BlockExtent? {
    guard structure.blocks.indices.contains(number) else { return nil }
    let block = structure.blocks[number]
    return BlockExtent(
      number: number, start: CodeOffset(UInt64(block.start)), end: CodeOffset(UInt64(block.end)),
      instructionCount: Int(block.instructions))
  }

  func line(
    _ content: DisassemblyLine.Content, text: String, comment: String? = nil, depth: Int, at offset: CodeOffset,
    length: Int = 0, block: Int? = nil
  ) -> DisassemblyLine {
    DisassemblyLine(
      content: content, text: text, comment: comment, depth: depth, codeOffset: offset,
      // Offsets in a body are addresses of its section.
      codeAddress: CodeAddress(body.codeAddress.rawValue &+ offset.rawValue),
      fileOffset: FileOffset(body.fileOffset.rawValue &+ offset.rawValue), length: length,
      block: block.flatMap(extent(ofBlock:)))
  }
}
