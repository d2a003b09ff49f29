import ByteCursor
import WasmBinary

// What a store holds (4.2). Each is made by instantiation or by the host and lives as long as the store does.

/// What is left of a limit that several things of a store share.
final class Allowance {
  private(set) var left: UInt64
  init(_ amount: UInt64) { left = amount }

  /// False, and nothing is taken, where there is less.
  func take(_ amount: UInt64) -> Bool {
    guard amount <= left else { return false }
    left -= amount
    return true
  }
  func giveBack(_ amount: UInt64) { left += amount }
}

/// A linear memory (4.2.8).
public final class Memory {
  /// The type with its limits as declared.
  public let type: MemoryType
  let pointer: MemoryPointer
  private let reservation: Reservation
  private let maximumBytes: UInt64
  private let allowance: Allowance

  /// A memory of the type's minimum size; nil where it is over the limits or the system has no room.
  init?(_ type: MemoryType, limits: ExecutionLimits, allowance: Allowance) {
    guard let minimum = type.minimumBytes else { return nil }
    // More than a process can address is no limit.
    let cap = min(limits.memoryBytes, type.is64Bit ? 1 << 46 : 1 << 32)
    var maximum = cap
    if let pages = type.limits.maximum {
      let (bytes, overflow) = pages.multipliedReportingOverflow(by: type.pageSize)
      maximum = overflow ? cap : min(bytes, cap)
    }
    guard minimum <= min(cap, allowance.left),
      let reservation = Reservation(capacity: Int(max(minimum, maximum) + 4096)),
      reservation.open(Int(minimum)), allowance.take(minimum)
    else { return nil }
    self.type = type
    self.allowance = allowance
    self.reservation = reservation
    maximumBytes = max(minimum, maximum)
    unsafe pointer = MemoryPointer(record: .allocate(capacity: 1))
    unsafe pointer.record.initialize(to: LinearMemory(base: reservation.base, size: minimum))
  }

  deinit {
    allowance.giveBack(size)
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
    guard allowance.take(added) else { return nil }
    guard reservation.open(Int(bytes)) else {
      allowance.giveBack(added)
      return nil
    }
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

  /// What is in the memory: the chunks of `chunkSize` bytes that are not all zero, neighbours joined, by ascending
  /// address. The bytes are the memory's own, not copies: they hold until the program runs on.
  public func contents(chunkSize: Int = 4096) -> [(address: UInt64, bytes: Bytes)] {
    let memory = pointer.memory
    let size = Int(memory.size)
    let storage = unsafe ByteStorage.borrowing(UnsafeRawPointer(memory.base), count: size, from: self)
    let all = Bytes(storage)
    var runs: [(address: UInt64, bytes: Bytes)] = []
    var start: Int?
    func end(_ position: Int) {
      if let first = start { runs.append((UInt64(first), all.clamped(first, count: position - first))) }
      start = nil
    }
    for chunk in stride(from: 0, to: size, by: max(chunkSize, 1)) {
      if memory.isZero(chunk, count: min(chunkSize, size - chunk)) {
        end(chunk)
      } else if start == nil {
        start = chunk
      }
    }
    end(size)
    return runs
  }

  @discardableResult
  func copy(to address: UInt64, from source: Memory, _ start: UInt64, count: UInt64) -> Bool {
    guard holds(address, count), source.holds(start, count) else { return false }
    let target = pointer.memory
    let origin = source.pointer.memory
    unsafe (target.base + Int(address)).copyMemory(from: origin.base + Int(start), byteCount: Int(count))
    return true
  }

  @discardableResult
  func fill(_ address: UInt64, _ byte: UInt8, count: UInt64) -> Bool {
    guard holds(address, count) else { return false }
    let memory = pointer.memory
    unsafe UnsafeMutableRawBufferPointer(start: memory.base + Int(address), count: Int(count))
      .initializeMemory(as: UInt8.self, repeating: byte)
    return true
  }

  @discardableResult
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
  private let allowance: Allowance
  private let heap: Heap
  private(set) var elements: [UInt64]

  init?(_ type: TableType, initial: UInt64, allowance: Allowance, heap: Heap) {
    guard allowance.take(type.limits.minimum) else { return nil }
    self.type = type
    self.allowance = allowance
    self.heap = heap
    elements = Array(repeating: initial, count: Int(type.limits.minimum))
  }

  deinit { allowance.giveBack(count) }

  public var count: UInt64 { UInt64(elements.count) }

  /// An element, which stays valid (`Store.hold`); nil out of bounds.
  public subscript(index: UInt64) -> Reference? {
    guard let bits = bits(index) else { return nil }
    heap.hold(bits)
    return Reference(bits: bits, heapType: type.element.heapType)
  }

  /// Calls `body` with every index and element, from index 0 on.
  public func forEach(_ body: (UInt64, Reference) -> Void) {
    for (index, bits) in elements.enumerated() {
      body(UInt64(index), Reference(bits: bits, heapType: type.element.heapType))
    }
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
    let maximum = type.limits.maximum ?? (type.is64Bit ? .max : UInt64(UInt32.max))
    guard delta <= maximum, before <= maximum - delta, allowance.take(delta) else { return nil }
    elements.append(contentsOf: repeatElement(bits, count: Int(delta)))
    return before
  }
  func holds(_ index: UInt64, _ count: UInt64) -> Bool { index <= self.count && count <= self.count - index }
  @discardableResult
  func fill(_ index: UInt64, _ bits: UInt64, count: UInt64) -> Bool {
    guard holds(index, count) else { return false }
    for position in Int(index)..<Int(index + count) { elements[position] = bits }
    return true
  }
  /// Copies elements; the source may be this table. Nothing is copied where they do not all fit.
  @discardableResult
  func copy(to index: UInt64, from source: Table, _ start: UInt64, count: UInt64) -> Bool {
    guard holds(index, count), source.holds(start, count) else { return false }
    guard source === self else { return write(index, from: source.elements, start, count: count) }
    // In place, in the order that reads each element before it is written.
    let (target, origin, count) = (Int(index), Int(start), Int(count))
    if target <= origin {
      for position in 0..<count { elements[target + position] = elements[origin + position] }
    } else {
      for position in (0..<count).reversed() { elements[target + position] = elements[origin + position] }
    }
    return true
  }
  @discardableResult
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
  private let heap: Heap

  init(_ type: GlobalType, _ bits: (low: UInt64, high: UInt64), heap: Heap) {
    self.type = type
    self.heap = heap
    cell.low = bits.low
    cell.high = bits.high
  }
  deinit { cell.free() }

  /// The value; a reference stays valid (`Store.hold`).
  public var value: Value {
    if case .reference = type.value { heap.hold(cell.low) }
    return Value(type.value, low: cell.low, high: cell.high)
  }
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

/// What a host function does. It may call back into the store. References among its arguments are valid until it
/// returns; `Store.hold` keeps one longer.
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
  /// Its store. A trap keeps instances for longer than that, to be looked at.
  private(set) weak var store: Store!
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
    guard let export = exports[Array(name.utf8)] else { return nil }
    return external(export.kind, export.index)
  }
  /// By the names' bytes: strings would be equal more often.
  lazy var exports: [[UInt8]: Export] = Dictionary(
    module.exports.map { (Array($0.name.utf8), $0) }, uniquingKeysWith: { a, _ in a })

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
