import ByteCursor
import WasmBinary

/// What a module may use besides core WebAssembly 3.0.
public struct Features: Sendable {
  /// The proposals whose instructions are allowed.
  public var proposals: Set<Proposal>
  /// Whether memories may have pages of one byte.
  public var customPageSizes: Bool

  /// Core WebAssembly 3.0 with threads, which is all that runs.
  public static let standard = Features(
    proposals: Set(Proposal.allCases).subtracting([.legacyExceptions]), customPageSizes: false)

  /// Everything that can be decoded.
  static let all = Features(proposals: Set(Proposal.allCases), customPageSizes: true)

  public init(proposals: Set<Proposal>, customPageSizes: Bool) {
    self.proposals = proposals
    self.customPageSizes = customPageSizes
  }
}

/// What validation finds out about a module on its way.
public struct ModuleValidation: Sendable {
  /// The module's types with their equalities: `typeNumbers[index]` in it stands for a type index.
  public let types: CanonicalTypes
  /// The number in `types` of each type index.
  public let typeNumbers: [UInt32]
  /// How high the operand stack of each function gets that the module defines, in values; unreachable code
  /// counts too.
  public let operandHeights: [UInt32]
}

/// Decides whether a module is valid (3): what it says of its types holds for every run of its code.
public enum Validator {
  /// Validates a module, decoding all of it.
  /// - Throws: the first violation that is found. A module that is not even well-formed is judged by that alone.
  @discardableResult
  public static func validate(
    _ module: WasmModule, features: Features = .standard, limits: Limits = .standard
  ) throws(ValidationError) -> ModuleValidation {
    var validator = ModuleValidator(module, features: features, limits: limits)
    return try validator.validate()
  }
}

/// The types of the operands before instructions of a module's functions.
public struct OperandTyping {
  private let validator: FunctionValidator

  /// Looks at what a module says of its types, functions and the like; not at its code.
  /// - Throws: the first violation that is found.
  public init(_ module: WasmModule, limits: Limits = .standard) throws(ValidationError) {
    var preparing = ModuleValidator(module, features: .all, limits: limits)
    try preparing.prepare()
    var validator = preparing.validator
    // Which functions references may be made to matters to validity alone.
    validator.context.references = validator.context.references.map { _ in true }
    self.validator = validator
  }

  /// The types of the operand stack before the instruction at `offset`, its bottom first; nil where no instruction
  /// starts there, behind code that is not valid, and in unreachable code. A nil element is a reference.
  public func types(in body: FunctionBody, at offset: CodeOffset) -> [ValueType?]? {
    var validator = validator
    guard Int(body.function) < validator.context.functions.count else { return nil }
    let type = validator.context.types.definitions[Int(validator.context.functions[Int(body.function)])]
    guard (try? validator.validate(body, type: type, until: offset)) != nil, !validator.frames.isEmpty,
      !validator.isUnreachable
    else { return nil }
    return validator.operands.map(\.number)
  }
}

/// The validation of one module (3.5).
private struct ModuleValidator {
  let module: WasmModule
  let features: Features
  let limits: Limits
  var validator: FunctionValidator

  init(_ module: WasmModule, features: Features, limits: Limits) {
    self.module = module
    self.features = features
    self.limits = limits
    var rows = ValidationTable.standard.rows
    for opcode in Opcode.all where !features.proposals.contains(opcode.proposal) {
      rows[Int(opcode.index)].isEnabled = false
    }
    validator = FunctionValidator(rows: rows, limits: limits)
  }

  mutating func validate() throws(ValidationError) -> ModuleValidation {
    do throws(ReadError) {
      try module.checkForm()
    } catch {
      throw Violation(error).at(error.offset, section: error.section)
    }
    try prepare()
    try elements()
    try data()
    try exports()
    try start()
    return ModuleValidation(
      types: validator.context.types, typeNumbers: validator.context.typeNumbers, operandHeights: try bodies())
  }

  /// Checks what code refers to.
  mutating func prepare() throws(ValidationError) {
    let types = module.types
    let limits = limits
    try within(.type) { (context) throws(Violation) in
      context.typeNumbers = try context.types.numbers(of: types, limits: limits)
    }
    try declarations()
    try globals()
  }

  // MARK: Places

  /// Runs `check`, whose violations are of a section.
  private mutating func within(
    _ section: SectionID, _ check: (inout ValidationContext) throws(Violation) -> Void
  ) throws(ValidationError) {
    do throws(Violation) {
      try check(&validator.context)
    } catch {
      throw violation(error, section)
    }
  }

  private func violation(_ violation: Violation, _ section: SectionID) -> ValidationError {
    // What a section lacks is a matter of its place too, and imports are of theirs.
    violation.at(module.section(section)?.header ?? module.file.fileOffset, section: section.title)
  }

  // MARK: Index spaces

  /// Functions, tables, memories and tags.
  private mutating func declarations() throws(ValidationError) {
    let functions = module.functionTypeIndices
    let memories = module.memories
    let tags = module.tags
    let features = features
    try within(.function) { (context) throws(Violation) in
      context.functions.reserveCapacity(functions.count)
      for type in functions { context.functions.append(try context.definition(type, .func).number) }
      context.references = [Bool](repeating: false, count: functions.count)
    }
    try within(.memory) { (context) throws(Violation) in
      for memory in memories {
        try Self.check(memory, features)
        context.memories.append(memory.is64Bit)
      }
    }
    try within(.tag) { (context) throws(Violation) in
      for tag in tags {
        let (number, type) = try context.definition(tag, .func)
        guard type.results.isEmpty else { throw Violation(.tagWithResults) }
        context.tags.append(number)
      }
    }
    let elements = module.elements
    try within(.element) { (context) throws(Violation) in
      for segment in elements { context.elements.append(try context.stackType(segment.type)) }
    }
    validator.context.dataCount = module.dataCount
  }

