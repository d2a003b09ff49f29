import ByteCursor
import WasmBinary

/// A heap type as a number in internal code: the canonical number of a defined type, less than zero for others.
enum HeapTypeCode {
  private static let abstract: [HeapType] = [
    .any, .eq, .i31, .struct, .array, .none, .func, .nofunc, .extern, .noextern, .exn, .noexn,
  ]

  /// - Parameter types: the canonical types by type index.
  static func make(_ type: HeapType, _ types: [UInt32]) -> Int32 {
    if case .defined(let index) = type { return Int32(bitPattern: types[Int(index)]) }
    return -1 - Int32(abstract.firstIndex(of: type) ?? 0)
  }
  static func heapType(_ code: Int32) -> HeapType {
    code < 0 ? abstract[Int(-1 - code)] : .defined(UInt32(bitPattern: code))
  }
}

extension Machine {
  // MARK: One field or element

  /// Runs an instruction of `Operation.object`. `x`: opcode, above it the storage width; `a`: result (of a set: the
  /// value), `b`: reference, `c`: a structure's field as its offset, the slot of an array's index, a heap type.
  @inline(never) func object(_ pc: CodePointer, _ frame: FramePointer) -> Trap.Kind? {
    let opcode = pc.x & 0x3ff
    let bits = frame[pc.b]
    switch opcode {
    case 0x102...0x105:  // struct.get, get_s, get_u, set
      if bits == 0 { return .nullReference }
      access(pc, frame, heap.objects[bits], Int(pc.c), isSet: opcode == 0x105, isSigned: opcode == 0x103)
    case 0x10b...0x10e:  // array.get, get_s, get_u, set
      if bits == 0 { return .nullReference }
      let array = heap.objects[bits]
      let index = frame.u32(pc.c)
      if index >= array.count { return .arrayOutOfBounds }
      access(
        pc, frame, array, Int(index) &<< Int(pc.x >> 10), isSet: opcode == 0x10e, isSigned: opcode == 0x10c)
    case 0x10f:  // array.len
      if bits == 0 { return .nullReference }
      frame.put(pc.a, heap.objects[bits].count)
    case 0x114, 0x115: frame.put(pc.a, conforms(bits, HeapTypeCode.heapType(pc.c), isNullable: opcode == 0x115))
    case 0x116, 0x117:
      guard conforms(bits, HeapTypeCode.heapType(pc.c), isNullable: opcode == 0x117) else { return .castFailure }
      frame[pc.a] = bits
    case 0x11c: frame[pc.a] = Reference.i31(UInt32(truncatingIfNeeded: bits)).bits
    case 0x11d:
      if bits == 0 { return .nullReference }
      frame.put(pc.a, (Int32(truncatingIfNeeded: bits) << 1) >> 1)
    case 0x11e:
      if bits == 0 { return .nullReference }
      frame.put(pc.a, UInt32(truncatingIfNeeded: bits))
    default: return .unsupported
    }
    return nil
  }

  @inline(__always) private func access(
    _ pc: CodePointer, _ frame: FramePointer, _ object: ObjectPointer, _ offset: Int, isSet: Bool, isSigned: Bool
  ) {
    let width = StorageWidth(rawValue: pc.x >> 10) ?? .eight
    if isSet {
      put(object, offset, width, frame, pc.a)
      return
    }
    switch width {
    case .one where isSigned: frame.put(pc.a, Int32(object.load(offset, as: Int8.self)))
    case .one: frame.put(pc.a, UInt32(object.load(offset, as: UInt8.self)))
    case .two where isSigned: frame.put(pc.a, Int32(object.load(offset, as: Int16.self)))
    case .two: frame.put(pc.a, UInt32(object.load(offset, as: UInt16.self)))
    case .four: frame.put(pc.a, object.load(offset, as: UInt32.self))
    case .eight: frame.put(pc.a, object.load(offset, as: UInt64.self))
    case .sixteen:
      frame[pc.a] = object.load(offset)
      frame[pc.a + 1] = object.load(offset + 8)
    }
  }

  /// Puts the value of a slot into an object.
  @inline(__always) private func put(
    _ object: ObjectPointer, _ offset: Int, _ width: StorageWidth, _ frame: FramePointer, _ slot: Int32
  ) {
    switch width {
    case .one: object.store(offset, UInt8(truncatingIfNeeded: frame[slot]))
    case .two: object.store(offset, UInt16(truncatingIfNeeded: frame[slot]))
    case .four: object.store(offset, frame.u32(slot))
    case .eight: object.store(offset, frame[slot])
    case .sixteen:
      object.store(offset, frame[slot])
      object.store(offset + 8, frame[slot + 1])
    }
  }

