// One type for each kind of address, never a bare integer: mixing a function-relative offset with a
// section-relative one gives a plausible, wrong line.

/// What the address types share: an unsigned 64-bit count of bytes from an origin that the type names.
public protocol Address: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue == UInt64 {
  /// The count of bytes from the origin of this kind of address.
  init(_ rawValue: UInt64)
}

extension Address {
  /// Every bit pattern is an address.
  public init(rawValue: UInt64) { self.init(rawValue) }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The address `distance` bytes further on, or nil where that leaves 64 bits.
  public func advanced(by distance: UInt64) -> Self? {
    let (sum, overflow) = rawValue.addingReportingOverflow(distance)
    return overflow ? nil : Self(sum)
  }

  /// How many bytes this address lies behind `origin`, or nil where it lies before it.
  public func distance(from origin: Self) -> UInt64? {
    rawValue >= origin.rawValue ? rawValue - origin.rawValue : nil
  }

  /// Hexadecimal with `0x`, lower case, no padding: the form of the command-line contract.
  public var description: String { "0x" + String(rawValue, radix: 16) }
}

/// An offset in a function's body, counted from the body's locals vector (the byte after the size
/// LEB128): what a core dump's `codeoffset` means after normalising.
public struct CodeOffset: Address {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An offset in the code section's contents (from the byte after the section's size, where the function
/// count stands): what DWARF calls a pc.
public struct CodeAddress: Address {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An offset from the module file's first byte: what engines print in backtraces.
public struct FileOffset: Address {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A byte of one of an instance's linear memories.
public struct MemoryAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The memory, in the instance's memory index space.
  public let memory: UInt32
  /// Bytes from the memory's start.
  public let offset: UInt64

  /// The byte `offset` of memory `memory`.
  public init(memory: UInt32 = 0, _ offset: UInt64) {
    self.memory = memory
    self.offset = offset
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.memory, left.offset) < (right.memory, right.offset)
  }

  public var description: String {
    let text = "0x" + String(offset, radix: 16)
    return memory == 0 ? text : "memory \(memory):\(text)"
  }
}
