import DwarfEval

extension Evaluator {
  /// Arithmetic with a pointer, and comparisons.
  func pointers(
    _ operation: BinaryOperator, _ left: Operand, _ right: Operand, _ place: Range<Int>
  ) throws(ExpressionError) -> Value {
    switch (operation, left.kind, right.kind) {
    case (.subtract, .pointer(let first), .pointer(let second)):
      return try difference(left, right, first, second, place)
    case (.add, .pointer(let target), .integer), (.subtract, .pointer(let target), .integer):
      return try moved(left, by: right, isBack: operation == .subtract, target, place)
    case (.add, .integer, .pointer(let target)): return try moved(right, by: left, isBack: false, target, place)
    case (_, .pointer, .pointer), (_, .pointer, .integer), (_, .integer, .pointer):
      guard operation.isComparison else { break }
      return compared(operation, left, right)
    default: break
    }
    throw ExpressionError(
      .type, "Operator '\(operation.rawValue)' does not apply to \(left.type.name) and \(right.type.name).", at: place)
  }

  private func compared(_ operation: BinaryOperator, _ left: Operand, _ right: Operand) -> Value {
    do throws(Unavailable) {
      let (first, second) = (try address(left), try address(right))
      let result: Bool
      switch operation {
      case .equal: result = first == second
      case .notEqual: result = first != second
      case .less: result = first < second
      case .greater: result = first > second
      case .lessOrEqual: result = first <= second
      default: result = first >= second
      }
      return truth(result, left.assurance.joined(right.assurance))
    } catch {
      return unavailable(scope.truthType, error.reason)
    }
  }

  /// What a pointer, or an integer that is compared with one, is as an address.
  private func address(_ operand: Operand) throws(Unavailable) -> UInt64 {
    guard case .integer(let format) = operand.kind else { return try operand.value.pointer() }
    let number = UInt64(truncatingIfNeeded: format.number(try operand.pattern()))
    return types.addressSize == 8 ? number : number & 0xffff_ffff
  }

  /// Bytes from one of what a pointer leads to to the next; 1 for `void` and functions, as GNU C has it.
  private func stride(_ target: DwarfType?, _ place: Range<Int>) throws(ExpressionError) -> UInt64 {
    guard let target else { return 1 }
    if case .subroutine = target.underlying?.kind { return 1 }
    guard let size = target.size else {
      throw ExpressionError(.type, "The size of \(target.name) is not known.", at: place)
    }
    return size
  }

  private func moved(
    _ pointer: Operand, by count: Operand, isBack: Bool, _ target: DwarfType?, _ place: Range<Int>
  ) throws(ExpressionError) -> Value {
    let stride = try stride(target, place)
    guard case .integer(let format) = count.kind else { return pointer.value }
    do throws(Unavailable) {
      let address = try pointer.value.pointer()
      let size = Int(clamping: pointer.type.size ?? 4)
      let (distance, isHuge) = format.number(try count.pattern()).multipliedReportingOverflow(by: Int128(stride))
      // Behind all addresses there is nothing: going on at the first one would show what is not meant.
      let result = (isBack ? 0 &- distance : distance).addingReportingOverflow(Int128(address))
      guard !isHuge, !result.overflow, result.partialValue >= 0, result.partialValue >> Int128(8 * min(size, 8)) == 0
      else { throw Unavailable("the result is no address") }
      let bytes = littleEndian(UInt128(result.partialValue), count: size)
      var value = pointer.value.sibling(
        pointer.type, .bytes(bytes, pointer.assurance.joined(count.assurance)))
      value.targetMemory = pointer.value.pointedMemory
      return value
    } catch {
      return pointer.value.sibling(pointer.type, .unavailable(error.reason))
    }
  }

  private func difference(
    _ left: Operand, _ right: Operand, _ first: DwarfType?, _ second: DwarfType?, _ place: Range<Int>
  ) throws(ExpressionError) -> Value {
    let size = Int64(clamping: try stride(first, place))
    guard try stride(second, place) == UInt64(size) else {
      throw ExpressionError(
        .type, "First argument of '-' is a pointer and second argument is a pointer to something of another size.",
        at: place)
    }
    guard size > 0 else { throw ExpressionError(.type, "Division by zero.", at: place) }
    do throws(Unavailable) {
      var distance = Int64(bitPattern: try left.value.pointer() &- (try right.value.pointer()))
      if left.type.size == 4 { distance = Int64(Int32(truncatingIfNeeded: distance)) }
      return number(
        UInt128(truncatingIfNeeded: distance / size), types[.long], left.assurance.joined(right.assurance))
    } catch {
      return unavailable(types[.long], error.reason)
    }
  }
}

extension Value {
  /// The memory that a pointer points into, where that has to be said: it is not 0.
  var pointedMemory: UInt32? {
    let memory = targetMemory ?? storage.address?.memory ?? 0
    return memory == 0 ? nil : memory
  }
}
