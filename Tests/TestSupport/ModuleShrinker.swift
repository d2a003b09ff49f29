import ByteCursor
import WasmBinary

/// A module as `wasm-ld --compress-relocations --strip-all` would have linked it: numbers in code take as many bytes as they
/// need, and custom sections are gone.
///
/// Tests know from it which offset became which. It reads instructions by itself, as a second opinion on who maps them, and
/// knows those that C, C++, Rust, Swift and Zig come out as.
public struct ShrunkModule {
  /// The module's file.
  public private(set) var bytes: [UInt8] = []
  /// For each function that the module defines, where each instruction starts in both modules; last, where the body ends.
  public private(set) var offsets: [[(padded: Int, shrunk: Int)]] = []

  /// An instruction that is not known.
  public struct Failure: Error { public let byte: UInt8 }

  /// Shrinks `module`; the custom sections in `kept` stay.
  public init(_ module: WasmModule, keeping kept: Set<String> = []) throws {
    var file = ByteBuilder()
    file.moduleHeader()
    for section in module.sections {
      if section.id == .custom {
        guard let name = section.name, kept.contains(name) else { continue }
        file.customSection(name) { $0.raw(section.contents.array) }
      } else if section.id == .code {
        var code = ByteBuilder()
        code.uleb(UInt64(module.bodies.count))
        for body in module.bodies {
          var shrinker = BodyShrinker(body.contents.array)
          try shrinker.run()
          code.uleb(UInt64(shrinker.result.bytes.count))
          code.raw(shrinker.result.bytes)
          offsets.append(shrinker.offsets)
        }
        file.section(section.id.rawValue) { $0.raw(code.bytes) }
      } else {
        file.section(section.id.rawValue) { $0.raw(section.contents.array) }
      }
    }
    bytes = file.bytes
  }

  /// The shrunk offset of an instruction.
  public func offset(function position: Int, _ padded: UInt64) -> UInt64? {
    let entries = offsets[position]
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].padded < Int(padded) { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].padded == Int(padded) ? UInt64(entries[low].shrunk) : nil
  }
}

private struct BodyShrinker {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var result = ByteBuilder()
  private(set) var offsets: [(padded: Int, shrunk: Int)] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() throws {
    for _ in 0..<unsigned() {
      _ = unsigned()
      byte()
    }
    while position < bytes.count {
      offsets.append((position, result.bytes.count))
      try instruction()
    }
    offsets.append((position, result.bytes.count))
  }

  private mutating func byte(_ count: Int = 1) {
    result.raw(bytes[position..<position + count])
    position += count
  }

  @discardableResult private mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = bytes[position]
      position += 1
      value |= UInt64(next & 0x7f) << shift
      shift += 7
      if next < 0x80 { break }
    }
    result.uleb(value)
    return value
  }

  private mutating func signed() {
    var value: Int64 = 0
    var shift: Int64 = 0
    while true {
      let next = bytes[position]
      position += 1
      value |= Int64(next & 0x7f) << shift
      shift += 7
      if next < 0x80 {
        if shift < 64, next & 0x40 != 0 { value |= -1 << shift }
        break
      }
    }
    result.sleb(value)
  }

  private mutating func memoryArgument() {
    unsigned()
    unsigned()
  }

  private mutating func instruction() throws {
    let opcode = bytes[position]
    byte()
    switch opcode {
    case 0x00, 0x01, 0x05, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0x45...0xc4, 0xd1: break
    case 0x02, 0x03, 0x04, 0x06, 0x41, 0x42, 0xd0: signed()
    case 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15, 0x18, 0x20...0x26, 0x3f, 0x40, 0xd2: unsigned()
    case 0x0e: for _ in 0..<unsigned() + 1 { unsigned() }
    case 0x11, 0x13, 0x28...0x3e: memoryArgument()
    case 0x1c: byte(Int(unsigned()))
    case 0x43: byte(4)
    case 0x44: byte(8)
    case 0xfc:
      switch unsigned() {
      case 0...7: break
      case 8, 10, 12, 14: memoryArgument()
      default: unsigned()
      }
    case 0xfd:
      switch unsigned() {
      case 0...11, 92, 93: memoryArgument()
      case 12, 13: byte(16)
      case 21...34: byte()
      case 84...91:
        memoryArgument()
        byte()
      default: break
      }
    case 0xfe:
      if unsigned() == 3 { byte() } else { memoryArgument() }
    default: throw ShrunkModule.Failure(byte: opcode)
    }
  }
}
