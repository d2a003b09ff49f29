import WasmBinary

extension Translator {
  /// Translates an instruction on structures, arrays and references to them; false where it is another.
  mutating func object(_ instruction: Instruction) -> Bool {
    let opcode = instruction.opcode
    switch (opcode.index, instruction.immediates) {
    case (0xd3, _):  // ref.eq
      let right = popSlot()
      let left = popSlot()
      emitResult(.i64Eq, .i32, b: left, c: right)
    case (0x100, .index(let type)): construct(type, count: fields(type).count)
    case (0x108, .indices(let type, let count)): construct(type, count: Int(count))
    case (0x101, .index(let type)): objects(opcode, 0, type, makes: true)
    case (0x106, .index(let type)): objects(opcode, 2, type, makes: true)
    case (0x107, .index(let type)): objects(opcode, 1, type, makes: true)
    case (0x109, .indices(let type, let segment)), (0x10a, .indices(let type, let segment)):
      objects(opcode, 2, type, segment, makes: true)
    case (0x102...0x105, .indices(let type, let field)): accessField(opcode, type, Int(field))
    case (0x10b...0x10e, .index(let type)): accessElement(opcode, type)
    case (0x10f, _):
      let array = popSlot()
      emitResult(.object, .i32, x: Int(opcode.index), b: array)
    case (0x110, .index(let type)): objects(opcode, 4, type)
    case (0x111, .indices(let type, _)): objects(opcode, 5, type)
    case (0x112, .indices(let type, let segment)), (0x113, .indices(let type, let segment)):
      objects(opcode, 4, type, segment)
    case (0x114...0x117, .reference(let type)):
      let reference = popSlot()
      emitResult(
        .object, opcode.index < 0x116 ? .i32 : .reference(type), x: Int(opcode.index), b: reference,
        c: HeapTypeCode.make(type.heapType, instance.types))
    case (0x118, .cast(let depth, let from, let to)): branchOnCast(depth, from, to, onFailure: false)
    case (0x119, .cast(let depth, let from, let to)): branchOnCast(depth, from, to, onFailure: true)
    // A host's reference is the same in both hierarchies, and so is an object.
    case (0x11a, _): convert(to: .any)
    case (0x11b, _): convert(to: .extern)
    case (0x11c, _):
      let number = popSlot()
      emitResult(.object, .reference(ReferenceType(.i31, isNullable: false)), x: Int(opcode.index), b: number)
    case (0x11d, _), (0x11e, _):
      let reference = popSlot()
      emitResult(.object, .i32, x: Int(opcode.index), b: reference)
    default: return false
    }
    return true
  }

  // MARK: Types

  private func fields(_ type: UInt32) -> [FieldType] {
    switch instance.moduleTypes[Int(type)].composite {
    case .structure(let fields): fields
    case .array(let element): [element]
    case .function: []
    }
  }

  /// The canonical number of a type, whose layout is made.
  private func prepared(_ type: UInt32) -> UInt32 {
    let canonical = instance.types[Int(type)]
    instance.store.heap.layouts.prepare(canonical, instance.store.registry)
    return canonical
  }

  private func reference(_ type: UInt32) -> ValueType {
    .reference(ReferenceType(.defined(type), isNullable: false))
  }

  // MARK: Instructions

  private mutating func construct(_ type: UInt32, count: Int) {
    let slots = popSlots(count)
    let index = emit(
      .construct, a: top, b: Int32(bitPattern: prepared(type)), c: Int32(truncatingIfNeeded: slots.count))
    emitList(slots)
    push(reference(type))
    producer = index
  }

  /// An instruction of `Machine.objects`: up to five operands, which are popped.
  private mutating func objects(
    _ opcode: Opcode, _ count: Int, _ type: UInt32, _ segment: UInt32 = 0, makes: Bool = false
  ) {
    var slots: [Int32] = []
    for _ in 0..<count { slots.append(popSlot()) }
    slots = slots.reversed() + [Int32](repeating: 0, count: 8 - count)
    let index = emit(
      .objects, x: Int(opcode.index), a: top, b: Int32(bitPattern: prepared(type)), c: Int32(bitPattern: segment))
    emitList(slots)
    if makes {
      push(reference(type))
      producer = index
    }
  }

  private static func code(_ opcode: Opcode, _ storage: StorageType) -> Int {
    Int(opcode.index) | Int(StorageWidth(storage).rawValue) << 10
  }

  private mutating func accessField(_ opcode: Opcode, _ type: UInt32, _ index: Int) {
    let storage = fields(type)[index].storage
    let canonical = prepared(type)
    let offset = instance.store.heap.layouts.field(index, of: canonical).offset
    if opcode.index == 0x105 {
      let value = popSlot()
      let structure = popSlot()
      emit(.object, x: Self.code(opcode, storage), a: value, b: structure, c: offset)
    } else {
      let structure = popSlot()
      emitResult(.object, storage.unpacked, x: Self.code(opcode, storage), b: structure, c: offset)
    }
  }

  private mutating func accessElement(_ opcode: Opcode, _ type: UInt32) {
    let storage = fields(type)[0].storage
    if opcode.index == 0x10e {
      let value = popSlot()
      let index = popSlot()
      let array = popSlot()
      emit(.object, x: Self.code(opcode, storage), a: value, b: array, c: index)
    } else {
      let index = popSlot()
      let array = popSlot()
      emitResult(.object, storage.unpacked, x: Self.code(opcode, storage), b: array, c: index)
    }
  }

  /// A test into a slot of its own, then a branch on that; the reference goes along on either way.
  private mutating func branchOnCast(_ depth: UInt32, _ from: ReferenceType, _ to: ReferenceType, onFailure: Bool) {
    guard let operand = stack.last else { return }
    let place = slot(operand)
    let condition = top
    emit(
      .object, x: to.isNullable ? 0x115 : 0x114, a: condition, b: place,
      c: HeapTypeCode.make(to.heapType, instance.types))
    // A placeholder for the condition, which `conditionally` expects on the stack.
    push(.i32, .constant(0))
    conditionally(label(depth)) { translator, isTaken in
      _ = translator.pop()
      let branch = translator.emit(isTaken != onFailure ? .branchIf : .branchUnless, a: condition)
      return (branch * 4 + 3, branch)
    }
    let other = ReferenceType(from.heapType, isNullable: from.isNullable && !to.isNullable)
    retype(.reference(onFailure ? to : other))
    producer = -1
  }

  private mutating func convert(to heapType: HeapType) {
    let isNullable = stack.last?.type.reference?.isNullable ?? true
    retype(.reference(ReferenceType(heapType, isNullable: isNullable)))
  }
}

extension StorageType {
  /// The type of the values that are read from a field and put into it.
  var unpacked: ValueType {
    if case .value(let type) = self { return type }
    return .i32
  }
}
