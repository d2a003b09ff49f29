/// How much is known of where variables are, counted as `llvm-dwarfdump --statistics` does: of each variable the bytes
/// of the code in which it is in scope, and in how many of those it has a location.
public struct VariableCoverage: Sendable, Hashable {
  /// The variables: one of a function that was inlined five times counts five times.
  public var count = 0
  /// Those that are somewhere at some place, or have a constant value.
  public var located = 0
  /// Those of inlined functions (and of others that share a description) that are not even mentioned where the code is:
  /// optimised out. They are not among `count`.
  public var missing = 0
  /// Bytes of the code in which the variables are in scope.
  public var scopeBytes: UInt64 = 0
  /// Bytes of the same in which the variables are somewhere.
  public var coveredBytes: UInt64 = 0
  /// Bytes of the same for which an empty location says that the variables are nowhere; not among `coveredBytes`.
  /// llvm-dwarfdump takes them for covered.
  public var nowhereBytes: UInt64 = 0
  /// Bytes of the code in which the missing ones would be in scope; not among `scopeBytes`.
  public var missingBytes: UInt64 = 0

  /// No variables.
  public init() {}

  /// Bytes of scope in which a variable's value cannot be had, those of missing ones included.
  public var lostBytes: UInt64 { scopeBytes &- coveredBytes &+ missingBytes }
  /// All bytes of scope, those of missing variables included.
  public var allBytes: UInt64 { scopeBytes &+ missingBytes }

  /// Adds what was counted elsewhere.
  public mutating func add(_ other: VariableCoverage) {
    count += other.count
    located += other.located
    missing += other.missing
    scopeBytes &+= other.scopeBytes
    coveredBytes &+= other.coveredBytes
    nowhereBytes &+= other.nowhereBytes
    missingBytes &+= other.missingBytes
  }
}