  // MARK: Types

  /// Whether a reference, which is of the type's hierarchy, is of a canonical type (`ref.test`).
  func conforms(_ bits: UInt64, _ type: HeapType, isNullable: Bool) -> Bool {
    if bits == 0 { return isNullable }
    let kind = ReferenceBits.kind(bits)
    switch type {
    case .any, .extern, .func, .exn: return true
    case .none, .noextern, .nofunc, .noexn: return false
    case .eq: return kind == ReferenceBits.i31 || kind == ReferenceBits.object
    case .i31: return kind == ReferenceBits.i31
    case .struct: return kind == ReferenceBits.object && !heap.layouts[heap.objects[bits].type].isArray
    case .array: return kind == ReferenceBits.object && heap.layouts[heap.objects[bits].type].isArray
    case .defined(let number):
      if kind == ReferenceBits.object {
        let type = heap.objects[bits].type
        return type == number || store.registry.matches(type, number)
      }
      guard kind == ReferenceBits.function,
        let function = store.function(UInt32(truncatingIfNeeded: ReferenceBits.number(bits)))
      else { return false }
      return store.registry.matches(function.pointer.type, number)
    }
  }

  // MARK: New objects

  /// Makes an object of fields or elements that stand in slots (`struct.new`, `array.new_fixed`). `a`: result, `b`:
  /// type, `c`: how many slots, the list: slots.
  @inline(never) func construct(_ pc: CodePointer, _ frame: FramePointer) -> Trap.Kind? {
    let type = UInt32(bitPattern: pc.b)
    let layout = heap.layouts[type]
    let slots = Int(pc.c)
    let count = layout.isArray ? slots / (layout.elementWidth.isVector ? 2 : 1) : 0
    guard let (bits, object) = make(type, count: UInt32(count), frame) else { return .outOfMemory }
    var position = 0
    if layout.isArray {
      let width = layout.elementWidth
      for index in 0..<count {
        put(object, index << Int(width.rawValue), width, frame, pc.word(position))
        position += width.isVector ? 2 : 1
      }
    } else {
      for index in layout.fields {
        let field = heap.layouts.fields[index]
        put(object, Int(field.offset), field.width, frame, pc.word(position))
        position += field.width.isVector ? 2 : 1
      }
    }
    frame[pc.a] = bits
    return nil
  }

  // MARK: Ranges

  /// Runs an instruction of `Operation.objects`. `x`: opcode, `a`: result, `b`: type, `c`: segment, the list: operands.
  @inline(never) func objects(_ pc: CodePointer, _ frame: FramePointer, _ context: ContextPointer) -> Trap.Kind? {
    let type = UInt32(bitPattern: pc.b)
    let segment = Int(UInt32(bitPattern: pc.c))
    func number(_ index: Int) -> UInt32 { frame.u32(pc.word(index)) }
    if let operand = Self.lengthOperand(pc.x) {
      let bytes = UInt64(number(operand)) << UInt64(heap.layouts[type].elementWidth.rawValue)
      if let kind = charge(bytes: bytes) { return kind }
    }
    switch pc.x {
    case 0x101:  // struct.new_default
      guard let made = make(type, frame) else { return .outOfMemory }
      frame[pc.a] = made.bits
    case 0x106:  // array.new: value, length
      guard let made = make(type, count: number(1), frame) else { return .outOfMemory }
      fill(made.object, 0, count: made.object.count, frame, pc.word(0))
      frame[pc.a] = made.bits
    case 0x107:  // array.new_default: length
      guard let made = make(type, count: number(0), frame) else { return .outOfMemory }
      frame[pc.a] = made.bits
    case 0x109:  // array.new_data: start, length
      let data = context.instance.data[segment]
      guard let range = self.range(of: data, heap.layouts[type], number(0), number(1)) else {
        return .memoryOutOfBounds
      }
      guard let made = make(type, count: number(1), frame) else { return .outOfMemory }
      copy(to: made.object, 0, from: data, range)
      frame[pc.a] = made.bits
    case 0x10a:  // array.new_elem: start, length
      guard Self.holds(context.instance.elements[segment].count, number(0), number(1)) else { return .tableOutOfBounds }
      guard let made = make(type, count: number(1), frame) else { return .outOfMemory }
      copy(to: made.object, 0, from: context.instance.elements[segment], number(0), number(1))
      frame[pc.a] = made.bits
    case 0x110:  // array.fill: array, index, value, length
      guard let array = array(frame[pc.word(0)]) else { return .nullReference }
      guard Self.holds(Int(array.count), number(1), number(3)) else { return .arrayOutOfBounds }
      fill(array, number(1), count: number(3), frame, pc.word(2))
    case 0x111:  // array.copy: array, index, array, index, length
      guard let target = array(frame[pc.word(0)]), let source = array(frame[pc.word(2)]) else { return .nullReference }
      guard Self.holds(Int(target.count), number(1), number(4)), Self.holds(Int(source.count), number(3), number(4))
      else { return .arrayOutOfBounds }
      let shift = Int(heap.layouts[type].elementWidth.rawValue)
      target.copy(
        to: Int(number(1)) << shift, from: source, Int(number(3)) << shift, bytes: Int(number(4)) << shift)
    case 0x112:  // array.init_data: array, index, start, length
      guard let array = array(frame[pc.word(0)]) else { return .nullReference }
      guard Self.holds(Int(array.count), number(1), number(3)) else { return .arrayOutOfBounds }
      let data = context.instance.data[segment]
      let layout = heap.layouts[type]
      guard let range = self.range(of: data, layout, number(2), number(3)) else { return .memoryOutOfBounds }
      copy(to: array, Int(number(1)) << Int(layout.elementWidth.rawValue), from: data, range)
    case 0x113:  // array.init_elem: array, index, start, length
      guard let array = array(frame[pc.word(0)]) else { return .nullReference }
      guard Self.holds(Int(array.count), number(1), number(3)) else { return .arrayOutOfBounds }
      guard Self.holds(context.instance.elements[segment].count, number(2), number(3)) else { return .tableOutOfBounds }
      copy(to: array, Int(number(1)) << 3, from: context.instance.elements[segment], number(2), number(3))
    default: return .unsupported
    }
    return nil
  }

