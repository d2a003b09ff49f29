import ByteCursor
import WasmBinary

// Types as they stand in a file (Wasm 5.3).
extension ByteBuilder {
  /// A value type.
  public mutating func valueType(_ type: ValueType) {
    switch type {
    case .i32: u8(0x7f)
    case .i64: u8(0x7e)
    case .f32: u8(0x7d)
    case .f64: u8(0x7c)
    case .v128: u8(0x7b)
    case .reference(let type): referenceType(type)
    }
  }

  /// A reference type, in the short form where there is one.
  public mutating func referenceType(_ type: ReferenceType) {
    if type.isNullable, case .defined = type.heapType {
      u8(0x63)
    } else if !type.isNullable {
      u8(0x64)
    }
    heapType(type.heapType)
  }

  /// A heap type.
  public mutating func heapType(_ type: HeapType) {
    switch type {
    case .noexn: u8(0x74)
    case .nofunc: u8(0x73)
    case .noextern: u8(0x72)
    case .none: u8(0x71)
    case .func: u8(0x70)
    case .extern: u8(0x6f)
    case .any: u8(0x6e)
    case .eq: u8(0x6d)
    case .i31: u8(0x6c)
    case .struct: u8(0x6b)
    case .array: u8(0x6a)
    case .exn: u8(0x69)
    case .defined(let index): sleb(Int64(index))
    }
  }

  /// A function type with its 0x60.
  public mutating func functionType(_ type: FunctionType) {
    u8(0x60)
    vector(type.parameters) { $0.valueType($1) }
    vector(type.results) { $0.valueType($1) }
  }

  /// A memory's type.
  public mutating func memoryType(_ type: MemoryType) {
    let hasPageSize = type.pageSizeLog2 != 16
    limits(type.limits, flags: (type.isShared ? 2 : 0) | (type.is64Bit ? 4 : 0) | (hasPageSize ? 8 : 0))
    if hasPageSize { uleb(UInt64(type.pageSizeLog2)) }
  }

  /// A table's type.
  public mutating func tableType(_ type: TableType) {
    referenceType(type.element)
    limits(type.limits, flags: type.is64Bit ? 4 : 0)
  }

  /// A global's type.
  public mutating func globalType(_ type: GlobalType) {
    valueType(type.value)
    u8(type.isMutable ? 1 : 0)
  }

  private mutating func limits(_ limits: SizeLimits, flags: UInt8) {
    u8(flags | (limits.maximum == nil ? 0 : 1))
    uleb(limits.minimum)
    if let maximum = limits.maximum { uleb(maximum) }
  }

  /// A constant expression with its `end`.
  public mutating func constant(_ value: ConstantValue) {
    switch value {
    case .i32(let value):
      u8(0x41)
      sleb(Int64(value))
    case .i64(let value):
      u8(0x42)
      sleb(value)
    case .f32(let bits):
      u8(0x43)
      u32(bits)
    case .f64(let bits):
      u8(0x44)
      u64(bits)
    case .v128(let low, let high):
      raw([0xfd, 0x0c])
      u64(low)
      u64(high)
    case .null(let type):
      u8(0xd0)
      heapType(type)
    case .function(let index):
      u8(0xd2)
      uleb(UInt64(index))
    }
    u8(0x0b)
  }
}

/// A core module put together in code.
///
/// Methods that define something return its index. Import before defining: indices of imports come first.
///
///     var module = ModuleBuilder()
///     let f = module.function([.i32], [.i32], body: [0x20, 0, 0x0b], name: "identity", export: "f")
///     module.memory(MemoryType(SizeLimits(1)))
///     let opened = try WasmModule(module.bytes)
public struct ModuleBuilder {
  /// Bytes that each size in the code section takes at the least: 5 is what linkers write before they compress.
  public var bodySizeWidth = 1
  /// The module's name in the name section.
  public var moduleName: String?

  private var typeCount = 0
  private var functionTypes: [FunctionType: UInt32] = [:]
  private var sections: [UInt8: (count: Int, body: ByteBuilder)] = [:]
  private var counts: [ExternalKind: UInt32] = [:]
  private var start: UInt32?
  private var hasDataCount = false
  private var names: [UInt8: [(UInt32, String)]] = [:]
  private var localNames: [(UInt32, [(UInt32, String)])] = []
  private var customSections: [(String, [UInt8])] = []

  public init() {}

  // MARK: Types

