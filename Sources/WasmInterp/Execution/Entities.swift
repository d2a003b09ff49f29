import ByteCursor
import WasmBinary

// What a store holds (4.2). Each is made by instantiation or by the host and lives as long as the store does.

/// A linear memory (4.2.8).
public final class Memory {
  /// The type with its limits as declared.
  public let type: MemoryType
  let pointer: MemoryPointer
  private let reservation: Reservation
  private let maximumBytes: UInt64

  /// A memory of the type's minimum size; nil where it is over the limits or the system has no room.
  init?(_ type: MemoryType, limits: ExecutionLimits) {
    guard let minimum = type.minimumBytes else { return nil }
    let cap = min(limits.memoryBytes, type.is64Bit ? limits.memoryBytes : 1 << 32)
    var maximum = cap
    if let pages = type.limits.maximum {
      let (bytes, overflow) = pages.multipliedReportingOverflow(by: type.pageSize)
      maximum = overflow ? cap : min(bytes, cap)
    }
    guard minimum <= cap, let reservation = Reservation(capacity: Int(max(minimum, maximum) + 4096)),
      reservation.open(Int(minimum))
    else { return nil }
    self.type = type
    self.reservation = reservation
    maximumBytes = max(minimum, maximum)
    unsafe pointer = MemoryPointer(record: .allocate(capacity: 1))
    unsafe pointer.record.initialize(to: LinearMemory(base: reservation.base, size: minimum))
  }

  deinit {
    unsafe pointer.record.deallocate()
    reservation.free()
  }

  /// In bytes.
  public var size: UInt64 { pointer.memory.size }
  /// In pages.
  public var pages: UInt64 { size >> UInt64(type.pageSizeLog2) }

  /// Grows by `delta` pages; the size before in pages, or nil where it cannot (4.6.9).
  public func grow(by delta: UInt64) -> UInt64? {
    let before = pages
    let (added, overflow) = delta.multipliedReportingOverflow(by: type.pageSize)
    let (bytes, overflow2) = size.addingReportingOverflow(added)
    if overflow || overflow2 || bytes > maximumBytes { return nil }
    if !type.is64Bit, type.pageSizeLog2 == 0, bytes > UInt64(UInt32.max) { return nil }
    guard reservation.open(Int(bytes)) else { return nil }
    unsafe pointer.record.pointee.size = bytes
    return before
  }

  /// Whether `count` bytes from `address` are within.
  public func holds(_ address: UInt64, _ count: UInt64) -> Bool { address <= size && count <= size - address }

  /// The bytes from `address`; nil where they are not all within.
  public func read(_ address: UInt64, count: Int) -> [UInt8]? {
    guard count >= 0, holds(address, UInt64(count)) else { return nil }
    let memory = pointer.memory
    return unsafe [UInt8](UnsafeRawBufferPointer(start: memory.base + Int(address), count: count))
  }

  /// Writes bytes; false, and nothing is written, where they do not all fit.
  @discardableResult public func write(_ address: UInt64, _ bytes: some Collection<UInt8>) -> Bool {
    guard holds(address, UInt64(bytes.count)) else { return false }
    let memory = pointer.memory
    unsafe UnsafeMutableRawBufferPointer(start: memory.base + Int(address), count: bytes.count).copyBytes(from: bytes)
    return true
  }

  func copy(to address: UInt64, from source: Memory, _ start: UInt64, count: UInt64) -> Bool {
    guard holds(address, count), source.holds(start, count) else { return false }
    let target = pointer.memory
    let origin = source.pointer.memory
    unsafe (target.base + Int(address)).copyMemory(from: origin.base + Int(start), byteCount: Int(count))
    return true
  }

  func fill(_ address: UInt64, _ byte: UInt8, count: UInt64) -> Bool {
    guard holds(address, count) else { return false }
    let memory = pointer.memory
    unsafe UnsafeMutableRawBufferPointer(start: memory.base + Int(address), count: Int(count))
      .initializeMemory(as: UInt8.self, repeating: byte)
    return true
  }

  func write(_ address: UInt64, from bytes: Bytes, _ start: UInt64, count: UInt64) -> Bool {
    guard holds(address, count), start <= UInt64(bytes.count), count <= UInt64(bytes.count) - start else {
      return false
    }
    let memory = pointer.memory
    unsafe bytes.withUnsafeBytes { source in
      if count > 0, let from = source.baseAddress {
        unsafe (memory.base + Int(address)).copyMemory(from: from + Int(start), byteCount: Int(count))
      }
    }
    return true
  }
}

/// A table (4.2.7).
public final class Table {
  /// The type as declared; its heap type is canonical.
  public let type: TableType
  let limits: ExecutionLimits
  private(set) var elements: [UInt64]

  init?(_ type: TableType, initial: UInt64, limits: ExecutionLimits) {
    guard type.limits.minimum <= limits.tableElements else { return nil }
    self.type = type
    self.limits = limits
    elements = Array(repeating: initial, count: Int(type.limits.minimum))
  }

  public var count: UInt64 { UInt64(elements.count) }

  /// An element; nil out of bounds.
  public subscript(index: UInt64) -> Reference? {
    bits(index).map { Reference(bits: $0, heapType: type.element.heapType) }
  }

