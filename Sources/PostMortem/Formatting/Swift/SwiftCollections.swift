import DwarfEval

/// Arrays and what is like them.
enum SwiftSequence {
  /// `Array`: a reference to an object with the count, twice the capacity and a flag, and the elements.
  static func array(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .swift, value.size == 4, let element = value.type?.swiftArguments.first else {
      return nil
    }
    let object = try SwiftHeapObject(value)
    let (count, capacity) = (try object.word(2), try object.word(3) >> 1)
    guard count <= capacity || count == 0 else {
      throw Unavailable("damaged: its count \(count) is more than its capacity \(capacity)")
    }
    guard let alignment = SwiftLayout.alignment(of: element) else {
      throw Unavailable("where its elements lie is not known: the alignment of \(element.name) cannot be told")
    }
    return try object.container(element, at: object.address &+ UInt64(16).aligned(to: alignment), count)
  }

  /// `ArraySlice`: an owner, the address that index 0 would have, the first index, and twice the last one and a flag.
  static func slice(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .swift, value.size == 16, let element = value.type?.swiftArguments.first else {
      return nil
    }
    let words = try SwiftHeapObject.words(of: value)
    let (first, end) = (words[2], words[3] >> 1)
    guard first <= end, let stride = SwiftLayout.stride(of: element) else {
      throw Unavailable("damaged: it starts at \(first) and ends at \(end)")
    }
    return try SwiftHeapObject(value, address: words[1]).container(
      element, at: words[1] &+ first &* stride, end - first)
  }

  /// `UnsafeBufferPointer`: an address and a count.
  static func buffer(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .swift, value.size == 8, let element = value.type?.swiftArguments.first else {
      return nil
    }
    let words = try SwiftHeapObject.words(of: value)
    return try SwiftHeapObject(value, address: words[0]).container(element, at: words[0], words[1])
  }
}

/// An object on the heap, read word by word.
struct SwiftHeapObject {
  let holder: Value
  let address: UInt64
  private let wordType: DwarfType?
  private let assurance: Assurance

  /// What a reference leads to.
  init(_ reference: Value) throws(Unavailable) {
    self.init(reference, address: try reference.pointer())
    guard address != 0 else { throw Unavailable("damaged: it refers to nothing") }
  }

  init(_ holder: Value, address: UInt64) {
    self.holder = holder
    self.address = address
    wordType = holder.type?.number(.unsigned, size: 4)
    assurance = holder.contents().assurance
  }

  /// A word, counted from the object's start.
  func word(_ index: UInt64) throws(Unavailable) -> UInt64 {
    UInt64(truncatingIfNeeded: try holder.object(wordType, at: address &+ index &* 4, assurance).pattern())
  }

  /// Bytes of it, counted from its start.
  func bytes(from offset: UInt64, count: Int) throws(Unavailable) -> [UInt8] {
    let storage = holder.object(nil, at: address &+ offset, assurance).storage
    return try holder.surroundings.memory.read(storage, count: count).complete()
  }

  /// The words that a value consists of.
  static func words(of value: Value) throws(Unavailable) -> [UInt64] {
    let bytes = try value.bytes()
    return stride(from: 0, to: bytes.count & ~3, by: 4).map { start in
      bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// An element in a row of them.
  func element(_ type: DwarfType, at start: UInt64, _ index: UInt64, stride: UInt64) -> Value {
    holder.object(type, at: start &+ index &* stride, assurance)
  }

  /// Elements in a row as a container.
  func container(_ type: DwarfType, at start: UInt64, _ count: UInt64) throws(Unavailable) -> Presentation {
    guard let stride = SwiftLayout.stride(of: type) else { throw Unavailable("the size of an element is not known") }
    try holder.checkExtent(start, count, stride)
    return .container(count: count) { index throws(Unavailable) in element(type, at: start, index, stride: stride) }
  }
}

/// `Dictionary` and `Set`: an object with counts, the logarithm of the number of buckets, the addresses of keys and values,
/// and a bit for each bucket that is in use.
struct SwiftHashTable {
  private let object: SwiftHeapObject
  private let key: DwarfType
  private let value: DwarfType?
  private let count: UInt64
  private let buckets: UInt64
  private let keys: UInt64
  private let values: UInt64
  private let strides: (key: UInt64, value: UInt64)

  private init?(_ holder: Value, hasValues: Bool) throws(Unavailable) {
    let arguments = holder.type?.swiftArguments ?? []
    guard holder.type?.language == .swift, holder.size == 4, arguments.count == (hasValues ? 2 : 1) else { return nil }
    object = try SwiftHeapObject(holder)
    key = arguments[0]
    value = hasValues ? arguments[1] : nil
    guard let keyStride = SwiftLayout.stride(of: key), let valueStride = hasValues ? SwiftLayout.stride(of: value) : 0
    else {
      throw Unavailable("the sizes of its elements are not known")
    }
    strides = (keyStride, valueStride)
    count = try object.word(2)
    let scale = try object.word(4) & 0xff
    guard scale < 31 else { throw Unavailable("damaged: 2 to the power of \(scale) buckets") }
    buckets = 1 << scale
    guard count <= buckets else { throw Unavailable("damaged: \(count) elements in \(buckets) buckets") }
    keys = try object.word(7)
    values = hasValues ? try object.word(8) : 0
    guard count > 0 else { return }
    try holder.checkExtent(keys, buckets, keyStride)
    if hasValues { try holder.checkExtent(values, buckets, valueStride) }
  }

  /// `Dictionary`.
  static func dictionary(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let table = try SwiftHashTable(value, hasValues: true), let type = table.value else { return nil }
    return Presentation(
      summary: "size=\(table.count)",
      children: .entries(count: table.count) { limit in
        let found = table.find(limit, bitmap: 9)
        return Presentation.Found(
          found.elements.map { bucket in
            Presentation.Entry(
              table.object.element(table.key, at: table.keys, bucket, stride: table.strides.key),
              table.object.element(type, at: table.values, bucket, stride: table.strides.value))
          }, problem: found.problem)
      })
  }

  /// `Set`.
  static func set(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let table = try SwiftHashTable(value, hasValues: false) else { return nil }
    return Presentation(
      summary: "size=\(table.count)",
      children: .sequence(count: table.count) { limit in
        let found = table.find(limit, bitmap: 8)
        return Presentation.Found(
          found.elements.map { table.object.element(table.key, at: table.keys, $0, stride: table.strides.key) },
          problem: found.problem)
      })
  }

  /// The numbers of the first buckets in use, by the bits that start at a word of the object.
  private func find(_ limit: Int, bitmap: UInt64) -> Presentation.Found<UInt64> {
    var found = Presentation.Found<UInt64>()
    let wanted = Int(min(count, UInt64(max(limit, 0))))
    var bucket: UInt64 = 0
    do throws(Unavailable) {
      while bucket < buckets, found.elements.count < wanted {
        let part = min(buckets - bucket, Self.step)
        for (index, byte) in try object.bytes(from: bitmap * 4 + bucket / 8, count: Int((part + 7) / 8)).enumerated() {
          for bit in UInt64(0)..<8 where byte >> UInt8(bit) & 1 == 1 && found.elements.count < wanted {
            let number = bucket + UInt64(index) * 8 + bit
            if number < buckets { found.elements.append(number) }
          }
        }
        bucket += part
      }
      if found.elements.count < wanted {
        found.problem = "it says that it has \(count) elements, and \(found.elements.count) buckets are in use"
      }
    } catch {
      found.problem = error.reason
    }
    return found
  }

  /// Buckets looked at at a time.
  private static let step: UInt64 = 1 << 16
}
