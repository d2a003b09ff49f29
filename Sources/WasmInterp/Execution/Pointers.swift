import WasmBinary

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// The unsafe memory of the interpreter, wrapped in small types that the rest of it uses. Bounds are kept by what makes
// them: the translator emits only slots within `FunctionRecord.frameSize`, a call checks that a frame fits, and every
// access to linear memory compares with `LinearMemory.size` first. All of it presumes validated code.

/// Where the running function's locals start on the value stack. The operands follow the locals; each value takes one
/// slot of 64 bits, a v128 two. In front of it stand the frame's links: caller's call instruction, caller's frame,
/// function.
@safe
struct FramePointer: Equatable {
  let base: UnsafeMutablePointer<UInt64>

  /// Slots in front of a frame that hold its links.
  static let linkSlots: Int32 = 3

  init(_ base: UnsafeMutablePointer<UInt64>) { unsafe self.base = base }

  static func == (left: FramePointer, right: FramePointer) -> Bool { unsafe left.base == right.base }

  @inline(__always) func advanced(by slots: Int32) -> FramePointer { unsafe FramePointer(base + Int(slots)) }
  /// How many slots this frame lies above `other`.
  func distance(from other: FramePointer) -> Int { unsafe base - other.base }

  @inline(__always) subscript(slot: Int32) -> UInt64 {
    get { unsafe base[Int(slot)] }
    nonmutating set { unsafe base[Int(slot)] = newValue }
  }
  @inline(__always) func u32(_ slot: Int32) -> UInt32 { UInt32(truncatingIfNeeded: self[slot]) }
  @inline(__always) func i32(_ slot: Int32) -> Int32 { Int32(truncatingIfNeeded: self[slot]) }
  @inline(__always) func u64(_ slot: Int32) -> UInt64 { self[slot] }
  @inline(__always) func i64(_ slot: Int32) -> Int64 { Int64(bitPattern: self[slot]) }
  @inline(__always) func f32(_ slot: Int32) -> Float { Float(bitPattern: u32(slot)) }
  @inline(__always) func f64(_ slot: Int32) -> Double { Double(bitPattern: self[slot]) }
  @inline(__always) func put(_ slot: Int32, _ value: UInt32) { self[slot] = UInt64(value) }
  @inline(__always) func put(_ slot: Int32, _ value: Int32) { self[slot] = UInt64(UInt32(bitPattern: value)) }
  @inline(__always) func put(_ slot: Int32, _ value: UInt64) { self[slot] = value }
  @inline(__always) func put(_ slot: Int32, _ value: Int64) { self[slot] = UInt64(bitPattern: value) }
  @inline(__always) func put(_ slot: Int32, _ value: Float) { self[slot] = UInt64(value.bitPattern) }
  @inline(__always) func put(_ slot: Int32, _ value: Double) { self[slot] = value.bitPattern }
  @inline(__always) func put(_ slot: Int32, _ value: Bool) { self[slot] = value ? 1 : 0 }

  /// A v128 in two slots, as lanes.
  @inline(__always) func vector<Lanes: SIMD>(_ slot: Int32, as type: Lanes.Type = Lanes.self) -> Lanes {
    unsafe UnsafeRawPointer(base + Int(slot)).loadUnaligned(as: Lanes.self)
  }
  @inline(__always) func putVector<Lanes: SIMD>(_ slot: Int32, _ value: Lanes) {
    unsafe UnsafeMutableRawPointer(base + Int(slot)).storeBytes(of: value, as: Lanes.self)
  }
  /// A byte of a v128.
  @inline(__always) func byte(_ slot: Int32, _ index: Int) -> UInt8 {
    unsafe UnsafeRawPointer(base + Int(slot)).load(fromByteOffset: index & 15, as: UInt8.self)
  }
  @inline(__always) func copyVector(_ slot: Int32, from source: Int32) {
    let low = self[source]
    let high = self[source + 1]
    self[slot] = low
    self[slot + 1] = high
  }

  /// Sets `count` slots to zero.
  @inline(__always) func zero(_ slot: Int32, count: Int32) {
    var slot = slot
    let end = slot + count
    while slot < end {
      self[slot] = 0
      slot += 1
    }
  }

  // MARK: Links

  /// The call instruction of the caller.
  @inline(__always) var callerCode: CodePointer {
    get { unsafe CodePointer(UnsafePointer(bitPattern: UInt(base[-1])).unsafelyUnwrapped) }
    nonmutating set { unsafe base[-1] = UInt64(UInt(bitPattern: newValue.base)) }
  }
  @inline(__always) var callerFrame: FramePointer {
    get { unsafe FramePointer(UnsafeMutablePointer(bitPattern: UInt(base[-2])).unsafelyUnwrapped) }
    nonmutating set { unsafe base[-2] = UInt64(UInt(bitPattern: newValue.base)) }
  }
  /// The function that runs in this frame.
  @inline(__always) var function: FunctionPointer {
    get { unsafe FunctionPointer(UnsafeMutablePointer(bitPattern: UInt(base[-3])).unsafelyUnwrapped) }
    nonmutating set { unsafe base[-3] = newValue.bits }
  }
}