  @inline(__always) func bits(_ index: UInt64) -> UInt64? {
    index < UInt64(elements.count) ? elements[Int(index)] : nil
  }
  func set(_ index: UInt64, _ bits: UInt64) -> Bool {
    guard index < count else { return false }
    elements[Int(index)] = bits
    return true
  }
  func grow(by delta: UInt64, _ bits: UInt64) -> UInt64? {
    let before = count
    let maximum = min(type.limits.maximum ?? .max, limits.tableElements)
    guard delta <= maximum, before <= maximum - delta else { return nil }
    elements.append(contentsOf: repeatElement(bits, count: Int(delta)))
    return before
  }
  func holds(_ index: UInt64, _ count: UInt64) -> Bool { index <= self.count && count <= self.count - index }
  func fill(_ index: UInt64, _ bits: UInt64, count: UInt64) -> Bool {
    guard holds(index, count) else { return false }
    for position in Int(index)..<Int(index + count) { elements[position] = bits }
    return true
  }
  func write(_ index: UInt64, from source: [UInt64], _ start: UInt64, count: UInt64) -> Bool {
    let available = UInt64(source.count)
    guard holds(index, count), start <= available, count <= available - start else { return false }
    guard count > 0 else { return true }
    elements.replaceSubrange(Int(index)..<Int(index + count), with: source[Int(start)..<Int(start + count)])
    return true
  }
}

/// A global (4.2.9).
public final class Global {
  /// The type; its heap type is canonical.
  public let type: GlobalType
  let cell = CellPointer()

  init(_ type: GlobalType, _ bits: (low: UInt64, high: UInt64)) {
    self.type = type
    cell.low = bits.low
    cell.high = bits.high
  }
  deinit { cell.free() }

  public var value: Value { Value(type.value, low: cell.low, high: cell.high) }
}

/// A tag (4.2.10): its identity is the object's.
public final class Tag: Sendable {
  let type: UInt32
  public let parameters: [ValueType]
  init(type: UInt32, parameters: [ValueType]) {
    self.type = type
    self.parameters = parameters
  }
}

/// What a host function does. It may call back into the store.
public typealias HostFunction = (_ caller: HostCall, _ arguments: [Value]) throws -> [Value]

/// What a host function may know of its call.
public struct HostCall {
  public let store: Store
  /// The instance whose code calls; nil for a call by the host.
  public let instance: Instance?
}

/// A function (4.2.6).
public final class Function {
  public let store: ObjectIdentifier
  /// The function's number in the store.
  public let number: UInt32
  /// The function's type, canonical.
  public let type: FunctionType
  /// Where it is defined; nil for host functions.
  public unowned(safe) let instance: Instance?
  /// The index in that instance.
  public let index: UInt32
  let host: HostFunction?
  private(set) var pointer: FunctionPointer!
  private var buffer: CodeBuffer?
  var translation: Translation?

  init(
    store: Store, number: UInt32, type: FunctionType, canonicalType: UInt32, instance: Instance?, index: UInt32,
    host: HostFunction?
  ) {
    self.store = ObjectIdentifier(store)
    self.number = number
    self.type = type
    self.instance = instance
    self.index = index
    self.host = host
    pointer = FunctionPointer(
      FunctionRecord(
        code: nil, parameterSlots: type.parameters.reduce(0) { $0 + $1.slots },
        resultSlots: type.results.reduce(0) { $0 + $1.slots }, type: canonicalType, context: instance?.context,
        function: self))
  }

  deinit {
    pointer.free()
    buffer?.free()
  }

  func install(_ translation: Translation) {
    let buffer = CodeBuffer(translation.code)
    self.buffer = buffer
    self.translation = translation
    self.translation?.code = []
    pointer.setCode(buffer.start, frameSize: translation.frameSize, zeroSlots: translation.zeroSlots)
  }
}

/// A value that can be imported and exported (4.2.12).
public enum External {
  case function(Function)
  case table(Table)
  case memory(Memory)
  case global(Global)
  case tag(Tag)
}

/// An instantiated module (4.2.5).
public final class Instance: @unchecked Sendable {
  public let module: WasmModule
  unowned let store: Store
  /// The canonical types by type index.
  let types: [UInt32]
  public internal(set) var functions: [Function] = []
  public internal(set) var tables: [Table] = []
  public internal(set) var memories: [Memory] = []
  public internal(set) var globals: [Global] = []
  public internal(set) var tags: [Tag] = []
  var elements: [[UInt64]] = []
  var data: [Bytes] = []
  private(set) var context: ContextPointer!
  /// For translation: asked of the module once.
  let moduleTypes: [SubType]
  let functionTypeIndices: [UInt32]
  let bodies: FunctionBodies
  let memoryTypes: [MemoryType]
  let tableTypes: [TableType]
  let globalTypes: [ValueType]

  init(_ module: WasmModule, store: Store, types: [UInt32], noMemory: MemoryPointer) {
    self.module = module
    self.store = store
    self.types = types
    moduleTypes = module.types
    functionTypeIndices = module.functionTypeIndices
    bodies = module.bodies
    memoryTypes = module.memories
    tableTypes = module.tables.map(\.type)
    globalTypes = module.globals.map(\.type.value)
    context = ContextPointer(instance: self, memory: noMemory)
  }
  deinit { context.free() }

  /// What the module exports by this name.
  public func export(_ name: String) -> External? {
    guard let export = exports[name] else { return nil }
    return external(export.kind, export.index)
  }
  lazy var exports: [String: Export] = Dictionary(module.exports.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })

  func external(_ kind: ExternalKind, _ index: UInt32) -> External? {
    let index = Int(index)
    switch kind {
    case .function: return index < functions.count ? .function(functions[index]) : nil
    case .table: return index < tables.count ? .table(tables[index]) : nil
    case .memory: return index < memories.count ? .memory(memories[index]) : nil
    case .global: return index < globals.count ? .global(globals[index]) : nil
    case .tag: return index < tags.count ? .tag(tags[index]) : nil
    }
  }
}
