import ByteCursor
import CoreDumpFormat
import DwarfEval

/// A value of the program: a type and where its bytes are. Nothing is read before it is asked for.
public struct Value: Sendable {
  /// What its bytes mean; nil for `void`.
  public let type: DwarfType?
  /// Where its bytes are.
  public let storage: Storage
  /// Of a bit field, its bits in the bytes.
  let bits: BitField?
  /// The memory in which it lies, and what else is known of its surroundings.
  let surroundings: Surroundings
  /// Of a pointer the memory that it points into, where that is not the one that it lies in.
  var targetMemory: UInt32?
  /// Of a function which one it is.
  var function: FunctionPlace?

  init(_ type: DwarfType?, _ storage: Storage, _ surroundings: Surroundings, bits: BitField? = nil) {
    self.type = type
    self.storage = storage
    self.surroundings = surroundings
    self.bits = bits
  }

  /// What values of one instance share.
  struct Surroundings: Sendable {
    let memory: MemoryReader
    let instance: Int
    /// The module of the instance, by its number in the dump.
    let module: Int?
    let limits: Limits
    /// Whether addresses in the debug information are those of the memory.
    var hasDescribedMemory = true
  }

  /// The same place as another type.
  func reinterpreted(as type: DwarfType?) -> Value {
    var value = Value(type, storage, surroundings, bits: bits)
    value.targetMemory = targetMemory
    value.function = function
    return value
  }

  /// A value of the same surroundings.
  func sibling(_ type: DwarfType?, _ storage: Storage) -> Value { Value(type, storage, surroundings) }

  /// A value in the memory that this one points into.
  func object(_ type: DwarfType?, at address: UInt64, _ assurance: Assurance) -> Value {
    let memory = targetMemory ?? storage.address?.memory ?? 0
    return sibling(
      type, Storage(.memory(MemoryAddress(memory: memory, address), instance: surroundings.instance), assurance))
  }

  /// The type behind names and qualifiers.
  var underlying: DwarfType? { type?.underlying }

  /// The size in bytes; nil where it is not known.
  var size: UInt64? { type?.size }

  /// Its bytes, at most as many as are read at a time; of a bit field those of a number of its type.
  func contents() -> Contents {
    guard let size else { return .unknown(0, "the size of the type is not known") }
    if let bits {
      let count = Int(min(size, 16))
      let contents = bitFieldContents(bits)
      guard contents.isComplete, let number = try? bitField(bits) else {
        return .unknown(count, contents.absence ?? "its bits are impossible")
      }
      return Contents(littleEndian(UInt128(truncatingIfNeeded: number), count: count), contents.assurance)
    }
    return surroundings.memory.read(storage, count: Int(clamping: size))
  }

  /// Its bytes as a scalar's, of which none has more than these.
  func scalarBytes() throws(Unavailable) -> [UInt8] {
    guard let size, size <= 64 else { throw Unavailable("it is too large for a value of its type") }
    return try bytes()
  }

  /// Its bytes, if all of them are known.
  func bytes() throws(Unavailable) -> [UInt8] {
    guard let size else { throw Unavailable("the size of its type is not known") }
    guard size <= UInt64(MemoryReader.largest) else { throw Unavailable("it is too large to be read at once") }
    return try contents().complete()
  }
}

/// A function as a value: where its code is, which no pointer of the program says.
struct FunctionPlace: Hashable, Sendable {
  /// The module, by its number in the dump.
  var module: Int
  /// The function, in its module's index space.
  var index: UInt32
  /// Where its body starts, as debugging information counts; nil for an import.
  var address: CodeAddress?
  /// What a person reads.
  var name: String
}

// MARK: Scalars

