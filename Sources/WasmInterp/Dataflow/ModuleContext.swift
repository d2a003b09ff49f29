import ByteCursor
import WasmBinary

/// What data flow has to know of a module: how many operands its calls, blocks and exceptions take and leave, and
/// its globals. Made once for a module and used for each of its functions.
///
/// It does not rest on validation: what an index lacks is an error of the function that uses it.
public struct ModuleContext: Sendable {
  /// How many operands something takes and leaves.
  struct Arity: Hashable, Sendable {
    var parameters: Int
    var results: Int
  }

  /// The definitions, by type index.
  let types: [SubType]
  /// What the function types among them take and leave; the fields of a structure as parameters.
  let arities: [Arity]
  /// The type index of every function.
  let functions: [UInt32]
  /// The type index of every tag.
  let tags: [UInt32]
  let globals: [GlobalType]
  let memories: [MemoryType]
  /// How many of them are imported; they come first.
  let importedMemories: Int
  /// The global that holds the stack pointer, where code keeps a stack in linear memory by LLVM's C ABI: a function
  /// leaves it as it was when it was called.
  public let stackPointer: UInt32?
  /// Functions of one result that always return one of their parameters, with its index: `memcpy` and its like
  /// (`FunctionAnalysis.returnedParameter`). LLVM goes on with the result of such a call instead of the argument, which
  /// may be the frame pointer. Empty unless it is set.
  public var returnedParameters: [UInt32: UInt32] = [:]
  /// Functions that return with another stack pointer than they were called with: Emscripten's `stackRestore` and
  /// `stackAlloc`. Behind a direct call to one the stack pointer is not known. Empty unless it is set.
  public var stackPointerMovers: Set<UInt32> = []

  /// The context of a module.
  /// - Parameter stackPointer: the global that is taken for the stack pointer; nil for none.
  public init(_ module: WasmModule, stackPointer: UInt32?) {
    types = module.types
    arities = types.map { type in
      switch type.composite {
      case .function(let function):
        Arity(parameters: function.parameters.count, results: function.results.count)
      case .structure(let fields): Arity(parameters: fields.count, results: 1)
      case .array: Arity(parameters: 0, results: 1)
      }
    }
    functions = module.functionTypeIndices
    tags = module.tags
    let globals = module.globals.map(\.type)
    self.globals = globals
    memories = module.memories
    importedMemories = module.importedCount(.memory)
    self.stackPointer = stackPointer.flatMap { index in
      guard Int(index) < globals.count else { return nil }
      let type = globals[Int(index)]
      return type.isMutable && (type.value == .i32 || type.value == .i64) ? index : nil
    }
  }

  /// The context of a module whose stack pointer is found by its name, `__stack_pointer`, or in a module without such a
  /// name by what its functions begin with.
  public init(_ module: WasmModule) {
    let count = UInt32(truncatingIfNeeded: module.globals.count)
    let named = (0..<count).first { index in
      module.names.globals[index] == "__stack_pointer" || module.exportName(.global, index) == "__stack_pointer"
        || module.importEntry(.global, index)?.name == "__stack_pointer"
    }
    self.init(module, stackPointer: named ?? Self.adjustedGlobal(in: module))
  }

  /// The global that most functions begin with making room in: `global.get; i32.const; i32.sub … global.set`. Nil where
  /// none does.
  private static func adjustedGlobal(in module: WasmModule) -> UInt32? {
    var counts: [UInt32: Int] = [:]
    // A program has hundreds of frames or next to none.
    for body in module.bodies.prefix(2000) {
      guard var decoder = try? BodyReader(body.contents).instructions else { continue }
      var read: UInt32?
      var hasSubtracted = false
      for _ in 0..<12 where !decoder.isAtEnd {
        guard let instruction = try? decoder.next() else { break }
        switch (instruction.opcode.prefix, instruction.opcode.number, instruction.immediates) {
        case (0, 0x23, .index(let global)): read = read ?? global
        case (0, 0x6b, _), (0, 0x7d, _): hasSubtracted = read != nil
        case (0, 0x24, .index(let global)) where hasSubtracted && global == read: counts[global, default: 0] += 1
        default: break
        }
      }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  // MARK: Arities

  func arity(ofType index: UInt32) throws(DataflowProblem) -> Arity {
    guard Int(index) < types.count else { throw DataflowProblem(.unknownType, index) }
    guard types[Int(index)].function != nil else { throw DataflowProblem(.typeMismatch, index) }
    return arities[Int(index)]
  }

  func arity(ofFunction index: UInt32) throws(DataflowProblem) -> Arity {
    guard Int(index) < functions.count else { throw DataflowProblem(.unknownFunction, index) }
    return try arity(ofType: functions[Int(index)])
  }

  func arity(of type: BlockType) throws(DataflowProblem) -> Arity {
    switch type {
    case .empty: Arity(parameters: 0, results: 0)
    case .value: Arity(parameters: 0, results: 1)
    case .type(let index): try arity(ofType: index)
    }
  }

  /// How many values the exceptions of a tag carry.
  func arity(ofTag index: UInt32) throws(DataflowProblem) -> Int {
    guard Int(index) < tags.count else { throw DataflowProblem(.unknownTag, index) }
    return try arity(ofType: tags[Int(index)]).parameters
  }

  /// How many fields a structure has.
  func fieldCount(ofType index: UInt32) throws(DataflowProblem) -> Int {
    guard Int(index) < types.count else { throw DataflowProblem(.unknownType, index) }
    guard case .structure = types[Int(index)].composite else { throw DataflowProblem(.typeMismatch, index) }
    return arities[Int(index)].parameters
  }
}

/// Why data flow gives up on a function, before it is known where.
struct DataflowProblem: Error {
  let rule: Rule
  let value: UInt64?

  init(_ rule: Rule, _ value: UInt32? = nil) {
    self.rule = rule
    self.value = value.map(UInt64.init)
  }

  func at(_ offset: CodeOffset, in body: Bytes) -> ReadError {
    ReadError(
      rule, value: value, section: "code", offset: FileOffset(body.fileOffset.rawValue &+ offset.rawValue))
  }
}