  private static func check(_ memory: MemoryType, _ features: Features) throws(Violation) {
    guard memory.pageSizeLog2 == 16 || features.customPageSizes && memory.pageSizeLog2 == 0 else {
      throw Violation(.invalidPageSize)
    }
    // The addresses of a memory of 64 bits number 2^64; those of another 2^32.
    let bits = (memory.is64Bit ? 64 : 32) - UInt64(memory.pageSizeLog2)
    let most = bits == 64 ? UInt64.max : 1 << bits
    guard max(memory.limits.minimum, memory.limits.maximum ?? 0) <= most else {
      throw Violation(memory.is64Bit ? .memorySize64 : .memorySize)
    }
    try check(memory.limits)
    guard !memory.isShared || memory.limits.maximum != nil else { throw Violation(.sharedMemoryMaximum) }
  }

  private static func check(_ limits: SizeLimits) throws(Violation) {
    if let maximum = limits.maximum, limits.minimum > maximum { throw Violation(.minimumAboveMaximum) }
  }

  /// Tables and globals, whose initial values may use only the globals that stand before them.
  private mutating func globals() throws(ValidationError) {
    let globals = module.globals
    let imported = module.importedCount(.global)
    for global in globals.prefix(imported) { try add(global) }
    let importedTables = module.importedCount(.table)
    for table in module.tables {
      var type = StackType.funcref
      try within(.table) { (context) throws(Violation) in
        type = try context.stackType(table.type.element)
        let most = table.type.is64Bit ? UInt64.max : UInt64(UInt32.max)
        guard max(table.type.limits.minimum, table.type.limits.maximum ?? 0) <= most else {
          throw Violation(.tableSize)
        }
        try Self.check(table.type.limits)
        context.tables.append(ValidationContext.TableInfo(element: type, is64Bit: table.type.is64Bit))
      }
      if let initializer = table.initializer {
        try validator.validate(initializer, type: type, section: "table")
      } else if !type.isDefaultable, validator.context.tables.count > importedTables {
        throw violation(Violation(.typeMismatch, "a table without initial value has no default"), .table)
      }
    }
    for global in globals.dropFirst(imported) { try add(global) }
  }

  private mutating func add(_ global: WasmBinary.Global) throws(ValidationError) {
    var type = StackType.i32
    try within(.global) { (context) throws(Violation) in type = try context.stackType(global.type.value) }
    if let initializer = global.initializer {
      try validator.validate(initializer, type: type, section: "global")
    }
    validator.context.globals.append(ValidationContext.GlobalInfo(type: type, isMutable: global.type.isMutable))
  }

  // MARK: Segments

  private mutating func elements() throws(ValidationError) {
    for (index, segment) in module.elements.enumerated() {
      let type = validator.context.elements[index]
      if case .active(let tableIndex, let offset) = segment.mode {
        var address = StackType.i32
        try within(.element) { (context) throws(Violation) in
          let table = try context.table(tableIndex)
          guard context.types.matches(type, table.element) else {
            throw Violation(
              .typeMismatch, "elements are \(context.text(type)), the table's \(context.text(table.element))")
          }
          address = table.address
        }
        try validator.validate(offset, type: address, section: "element")
      }
      for element in segment.elements {
        switch element {
        case .function(let function):
          guard Int(function) < validator.context.references.count else {
            throw violation(.unknown(.unknownFunction, function), .element)
          }
          validator.context.references[Int(function)] = true
        case .expression(let expression):
          try validator.validate(expression, type: type, section: "element")
        }
      }
    }
  }

  private mutating func data() throws(ValidationError) {
    for segment in module.data {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      var address = StackType.i32
      try within(.data) { (context) throws(Violation) in address = try context.memory(memory) }
      try validator.validate(offset, type: address, section: "data")
    }
  }

  // MARK: Exports, start

  private mutating func exports() throws(ValidationError) {
    // Names are equal if their bytes are; strings would be equal more often.
    var names: Set<[UInt8]> = []
    let exports = module.exports
    try within(.export) { (context) throws(Violation) in
      for export in exports {
        let index = Int(export.index)
        switch export.kind {
        case .function:
          _ = try context.function(export.index)
          context.references[index] = true
        case .table: _ = try context.table(export.index)
        case .memory: _ = try context.memory(export.index)
        case .global: _ = try context.global(export.index)
        case .tag: _ = try context.tag(export.index)
        }
        guard names.insert(Array(export.name.utf8)).inserted else {
          throw Violation(.duplicateExport, "\"\(export.name)\"")
        }
      }
    }
  }

  private mutating func start() throws(ValidationError) {
    guard let start = module.start else { return }
    try within(.start) { (context) throws(Violation) in
      let type = try context.function(start)
      guard type.parameters.isEmpty, type.results.isEmpty else { throw Violation(.badStart) }
    }
  }

  // MARK: Code

  private mutating func bodies() throws(ValidationError) -> [UInt32] {
    let bodies = module.bodies
    var heights: [UInt32] = []
    heights.reserveCapacity(bodies.count)
    for body in bodies {
      let type = validator.context.types.definitions[Int(validator.context.functions[Int(body.function)])]
      heights.append(UInt32(truncatingIfNeeded: try validator.validate(body, type: type)))
    }
    return heights
  }
}
