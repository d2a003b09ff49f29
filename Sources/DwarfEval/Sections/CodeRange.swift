import ByteCursor

/// A half-open, non-empty range of code addresses.
public struct CodeRange: Hashable, Sendable, CustomStringConvertible {
  /// The first address.
  public let low: CodeAddress
  /// The address behind the last.
  public let high: CodeAddress

  /// The range, or nil where it would be empty.
  public init?(_ low: CodeAddress, _ high: CodeAddress) {
    guard low < high else { return nil }
    self.low = low
    self.high = high
  }

  /// Whether the range holds `address`.
  @inlinable public func contains(_ address: CodeAddress) -> Bool {
    low.rawValue <= address.rawValue && address.rawValue < high.rawValue
  }

  /// How many bytes the range has.
  public var count: UInt64 { high.rawValue - low.rawValue }

  /// `[0x10, 0x20)`.
  public var description: String { "[\(low), \(high))" }
}
