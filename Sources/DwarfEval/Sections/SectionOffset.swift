import ByteCursor

/// An offset into one particular section: a type for each section, so that they are not mixed.
public protocol SectionOffset: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue == UInt64 {
  /// The offset in bytes from the section's start.
  init(_ rawValue: UInt64)
}

extension SectionOffset {
  public init(rawValue: UInt64) { self.init(rawValue) }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  /// Hexadecimal with `0x`.
  public var description: String { "0x" + String(rawValue, radix: 16) }
}

/// A debug section: its name and its bytes.
public protocol DwarfSection: Sendable {
  /// The name in relocatable and linked files; split files add `.dwo`.
  static var name: String { get }
  /// What the section holds.
  var bytes: Bytes { get }
  /// The section with `bytes`, of which nothing is read yet.
  init(_ bytes: Bytes)
}

extension DwarfSection {
  /// A cursor at `offset`, to the section's end.
  /// - Throws: `offsetOutOfBounds`, with the section's name.
  func cursor(at offset: UInt64) throws(ReadError) -> Cursor {
    do throws(ReadError) {
      return try bytes.cursor(at: offset)
    } catch {
      throw error.within(Self.name)
    }
  }

  /// The NUL-terminated string at `offset`.
  func cString(at offset: UInt64) throws(ReadError) -> Bytes {
    do throws(ReadError) {
      return try bytes.cString(at: offset)
    } catch {
      throw error.within(Self.name)
    }
  }

  /// A cursor at element `index` of a table of `size`-byte elements that starts at `base`.
  /// - Throws: `indexOutOfBounds` where the element is not there.
  func cursor(element index: UInt64, size: UInt64, base: UInt64) throws(ReadError) -> Cursor {
    let (relative, tooLarge) = index.multipliedReportingOverflow(by: size)
    let (offset, overflow) = base.addingReportingOverflow(relative)
    guard !tooLarge, !overflow, offset <= UInt64(bytes.count), UInt64(bytes.count) - offset >= size else {
      throw ReadError(.indexOutOfBounds, value: index, section: Self.name, offset: bytes.fileOffset)
    }
    return try cursor(at: offset)
  }
}
