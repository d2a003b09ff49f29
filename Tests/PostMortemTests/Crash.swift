import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import WasmBinary

/// A module and a dump of it, made in code and put into a folder of their own.
struct Crash {
  let folder: TemporaryFolder
  var module = ModuleBuilder()
  var dump = CoreDump(
    executableName: "app.wasm", modules: [CoreDump.Module(name: "app.wasm")],
    instances: [CoreDump.Instance(module: 0)])

  init() throws { folder = try TemporaryFolder() }

  /// A frame of instance 0.
  static func frame(_ function: UInt32, _ offset: UInt64?, stack: [RecordedValue] = []) -> CoreDump.Frame {
    CoreDump.Frame(
      instance: 0, functionIndex: function, codeOffset: offset.map { CodeOffset($0) },
      operandStack: CoreDump.Values(stack[...]))
  }

  mutating func thread(_ frames: [CoreDump.Frame]) {
    dump.threads.append(CoreDump.Thread(name: "main", frames: CoreDump.FrameList(frames)))
  }

  /// Writes both files and opens the dump.
  func open(
    moduleName: String = "app.wasm", dumpName: String = "crash.core",
    options: (inout SessionOptions, String) -> Void = { _, _ in }
  ) throws -> Session {
    if !moduleName.isEmpty { try folder.write(moduleName, module.fileBytes) }
    let path = try folder.write(dumpName, try CoreDumpWriter.bytes(of: dump))
    var settings = SessionOptions()
    options(&settings, folder.path)
    return try Session(path: path, options: settings)
  }
}
