import ByteCursor

/// Where the functions of a module begin and end in its code section: what is needed of the code to use its debug
/// information. Taken from the code, or from the section `wasmpm.functions` of a debug file without code
/// (docs/debug-files.md).
public struct FunctionBounds: RandomAccessCollection, Sendable, Hashable {
  /// The custom section's name.
  public static let sectionName = "wasmpm.functions"
  /// The version of the section that is written and read.
  static let version: UInt32 = 1

  /// A function's place.
  public struct Extent: Hashable, Sendable {
    /// The function's index in the function index space.
    public let function: UInt32
    /// The address of the body's locals vector: DWARF's low pc.
    public let codeAddress: CodeAddress
    /// The bytes from there to the body's end.
    public let size: UInt32

    /// The first address behind the body.
    public var end: CodeAddress { CodeAddress(codeAddress.rawValue + UInt64(size)) }
  }

  /// How many functions are imported: the index of the first one here.
  public let firstFunction: UInt32
  /// The size of the code section's contents in bytes.
  public let codeSize: UInt32
  /// The hash of the code section's contents; nil where the bounds were taken from code, which can be hashed when that is
  /// wanted.
  public let codeHash: MurmurHash3?
  private var starts: [UInt32] = []
  private var sizes: [UInt32] = []

  /// The bounds of the bodies in a code section.
  public init(_ bodies: FunctionBodies) {
    firstFunction = bodies.firstFunction
    // A section's size is a u32.
    codeSize = UInt32(truncatingIfNeeded: bodies.section.count)
    codeHash = nil
    starts.reserveCapacity(bodies.count)
    sizes.reserveCapacity(bodies.count)
    for body in bodies {
      starts.append(UInt32(truncatingIfNeeded: body.codeAddress.rawValue))
      sizes.append(UInt32(truncatingIfNeeded: body.contents.count))
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { starts.count }

  /// The extent at a position of the code section; `extent(of:)` takes a function index.
  public subscript(position: Int) -> Extent {
    Extent(
      function: firstFunction &+ UInt32(truncatingIfNeeded: position),
      codeAddress: CodeAddress(UInt64(starts[position])),
      size: sizes[position])
  }

  /// The extent of a function, by its index in the function index space; nil for an imported function and one that there is
  /// none of.
  public func extent(of function: UInt32) -> Extent? {
    guard function >= firstFunction, Int(function - firstFunction) < count else { return nil }
    return self[Int(function - firstFunction)]
  }

  /// The extent that an address lies in; nil between bodies.
  public func extent(containing address: CodeAddress) -> Extent? {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = low + (high - low) / 2
      if UInt64(starts[middle]) <= address.rawValue { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address < self[low - 1].end else { return nil }
    return self[low - 1]
  }
}

// MARK: The section

extension FunctionBounds {
  /// The bounds that a debug file's section holds.
  /// - Throws: `unknownBoundsVersion`, `inconsistentBounds`, `overLimit`, and what reading numbers throws.
  init(section: Bytes, limits: Limits) throws(ReadError) {
    var cursor = section.cursor()
    let versionOffset = cursor.fileOffset
    let version = try cursor.uleb32()
    guard version == Self.version else {
      throw ReadError(.unknownBoundsVersion, value: UInt64(version), offset: versionOffset)
    }
    codeSize = try cursor.uleb32()
    codeHash = MurmurHash3(low: try cursor.u64(), high: try cursor.u64())
    let firstOffset = cursor.fileOffset
    firstFunction = try cursor.uleb32()
    guard firstFunction <= limits.entities else {
      throw ReadError(.overLimit, value: UInt64(firstFunction), offset: firstOffset)
    }
    var next = UInt64(try cursor.uleb32())
    let count = try cursor.vectorCount(cap: limits.entities)
    starts.reserveCapacity(Swift.min(count, cursor.remaining))
    sizes.reserveCapacity(Swift.min(count, cursor.remaining))
    for _ in 0..<count {
      let here = cursor.fileOffset
      let entry = try cursor.uleb64()
      let (start, size) = (next + (entry & 7) + 1, entry >> 3)
      guard size <= UInt64(codeSize), start + size <= UInt64(codeSize) else {
        throw ReadError(.inconsistentBounds, value: size, offset: here)
      }
      starts.append(UInt32(start))
      sizes.append(UInt32(size))
      next = start + size
    }
    guard cursor.isAtEnd else { throw cursor.error(.sectionSizeMismatch, value: UInt64(cursor.remaining)) }
  }

  /// Writes the section's contents for the module with these bodies.
  public static func write(_ bodies: FunctionBodies, to encoder: inout SectionEncoder) {
    let hash = MurmurHash3(of: bodies.section)
    encoder.uleb(UInt64(version))
    encoder.uleb(UInt64(bodies.section.count))
    encoder.raw(hash.bytes)
    encoder.uleb(UInt64(bodies.firstFunction))
    encoder.uleb(bodies.first?.header.rawValue ?? 0)
    encoder.vector(bodies) { encoder, body in
      let width = body.codeAddress.rawValue - body.header.rawValue
      encoder.uleb(UInt64(body.contents.count) << 3 | (width - 1))
    }
  }
}

extension Rule {
  /// A `wasmpm.functions` section of a later version.
  static let unknownBoundsVersion: Rule = "unknown version of the functions' bounds"
  /// A function that ends behind the code section.
  static let inconsistentBounds: Rule = "a function's bounds lie behind the code's end"
}
