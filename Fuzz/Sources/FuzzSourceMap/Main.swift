import ByteCursor
import PostMortem

/// Any bytes as a source map: all of it is asked for. Start from `Tests/CLITests/Modules/average`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start, count: count))
  guard let map = try? SourceMap(bytes) else { return 0 }
  for offset in stride(from: UInt64(0), to: 4096, by: 61) { _ = map.place(at: FileOffset(offset)) }
  for source in map.sources.prefix(16) { _ = map.content(of: source) }
  _ = map.places(line: 1) { _ in true }
  return 0
}
