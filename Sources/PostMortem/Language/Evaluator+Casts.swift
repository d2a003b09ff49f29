import DwarfEval

extension Evaluator {
  /// `reinterpret_cast`: of pointers and references the same address, whatever the classes are.
  func reinterpretCast(
    _ value: Value, to type: DwarfType?, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    switch type?.underlying?.kind {
    case .reference(let target?), .rvalueReference(let target?): return value.referent.reinterpreted(as: target)
    case .pointer:
      let operand = try operand(of: value, range)
      guard case .pointer = operand.kind else { break }
      var result = operand.value.reinterpreted(as: type)
      result.targetMemory = operand.value.pointedMemory
      return result
    default: break
    }
    return try cast(value, to: type, range)
  }

  /// `dynamic_cast`: to the part of an object that is of a class, wherever in it the pointer leads; by the class that the
  /// object says it is of (C++20, 7.6.1.7).
  func dynamicCast(_ value: Value, to type: DwarfType?, _ range: Range<Int>) throws(ExpressionError) -> Value {
    guard let type, let kind = type.underlying?.kind else {
      throw ExpressionError(.type, "dynamic_cast needs a pointer or a reference.", at: range)
    }
    switch kind {
    case .reference(let target?), .rvalueReference(let target?):
      let pointer = try dynamicCast(try address(of: value.referent, range), to: target.pointer, range)
      if let address = try? pointer.pointer(), address == 0 {
        throw ExpressionError(.type, "dynamic_cast failed: the object is no \(target.name).", at: range)
      }
      return pointer.target(target)
    case .pointer(let pointee?):
      let operand = try operand(of: value, range)
      guard case .pointer(let source?) = operand.kind, let wanted = pointee.underlying, wanted.record != nil,
        let own = source.underlying, own.record != nil
      else { break }
      let object = operand.value.target(own)
      // To a base class, of a null pointer, and of what is not known it is a cast like others.
      if object.storage.absence != nil || !own.paths(toBase: wanted, limit: 1).isEmpty {
        return try cast(value, to: type, range)
      }
      guard let whole = object.dynamicType()?.object, let found = whole.type else {
        return operand.value.sibling(type, .unavailable("the class of the object is not known"))
      }
      return try address(of: object, in: whole, found.paths(toBase: wanted, limit: 64), own, as: type, range)
    default: break
    }
    throw ExpressionError(.type, "dynamic_cast needs a pointer or a reference to a class.", at: range)
  }

  /// The address of the part of an object to which one of the ways leads: of several the one that `object`, of class `own`, is
  /// itself a part of. Null where there is none.
  private func address(
    of object: Value, in whole: Value, _ ways: [BaseSearch.Path], _ own: DwarfType, as type: DwarfType,
    _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    let parts = ways.map { whole.part($0) }
    let around = parts.filter { part in
      part.type?.paths(toBase: own, limit: 64).contains {
        part.part($0).storage.address == object.storage.address
      } ?? false
    }
    let candidates = around.isEmpty ? parts : around
    guard candidates.count == 1 else {
      return object.sibling(type, .bytes(littleEndian(0, count: Int(clamping: min(type.size ?? 4, 8)))))
    }
    return try address(of: candidates[0], range).reinterpreted(as: type)
  }
}