  /// A function type, defined when it is first asked for.
  @discardableResult public mutating func type(_ parameters: [ValueType], _ results: [ValueType] = []) -> UInt32 {
    let type = FunctionType(parameters, results)
    if let index = functionTypes[type] { return index }
    let index = rawType { $0.functionType(type) }
    functionTypes[type] = index
    return index
  }

  /// A type definition or recursive group that `fill` writes, which defines `defining` types; the index of
  /// the first.
  @discardableResult public mutating func rawType(
    defining: UInt32 = 1, _ fill: (inout ByteBuilder) -> Void
  ) -> UInt32 {
    entry(1, fill)
    defer { typeCount += Int(defining) }
    return UInt32(typeCount)
  }

  // MARK: Imports

  @discardableResult public mutating func importFunction(
    _ module: String, _ name: String, _ parameters: [ValueType] = [], _ results: [ValueType] = []
  ) -> UInt32 {
    let type = type(parameters, results)
    return importEntry(.function, module, name) { $0.uleb(UInt64(type)) }
  }

  @discardableResult public mutating func importTable(_ module: String, _ name: String, _ type: TableType) -> UInt32 {
    importEntry(.table, module, name) { $0.tableType(type) }
  }

  @discardableResult public mutating func importMemory(
    _ module: String, _ name: String, _ type: MemoryType
  ) -> UInt32 {
    importEntry(.memory, module, name) { $0.memoryType(type) }
  }

  @discardableResult public mutating func importGlobal(
    _ module: String, _ name: String, _ type: GlobalType
  ) -> UInt32 {
    importEntry(.global, module, name) { $0.globalType(type) }
  }

  @discardableResult public mutating func importTag(
    _ module: String, _ name: String, _ parameters: [ValueType]
  ) -> UInt32 {
    let type = type(parameters)
    return importEntry(.tag, module, name) {
      $0.u8(0)
      $0.uleb(UInt64(type))
    }
  }

  private mutating func importEntry(
    _ kind: ExternalKind, _ module: String, _ name: String, _ type: (inout ByteBuilder) -> Void
  ) -> UInt32 {
    entry(2) {
      $0.name(module)
      $0.name(name)
      $0.u8(kind.rawValue)
      type(&$0)
    }
    return next(kind)
  }

  // MARK: Definitions

  /// A function: its `body` is instructions with the last `end`.
  @discardableResult public mutating func function(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [LocalGroup] = [], body: [UInt8] = [0x0b],
    name: String? = nil, export: String? = nil
  ) -> UInt32 {
    var code = ByteBuilder()
    code.vector(locals) {
      $0.uleb(UInt64($1.count))
      $0.valueType($1.type)
    }
    code.raw(body)
    return function(type: type(parameters, results), rawBody: code.bytes, name: name, export: export)
  }

  /// A function of a type given by its index, with the body as in the file: locals vector and instructions.
  @discardableResult public mutating func function(
    type: UInt32, rawBody: [UInt8], name: String? = nil, export: String? = nil
  ) -> UInt32 {
    entry(3) { $0.uleb(UInt64(type)) }
    let width = bodySizeWidth
    entry(10) {
      $0.uleb(UInt64(rawBody.count), width: width)
      $0.raw(rawBody)
    }
    let index = next(.function)
    if let name { self.name(.function, index, name) }
    if let export { self.export(export, .function, index) }
    return index
  }

  /// A table; `initializer` is a constant expression with its `end`.
  @discardableResult public mutating func table(_ type: TableType, initializer: [UInt8]? = nil) -> UInt32 {
    entry(4) {
      if initializer != nil { $0.raw([0x40, 0]) }
      $0.tableType(type)
      if let initializer { $0.raw(initializer) }
    }
    return next(.table)
  }

  @discardableResult public mutating func memory(_ type: MemoryType) -> UInt32 {
    entry(5) { $0.memoryType(type) }
    return next(.memory)
  }

  /// A tag whose exceptions carry `parameters`.
  @discardableResult public mutating func tag(_ parameters: [ValueType]) -> UInt32 {
    let type = type(parameters)
    entry(13) {
      $0.u8(0)
      $0.uleb(UInt64(type))
    }
    return next(.tag)
  }

  @discardableResult public mutating func global(_ type: GlobalType, _ value: ConstantValue) -> UInt32 {
    var expression = ByteBuilder()
    expression.constant(value)
    return global(type, initializer: expression.bytes)
  }

  /// A global whose `initializer` is a constant expression with its `end`.
  @discardableResult public mutating func global(_ type: GlobalType, initializer: [UInt8]) -> UInt32 {
    entry(6) {
      $0.globalType(type)
      $0.raw(initializer)
    }
    return next(.global)
  }

