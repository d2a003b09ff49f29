import ByteCursor
import WasmBinary
import WasmInterp

/// Any bytes as a module: every section, every name, every instruction.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start, count: count))
  guard let modules = try? WasmModule.modules(in: bytes) else { return 0 }
  for module in modules {
    try? module.checkForm()
    _ = (module.producers, module.targetFeatures, module.dynamicLinking, module.names.functions.count)
    for body in module.bodies.prefix(64) {
      guard var decoder = try? BodyReader(body.contents).instructions else { continue }
      while let instruction = try? decoder.next() {
        _ = InstructionFormatter(listLimit: 8).text(instruction, in: body.contents)
      }
    }
  }
  return 0
}
