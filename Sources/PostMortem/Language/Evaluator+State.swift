import ByteCursor
import CoreDumpFormat
import DwarfEval
import WasmBinary

extension Evaluator {
  // MARK: History

  /// `$`, `$$`, `$$3`: the value so many before the newest; `void` where there is none yet.
  func recent(_ distance: Int, _ range: Range<Int>) throws(ExpressionError) -> Value {
    if owner.historyCount == 0, distance <= 1 { return made(nil, []) }
    let (number, overflow) = owner.historyCount.subtractingReportingOverflow(distance)
    return try history(overflow ? 0 : number, range)
  }

  func history(_ number: Int, _ range: Range<Int>) throws(ExpressionError) -> Value {
    if let value = owner.historyValue(number) { return value }
    throw ExpressionError(.unknownName, "History has not yet reached $\(number).", at: range)
  }

  // MARK: Registers and Wasm's state

  /// A place of the machine by its name.
  private enum Register {
    case pc, sp, fp
    case local(UInt32), global(UInt32), operand(UInt32)

    init?(_ name: String) {
      switch name {
      case "pc": self = .pc
      case "sp": self = .sp
      case "fp": self = .fp
      default:
        for (prefix, make) in [("local", Register.local), ("global", Register.global), ("stack", Register.operand)]
        where name.hasPrefix(prefix) {
          let digits = name.dropFirst(prefix.count)
          guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt32(digits)
          else { continue }
          self = make(number)
          return
        }
        return nil
      }
    }
  }

  /// Whether a name behind `$` cannot be a convenience variable's.
  func isReserved(_ name: String) -> Bool {
    Register(name) != nil || name.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
  }

  /// `$name`: a register, a convenience variable, or a local or global that the name section calls so. `void` for
  /// nothing, as convenience variables are before they are set.
  func dollar(_ name: String, _ range: Range<Int>) throws(ExpressionError) -> Value {
    if let register = Register(name) { return try value(of: register, range) }
    if let value = owner.convenience[name] { return value }
    if let place = scope.places.first {
      if let function = scope.frame?.functionIndex, scope.frame?.module == place.module.info.index,
        let local = place.module.wasm.names.locals[function].index(of: name)
      {
        return try value(of: .local(local), range)
      }
      if let global = place.state.globalIndex(named: name) { return try value(of: .global(global), range) }
    }
    return made(nil, [])
  }

  private func value(of register: Register, _ range: Range<Int>) throws(ExpressionError) -> Value {
    if case .global(let index) = register, let place = scope.places.first {
      guard Int(index) < place.module.wasm.importedCount(.global) + place.module.wasm.globals.count else {
        throw ExpressionError(.unknownName, "There is no global \(index).", at: range)
      }
      return recorded(place.state.wasmValue(.global(index)), nil)
    }
    guard let frame = scope.frame else { throw ExpressionError(.unknownName, "No frame selected.", at: range) }
    switch register {
    case .pc:
      guard let address = frame.codeAddress else {
        return unavailable(types.codeAddress, frame.note ?? "the dump does not say where the frame is")
      }
      return number(UInt128(address.rawValue), types.codeAddress)
    case .fp:
      guard let state = scope.inspection?.state else {
        return unavailable(types.pointerToVoid, "nothing describes the function of this frame")
      }
      switch state.frameBase() {
      case .success(let base):
        return made(
          types.pointerToVoid, littleEndian(UInt128(base.address), count: Int(types.addressSize)), base.assurance)
      case .failure(let missing): return unavailable(types.pointerToVoid, missing.reason)
      }
    case .sp:
      guard let state = scope.places.first?.state, state.module.info.index == frame.module,
        let global = state.module.stackPointerGlobal
      else { return unavailable(types.pointerToVoid, "the module has no global that is known as the stack pointer") }
      return recorded(state.wasmValue(.global(global)), types.pointerToVoid)
    case .local(let index):
      return try recorded(scope.session.wasmLocals(of: frame, thread: scope.thread), index, "local", range)
    case .operand(let index):
      guard let stack = scope.session.operandStack(of: frame, thread: scope.thread) else {
        return unavailable(types[.int], "the dump does not record the operand stack")
      }
      return try recorded(stack, index, "operand", range)
    case .global: throw ExpressionError(.unknownName, "No module is loaded.", at: range)
    }
  }

  private func recorded(
    _ values: [WasmValue], _ index: UInt32, _ what: String, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    guard Int(index) < values.count else {
      throw ExpressionError(
        .unknownName, "There is no \(what) \(index) in this frame: it has \(values.count).", at: range)
    }
    let found = values[Int(index)]
    if found.trust == .unavailable {
      return unavailable(type(named: found.type), found.reason ?? "not recorded")
    }
    return recorded(.success((found.value, Assurance(found.trust, found.reason))), nil)
  }

  private func type(named text: String?) -> DwarfType? {
    switch text {
    case "i64": types[.longLong]
    case "f32": types[.float]
    case "f64": types[.double]
    case "v128": types[.unsignedChar].array(16)
    default: types[.int]
    }
  }

  /// A value of the machine as one of a type that shows it.
  private func recorded(
    _ result: Swift.Result<(value: RecordedValue, assurance: Assurance), Unavailable>, _ type: DwarfType?
  ) -> Value {
    switch result {
    case .failure(let missing): return unavailable(type ?? types[.int], missing.reason)
    case .success(let (value, assurance)):
      switch value {
      case .i32(let bits): return number(UInt128(UInt32(bitPattern: bits)), type ?? types[.int], assurance)
      case .i64(let bits): return number(UInt128(UInt64(bitPattern: bits)), type ?? types[.longLong], assurance)
      case .f32(let bits): return made(type ?? types[.float], littleEndian(UInt128(bits), count: 4), assurance)
      case .f64(let bits): return made(type ?? types[.double], littleEndian(UInt128(bits), count: 8), assurance)
      case .v128(let low, let high):
        return made(
          types[.unsignedChar].array(16), littleEndian(UInt128(high) << 64 | UInt128(low), count: 16), assurance)
      case .untyped(let bits): return number(UInt128(bits), type ?? types[.int], assurance)
      case .function, .reference: return unavailable(type ?? types[.int], "it is a reference, which has no number")
      case .missing(let reason): return unavailable(type ?? types[.int], reason.description)
      }
    }
  }
}
