import WasmBinary

/// The structures, arrays and caught exceptions of a store, and what frees those that nothing reaches.
///
/// A collection marks from roots that `Machine` names and frees the rest. Slots of the value stack have no types, so
/// every slot that looks like a reference to a living object counts as one: garbage may be kept by chance, what is
/// in use is never freed. Nothing moves.
final class Heap {
  /// Where objects are.
  let objects = ObjectTable()
  var layouts = ObjectLayouts()
  /// Bytes that may be used.
  private let budget: Int
  /// Bytes that are used, as `cost` counts them.
  private(set) var used = 0
  /// Collections so far.
  private(set) var collections = 0
  /// Bytes at which to collect.
  private var threshold: Int
  private var freeNumbers: [UInt32] = []
  /// Objects and exceptions that the host may have references to.
  private var held: [UInt64] = []
  /// What is marked but not yet followed.
  private var pending: [UInt64] = []

  private struct ExceptionSlot {
    var exception: ExceptionValue?
    var isMarked = false
    var isHeld = false
  }
  private var exceptions: [ExceptionSlot] = []
  private var freeExceptions: [UInt32] = []

  /// A collection is worth its work if this part of the budget was allocated since the last one; where it leaves less
  /// than that free, memory is used up. So a program that fills its heap ends, instead of collecting for ever.
  private static let step = 16

  init(budget: UInt64) {
    self.budget = Int(clamping: budget)
    threshold = self.budget / Self.step
  }
  deinit { objects.free() }

  // MARK: Allocation

  /// What an object costs: header and contents as the system's allocator rounds them up, its places in the table and
  /// in the collector's list.
  private static func cost(bytes: Int) -> Int { (ObjectPointer.headerBytes + bytes + 23) & ~15 + 16 }
  private static func cost(_ exception: ExceptionValue) -> Int { 96 + 48 * exception.values.count }

  /// A new object, all zero; nil where there is no room without a collection (`collected(needing:)`).
  func make(_ type: UInt32, count: UInt32 = 0) -> (bits: UInt64, object: ObjectPointer)? {
    let bytes = layouts[type].bytes(count: count)
    let cost = Self.cost(bytes: bytes)
    guard cost <= threshold - used, freeNumbers.last != nil || objects.count < Int(UInt32.max),
      let object = ObjectPointer(type: type, count: count, bytes: bytes)
    else { return nil }
    used += cost
    let number: UInt32
    if let free = freeNumbers.popLast() {
      number = free
      objects.set(number, object)
    } else {
      number = UInt32(objects.count)
      objects.append(object)
    }
    return (ReferenceBits.make(ReferenceBits.object, UInt64(number)), object)
  }

  /// A reference to an exception; nil where there is no room without a collection.
  func make(_ exception: ExceptionValue) -> UInt64? {
    let cost = Self.cost(exception)
    guard cost <= threshold - used, freeExceptions.last != nil || exceptions.count < Int(UInt32.max) else { return nil }
    used += cost
    let number: UInt32
    if let free = freeExceptions.popLast() {
      number = free
      exceptions[Int(number)].exception = exception
    } else {
      number = UInt32(exceptions.count)
      exceptions.append(ExceptionSlot(exception: exception))
    }
    return Reference.exception(number).bits
  }

  /// The exception of a reference that a program has; nil where there is none.
  func exception(_ bits: UInt64) -> ExceptionValue? {
    let number = ReferenceBits.number(bits)
    return number < UInt64(exceptions.count) ? exceptions[Int(number)].exception : nil
  }

  /// Whether there is such an object or exception; true for references of other kinds.
  func isLive(_ bits: UInt64) -> Bool {
    switch ReferenceBits.kind(bits) {
    case ReferenceBits.object: objects.live(ReferenceBits.number(bits)) != nil
    case ReferenceBits.exception: exception(bits) != nil
    default: true
    }
  }

  // MARK: References of the host

  /// Keeps what a reference refers to until `releaseHeld`.
  func hold(_ bits: UInt64) {
    switch ReferenceBits.kind(bits) {
    case ReferenceBits.object:
      guard let object = objects.live(ReferenceBits.number(bits)), !object.isHeld else { return }
      object.isHeld = true
    case ReferenceBits.exception:
      let number = Int(ReferenceBits.number(bits))
      guard number < exceptions.count, exceptions[number].exception != nil, !exceptions[number].isHeld else { return }
      exceptions[number].isHeld = true
    default: return
    }
    held.append(bits)
  }

  func hold(_ values: [Value]) {
    for case .reference(let reference) in values { hold(reference.bits) }
  }

  func releaseHeld() {
    for bits in held {
      if ReferenceBits.kind(bits) == ReferenceBits.object {
        objects[bits].isHeld = false
      } else {
        exceptions[Int(ReferenceBits.number(bits))].isHeld = false
      }
    }
    held = []
  }

  // MARK: Collection

  /// Marks what a slot refers to, if it is a reference at all.
  @inline(__always) func mark(_ bits: UInt64) {
    let kind = ReferenceBits.kind(bits)
    if kind == ReferenceBits.object {
      guard let object = objects.live(ReferenceBits.number(bits)), !object.isMarked else { return }
      object.isMarked = true
      pending.append(bits)
    } else if kind == ReferenceBits.exception {
      markException(bits)
    }
  }

  private func markException(_ bits: UInt64) {
    let number = ReferenceBits.number(bits)
    guard number < UInt64(exceptions.count), exceptions[Int(number)].exception != nil, !exceptions[Int(number)].isMarked
    else { return }
    exceptions[Int(number)].isMarked = true
    pending.append(bits)
  }

  private func mark(_ exception: ExceptionValue) {
    for case .reference(let reference) in exception.values { mark(reference.bits) }
  }

  /// Frees what was not marked. Room is made for an object of `bytes`, where the budget has it.
  func collect(needing bytes: Int) {
    for bits in held { mark(bits) }
    follow()
    sweep()
    collections += 1
    let step = budget / Self.step
    if used > budget - step {
      threshold = 0
    } else {
      // A large heap is collected less often.
      let wanted = max(step, used / 2, Self.cost(bytes: bytes))
      threshold = wanted < budget - used ? used + wanted : budget
    }
  }

  /// Marks all that is reached from what is marked.
  private func follow() {
    let layouts = layouts
    while let bits = pending.popLast() {
      guard ReferenceBits.kind(bits) == ReferenceBits.object else {
        if let exception = exception(bits) { mark(exception) }
        continue
      }
      let object = objects[bits]
      let layout = layouts[object.type]
      if layout.holdsReferences {
        for index in 0..<Int(object.count) { mark(object.load(index &* 8)) }
      }
      for index in layout.references { mark(object.load(Int(layouts.references[index]))) }
    }
    pending = []
  }

  private func sweep() {
    for number in 0..<UInt32(objects.count) {
      guard let object = objects.live(UInt64(number)) else { continue }
      if object.isMarked {
        object.isMarked = false
        continue
      }
      used -= Self.cost(bytes: layouts[object.type].bytes(count: object.count))
      object.release()
      objects.set(number, nil)
      freeNumbers.append(number)
    }
    for index in exceptions.indices {
      guard let exception = exceptions[index].exception else { continue }
      if exceptions[index].isMarked {
        exceptions[index].isMarked = false
        continue
      }
      used -= Self.cost(exception)
      exceptions[index].exception = nil
      freeExceptions.append(UInt32(index))
    }
  }
}