  public mutating func export(_ name: String, _ kind: ExternalKind, _ index: UInt32) {
    entry(7) {
      $0.name(name)
      $0.u8(kind.rawValue)
      $0.uleb(UInt64(index))
    }
  }

  /// The function that runs at instantiation.
  public mutating func start(_ function: UInt32) { start = function }

  /// Functions copied into table 0 from `offset`.
  public mutating func elements(at offset: Int32, _ functions: [UInt32]) {
    rawElements {
      $0.uleb(0)
      $0.constant(.i32(offset))
      $0.vector(functions) { $0.uleb(UInt64($1)) }
    }
  }

  /// An element segment as `fill` writes it, from its flags on.
  public mutating func rawElements(_ fill: (inout ByteBuilder) -> Void) { entry(9, fill) }

  /// Bytes copied into a memory from `offset`, an i32 or i64 as the memory's addresses are.
  public mutating func data(at offset: ConstantValue, memory: UInt32 = 0, _ bytes: [UInt8]) {
    entry(11) {
      $0.uleb(memory == 0 ? 0 : 2)
      if memory != 0 { $0.uleb(UInt64(memory)) }
      $0.constant(offset)
      $0.uleb(UInt64(bytes.count))
      $0.raw(bytes)
    }
  }

  /// A passive data segment; makes a data count section, which the instructions that use it need.
  public mutating func passiveData(_ bytes: [UInt8]) {
    hasDataCount = true
    entry(11) {
      $0.uleb(1)
      $0.uleb(UInt64(bytes.count))
      $0.raw(bytes)
    }
  }

  // MARK: Names and custom sections

  /// A name in the name section.
  public mutating func name(_ kind: ExternalKind, _ index: UInt32, _ name: String) {
    let subsections: [ExternalKind: UInt8] = [.function: 1, .table: 5, .memory: 6, .global: 7, .tag: 11]
    names[subsections[kind]!, default: []].append((index, name))
  }

  /// The names of a function's locals, parameters among them, by their position.
  public mutating func nameLocals(of function: UInt32, _ locals: [String]) {
    localNames.append((function, locals.enumerated().map { (UInt32($0.offset), $0.element) }))
  }

  /// A custom section, behind all others.
  public mutating func customSection(_ name: String, _ fill: (inout ByteBuilder) -> Void) {
    var contents = ByteBuilder()
    fill(&contents)
    customSections.append((name, contents.bytes))
  }

  // MARK: The module

  private mutating func entry(_ section: UInt8, _ fill: (inout ByteBuilder) -> Void) {
    fill(&sections[section, default: (0, ByteBuilder())].body)
    sections[section, default: (0, ByteBuilder())].count += 1
  }

  private mutating func next(_ kind: ExternalKind) -> UInt32 {
    defer { counts[kind, default: 0] += 1 }
    return counts[kind, default: 0]
  }

  /// The module as a file.
  public var fileBytes: [UInt8] {
    var file = ByteBuilder()
    file.moduleHeader()
    for id: UInt8 in [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11] {
      switch id {
      case 8: if let start { file.section(id) { $0.uleb(UInt64(start)) } }
      case 12: if hasDataCount { file.section(id) { $0.uleb(UInt64(sections[11]?.count ?? 0)) } }
      default:
        guard let (count, body) = sections[id] else { continue }
        file.section(id) {
          $0.uleb(UInt64(count))
          $0.raw(body.bytes)
        }
      }
    }
    for (name, contents) in customSections { file.customSection(name) { $0.raw(contents) } }
    if moduleName != nil || !names.isEmpty || !localNames.isEmpty { file.customSection("name", writeNames) }
    return file.bytes
  }

  /// The module as a file, to be opened.
  public var bytes: Bytes { Bytes(copying: fileBytes) }

  private func writeNames(_ section: inout ByteBuilder) {
    func nameMap(_ builder: inout ByteBuilder, _ entries: [(UInt32, String)]) {
      builder.vector(entries.sorted { $0.0 < $1.0 }) {
        $0.uleb(UInt64($1.0))
        $0.name($1.1)
      }
    }
    if let moduleName { section.section(0) { $0.name(moduleName) } }
    for id: UInt8 in 1...11 {
      if id == 2, !localNames.isEmpty {
        section.section(id) {
          $0.vector(localNames.sorted { $0.0 < $1.0 }) {
            $0.uleb(UInt64($1.0))
            nameMap(&$0, $1.1)
          }
        }
      } else if let entries = names[id] {
        section.section(id) { nameMap(&$0, entries) }
      }
    }
  }
}
