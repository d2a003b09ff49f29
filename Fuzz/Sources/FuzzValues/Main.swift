import ByteCursor
import Driver
import PostMortem

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Any bytes as the module of a dump: all values of its frames are asked for. The dump is the one that the environment
/// variable `WASMPM_FUZZ_CORE` names; start from its module. What no longer fits the dump is refused early, so limit the
/// changes to the debug information: strip what else there is, or use a dictionary.
private let core = getenv("WASMPM_FUZZ_CORE").map { String(cString: $0) } ?? ""
private let folder: String = {
  var template = Array("/tmp/wasmpm-fuzz-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { fatalError("no folder for the modules") }
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}()

func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let path = folder + "/fuzz.wasm"
  // A new file each time: what is mapped must not change.
  unlink(path)
  guard let file = fopen(path, "wb") else { return 0 }
  fwrite(start, 1, count, file)
  fclose(file)
  var options = SessionOptions()
  options.modulePaths = [path]
  guard let session = try? Session(path: core, options: options) else { return 0 }
  var limits = DescriptionLimits()
  limits.nodes = 500
  for thread in session.threads.indices {
    for frame in session.backtrace(thread: thread).prefix(16) {
      _ = session.description(of: frame, thread: thread, limits: limits)
    }
  }
  return 0
}

/// What the package manager makes the program's `main`.
@_cdecl("FuzzValues_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
  run(count, arguments, fuzz)
}
