import ByteCursor

/// What the operands of an expression refer to: the unit it stands in.
///
/// Whoever joins a split unit with its skeleton answers for both.
public protocol ExpressionScope: Sendable {
  /// How the expression's operands are encoded.
  var encoding: UnitEncoding { get }
  /// The type that the base type's entry at `offset` describes; nil where there is no such entry.
  func stackType(at offset: UnitOffset) -> StackType?
  /// What stands at `index` in the unit's part of `.debug_addr`; nil where nothing does.
  func indexedAddress(_ index: UInt64) -> UInt64?
}

extension Unit: ExpressionScope {
  public func stackType(at offset: UnitOffset) -> StackType? {
    guard let entry = try? entry(at: offset), entry.tag == .baseType, let size = entry[.byteSize]?.unsignedValue,
      let code = entry[.encoding]?.unsignedValue, let encoding = UInt8(exactly: code)
    else { return nil }
    return StackType(DwEncoding(rawValue: encoding), byteSize: size)
  }

  public func indexedAddress(_ index: UInt64) -> UInt64? { address(.addressIndex(index)) }
}
