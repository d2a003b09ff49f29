import ByteCursor

/// What each operation does (DWARF 5, 2.5.1 and 2.6.1).
extension ExpressionEvaluator {
  typealias Need = (request: ExpressionRequest, continuation: Continuation)

  /// Executes `operation`, but for the jump of a branch.
  /// - Returns: what has to be known before the next one.
  mutating func execute(_ operation: ExpressionOperation) throws(RuleError) -> Need? {
    let opcode = operation.opcode
    if description != nil {
      switch opcode {
      case .piece, .bitPiece, .nop, .gnuUninit: break
      default: throw RuleError(.operationBehindLocation)
      }
    }
    if let number = opcode.number(from: .lit0) {
      try push(constant: UInt64(number))
      return nil
    }
    switch opcode {
    case .nop, .skip, .bra: return nil
    case .const1u, .const1s, .const2u, .const2s, .const4u, .const4s, .const8u, .const8s, .constu, .consts:
      try push(constant: operation.first)
      return nil
    case .dup, .drop, .over, .pick, .swap, .rot:
      try rearrange(operation)
      return nil
    case .abs, .neg, .not, .and, .or, .xor, .plus, .minus, .mul, .div, .mod, .shl, .shr, .shra, .eq, .ne, .lt, .le, .gt,
      .ge, .convert, .gnuConvert, .reinterpret, .gnuReinterpret, .constType, .gnuConstType:
      try calculate(operation)
      return nil
    case .plusUconst: return try addConstant(operation.first)
    case .deref, .derefSize, .derefType, .gnuDerefType: return try load(operation)
    case .xderef, .xderefSize, .xderefType: throw RuleError(.addressSpaces)
    case .piece, .bitPiece, .stackValue, .implicitValue, .implicitPointer, .gnuImplicitPointer, .gnuUninit:
      try describe(operation)
      return nil
    default: return try ask(operation)
    }
  }

  // MARK: Values

  private mutating func push(constant: UInt64) throws(RuleError) {
    try push(Operand(.constant(constant, generic)))
  }

  /// DWARF 5, 2.5.1.3.
  private mutating func rearrange(_ operation: ExpressionOperation) throws(RuleError) {
    switch operation.opcode {
    case .dup: try push(try peek(0))
    case .drop: _ = try pop()
    case .over: try push(try peek(1))
    case .pick: try push(try peek(Int(truncatingIfNeeded: operation.first)))
    case .swap:
      let (top, second) = (try pop(), try pop())
      try push(top)
      try push(second)
    default:
      // The first becomes the third.
      let (top, second, third) = (try pop(), try pop(), try pop())
      try push(top)
      try push(third)
      try push(second)
    }
  }

  private mutating func calculate(_ operation: ExpressionOperation) throws(RuleError) {
    let opcode = operation.opcode
    switch opcode {
    case .constType, .gnuConstType:
      let type = try baseType(operation.first)
      guard operation.second == UInt64(type.byteSize) else { throw RuleError(.typeMismatch) }
      try push(Operand(TypedValue(type, littleEndian: operation.block.array)))
    case .convert, .gnuConvert, .reinterpret, .gnuReinterpret:
      var operand = try pop()
      let type = operation.first == 0 ? generic : try baseType(operation.first)
      let isConversion = opcode == .convert || opcode == .gnuConvert
      operand.value = isConversion ? try operand.value.converted(to: type) : try operand.value.reinterpreted(as: type)
      operand.origin = nil
      try push(operand)
    case .abs, .neg, .not:
      let operand = try pop()
      try push(Operand(try operand.value.applying(opcode), operand.provenance))
    default:
      let right = try pop()
      let left = try pop()
      let provenance = left.provenance.joined(right.provenance)
      switch opcode {
      case .eq, .ne, .lt, .le, .gt, .ge:
        let holds = try TypedValue.compare(opcode, left.value, right.value)
        try push(Operand(.constant(holds ? 1 : 0, generic), provenance))
      default: try push(Operand(try TypedValue.apply(opcode, left.value, right.value), provenance))
      }
    }
  }

  private mutating func addConstant(_ constant: UInt64) throws(RuleError) -> Need? {
    if startsPiece, stack.isEmpty { return (.frameBase, .pushAddress(plus: constant)) }
    let operand = try pop()
    guard operand.value.type.isIntegral else { throw RuleError(.typeMismatch) }
    let addend = TypedValue(operand.value.type, bits: UInt128(constant), wide: constant)
    try push(Operand(try TypedValue.apply(.plus, operand.value, addend), operand.provenance))
    return nil
  }

  /// The type of the base type whose entry stands at `offset` in the unit.
  private func baseType(_ offset: UInt64) throws(RuleError) -> StackType {
    guard let type = levels[levels.count - 1].scope.stackType(at: UnitOffset(offset)) else {
      throw RuleError(.badBaseType)
    }
    return type
  }

