import ByteCursor
import PostMortem
import WasmBinary

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A module that a debug file is held against: the environment variable `WASMPM_FUZZ_MODULE` names it.
private let subject = getenv("WASMPM_FUZZ_MODULE").map { String(cString: $0) }
private let subjectBytes = subject.flatMap { try? ByteStorage.file($0) }.map { Bytes($0) }
/// Where the debug file is written.
private let debugFile = "/tmp/wasmpm-fuzz-\(getpid()).debug.wasm"

/// Any bytes as a module that is split, and as the companion and the debug file of another.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start, count: count))
  if let split = try? ModuleSplit(bytes, options: ModuleSplit.Options(debugURL: "x")) {
    guard let stripped = try? WasmModule(Bytes(copying: split.stripped.bytes)),
      let debug = try? WasmModule(Bytes(copying: split.debug.bytes)), let bounds = debug.recordedBounds,
      stripped.buildID?.array == debug.buildID?.array, bounds.count == stripped.bodies.count
    else { fatalError("what was split does not belong together") }
  }
  if let subjectBytes, let split = try? CompanionSplit(companion: bytes, shipped: subjectBytes, options: nil) {
    guard let debug = try? WasmModule(Bytes(copying: split.debug.bytes)), debug.recordedBounds != nil else {
      fatalError("what was made of a companion is no debug file")
    }
  }
  guard let subject, let file = fopen(debugFile, "wb") else { return 0 }
  fwrite(start, 1, count, file)
  fclose(file)
  var options = SessionOptions()
  options.debugFilePaths = [debugFile]
  guard let symbolizer = try? Symbolizer(path: subject, options: options) else { return 0 }
  for step in 0..<16 { _ = symbolizer.frames(at: CodeAddress(UInt64(step) * 64)) }
  return 0
}
