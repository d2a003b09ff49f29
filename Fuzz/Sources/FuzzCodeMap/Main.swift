import ByteCursor
import WasmBinary
import WasmInterp

/// Two modules as links of one program: the first byte says how many of the bytes, in parts of 256, are the companion's. What
/// is mapped has to be so in what is written down of it too, and an offset there and back is itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = Bytes(copying: UnsafeBufferPointer(start: start + 1, count: count - 1))
  // 0: a module is its own companion.
  let split = start.pointee == 0 ? 0 : bytes.count * Int(start.pointee) / 256
  let left = bytes.clamped(0, count: split == 0 ? bytes.count : split)
  guard let companion = try? WasmModule(left),
    let shipped = try? WasmModule(bytes.clamped(split, count: bytes.count)),
    let map = try? CodeMap(companion: companion, shipped: shipped)
  else { return 0 }
  let section = Bytes(copying: map.encoded())
  guard let read = try? CodeMap(section: section, shipped: shipped) else { return 0 }
  for body in shipped.bodies.prefix(1000) {
    guard let function = try? map.map(of: body.function) else { continue }
    let again: FunctionMap
    do { again = try read.map(of: body.function) } catch {
      fatalError("function \(body.function) is not written down: \(error)")
    }
    for offset in function.instructionOffsets.prefix(10_000) {
      guard let there = function.companionOffset(of: offset) else { fatalError("no way there") }
      precondition(function.shippedOffset(of: there) == offset && again.companionOffset(of: offset) == there)
    }
  }
  return 0
}
