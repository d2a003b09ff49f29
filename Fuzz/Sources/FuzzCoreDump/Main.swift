import ByteCursor
import CoreDumpFormat

/// Any bytes as a core dump: every layout is tried, and all that was read is asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start, count: count))
  guard let dump = try? CoreDumpFile(bytes).resolve() else { return 0 }
  for thread in dump.threads {
    for frame in thread.frames.prefix(1000) { _ = (frame.locals.count, frame.operandStack.count) }
  }
  for memory in dump.memories { _ = try? memory.read(at: 0, count: 64) }
  return 0
}
