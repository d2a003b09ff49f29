import DwarfEval

extension Evaluator {
  /// The type that a name in the text stands for; nil for `void`.
  func type(_ name: TypeName, _ range: Range<Int>) throws(ExpressionError) -> DwarfType? {
    let base = name.tag.map { "\($0) \(name.base)" } ?? name.base
    guard var type = scope.type(named: base) else {
      throw ExpressionError(
        .unknownName, name.tag == nil ? "No type named \(name.base)." : "No \(name.tag!) type named \(name.base).",
        at: range)
    }
    for derivation in name.derivations { type = try derived(type, derivation, range) }
    return type
  }

  private func derived(
    _ type: DwarfType?, _ derivation: TypeName.Derivation, _ range: Range<Int>
  ) throws(ExpressionError) -> DwarfType? {
    switch derivation {
    case .pointer: return type?.pointer ?? types.pointerToVoid
    case .reference:
      guard let type else { throw ExpressionError(.type, "There are no references to void.", at: range) }
      return type.reference
    case .array(let count):
      guard let type else { throw ExpressionError(.type, "There are no arrays of void.", at: range) }
      return type.array(count)
    case .function(let parameters):
      var list: [DwarfType?] = []
      for parameter in parameters { list.append(try self.type(parameter, range)) }
      if list.count == 1, list[0] == nil { list = [] }
      return types.dwarf.functionType(result: type, parameters: list)
    }
  }

  // MARK: Casts

  /// A value as another type (C17, 6.5.4).
  func cast(_ value: Value, to type: DwarfType?, _ range: Range<Int>) throws(ExpressionError) -> Value {
    guard let type else { return made(nil, []) }
    guard let target = type.underlying else { return made(nil, []) }
    switch target.kind {
    case .reference(let referred), .rvalueReference(let referred):
      guard let referred else { throw invalid(value, type, range) }
      // As C++ has it: the cast of the address, which moves to a base's part.
      return try cast(try address(of: value.referent, range), to: referred.pointer, range).target(referred)
    case .record, .array, .subroutine: return try reinterpreted(value.referent, as: type, target, range)
    case .pointer(let pointee):
      let operand = try operand(of: value, range)
      guard case .pointer(let source) = operand.kind else { break }
      return try pointer(operand, to: type, pointee, from: source, range)
    case .memberPointer, .opaque, .typedef, .qualified:
      guard value.underlying?.name == target.name else { throw invalid(value, type, range) }
      return value.reinterpreted(as: type)
    default: break
    }
    return try converted(try operand(of: value, range), to: type, target, range)
  }

  private func invalid(_ value: Value, _ type: DwarfType, _ range: Range<Int>) -> ExpressionError {
    ExpressionError(.type, "Invalid cast of \(value.type?.name ?? "void") to \(type.name).", at: range)
  }

  /// The same place as an aggregate: only of the same type, of a base class, or as an array of the same size.
  private func reinterpreted(
    _ value: Value, as type: DwarfType, _ target: DwarfType, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    if let own = value.underlying {
      if own == target || own.name == target.name { return value.reinterpreted(as: type) }
      if own.record != nil, let path = try path(from: own, to: target, range) {
        return value.part(path).reinterpreted(as: type)
      }
      if target.array != nil, value.bits == nil, let size = own.size, let wanted = target.size ?? own.size,
        wanted == size
      {
        return value.reinterpreted(as: type)
      }
    }
    throw invalid(value, type, range)
  }

  /// A pointer as one to something else; to a base class it moves to that part of the object, and back.
  private func pointer(
    _ operand: Operand, to type: DwarfType, _ pointee: DwarfType?, from source: DwarfType?, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    var value = operand.value.reinterpreted(as: type)
    value.targetMemory = operand.value.pointedMemory
    guard let pointee = pointee?.underlying, let source = source?.underlying, pointee.record != nil,
      source.record != nil, pointee != source
    else { return value }
    let object = operand.value.target(source)
    guard object.storage.absence == nil, object.storage.address != nil else { return value }
    if let path = try path(from: source, to: pointee, range) {
      let part = object.part(path)
      if let absence = part.storage.absence { return value.sibling(type, .unavailable(absence)) }
      return try self.address(of: part, range).reinterpreted(as: type)
    }
    // Down to a derived class.
    guard let path = try path(from: pointee, to: source, range) else { return value }
    do throws(Unavailable) {
      let start = try Self.start(of: object, pointee, path)
      var moved = value.sibling(
        type, .bytes(littleEndian(UInt128(start), count: Int(clamping: type.size ?? 4)), operand.assurance))
      moved.targetMemory = value.targetMemory
      return moved
    } catch {
      return value.sibling(type, .unavailable(error.reason))
    }
  }

