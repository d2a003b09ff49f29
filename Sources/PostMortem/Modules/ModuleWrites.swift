import ByteCursor
import Synchronization
import WasmBinary
import WasmInterp

/// What a module's code changes of its globals and tables.
struct ModuleWrites {
  private(set) var globals: Set<UInt32> = []
  /// Whether any table is written.
  private(set) var tables = false

  /// More code than this is not read for a question of little weight: a megabyte takes a millisecond or two.
  private static let scannedBytes = 16 << 20
  /// How many bodies are read in one go.
  private static let chunk = 128

  private init() {}

  /// What `module` writes; nil where there is too much code to look, or some that cannot be read.
  init?(of module: WasmModule, limits: Limits) {
    let bodies = module.bodies
    guard bodies.reduce(0, { $0 + $1.contents.count }) <= Self.scannedBytes else { return nil }
    let found = Mutex<ModuleWrites?>(ModuleWrites())
    Parallel.forEach(Array(stride(from: 0, to: bodies.count, by: Self.chunk)), size: { -$0 }) { start in
      var part = ModuleWrites()
      let isRead = bodies[start..<min(start + Self.chunk, bodies.count)].allSatisfy {
        (try? part.add($0.contents, limits)) != nil
      }
      found.withLock { whole in
        guard isRead else { return whole = nil }
        whole?.globals.formUnion(part.globals)
        if part.tables { whole?.tables = true }
      }
    }
    guard let writes = found.withLock({ $0 }) else { return nil }
    self = writes
  }

  private mutating func add(_ body: Bytes, _ limits: Limits) throws(ReadError) {
    var decoder = try BodyReader(body, limits: limits).instructions
    while !decoder.isAtEnd {
      let offset = decoder.codeOffset
      let opcode = try decoder.nextOpcodeSkippingImmediates()
      switch (opcode.prefix, opcode.number) {
      // global.set
      case (0, 0x24):
        var written = try InstructionDecoder(body, at: offset)
        if case .index(let global) = try written.next().immediates { globals.insert(global) }
      // table.set; table.init, table.copy, table.grow, table.fill
      case (0, 0x26), (0xfc, 12), (0xfc, 14), (0xfc, 15), (0xfc, 17): tables = true
      default: break
      }
    }
  }
}