extension Value {
  /// An integer, enumerator, character, truth value or address as a number of its type's signedness.
  func integer() throws(Unavailable) -> Int128 {
    if let bits { return try bitField(bits) }
    guard let type = underlying else { throw Unavailable("it has no value") }
    if let bits = type.base?.bits { return try bitField(BitField(offset: bits.offset, size: bits.size)) }
    guard let size, (1...16).contains(size) else { throw Unavailable("it is no number of at most 16 bytes") }
    let bytes = try self.bytes()
    let isBigEndian = type.base?.isBigEndian ?? false
    var number: UInt128 = 0
    for byte in isBigEndian ? bytes : bytes.reversed() { number = number << 8 | UInt128(byte) }
    return Self.extended(number, bits: UInt64(bytes.count * 8), isSigned: type.isSigned)
  }

  /// An integer as its bits, without a sign.
  func pattern() throws(Unavailable) -> UInt128 { UInt128(truncatingIfNeeded: try integer()) }

  private func bitField(_ field: BitField) throws(Unavailable) -> Int128 {
    guard field.size > 0, field.size <= 128, field.offset >= 0, field.offset < 1 << 40 else {
      throw Unavailable("its bits are impossible")
    }
    let offset = UInt64(field.offset)
    let contents = bitFieldContents(field)
    if let absence = contents.absence { throw Unavailable(absence) }
    var number: UInt128 = 0
    for bit in (0..<field.size).reversed() { number = number << 1 | (contents.bit(offset % 8 + bit) ? 1 : 0) }
    return Self.extended(number, bits: field.size, isSigned: underlying?.isSigned ?? false)
  }

  /// The bytes that hold the bits, if these are possible.
  private func bitFieldContents(_ field: BitField) -> Contents {
    guard field.size > 0, field.size <= 128, field.offset >= 0, field.offset < 1 << 40 else {
      return .unknown(0, "its bits are impossible")
    }
    let offset = UInt64(field.offset)
    return surroundings.memory.read(
      storage.advanced(by: offset / 8), count: Int((offset % 8 + field.size + 7) / 8))
  }

  private static func extended(_ number: UInt128, bits: UInt64, isSigned: Bool) -> Int128 {
    guard isSigned, bits < 128 else { return Int128(truncatingIfNeeded: number) }
    let unused = Int128(128 - bits)
    return (Int128(truncatingIfNeeded: number) << unused) >> unused
  }

  /// The address that a pointer or reference holds.
  func pointer() throws(Unavailable) -> UInt64 {
    // A pointer's bits have no sign.
    UInt64(truncatingIfNeeded: try reinterpretedAsUnsigned())
  }

  private func reinterpretedAsUnsigned() throws(Unavailable) -> UInt128 {
    guard let size, (1...8).contains(size) else { throw Unavailable("it is no address of at most 8 bytes") }
    let bytes = try self.bytes()
    return bytes.reversed().reduce(0) { $0 << 8 | UInt128($1) }
  }
}

// MARK: Parts

extension Value {
  /// What a pointer or reference leads to.
  func dereferenced() throws(Unavailable) -> Value {
    let target = target(type?.target)
    if let absence = target.storage.absence { throw Unavailable(absence) }
    return target
  }

  /// The place of a member, which may be a bit field.
  func member(_ member: Member) -> Value {
    switch member.location {
    case .offset(let offset):
      // A bit field's bits count from the start of this value.
      if let bits = member.bits { return Value(member.type, storage, surroundings, bits: bits) }
      if let type, type.language == .swift { return property(member, of: type) }
      return sibling(member.type, storage.advanced(by: offset))
    case .expression(let form): return part(member.type, form)
    case .unknown: return sibling(member.type, .unavailable("its place in the object is not known"))
    }
  }

  /// The place of a property of Swift, which the debug information gets wrong.
  private func property(_ member: Member, of type: DwarfType) -> Value {
    guard let offset = SwiftLayout.offset(of: member, in: type) else {
      return sibling(
        member.type,
        .unavailable("Swift's debug information says a wrong place for it, and the right one cannot be told"))
    }
    guard SwiftLayout.isClass(type) else { return sibling(member.type, storage.advanced(by: offset)) }
    do throws(Unavailable) {
      let address = try pointer()
      guard address != 0 else { throw Unavailable("there is no object") }
      return object(member.type, at: address &+ offset, contents().assurance)
    } catch {
      return sibling(member.type, .unavailable(error.reason))
    }
  }