  // MARK: Requests

  /// `DW_OP_deref` and its like (DWARF 5, 2.5.1.3). LLVM reads 8 bytes with `DW_OP_deref_size` where addresses have 4.
  private mutating func load(_ operation: ExpressionOperation) throws(RuleError) -> Need {
    let operand = try pop()
    guard let address = operand.value.address(generic.byteSize) else { throw RuleError(.badAddress) }
    let type: StackType
    var size = generic.byteSize
    switch operation.opcode {
    case .deref: type = generic
    case .derefSize:
      guard (1...8).contains(operation.first) else { throw RuleError(.typeMismatch) }
      size = UInt8(operation.first)
      type = size > generic.byteSize ? .unsigned(size) : generic
    default:
      type = try baseType(operation.second)
      size = type.byteSize
      guard operation.first == UInt64(size) else { throw RuleError(.typeMismatch) }
    }
    return (.memory(address: address, byteSize: size), .load(type, byteSize: size, operand.provenance))
  }

  private mutating func ask(_ operation: ExpressionOperation) throws(RuleError) -> Need? {
    let (opcode, first) = (operation.opcode, operation.first)
    let unit = ExpressionRequest.EntryReference.unit(UnitOffset(first))
    let info = ExpressionRequest.EntryReference.info(DebugInfoOffset(first))
    if let place = operation.wasmPlace { return (.wasm(place), .push(origin: place)) }
    if let register = opcode.number(from: .reg0) ?? opcode.number(from: .breg0) { return missing(UInt64(register)) }
    switch opcode {
    case .regx, .bregx, .regvalType, .gnuRegvalType: return missing(first)
    case .addr: return try pushAddress(first)
    case .addrx, .gnuAddrIndex: return try pushAddress(try indexed(first))
    case .constx, .gnuConstIndex:
      try push(constant: try indexed(first))
      return nil
    case .fbreg: return (.frameBase, .pushAddress(plus: first))
    case .callFrameCFA: return (.callFrameAddress, .pushAddress(plus: 0))
    case .pushObjectAddress: return (.objectAddress, .pushAddress(plus: 0))
    case .formTLSAddress, .gnuPushTLSAddress:
      guard let offset = try pop().value.address(generic.byteSize) else { throw RuleError(.badAddress) }
      return (.threadLocal(offset: offset), .pushAddress(plus: 0))
    case .entryValue, .gnuEntryValue:
      try checkDepth()
      return (.entryValue(of: operation.block), .push())
    case .gnuParameterRef:
      try checkDepth()
      return (.parameter(UnitOffset(first)), .push())
    case .call2, .call4: return (.location(of: unit), .call)
    case .callRef: return (.location(of: info), .call)
    case .gnuVariableValue:
      try checkDepth()
      return (.variable(info), .push())
    default: throw RuleError(.unknownOperation)
    }
  }

  /// In position-independent modules, and for thread-local variables, LLVM writes an address as what a global holds (the base
  /// of the module's memory or of the thread's block) and an offset from there, which is then none of the process.
  private mutating func pushAddress(_ address: UInt64) throws(RuleError) -> Need? {
    guard case .global? = top?.origin else { return (.address(address), .pushAddress(plus: 0)) }
    try push(constant: address)
    return nil
  }

  private func indexed(_ index: UInt64) throws(RuleError) -> UInt64 {
    guard let address = levels[levels.count - 1].scope.indexedAddress(index) else { throw RuleError(.indexOutOfBounds) }
    return address
  }

  /// Whether the answer may take another evaluation.
  private func checkDepth() throws(RuleError) {
    guard depth + 1 < limits.expressionDepth else { throw RuleError(.expressionTooLong) }
  }

  private mutating func missing(_ register: UInt64) -> Need? {
    abandon(.register(register), Provenance(trust: 0))
    return nil
  }

  // MARK: Locations

  /// DWARF 5, 2.6.1.1.4 and 2.6.1.2.
  private mutating func describe(_ operation: ExpressionOperation) throws(RuleError) {
    switch operation.opcode {
    case .piece:
      let (bits, overflow) = operation.first.multipliedReportingOverflow(by: 8)
      guard !overflow else { throw RuleError(.overLimit) }
      try addPiece(bitSize: bits, bitOffset: 0)
    case .bitPiece: try addPiece(bitSize: operation.first, bitOffset: operation.second)
    case .stackValue:
      let top = try pop()
      description = Description(location: .value(top.value), provenance: top.provenance, origin: top.origin)
    case .implicitValue: description = Description(location: .bytes(operation.block), provenance: .certain)
    case .gnuUninit: isUninitialized = true
    default:
      description = Description(
        location: .implicitPointer(
          DebugInfoOffset(operation.first), offset: Int64(bitPattern: operation.second)), provenance: .certain)
    }
  }
}
