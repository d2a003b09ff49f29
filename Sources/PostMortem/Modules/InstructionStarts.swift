import ByteCursor
import WasmBinary
import WasmInterp

/// The code addresses in a function's body at which instructions start, and the body itself.
struct InstructionStarts {
  private var bits: [UInt64]
  private let first: CodeAddress

  /// Decodes the body; behind what cannot be read nothing starts.
  init(_ body: FunctionBody, limits: Limits) {
    first = body.codeAddress
    bits = [UInt64](repeating: 0, count: body.contents.count / 64 + 1)
    insert(0)
    guard let reader = try? BodyReader(body.contents, limits: limits), var decoder = try? reader.instructions else {
      return
    }
    while !decoder.isAtEnd {
      insert(decoder.codeOffset.rawValue)
      guard (try? decoder.nextOpcodeSkippingImmediates()) != nil else { return }
    }
  }

  private mutating func insert(_ offset: UInt64) { bits[Int(offset >> 6)] |= 1 << (offset & 63) }

  /// Whether an instruction starts at `address`.
  func contains(_ address: CodeAddress) -> Bool {
    guard let offset = address.distance(from: first), offset >> 6 < UInt64(bits.count) else { return false }
    return bits[Int(offset >> 6)] >> (offset & 63) & 1 == 1
  }
}

/// Whether instructions, or bodies, start at code addresses of a module. The last function's starts are kept: addresses are
/// asked for a function at a time.
struct ModuleInstructionStarts {
  private let module: WasmModule
  private let limits: Limits
  private var last: (function: UInt32, starts: InstructionStarts)?

  init(_ module: WasmModule, limits: Limits) {
    self.module = module
    self.limits = limits
  }

  mutating func contains(_ address: CodeAddress) -> Bool {
    guard let body = module.body(containing: address) else { return false }
    if let last, last.function == body.function { return last.starts.contains(address) }
    let starts = InstructionStarts(body, limits: limits)
    last = (body.function, starts)
    return starts.contains(address)
  }
}
