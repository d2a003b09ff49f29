#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// The unsafe memory of the heap, wrapped as in `Pointers.swift`. Bounds are kept by what uses it: a structure's fields
// lie where its layout puts them, an index is compared with `ObjectPointer.count` first. Validation makes sure that a
// reference is to an object of the type that an instruction was made for, and the collector that the object is alive.

/// A structure or array: a header of 16 bytes (type, count, flags), then the fields or elements.
@safe
struct ObjectPointer {
  private let base: UnsafeMutableRawPointer

  static let headerBytes = 16

  /// A new object whose fields are all zero; nil where the system has no memory for it.
  init?(type: UInt32, count: UInt32, bytes: Int) {
    guard let memory = unsafe calloc(1, Self.headerBytes + bytes) else { return nil }
    unsafe base = memory
    unsafe base.storeBytes(of: type, as: UInt32.self)
    unsafe base.storeBytes(of: count, toByteOffset: 4, as: UInt32.self)
  }
  fileprivate init(_ base: UnsafeMutableRawPointer) { unsafe self.base = base }
  fileprivate var pointer: UnsafeMutableRawPointer { unsafe base }
  func release() { unsafe free(base) }

  /// The type, canonical in the store.
  @inline(__always) var type: UInt32 { unsafe base.load(as: UInt32.self) }
  /// How many elements an array has; 0 for a structure.
  @inline(__always) var count: UInt32 { unsafe base.load(fromByteOffset: 4, as: UInt32.self) }
  /// Whether it was reached in the collection that runs.
  var isMarked: Bool {
    get { unsafe base.load(fromByteOffset: 8, as: Bool.self) }
    nonmutating set { unsafe base.storeBytes(of: newValue, toByteOffset: 8, as: Bool.self) }
  }
  /// Whether the host may have a reference to it.
  var isHeld: Bool {
    get { unsafe base.load(fromByteOffset: 9, as: Bool.self) }
    nonmutating set { unsafe base.storeBytes(of: newValue, toByteOffset: 9, as: Bool.self) }
  }

  @inline(__always) func load<T: BitwiseCopyable>(_ offset: Int, as type: T.Type = T.self) -> T {
    unsafe base.loadUnaligned(fromByteOffset: Self.headerBytes &+ offset, as: T.self)
  }
  @inline(__always) func store<T: BitwiseCopyable>(_ offset: Int, _ value: T) {
    unsafe base.storeBytes(of: value, toByteOffset: Self.headerBytes &+ offset, as: T.self)
  }
  /// Copies bytes of another object, which may be this one.
  func copy(to offset: Int, from source: ObjectPointer, _ start: Int, bytes: Int) {
    unsafe (base + Self.headerBytes + offset).copyMemory(
      from: source.base + Self.headerBytes + start, byteCount: bytes)
  }
  /// Copies bytes that stand elsewhere.
  func copy(to offset: Int, from source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress else { return }
    unsafe (base + Self.headerBytes + offset).copyMemory(from: start, byteCount: source.count)
  }
  /// Sets `count` elements to one value.
  func fill<T: BitwiseCopyable>(_ offset: Int, _ value: T, count: Int) {
    unsafe (base + Self.headerBytes + offset).initializeMemory(as: T.self, repeating: value, count: count)
  }
}

/// The objects by number. A number stays an object's until it is freed, and is used again afterwards.
@safe
struct ObjectTable {
  @unsafe private struct Record {
    var entries: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    var capacity: Int
    var count = 0
  }
  private let record: UnsafeMutablePointer<Record>

  init() {
    unsafe record = .allocate(capacity: 1)
    unsafe record.initialize(to: Record(entries: .allocate(capacity: 1024), capacity: 1024))
  }
  /// Frees the table and all objects.
  func free() {
    for number in 0..<UInt32(count) { live(UInt64(number))?.release() }
    unsafe record.pointee.entries.deallocate()
    unsafe record.deallocate()
  }

  /// How many numbers were ever given.
  var count: Int { unsafe record.pointee.count }

  /// The object of a reference that a program has.
  @inline(__always) subscript(bits: UInt64) -> ObjectPointer {
    unsafe ObjectPointer(record.pointee.entries[Int(ReferenceBits.number(bits))].unsafelyUnwrapped)
  }
  /// The object of this number; nil where there is none.
  @inline(__always) func live(_ number: UInt64) -> ObjectPointer? {
    guard number < UInt64(count) else { return nil }
    return unsafe record.pointee.entries[Int(number)].map { unsafe ObjectPointer($0) }
  }
  func set(_ number: UInt32, _ object: ObjectPointer?) {
    unsafe record.pointee.entries[Int(number)] = object?.pointer
  }
  /// Gives the next number to an object.
  func append(_ object: ObjectPointer) {
    let count = count
    if unsafe count == record.pointee.capacity {
      let larger = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: count * 2)
      unsafe larger.moveInitialize(from: record.pointee.entries, count: count)
      unsafe record.pointee.entries.deallocate()
      unsafe record.pointee.entries = unsafe larger
      unsafe record.pointee.capacity = count * 2
    }
    unsafe (record.pointee.entries + count).initialize(to: object.pointer)
    unsafe record.pointee.count = count + 1
  }
}
