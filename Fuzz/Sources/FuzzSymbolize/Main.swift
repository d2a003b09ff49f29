import ByteCursor
import PostMortem

/// Any bytes as a module with debug information: an address in it is looked up. Start from the samples' modules.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start, count: count))
  guard let symbolizer = try? Symbolizer(bytes: bytes, path: "fuzz.wasm", options: SessionOptions()) else { return 0 }
  for step in 0..<16 { _ = symbolizer.frames(at: CodeAddress(UInt64(count) * UInt64(step) / 16)) }
  return 0
}