  /// The way to the part of a class that is of a base class; nil where there is none.
  /// - Throws: where it has several such parts, of which nobody says which one is meant.
  private func path(
    from type: DwarfType, to base: DwarfType, _ range: Range<Int>
  ) throws(ExpressionError) -> BaseSearch.Path? {
    let paths = type.paths(toBase: base, limit: 2)
    guard paths.count < 2 else {
      throw ExpressionError(.type, "\(base.name) is an ambiguous base class of \(type.name).", at: range)
    }
    return paths.first
  }

  /// Where the object of a derived class begins of which `part` is the part at the end of `path`: as far back as the debug
  /// information says. Where a virtual base lies only the object itself says, which has to be found first: by its class.
  private static func start(
    of part: Value, _ derived: DwarfType, _ path: BaseSearch.Path
  ) throws(Unavailable) -> UInt64 {
    guard let address = part.storage.address?.offset else { throw Unavailable("where the object begins is not known") }
    if !path.contains(where: \.isVirtual) {
      let place = part.reinterpreted(as: derived).part(path).storage
      guard let end = place.address?.offset else { throw Unavailable(place.absence ?? "where it begins is not known") }
      return address &- (end &- address)
    }
    let whole = part.dynamicType()?.object
    for way in whole?.type?.paths(toBase: derived, limit: 64) ?? [] {
      guard let object = whole?.part(way), object.part(path).storage.address?.offset == address,
        let start = object.storage.address
      else { continue }
      return start.offset
    }
    throw Unavailable(
      "where the \(derived.name) begins of which this is a virtual base is not known: the object does not say its class"
    )
  }

  /// A number as one of another type (C17, 6.3.1).
  private func converted(
    _ operand: Operand, to type: DwarfType, _ target: DwarfType, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    let isPointer = target.isPointer
    let size = min(target.size ?? 4, 8)
    let format = isPointer ? IntegerFormat(bits: size * 8, isSigned: false, rank: .long) : IntegerFormat(target)
    let bytes: [UInt8]
    do throws(Unavailable) {
      if let format = FloatFormat(target) {
        guard let converted = try floating(operand, format) else { throw Unavailable("") }
        bytes = converted
      } else if let format {
        guard let pattern = try integer(operand, format) else { throw Unavailable("") }
        bytes = isPointer ? littleEndian(pattern, count: Int(clamping: size)) : Self.bytes(pattern, target)
      } else {
        throw Unavailable("")
      }
    } catch {
      if error.reason.isEmpty { throw invalid(operand.value, type, range) }
      return unavailable(type, error.reason)
    }
    var value = operand.value.sibling(type, .bytes(bytes, operand.assurance))
    if isPointer { value.targetMemory = nil }
    return value
  }

  /// The bytes of a number in a floating-point format; nil for what is no number.
  private func floating(_ operand: Operand, _ format: FloatFormat) throws(Unavailable) -> [UInt8]? {
    switch operand.kind {
    case .integer(let source): return format.bytes(try operand.pattern(), of: source)
    case .floating(let source):
      let bytes = try operand.value.bytes()
      return source == format ? bytes : format.bytes(source.number(bytes).value)
    case .pointer: return nil
    }
  }

  /// The bits of a number in an integer's format. Fractions are cut off.
  private func integer(_ operand: Operand, _ format: IntegerFormat) throws(Unavailable) -> UInt128? {
    switch operand.kind {
    case .integer(let source): return format.converted(try operand.pattern(), from: source)
    case .pointer:
      let address = UInt128(try operand.pattern())
      return format.rank == .bool ? (address == 0 ? 0 : 1) : format.wrapped(address)
    case .floating(let source):
      let (number, isExact) = source.number(try operand.value.bytes())
      if format.rank == .bool { return number == 0 ? 0 : 1 }
      guard isExact else { throw Unavailable("numbers that need more than 64 bits are not converted") }
      let whole = number.rounded(.towardZero)
      let pattern =
        format.isSigned ? Int128(exactly: whole).map { UInt128(truncatingIfNeeded: $0) } : UInt128(exactly: whole)
      // C leaves open what comes of numbers that do not fit.
      guard let pattern,
        format.isSigned
          ? format.number(format.wrapped(pattern)) == Int128(truncatingIfNeeded: pattern)
          : format.wrapped(pattern) == pattern
      else { throw Unavailable("\(number) does not fit the type") }
      return format.wrapped(pattern)
    }
  }
}
