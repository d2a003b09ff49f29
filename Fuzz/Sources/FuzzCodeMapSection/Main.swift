import ByteCursor
import WasmBinary
import WasmInterp

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A section `wasmpm.codemap` (docs/code-map.md) of the module that the environment variable `WASMPM_FUZZ_MODULE` names.
///
/// The input is the section's contents behind the two fingerprints, up to `check`; the first byte is the flags. The fingerprints
/// are put right, without which nothing behind them would ever be read.
private struct Subject {
  let module: WasmModule
  /// Version, flags, relation and both fingerprints, of a map of the module with itself.
  let header: [UInt8]
  /// What follows in that map.
  let rest: [UInt8]

  init(path: String) throws {
    module = try WasmModule(Bytes(try ByteStorage.file(path)))
    let map = try CodeMap(companion: module, shipped: module).encoded()
    header = Array(map.prefix(19))
    rest = Array(map.dropFirst(19).dropLast(8))
    guard Self.section(header + rest) == map else { fatalError("the fingerprint is not made as it is documented") }
  }

  /// A section's contents with its check.
  static func section(_ contents: [UInt8]) -> [UInt8] {
    let check = fingerprint(contents)
    return contents + (0..<8).map { UInt8(truncatingIfNeeded: check >> UInt64(8 * $0)) }
  }

  private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    let (basis, prime): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x100_0000_01b3)
    let whole = bytes.count / 32 * 32
    var lanes = (0..<4).map { basis + UInt64($0) }
    for start in stride(from: 0, to: whole, by: 8) {
      let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
      lanes[start / 8 % 4] = (lanes[start / 8 % 4] ^ word) &* prime
    }
    var hash = lanes.reduce(basis) { ($0 ^ $1 ^ $1 >> 32) &* prime }
    for byte in bytes[whole...] { hash = (hash ^ UInt64(byte)) &* prime }
    return (hash ^ UInt64(bytes.count)) &* prime
  }
}

private let subject: Subject = {
  guard let path = getenv("WASMPM_FUZZ_MODULE").map({ String(cString: $0) }), let subject = try? Subject(path: path)
  else { fatalError("WASMPM_FUZZ_MODULE has to name a module with code") }
  return subject
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  var contents = subject.header
  contents[1] = start.pointee & 7
  contents[2] = (start.pointee >> 3) % 3
  // With nothing behind it, the map of the module with itself: something to start from.
  contents += count == 1 ? subject.rest : Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let section = Bytes(copying: Subject.section(contents))
  guard let map = try? CodeMap(section: section, shipped: subject.module) else { return 0 }
  for body in subject.module.bodies {
    _ = map.companionFunction(of: body.function)
    guard let function = try? map.map(of: body.function), let range = try? map.companionRange(of: body.function)
    else { continue }
    for offset in function.instructionOffsets {
      guard let there = function.companionOffset(of: offset), function.shippedOffset(of: there) == offset,
        range.lowerBound + there.rawValue <= range.upperBound
      else { fatalError("no way there and back") }
    }
    // Companion's functions may overlap in a map that was made up; whichever is found, nothing is read outside of it.
    if let holder = map.function(holding: CodeAddress(range.lowerBound)) {
      _ = try? map.shippedBound(of: CodeAddress(range.lowerBound &+ 1), in: holder)
    }
  }
  for global in 0..<UInt32(64) { _ = map.shippedGlobal(of: global) }
  // What was read can be written.
  _ = map.encoded()
  return 0
}