  /// The part that a class inherits from another.
  func base(_ base: BaseClass) -> Value {
    switch base.location {
    case .offset(let offset): return sibling(base.type, storage.advanced(by: offset))
    case .expression(let form): return part(base.type, form)
    case .unknown: return sibling(base.type, .unavailable("its place in the object is not known"))
    }
  }

  /// A part whose place an expression computes from the object's address: a virtual base class.
  private func part(_ partType: DwarfType?, _ form: FormValue) -> Value {
    // What encodes the expression is the unit of the class, not of a name for it.
    guard storage.absence == nil, let bytes = form.expression, let unit = underlying?.entry?.unit,
      let address = storage.address
    else {
      return sibling(partType, .unavailable(storage.absence ?? "where it lies in the object is not known"))
    }
    do throws(Unavailable) {
      let start = try ObjectExpression(surroundings: surroundings, memory: address.memory).address(
        bytes, scope: unit, object: address.offset)
      return object(partType, at: start, storage.assurance)
    } catch {
      return sibling(partType, .unavailable(error.reason))
    }
  }

  /// The member called `name`, of the value itself, of anonymous members in it, or of base classes; nil where there is none.
  func member(named name: String) -> Value? {
    var budget = 10_000
    return member(named: name, depth: 0, &budget)
  }

  /// `budget` is how many records are looked into: bases of bases may lead to the same ones again and again.
  private func member(named name: String, depth: Int, _ budget: inout Int) -> Value? {
    budget -= 1
    guard depth < 32, budget > 0, let record = type?.record else { return nil }
    let active = record.variantParts.flatMap { activeVariant(of: $0)?.members ?? [] }
    let members = record.members + active
    // The elements of Rust's tuples are `__0`, `__1` there.
    let names = name.first?.isNumber ?? false ? [name, "__" + name] : [name]
    if let member = members.first(where: { $0.name.map(names.contains) ?? false }) { return self.member(member) }
    // A variant that is a record of its own has its members' names too.
    for part in record.variantParts {
      guard let variant = activeVariant(of: part), let single = soleRecord(of: variant) else { continue }
      if let found = single.value.member(named: name, depth: depth + 1, &budget) { return found }
    }
    for member in members where member.name?.isEmpty ?? true {
      if let found = self.member(member).member(named: name, depth: depth + 1, &budget) { return found }
    }
    guard !record.bases.isEmpty, let type,
      case let paths = BaseSearch.paths(
        from: type, limit: 1, where: { $0.declares(names) }), let path = paths.first, !path.isEmpty
    else { return nil }
    return part(path).member(named: name, depth: depth + 1, &budget)
  }

  /// The member at the end of a path of names.
  func member(_ path: String...) throws(Unavailable) -> Value {
    var value = self
    for name in path {
      guard let next = value.member(named: name) else {
        throw Unavailable("\(value.type?.name ?? "void") has no member \(name)")
      }
      value = next
    }
    return value
  }

  /// The variant that the value has now; nil where that is not known.
  func activeVariant(of part: VariantPart) -> VariantPart.Variant? {
    guard let discriminant = part.discriminant else {
      // In Swift the only one may be in a box, of which nothing is said.
      return part.variants.count == 1 && type?.language != .swift ? part.variants[0] : nil
    }
    guard let number = try? member(discriminant).integer() else { return nil }
    return part.variant(for: number)
  }

  /// The record that a variant consists of, with its name, as Rust's variants do; nil for variants of other members.
  func soleRecord(of variant: VariantPart.Variant) -> (name: String, value: Value)? {
    guard variant.members.count == 1, let name = variant.members[0].name, variant.members[0].type?.record != nil else {
      return nil
    }
    return (name, member(variant.members[0]))
  }

