import ByteCursor
import PostMortem
import WasmBinary

/// Any bytes as a module whose debug information is judged. Start from the samples' modules.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start, count: count))
  guard let module = try? WasmModule(bytes) else { return 0 }
  let quality = DebugQuality(module, path: nil, options: SessionOptions(), withFunctions: true)
  _ = QualityComparison(before: quality, after: quality)
  return 0
}
