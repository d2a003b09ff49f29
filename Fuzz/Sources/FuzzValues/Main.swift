import ByteCursor
import PostMortem
import WasmBinary

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The values of all frames of a dump whose module's debug information has been changed. The environment variable
/// `WASMPM_FUZZ_CORE` names the dump; its module stands beside it, `NAME.wasm` for `NAME.core`.
///
/// The input is what is changed: four bytes each, the number of a byte among those of the debug sections (three bytes, the lowest
/// first) and its new value. So everything that is tried fits the dump, and nothing is needed to start from.
private struct Subject {
  let core: String
  let module: [UInt8]
  /// Where the debug sections' bytes stand in the module.
  let debug: [Int]
  let folder: String

  init(core: String) throws {
    self.core = core
    let bytes = Bytes(try ByteStorage.file(String(core.dropLast(5)) + ".wasm"))
    module = bytes.array
    var debug: [Int] = []
    for section in try SectionReader(bytes) where section.name?.hasPrefix(".debug_") == true {
      let start = Int(section.contents.fileOffset.rawValue)
      debug += start..<start + section.contents.count
    }
    self.debug = debug
    var template = Array("/tmp/wasmpm-fuzz-XXXXXX".utf8CString)
    guard !debug.isEmpty, mkdtemp(&template) != nil else {
      fatalError("no debug information, or no folder for modules")
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Writes the module with its changes; returns its path.
  func changed(_ input: UnsafeBufferPointer<UInt8>) -> String? {
    var module = module
    for start in stride(from: 0, to: input.count - 3, by: 4) {
      let number = Int(input[start]) | Int(input[start + 1]) << 8 | Int(input[start + 2]) << 16
      module[debug[number % debug.count]] = input[start + 3]
    }
    let path = folder + "/fuzz.wasm"
    // A new file each time: what is mapped must not change.
    unlink(path)
    guard let file = fopen(path, "wb") else { return nil }
    defer { fclose(file) }
    return fwrite(module, 1, module.count, file) == module.count ? path : nil
  }
}

private let subject: Subject = {
  guard let core = getenv("WASMPM_FUZZ_CORE").map({ String(cString: $0) }), let subject = try? Subject(core: core)
  else {
    fatalError("WASMPM_FUZZ_CORE has to name a dump that has its module beside it")
  }
  return subject
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var options = SessionOptions()
  guard let path = subject.changed(UnsafeBufferPointer(start: start, count: count)) else { return 0 }
  options.modulePaths = [path]
  guard let session = try? Session(path: subject.core, options: options) else { return 0 }
  var limits = DescriptionLimits()
  limits.nodes = 500
  for thread in session.threads.indices {
    for frame in session.backtrace(thread: thread).prefix(16) {
      _ = session.description(of: frame, thread: thread, limits: limits)
    }
  }
  return 0
}