extension SIMDMask where Storage: SIMD {
  /// The mask's bits, all ones in a lane where it is true.
  @inline(__always) var bits: SIMD2<UInt64> { unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self) }
}

/// An internal instruction: four 32-bit words. The first is the operation and a 16-bit operand `x`; `a`, `b`, `c` are
/// slots, targets or immediates as the operation says. Lists follow as further groups of four words.
@safe
struct CodePointer: Equatable {
  let base: UnsafePointer<Int32>

  init(_ base: UnsafePointer<Int32>) { unsafe self.base = base }

  static func == (left: CodePointer, right: CodePointer) -> Bool { unsafe left.base == right.base }

  @inline(__always) var operation: Operation { unsafe UnsafeRawPointer(base).load(as: Operation.self) }
  @inline(__always) var x: UInt16 { unsafe UnsafeRawPointer(base).load(fromByteOffset: 2, as: UInt16.self) }
  @inline(__always) var a: Int32 { unsafe base[1] }
  @inline(__always) var b: Int32 { unsafe base[2] }
  @inline(__always) var c: Int32 { unsafe base[3] }
  /// `b` and `c` as one number.
  @inline(__always) var wide: UInt64 { unsafe UnsafeRawPointer(base).load(fromByteOffset: 8, as: UInt64.self) }
  /// A word of the list that follows.
  @inline(__always) func word(_ index: Int) -> Int32 { unsafe base[4 + index] }
  /// Two words of the list that follows.
  @inline(__always) func wideWord(_ index: Int) -> UInt64 {
    unsafe UnsafeRawPointer(base + 4 + index).loadUnaligned(as: UInt64.self)
  }
  @inline(__always) func advanced(by count: Int32) -> CodePointer { unsafe CodePointer(base + 4 * Int(count)) }
  /// How many instructions this one stands behind `start`.
  func index(from start: CodePointer) -> Int { unsafe (base - start.base) / 4 }
}

/// A memory's bytes as the loop uses them. They stay where they are: growing makes more of a reservation accessible.
@safe
struct LinearMemory {
  var base: UnsafeMutableRawPointer
  /// In bytes.
  var size: UInt64

  /// Whether `count` bytes from `address` are within; for addresses of 33 bits at most, which cannot overflow.
  @inline(__always) func holds(_ address: UInt64, _ count: UInt64) -> Bool { address &+ count <= size }

  /// Whether `count` bytes, which have to be within, are all zero.
  func isZero(_ address: Int, count: Int) -> Bool {
    // A range is zero where its first byte is and each equals the one before it.
    unsafe count == 0
      || (base.load(fromByteOffset: address, as: UInt8.self) == 0
        && memcmp(base + address, base + address + 1, count - 1) == 0)
  }

  @inline(__always) func load<T: BitwiseCopyable>(_ address: UInt64, as type: T.Type) -> T {
    unsafe base.loadUnaligned(fromByteOffset: Int(truncatingIfNeeded: address), as: T.self)
  }
  @inline(__always) func store<T: BitwiseCopyable>(_ address: UInt64, _ value: T) {
    unsafe base.storeBytes(of: value, toByteOffset: Int(truncatingIfNeeded: address), as: T.self)
  }
}

/// What stays the same for all functions of an instance, as the loop needs it.
struct ContextRecord {
  var memory: MemoryPointer
  unowned(unsafe) let instance: Instance
}

@safe
struct ContextPointer: Equatable {
  let record: UnsafeMutablePointer<ContextRecord>

  init(instance: Instance, memory: MemoryPointer) {
    unsafe record = .allocate(capacity: 1)
    unsafe record.initialize(to: ContextRecord(memory: memory, instance: instance))
  }
  static func == (left: ContextPointer, right: ContextPointer) -> Bool { unsafe left.record == right.record }
  @inline(__always) var memory: LinearMemory { unsafe record.pointee.memory.record.pointee }
  var instance: Instance { unsafe record.pointee.instance }
  func setMemory(_ memory: MemoryPointer) { unsafe record.pointee.memory = memory }
  func free() {
    unsafe record.deinitialize(count: 1)
    unsafe record.deallocate()
  }
}

