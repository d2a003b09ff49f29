import ByteCursor

/// Bytes put together in code: what the tests read instead of committed binaries.
public struct ByteBuilder {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func u8(_ value: UInt8) { bytes.append(value) }
  public mutating func raw(_ values: some Sequence<UInt8>) { bytes.append(contentsOf: values) }
  public mutating func u16(_ value: UInt16) { little(value) }
  public mutating func u32(_ value: UInt32) { little(value) }
  public mutating func u64(_ value: UInt64) { little(value) }
  private mutating func little(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Unsigned LEB128, padded to at least `width` bytes as linkers do.
  public mutating func uleb(_ value: UInt64, width: Int = 1) {
    var rest = value
    var written = 0
    repeat {
      written += 1
      let low = UInt8(rest & 0x7f)
      rest >>= 7
      bytes.append(rest != 0 || written < width ? low | 0x80 : low)
    } while rest != 0 || written < width
  }

  /// Signed LEB128.
  public mutating func sleb(_ value: Int64) {
    var rest = value
    while true {
      let low = UInt8(truncatingIfNeeded: rest & 0x7f)
      rest >>= 7
      if (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0) {
        bytes.append(low)
        return
      }
      bytes.append(low | 0x80)
    }
  }

  /// A Wasm name: length and UTF-8.
  public mutating func name(_ text: String) {
    uleb(UInt64(text.utf8.count))
    raw(text.utf8)
  }

  /// A NUL-terminated string.
  public mutating func cString(_ text: String) {
    raw(text.utf8)
    u8(0)
  }

  /// What `fill` writes, behind its length as unsigned LEB128.
  public mutating func sized(_ fill: (inout ByteBuilder) -> Void) {
    var inner = ByteBuilder()
    fill(&inner)
    uleb(UInt64(inner.bytes.count))
    raw(inner.bytes)
  }

  /// A Wasm vector: the count, then each element.
  public mutating func vector<Element>(
    _ elements: some Collection<Element>, _ write: (inout ByteBuilder, Element) -> Void
  ) {
    uleb(UInt64(elements.count))
    for element in elements { write(&self, element) }
  }

  /// The magic number and version of a core module.
  public mutating func moduleHeader() { raw([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }

  /// A section of a module.
  public mutating func section(_ id: UInt8, _ fill: (inout ByteBuilder) -> Void) {
    u8(id)
    sized(fill)
  }

  /// A custom section of a module.
  public mutating func customSection(_ name: String, _ fill: (inout ByteBuilder) -> Void) {
    section(0) {
      $0.name(name)
      fill(&$0)
    }
  }
}

/// A random number generator whose sequence its seed fixes (SplitMix64), so that a failure can be repeated.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  public init(seed: UInt64) { state = seed }
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
