import WasmBinary

/// A structure or array on a store's heap (4.2, "aggregate instances"), to be looked at: it shows what the object holds
/// now.
///
/// Types in it are canonical: `HeapType.defined` has the store's number for the type (`typeIndex(in:)`), not a module's
/// type index.
public struct HeapObject {
  public let store: Store
  /// The object's number: `Reference.object(number)` is the reference to it.
  public let number: UInt32
  /// The type's number in the store.
  public let type: UInt32
  /// What the type defines: a structure or an array.
  public let composite: CompositeType
  /// How many fields a structure has, or elements an array.
  public let count: Int

  /// What the type of an array's elements is, or that of a structure's field.
  public func fieldType(_ index: Int) -> FieldType? {
    guard index >= 0, index < count else { return nil }
    switch composite {
    case .structure(let fields): return fields[index]
    case .array(let element): return element
    case .function: return nil
    }
  }

  /// A field or element; nil where there is none, or the object was freed in the meantime. A packed one is an i32
  /// with its bits, not sign-extended. A reference stays valid (`Store.hold`).
  public subscript(index: Int) -> Value? {
    guard let storage = fieldType(index)?.storage, let object = store.heap.objects.live(UInt64(number)),
      object.type == type
    else { return nil }
    let layout = store.heap.layouts[type]
    var offset = index << Int(layout.elementWidth.rawValue)
    if layout.isArray {
      guard index < Int(object.count) else { return nil }
    } else {
      offset = Int(store.heap.layouts.field(index, of: type).offset)
    }
    switch storage {
    case .i8: return .i32(Int32(object.load(offset, as: UInt8.self)))
    case .i16: return .i32(Int32(object.load(offset, as: UInt16.self)))
    case .value(.i32): return .i32(object.load(offset))
    case .value(.f32): return .f32(object.load(offset))
    case .value(.v128): return .v128(low: object.load(offset), high: object.load(offset + 8))
    case .value(let type):
      let bits: UInt64 = object.load(offset)
      if case .reference = type { store.heap.hold(bits) }
      return Value(type, low: bits)
    }
  }

  /// The first type index that the type has in an instance's module; nil where that does not define it.
  public func typeIndex(in instance: Instance) -> UInt32? {
    instance.types.firstIndex(of: type).map { UInt32($0) }
  }
}

extension Store {
  /// The object that `Reference.object(number)` refers to; nil where there is none.
  public func object(_ number: UInt32) -> HeapObject? {
    guard let object = heap.objects.live(UInt64(number)) else { return nil }
    let composite = registry.entries[Int(object.type)].composite
    var count = Int(object.count)
    if case .structure(let fields) = composite { count = fields.count }
    return HeapObject(store: self, number: number, type: object.type, composite: composite, count: count)
  }

  /// The exception that `Reference.exception(number)` refers to; nil where there is none.
  public func exception(_ number: UInt32) -> ExceptionValue? {
    heap.exception(Reference.exception(number).bits)
  }

  // MARK: References of the host

  /// Keeps what a reference refers to until `releaseHeld`, though the program does not use it any more.
  ///
  /// The store does so by itself for the references that it hands out: results of `invoke`, values of globals, tables
  /// and objects, the values in a `Trap`. Not for arguments of a host function, which are valid until it returns.
  public func hold(_ reference: Reference) { heap.hold(reference.bits) }

  /// Lets the collector free what only the host has references to. These must not be used any more: their numbers may
  /// become those of other objects.
  public func releaseHeld() { heap.releaseHeld() }

  /// Bytes of the heap that are used, garbage included (`ExecutionLimits.heapBytes`).
  public var heapUse: Int { heap.used }
  /// How often garbage was collected.
  public var collections: Int { heap.collections }

  /// Whether a value of the host's is of a canonical type.
  func conforms(_ value: Value, _ type: ValueType) -> Bool {
    switch (value, type) {
    case (.i32, .i32), (.i64, .i64), (.f32, .f32), (.f64, .f64), (.v128, .v128): return true
    case (.reference(let reference), .reference(let type)):
      let bits = reference.bits
      guard bits == 0 || kinds(of: type.heapType).contains(ReferenceBits.kind(bits)), heap.isLive(bits) else {
        return false
      }
      return machine.conforms(bits, type.heapType, isNullable: type.isNullable)
    default: return false
    }
  }

  /// The kinds of references that a type's hierarchy has.
  private func kinds(of type: HeapType) -> [UInt64] {
    if registry.matches(type, .func) || type == .nofunc { return [ReferenceBits.function] }
    if type == .exn || type == .noexn { return [ReferenceBits.exception] }
    // An external reference is the same in both hierarchies, and so is an object.
    return [ReferenceBits.external, ReferenceBits.i31, ReferenceBits.object]
  }
}
