import ByteCursor

/// What writer and reader of a map's section have in common (docs/code-map.md).
enum CodeMapForm {
  static let version: UInt64 = 1
  // Flags of the header.
  static let sameMemory: UInt8 = 1
  static let globalsDiffer: UInt8 = 2
  static let sameOrder: UInt8 = 4

  /// The low two bits of a function's first number.
  enum Kind: UInt64 {
    /// All as expected; the other bits are how many bytes longer the companion's body is.
    case regular = 0
    /// The same, with exceptions behind it.
    case exceptions = 1
    /// All is written out; the other bits are `differs` and `guessed`.
    case general = 2
    /// The companion lacks so many functions and one more.
    case absent = 3
  }

  // The other bits of a general function's first number.
  /// The code differs.
  static let differs: UInt64 = 1
  /// The companion has several such functions, and this one was taken for where it stands.
  static let guessed: UInt64 = 2

  /// Where a companion's function is expected: behind the last one.
  struct Place {
    var function: UInt32 = 0
    /// The end of the last function.
    private(set) var end: UInt64 = 0

    init() {}

    init(_ function: CompanionFunction) {
      self.function = function.function &+ 1
      end = function.start &+ UInt64(function.size)
    }

    /// Where a body of `size` bytes starts behind the last one and its own size.
    func start(size: UInt32, gap: Int) -> UInt64 { end &+ UInt64(gap == 0 ? Place.width(of: size) : gap) }

    /// Bytes of a number that is not padded.
    static func width(of number: UInt32) -> Int { max((UInt32.bitWidth - number.leadingZeroBitCount + 6) / 7, 1) }
  }
}

extension Rule {
  /// A code map's section is of a version that is not known here.
  public static let unknownCodeMapVersion: Rule = "unknown version of the code map"
  /// A code map's section is of the code of another module.
  public static let foreignCodeMap: Rule = "code map of another module"
  /// A code map's section contradicts itself or the module.
  public static let malformedCodeMap: Rule = "malformed code map"
}
