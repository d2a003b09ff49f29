import ByteCursor
import CoreDumpFormat
import DwarfEval

extension FrameState {
  /// A variable's value: where it is in this frame, or why that is not known.
  func value(of variable: Variable) -> Value {
    Value(variable.type, storage(of: variable), surroundings)
  }

  private func storage(of variable: Variable) -> Storage {
    if let constant = variable.constant {
      return Self.storage(of: constant, variable.type) ?? .unavailable("its constant value is not understood")
    }
    guard let form = variable.location else {
      return .unavailable(variable.isDeclaration ? "only declared here: it is defined elsewhere" : "optimized out")
    }
    let unit = variable.entry.unit
    do throws(Unavailable) {
      guard let expression = try expression(form, of: unit) else {
        if let carried = carriedLocation(of: variable) {
          let pieces = try evaluate(carried.expression, scope: unit)
          return storage(of: pieces, type: variable.type).weakened(carried.assurance)
        }
        return .unavailable("optimized out here: the debug information has no location for it at this place")
      }
      if expression.isEmpty { return .unavailable("optimized out") }
      let pieces = try evaluate(expression, scope: unit)
      if Self.isRemoved(pieces, expression, of: unit) { return .unavailable("the linker removed it as unused") }
      let storage = storage(of: pieces, type: variable.type)
      guard let doubt = doubt(expression, of: variable) else { return storage }
      return storage.weakened(doubt)
    } catch {
      return .unavailable(error.reason)
    }
  }

  /// Whether an expression is the address that linkers give to what they leave out: the greatest, or the one below.
  private static func isRemoved(_ pieces: [Piece], _ expression: Bytes, of unit: Unit) -> Bool {
    guard pieces.count == 1, case .memory(let address) = pieces[0].location else { return false }
    let greatest = unit.encoding.addressSize == 8 ? UInt64.max : UInt64(UInt32.max)
    guard address >= greatest - 1 else { return false }
    var reader = ExpressionReader(expression, encoding: unit.encoding)
    guard let first = try? reader.next(), first.opcode == .addr || first.opcode == .addrx else { return false }
    return (try? reader.next()) ?? nil == nil
  }

  /// The expression that holds at the frame's place, as the debug information says.
  func expression(_ form: FormValue, of unit: Unit) throws(Unavailable) -> Bytes? {
    let location: LocationAttribute?
    do throws(ReadError) { location = try unit.location(form) } catch {
      throw Unavailable("its location cannot be read: \(error.rule)")
    }
    guard let location else { throw Unavailable("its location is of an unknown form") }
    if let expression = location.expression(at: address) {
      if let reason = staleness(of: location, expression, encoding: unit.encoding) { throw Unavailable(reason) }
      return expression
    }
    if case .list(let list) = location, let problem = list.problem {
      throw Unavailable("its location list is damaged: \(problem.rule)")
    }
    return nil
  }

  /// A constant of the debug information as the bytes of a value.
  static func storage(of constant: DwarfEval.ConstantValue, _ type: DwarfType?) -> Storage? {
    switch constant {
    case .bytes(let bytes): return .bytes(bytes.array)
    case .string(let bytes): return .bytes(bytes.array + [0])
    default:
      guard let size = type?.size, size <= 16, let number = constant.integer(signed: type?.isSigned ?? false) else {
        return nil
      }
      return .bytes(littleEndian(UInt128(truncatingIfNeeded: number), count: Int(size)))
    }
  }

  // MARK: Pieces

  /// What the pieces of a location are the storage of.
  func storage(of pieces: [Piece], type: DwarfType?) -> Storage {
    if pieces.count == 1, pieces[0].bitSize == nil { return storage(of: pieces[0], byteCount: type?.size, type) }
    guard !pieces.isEmpty else { return .unavailable("optimized out") }
    var parts: [Storage.Part] = []
    var weakest: Assurance?
    for piece in pieces {
      let bits = piece.bitSize ?? 0
      // Of a value no more than its 16 bytes can be meant; what a hostile piece says may be any number.
      let (end, overflow) = piece.bitOffset.addingReportingOverflow(bits)
      let part = storage(of: piece, byteCount: overflow ? .max : end / 8 + (end % 8 == 0 ? 0 : 1), nil)
      if part.absence == nil { weakest = weakest?.joined(part.assurance) ?? part.assurance }
      parts.append(Storage.Part(bitCount: bits, storage: part, bitOffset: piece.bitOffset))
    }
    return Storage(.pieces(parts), weakest ?? Assurance(.unavailable, parts.compactMap(\.storage.absence).first))
  }