  /// Which operand of an instruction says how many elements it works on; nil for one of a fixed size.
  private static func lengthOperand(_ opcode: UInt16) -> Int? {
    switch opcode {
    case 0x107: 0  // array.new_default
    case 0x106, 0x109, 0x10a: 1  // array.new, new_data, new_elem
    case 0x110, 0x112, 0x113: 3  // array.fill, init_data, init_elem
    case 0x111: 4  // array.copy
    default: nil
    }
  }

  private func array(_ bits: UInt64) -> ObjectPointer? { bits == 0 ? nil : heap.objects[bits] }

  private static func holds(_ count: Int, _ start: UInt32, _ length: UInt32) -> Bool {
    UInt64(start) + UInt64(length) <= UInt64(count)
  }

  /// The bytes of a data segment from `start` on that make `length` elements.
  private func range(of data: Bytes, _ layout: ObjectLayout, _ start: UInt32, _ length: UInt32) -> Range<Int>? {
    let bytes = UInt64(length) << UInt64(layout.elementWidth.rawValue)
    guard UInt64(start) + bytes <= UInt64(data.count) else { return nil }
    return Int(start)..<Int(start) + Int(bytes)
  }

  private func copy(to array: ObjectPointer, _ offset: Int, from data: Bytes, _ range: Range<Int>) {
    unsafe data.withUnsafeBytes { bytes in
      unsafe array.copy(to: offset, from: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }

  private func copy(
    to array: ObjectPointer, _ offset: Int, from elements: [UInt64], _ start: UInt32, _ length: UInt32
  ) {
    unsafe elements.withUnsafeBytes { bytes in
      let first = Int(start) * 8
      unsafe array.copy(to: offset, from: UnsafeRawBufferPointer(rebasing: bytes[first..<first + Int(length) * 8]))
    }
  }

  /// Sets elements to the value of a slot.
  private func fill(_ array: ObjectPointer, _ index: UInt32, count: UInt32, _ frame: FramePointer, _ slot: Int32) {
    let width = heap.layouts[array.type].elementWidth
    let offset = Int(index) << Int(width.rawValue)
    let value = frame[slot]
    switch width {
    case .one: array.fill(offset, UInt8(truncatingIfNeeded: value), count: Int(count))
    case .two: array.fill(offset, UInt16(truncatingIfNeeded: value), count: Int(count))
    case .four: array.fill(offset, UInt32(truncatingIfNeeded: value), count: Int(count))
    case .eight: array.fill(offset, value, count: Int(count))
    case .sixteen: array.fill(offset, SIMD2(value, frame[slot + 1]), count: Int(count))
    }
  }
}
