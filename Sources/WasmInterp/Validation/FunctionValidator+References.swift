import ByteCursor
import WasmBinary

extension FunctionValidator {
  mutating func tableOrMemory(_ opcode: VariableOpcode, _ immediates: Immediates) throws(Violation) {
    switch opcode {
    case .tableGet:
      let table = try context.table(immediates.index)
      try pop(table.address)
      try push(table.element)
    case .tableSet:
      let table = try context.table(immediates.index)
      try pop(table.element)
      try pop(table.address)
    case .tableGrow:
      let table = try context.table(immediates.index)
      try pop(table.address)
      try pop(table.element)
      try push(table.address)
    case .tableFill:
      let table = try context.table(immediates.index)
      try pop(table.address)
      try pop(table.element)
      try pop(table.address)
    case .tableCopy:
      let (to, from) = immediates.indices
      let destination = try context.table(to)
      let source = try context.table(from)
      guard context.types.matches(source.element, destination.element) else {
        throw mismatch(source.element, destination.element)
      }
      try popCopy(destination.address, source.address)
    default:
      let (to, from) = immediates.indices
      try popCopy(try context.memory(to), try context.memory(from))
    }
  }

  /// Takes the operands of a copy: the length is as wide as the narrower address.
  private mutating func popCopy(_ destination: StackType, _ source: StackType) throws(Violation) {
    try pop(destination == .i64 && source == .i64 ? .i64 : .i32)
    try pop(source)
    try pop(destination)
  }

  mutating func reference(_ opcode: VariableOpcode, _ immediates: Immediates) throws(Violation) {
    switch opcode {
    case .selectTyped: try selectTyped(immediates)
    case .refNull:
      guard case .heapType(let heap) = immediates else { return }
      try push(try context.stackType(ReferenceType(heap)))
    case .refIsNull:
      _ = try popReference()
      try push(.i32)
    case .refFunc: try referenceToFunction(immediates.index)
    case .refAsNonNull: try push(try popReference().with(null: false))
    case .brOnNull:
      let type = try popReference()
      let types = try label(immediates.index).labelTypes
      try pop(types)
      try push(types)
      try push(type.with(null: false))
    case .brOnNonNull: try branchOnNonNull(immediates.index)
    case .refTest, .refTestNull, .refCast, .refCastNull:
      guard case .reference(let reference) = immediates else { return }
      let type = try context.stackType(reference)
      try pop(context.types.top(type))
      try push(opcode == .refTest || opcode == .refTestNull ? .i32 : type)
    case .brOnCast, .brOnCastFail: try branchOnCast(immediates, onFailure: opcode == .brOnCastFail)
    case .anyConvertExtern: try convert(.externref, to: .any)
    case .externConvertAny: try convert(.anyref, to: .extern)
    default:  // ref.i31
      try pop(.i32)
      try push(StackType(.i31, isNullable: false))
    }
  }

  private mutating func selectTyped(_ immediates: Immediates) throws(Violation) {
    guard case .types(let list) = immediates else { return }
    guard list.count == 1 else { throw Violation(.invalidResultArity, String(list.count)) }
    guard let value = list.types(in: body).first else { return }
    let type = try context.stackType(value)
    try pop(.i32)
    try pop(type)
    try pop(type)
    try push(type)
  }

  private mutating func referenceToFunction(_ index: UInt32) throws(Violation) {
    guard Int(index) < context.functions.count else { throw .unknown(.unknownFunction, index) }
    if isConstant { context.references[Int(index)] = true }
    guard context.references[Int(index)] else { throw .unknown(.undeclaredReference, index) }
    try push(StackType(defined: context.functions[Int(index)], isNullable: false))
  }

  private mutating func branchOnNonNull(_ index: UInt32) throws(Violation) {
    let type = try popReference().with(null: false)
    let types = try label(index).labelTypes
    try checkLast(of: types, type)
    let rest = TypeList(start: types.start, count: types.count - 1)
    try pop(rest)
    try push(rest)
  }

  /// Checks that a label's last operand can be a reference of this type.
  private func checkLast(of types: TypeList, _ type: StackType) throws(Violation) {
    guard !types.isEmpty else { throw Violation(.typeMismatch, "the label takes no operand") }
    let last = context.types.parts[types.range.upperBound - 1]
    guard last.isReference, context.types.matches(type, last) else { throw mismatch(type, last) }
  }

  private mutating func branchOnCast(_ immediates: Immediates, onFailure: Bool) throws(Violation) {
    guard case .cast(let index, let fromType, let toType) = immediates else { return }
    let types = try label(index).labelTypes
    let from = try context.stackType(fromType)
    let to = try context.stackType(toType)
    guard context.types.matches(to, from) else { throw mismatch(to, from) }
    // A null that is not cast to a type without null does not get past the cast.
    let other = to.isNullable ? from.with(null: false) : from
    try checkLast(of: types, onFailure ? other : to)
    try pop(from)
    let rest = TypeList(start: types.start, count: types.count - 1)
    try pop(rest)
    try push(rest)
    try push(onFailure ? to : other)
  }

  private mutating func convert(_ from: StackType, to heap: AbstractHeapType) throws(Violation) {
    let type = try popReference()
    guard context.types.matches(type, from) else { throw mismatch(type, from) }
    try push(StackType(heap, isNullable: type.isNullable))
  }
}
