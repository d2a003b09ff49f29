import ByteCursor
import WasmBinary

/// What the things of a module are called in the text format: the names of the `name` section, made unique.
///
/// Two functions may have one name, and an identifier must stand for one of them (6.3.5). The first keeps the name; the
/// others, and names that are empty or begin with `#`, get their kind and index in front, as `wasm-tools print` writes
/// them: `#func4 add`. Nothing here is quoted: `InstructionFormatter` does that.
public final class ModuleIdentifiers: Sendable {
  private let functions: NameTable
  private let globals: NameTable
  private let types: NameTable
  private let tables: NameTable
  private let memories: NameTable
  private let data: NameTable
  private let elements: NameTable
  private let tags: NameTable
  /// By the type whose fields they are.
  private let fields: [UInt32: NameTable]
  private let locals: IndirectNameMap
  private let labels: IndirectNameMap
  private let nameLimit: Int

  /// Takes a pass over the names of all kinds but locals and labels.
  /// - Parameters:
  ///   - externalNames: whether a function without a name is called as it is exported, or else imported
  ///     (`module.name`).
  ///   - nameLimit: how many characters (Unicode scalars) of a name are kept; an instruction of two bytes could show
  ///     one of megabytes.
  public init(_ module: WasmModule, externalNames: Bool = true, nameLimit: Int = 400) {
    let names = module.names
    func table(_ word: String, _ map: NameMap, _ external: [UInt32: String] = [:]) -> NameTable {
      NameTable(word, map, external: external, limit: nameLimit)
    }
    functions = table("func", names.functions, externalNames ? Self.externalNames(module, names.functions) : [:])
    globals = table("global", names.globals)
    types = table("type", names.types)
    tables = table("table", names.tables)
    memories = table("memory", names.memories)
    data = table("data", names.data)
    elements = table("elem", names.elements)
    tags = table("tag", names.tags)
    let owners = names.fields
    var fields: [UInt32: NameTable] = [:]
    for owner in owners.indices { fields[owner] = table("field", owners[owner]) }
    self.fields = fields
    locals = names.locals
    labels = names.labels
    self.nameLimit = nameLimit
  }

  /// The names of functions that the `name` section has none for.
  private static func externalNames(_ module: WasmModule, _ named: NameMap) -> [UInt32: String] {
    var names: [UInt32: String] = [:]
    func add(_ index: UInt32, _ name: @autoclosure () -> String) {
      if names[index] == nil, named.bytes(of: index)?.isEmpty ?? true { names[index] = name() }
    }
    for export in module.exports where export.kind == .function { add(export.index, export.name) }
    var index: UInt32 = 0
    for entry in module.imports {
      guard case .function = entry.type else { continue }
      add(index, "\(entry.module).\(entry.name)")
      index += 1
    }
    return names
  }

  /// The name of what `reference` refers to; nil where it has none. Locals and labels are `FunctionIdentifiers`'.
  public func name(_ reference: IndexReference) -> String? {
    switch reference.space {
    case .function: functions[reference.index]
    case .global: globals[reference.index]
    case .type: types[reference.index]
    case .table: tables[reference.index]
    case .memory: memories[reference.index]
    case .data: data[reference.index]
    case .element: elements[reference.index]
    case .tag: tags[reference.index]
    case .field: reference.type.flatMap { fields[$0] }?[reference.index]
    case .local, .label, .count: nil
    }
  }

  /// The names of the locals of a function, parameters among them.
  func locals(of function: UInt32) -> NameTable {
    NameTable("local", locals[function], external: [:], limit: nameLimit)
  }

  /// The names of the blocks of a function, by their order in it. They need not be unique: an inner block hides outer
  /// ones of its name.
  func labels(of function: UInt32) -> LabelNames { LabelNames(labels[function], limit: nameLimit) }
}

/// The unique names of one index space.
struct NameTable: Sendable {
  private let word: String
  private let names: NameMap
  /// What is called otherwise.
  private let external: [UInt32: ShownName]
  /// What has the name of something before it.
  private let repeated: Set<UInt32>
  private let limit: Int

  init(_ word: String, _ names: NameMap, external: [UInt32: String], limit: Int) {
    var seen: Set<UInt64> = []
    var repeated: Set<UInt32> = []
    seen.reserveCapacity(names.count + external.count)
    // Names are kept as hashes: those of a large module take tens of megabytes. Where two names had one hash, the
    // second would be marked without need.
    for (index, name) in names where !seen.insert(Self.hash(name)).inserted { repeated.insert(index) }
    for (index, name) in external.sorted(by: { $0.key < $1.key }) where !seen.insert(Self.hash(name.utf8)).inserted {
      repeated.insert(index)
    }
    self.word = word
    self.names = names
    self.external = external.mapValues { ShownName(Bytes(copying: Array($0.utf8)), limit: limit) }
    self.repeated = repeated
    self.limit = limit
  }

  subscript(index: UInt32) -> String? {
    guard let name = external[index] ?? names.bytes(of: index).map({ ShownName($0, limit: limit) }) else { return nil }
    let mustBeMarked = name.isCut || repeated.contains(index) || name.text.isEmpty || name.text.hasPrefix("#")
    return mustBeMarked ? "#\(word)\(index) \(name.text)" : name.text
  }

  /// FNV-1a: the same in each run, unlike Swift's own.
  private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func hash(_ bytes: Bytes) -> UInt64 { hash((0..<bytes.count).lazy.map { bytes[$0] }) }
}

/// The names of the blocks of one function.
struct LabelNames: Sendable {
  private let names: NameMap
  private let limit: Int

  init(_ names: NameMap, limit: Int) {
    self.names = names
    self.limit = limit
  }

  /// The name of the block that is the `index`th to open in its function.
  subscript(index: UInt32) -> String? { names.bytes(of: index).map { ShownName($0, limit: limit).text } }

  /// Whether the `index`th block has a name.
  func hasName(_ index: UInt32) -> Bool { names.bytes(of: index) != nil }

  /// Those of the names `label0`, `label1` and so on that are taken.
  var takenNumbers: Set<UInt32> {
    var taken: Set<UInt32> = []
    for (_, name) in names where name.count <= "label".utf8.count + 10 {
      let text = name.string
      if text.hasPrefix("label"), let number = UInt32(text.dropFirst("label".count)) { taken.insert(number) }
    }
    return taken
  }
}

/// A name as it is shown: a long one without its middle.
private struct ShownName: Sendable {
  let text: String
  /// Whether something was cut, so that others may look like it.
  let isCut: Bool

  /// The name in `bytes`, or the beginning and the end of one of more than `limit` scalars. Of a name of megabytes only
  /// those are read: it may be asked for again and again.
  init(_ bytes: Bytes, limit: Int) {
    let tail = limit / 3
    let head = max(0, limit - tail - 1)
    // A scalar has up to four bytes.
    guard bytes.count / 4 > limit else {
      let whole = bytes.string
      isCut = bytes.count > limit && whole.unicodeScalars.count > limit
      text = isCut ? Self.joined(whole, head, whole, tail) : whole
      return
    }
    isCut = true
    text = Self.joined(
      bytes.clamped(0, count: 4 * head).string, head, bytes.clamped(bytes.count - 4 * tail, count: 4 * tail).string,
      tail)
  }

  private static func joined(_ start: String, _ head: Int, _ end: String, _ tail: Int) -> String {
    String(start.unicodeScalars.prefix(head)) + "…" + String(end.unicodeScalars.suffix(tail))
  }
}