@safe
struct MemoryPointer {
  let record: UnsafeMutablePointer<LinearMemory>
  init(record: UnsafeMutablePointer<LinearMemory>) { unsafe self.record = record }
  init(bits: UInt64) { unsafe record = UnsafeMutablePointer(bitPattern: UInt(bits)).unsafelyUnwrapped }
  var bits: UInt64 { unsafe UInt64(UInt(bitPattern: record)) }
  var memory: LinearMemory { unsafe record.pointee }
}

/// What a call needs to know of a function.
struct FunctionRecord {
  /// Its translated code; nil until the first call, and for host functions.
  var code: CodePointer?
  /// Slots of its locals and operands.
  var frameSize: Int32 = 0
  var parameterSlots: Int32
  var resultSlots: Int32
  /// Slots of locals that are zero at first.
  var zeroSlots: Int32 = 0
  /// The function's type, canonical in the store.
  var type: UInt32
  var context: ContextPointer?
  unowned(unsafe) let function: Function
}

@safe
struct FunctionPointer: Equatable {
  let record: UnsafeMutablePointer<FunctionRecord>

  init(_ record: UnsafeMutablePointer<FunctionRecord>) { unsafe self.record = record }
  init(_ value: FunctionRecord) {
    unsafe record = .allocate(capacity: 1)
    unsafe record.initialize(to: value)
  }
  init(bits: UInt64) { unsafe self.init(UnsafeMutablePointer(bitPattern: UInt(bits)).unsafelyUnwrapped) }

  static func == (left: FunctionPointer, right: FunctionPointer) -> Bool { unsafe left.record == right.record }
  @inline(__always) var bits: UInt64 { unsafe UInt64(UInt(bitPattern: record)) }
  @inline(__always) var code: CodePointer? { unsafe record.pointee.code }
  @inline(__always) var frameSize: Int32 { unsafe record.pointee.frameSize }
  @inline(__always) var parameterSlots: Int32 { unsafe record.pointee.parameterSlots }
  @inline(__always) var resultSlots: Int32 { unsafe record.pointee.resultSlots }
  @inline(__always) var zeroSlots: Int32 { unsafe record.pointee.zeroSlots }
  @inline(__always) var type: UInt32 { unsafe record.pointee.type }
  @inline(__always) var context: ContextPointer { unsafe record.pointee.context.unsafelyUnwrapped }
  var function: Function { unsafe record.pointee.function }
  func setCode(_ code: CodePointer, frameSize: Int32, zeroSlots: Int32) {
    unsafe record.pointee.code = code
    unsafe record.pointee.frameSize = frameSize
    unsafe record.pointee.zeroSlots = zeroSlots
  }
  func free() {
    unsafe record.deinitialize(count: 1)
    unsafe record.deallocate()
  }
}

/// A global's value.
@safe
struct CellPointer {
  let cell: UnsafeMutablePointer<UInt64>
  init() {
    unsafe cell = .allocate(capacity: 2)
    unsafe cell.initialize(repeating: 0, count: 2)
  }
  init(bits: UInt64) { unsafe cell = UnsafeMutablePointer(bitPattern: UInt(bits)).unsafelyUnwrapped }
  @inline(__always) var bits: UInt64 { unsafe UInt64(UInt(bitPattern: cell)) }
  @inline(__always) var low: UInt64 {
    get { unsafe cell[0] }
    nonmutating set { unsafe cell[0] = newValue }
  }
  @inline(__always) var high: UInt64 {
    get { unsafe cell[1] }
    nonmutating set { unsafe cell[1] = newValue }
  }
  func free() { unsafe cell.deallocate() }
}

/// Instructions that stay where they are until they are freed.
@safe
struct CodeBuffer {
  let start: CodePointer
  private let memory: UnsafeMutablePointer<Int32>

  init(_ words: [Int32]) {
    unsafe memory = .allocate(capacity: max(words.count, 1))
    unsafe memory.initialize(from: words, count: words.count)
    unsafe start = CodePointer(UnsafePointer(memory))
  }
  func free() { unsafe memory.deallocate() }
}

/// Address space that is reserved and made accessible from its start.
@safe
struct Reservation {
  let base: UnsafeMutableRawPointer
  let capacity: Int

  /// Reserves `capacity` bytes of which none is accessible; nil where the system refuses.
  init?(capacity: Int) {
    guard
      let memory = unsafe mmap(nil, max(capacity, 1), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      unsafe memory != MAP_FAILED
    else { return nil }
    unsafe base = memory
    self.capacity = max(capacity, 1)
  }
  /// Makes the first `count` bytes accessible; false where the system refuses. New bytes are zero.
  func open(_ count: Int) -> Bool {
    guard count <= capacity else { return false }
    return unsafe count == 0 || mprotect(base, count, PROT_READ | PROT_WRITE) == 0
  }
  func free() { unsafe munmap(base, capacity) }
}