  /// The element of an array, or of what a pointer leads to as if it were the first of many.
  func element(_ index: Int64) throws(Unavailable) -> Value {
    guard let array = type?.array else {
      let first = try dereferenced()
      guard let size = first.size else { throw Unavailable("the size of what it points to is not known") }
      return try first.advanced(by: index, size: size)
    }
    let lower = array.dimensions.first?.lowerBound.constant ?? 0
    let (distance, overflow) = index.subtractingReportingOverflow(lower)
    if overflow { throw Storage.outside }
    if array.bitStride == 1, array.dimensions.count == 1, array.element?.base?.format == .boolean {
      return bit(distance, of: array)
    }
    guard let stride = elementStride(array) else { throw Unavailable("the size of an element is not known") }
    return try reinterpreted(as: Self.rowType(of: array)).advanced(by: distance, size: stride)
  }

  /// An element of a vector that has a bit for each.
  private func bit(_ index: Int64, of array: ArrayType) -> Value {
    Value(
      array.element, storage.advanced(by: UInt64(bitPattern: index >> 3)), surroundings,
      bits: BitField(offset: index & 7, size: 1))
  }

  private func advanced(by index: Int64, size: UInt64) throws(Unavailable) -> Value {
    Value(type, try storage.moved(by: Int128(index) * Int128(size)), surroundings)
  }

  /// Bytes from one element of the outermost dimension to the next.
  private func elementStride(_ array: ArrayType) -> UInt64? {
    // Elements that do not start at bytes are not read.
    if let bits = array.bitStride, bits % 8 != 0 { return nil }
    var size = array.bitStride.map { $0 / 8 } ?? array.element?.size
    for dimension in array.dimensions.dropFirst() {
      guard let count = dimension.fixedCount else { return nil }
      size = size.flatMap { size in
        let (product, overflow) = size.multipliedReportingOverflow(by: count)
        return overflow ? nil : product
      }
    }
    return size
  }

  /// The type of an element of the outermost dimension.
  private static func rowType(of array: ArrayType) -> DwarfType? {
    var type = array.element
    for dimension in array.dimensions.dropFirst().reversed() { type = type?.array(dimension.fixedCount ?? 0) }
    return type
  }
}

/// Evaluates expressions about an object, which need no frame: where a virtual base class lies.
struct ObjectExpression {
  let surroundings: Value.Surroundings
  let memory: UInt32

  /// The address that the expression leaves, given the object's.
  func address(_ bytes: Bytes, scope: any ExpressionScope, object: UInt64) throws(Unavailable) -> UInt64 {
    let size = scope.encoding.addressSize
    let start = ExpressionEvaluator.Operand(TypedValue(.generic(size), bits: UInt128(object)))
    var evaluator = ExpressionEvaluator(bytes, scope: scope, stack: [start], limits: surroundings.limits)
    do throws(ReadError) {
      var step = try evaluator.run()
      while case .needs(let request) = step { step = try evaluator.resume(answer(request, object, size)) }
      guard case .finished(let pieces) = step, let address = pieces.frameBase(addressSize: size) else {
        throw ReadError(.badAddress, offset: FileOffset(0))
      }
      return address.address
    } catch {
      throw Unavailable("where it lies in the object cannot be told: \(error.rule)")
    }
  }

  private func answer(_ request: ExpressionRequest, _ object: UInt64, _ size: UInt8) -> ExpressionAnswer {
    switch request {
    case .memory(let address, let count):
      let place = Storage(.memory(MemoryAddress(memory: memory, address), instance: surroundings.instance))
      guard let bytes = try? surroundings.memory.read(place, count: Int(count)).complete() else {
        return .unavailable()
      }
      return .value(TypedValue(.unsigned(count), littleEndian: bytes))
    case .objectAddress: return .value(TypedValue(.generic(size), bits: UInt128(object)))
    case .address(let address): return .value(TypedValue(.generic(size), bits: UInt128(address)))
    default: return .unavailable()
    }
  }
}