  private func storage(of piece: Piece, byteCount: UInt64?, _ type: DwarfType?) -> Storage {
    let assurance = assurance(piece.provenance)
    switch piece.location {
    case .memory(let address):
      if let origin = piece.origin, let problem = addressProblem(origin) { return .unavailable(problem) }
      return Storage(.memory(MemoryAddress(address), instance: frame.instance), assurance)
    case .bytes(let bytes): return .bytes(bytes.array, assurance)
    case .empty: return .unavailable("optimized out")
    case .implicitPointer: return .unavailable("it points to something that was optimized out of memory")
    case .unavailable(let reason): return .unavailable(assurance.reason ?? reason.description)
    case .value(let value):
      if let mismatch = mismatch(value, piece.origin, type) { return .unavailable(mismatch) }
      let held = UInt64(value.type.byteSize)
      // A part of a number in a local may be meant, of a float only all of it.
      if let origin = piece.origin, let byteCount, byteCount != held, value.type == .float32 || value.type == .float64 {
        return .unavailable(
          "\(origin) holds a floating-point number of \(held) bytes: the debug information does not fit the code")
      }
      // What a place holds is all of the variable: nobody says how to make more of it.
      let isShort = piece.origin != nil && (byteCount ?? 0) > held
      guard let count = byteCount, (1...16).contains(count), !isShort, let bits = value.bits(byteSize: UInt8(count))
      else {
        return .unavailable(
          "\(piece.origin.map { "\($0)" } ?? "its location") has fewer bytes than its type")
      }
      return .bytes(littleEndian(bits, count: Int(count)), assurance)
    }
  }

  /// Why a value cannot be the variable's: tools that rewrite code and keep old descriptions (wasm-opt) leave locations
  /// that name another local, which its type may give away.
  private func mismatch(_ value: TypedValue, _ origin: WasmPlace?, _ type: DwarfType?) -> String? {
    guard let origin, let type = type?.underlying, let size = type.size else { return nil }
    let held = UInt64(value.type.byteSize)
    func refused(_ what: String) -> String {
      "\(origin) holds \(what) and cannot be a \(type.name): the debug information does not fit the code"
    }
    switch value.type {
    case .vector: return size == held ? nil : refused("a vector")
    case .float32, .float64:
      // A float in an integer's clothes happens: compilers move bits about. The reverse does not.
      if size != held { return refused("a floating-point number of \(held) bytes") }
      switch type.kind {
      case .base(let base):
        let isFloat = base.format == .float || base.format == .complexFloat || base.format == .imaginaryFloat
        return isFloat ? nil : refused("a floating-point number")
      case .pointer, .reference, .rvalueReference, .memberPointer, .enumeration, .subroutine:
        return refused("a floating-point number")
      // Records of one float are passed as that.
      default: return nil
      }
    default: break
    }
    switch type.kind {
    case .pointer, .reference, .rvalueReference: return size == held ? nil : refused("an integer of \(held) bytes")
    case .base(let base):
      if base.format == .float { return size == held ? nil : refused("an integer of \(held) bytes") }
      // Compilers say so where they mean the lower half of a 64-bit local; smaller numbers are kept in 32 bits.
      return held == 8 && size < 8 ? refused("an integer of 8 bytes") : nil
    case .enumeration: return held == 8 && size < 8 ? refused("an integer of 8 bytes") : nil
    default: return nil
    }
  }

  /// Why what a place holds cannot be an address of the variable's memory.
  func addressProblem(_ origin: WasmPlace) -> String? {
    guard case .success(let (value, _)) = wasmValue(origin), let held = value.type else { return nil }
    let wanted: RecordedType = addressSize == 8 ? .i64 : .i32
    guard held != wanted else { return nil }
    return "\(origin) holds a \(held) and cannot be an address: the debug information does not fit the code"
  }

  /// Where the variable that an entry describes is. `depth` is how many evaluations wait for it.
  func storage(at entry: Entry, _ type: DwarfType?, depth: Int = 0) -> Storage {
    do throws(Unavailable) {
      guard let form = entry[.location], let expression = try expression(form, of: entry.unit) else {
        return .unavailable("optimized out")
      }
      return storage(of: try evaluate(expression, scope: entry.unit, depth: depth), type: type)
    } catch {
      return .unavailable(error.reason)
    }
  }
}

/// The low bytes of a number, as memory holds them.
func littleEndian(_ number: UInt128, count: Int) -> [UInt8] {
  (0..<count).map { $0 < 16 ? UInt8(truncatingIfNeeded: number >> UInt128(8 * $0)) : 0 }
}
