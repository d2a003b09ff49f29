import WasmBinary

extension FunctionValidator {
  // MARK: Structures

  mutating func structure(_ opcode: VariableOpcode, _ immediates: Immediates) throws(Violation) {
    switch opcode {
    case .structNew, .structNewDefault:
      let (number, definition) = try context.definition(immediates.index, .struct)
      if opcode == .structNew {
        for place in definition.parameters.range.reversed() where !lacksNothing {
          try pop(context.types.field(place).type.unpacked)
        }
      } else if !definition.isDefaultable {
        throw Violation(.notDefaultable)
      }
      try push(StackType(defined: number, isNullable: false))
    default:
      let (typeIndex, fieldIndex) = immediates.indices
      let (number, definition) = try context.definition(typeIndex, .struct)
      guard fieldIndex < definition.parameters.count else { throw .unknown(.unknownField, fieldIndex) }
      let field = context.types.field(definition.parameters.range.lowerBound + Int(fieldIndex))
      if opcode == .structSet {
        guard field.isMutable else { throw .unknown(.immutableField, fieldIndex) }
        try pop(field.type.unpacked)
      } else {
        try checkPacking(field.type, extends: opcode != .structGet)
      }
      try pop(StackType(defined: number, isNullable: true))
      if opcode != .structSet { try push(field.type.unpacked) }
    }
  }

  /// Packed fields are read with an extension, others without.
  private func checkPacking(_ type: StackType, extends: Bool) throws(Violation) {
    guard type.isPacked == extends else {
      throw Violation(.typeMismatch, extends ? "the field is not packed" : "the field is packed")
    }
  }

  // MARK: Arrays

  /// An array type: the reference to it with null, and its elements.
  private func arrayType(_ index: UInt32) throws(Violation) -> (reference: StackType, element: CanonicalTypes.Field) {
    let (number, definition) = try context.definition(index, .array)
    return (
      StackType(defined: number, isNullable: true), context.types.field(definition.parameters.range.lowerBound)
    )
  }

  mutating func array(_ opcode: VariableOpcode, _ immediates: Immediates) throws(Violation) {
    // The array's type is the only index or the first one.
    let (first, second) = immediates.indices
    let isOneIndex = if case .index = immediates { true } else { false }
    let (array, element) = try arrayType(isOneIndex ? immediates.index : first)
    switch opcode {
    case .arraySet, .arrayFill, .arrayCopy, .arrayInitData, .arrayInitElem:
      guard element.isMutable else { throw Violation(.immutableArray) }
    default: break
    }
    switch opcode {
    case .arrayNew:
      try pop(.i32)
      try pop(element.type.unpacked)
    case .arrayNewDefault:
      guard element.type.isDefaultable else { throw Violation(.notDefaultable) }
      try pop(.i32)
    case .arrayNewFixed: try popElements(element.type.unpacked, count: second)
    case .arrayNewData, .arrayInitData:
      try context.data(second)
      guard !element.type.isReference else { throw Violation(.arrayOfReferences) }
      try popSegmentRange(array, isInitialization: opcode == .arrayInitData)
    case .arrayNewElem, .arrayInitElem:
      let segment = try context.element(second)
      guard context.types.matches(segment, element.type) else { throw mismatch(segment, element.type) }
      try popSegmentRange(array, isInitialization: opcode == .arrayInitElem)
    case .arrayGet, .arrayGetS, .arrayGetU:
      try checkPacking(element.type, extends: opcode != .arrayGet)
      try pop(.i32)
      try pop(array)
      try push(element.type.unpacked)
    case .arraySet:
      try pop(element.type.unpacked)
      try pop(.i32)
      try pop(array)
    case .arrayFill:
      try pop(.i32)
      try pop(element.type.unpacked)
      try pop(.i32)
      try pop(array)
    default:  // array.copy
      let (source, sourceElement) = try arrayType(second)
      guard context.types.matches(sourceElement.type, element.type) else { throw Violation(.arrayTypesDiffer) }
      try pop(.i32)
      try pop(.i32)
      try pop(source)
      try pop(.i32)
      try pop(array)
    }
    switch opcode {
    case .arrayNew, .arrayNewDefault, .arrayNewFixed, .arrayNewData, .arrayNewElem:
      try push(array.with(null: false))
    default: break
    }
  }

  /// Takes the elements of an array; the count is the instruction's and may be anything.
  private mutating func popElements(_ type: StackType, count: UInt32) throws(Violation) {
    for _ in 0..<count {
      if lacksNothing { return }
      try pop(type)
    }
  }

  /// Takes a range of a segment and, where an array is written to, the array and the place in it.
  private mutating func popSegmentRange(_ array: StackType, isInitialization: Bool) throws(Violation) {
    try pop(.i32)
    try pop(.i32)
    guard isInitialization else { return }
    try pop(.i32)
    try pop(array)
  }
}
