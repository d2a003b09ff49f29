import ByteCursor
import DwarfEval

extension Evaluator {
  /// More elements than these are not made an array of, nor looked through.
  private static let largestCount: Int128 = 1 << 20
  /// More elements than these are not put together one by one.
  private static let mostPieces = 10_000
  /// More keys than these are not compared.
  private static let mostKeys = 100_000

  // MARK: Members

  func member(of base: Syntax.Node, _ name: String, _ range: Range<Int>) throws(ExpressionError) -> Value {
    let value: Value
    do throws(ExpressionError) { value = try self.value(of: base) } catch {
      // Zig's and Swift's names have points in them.
      if error.kind == .unknownName, let path = Self.dotted(base),
        let found = scope.fixedVariable(dotted: path + "." + name)
      {
        return found
      }
      // As in Zig and Swift: `Color.green`.
      if error.kind == .type, case .name(let owner) = base.syntax, case .type(let type?)? = scope.meaning(of: owner),
        let found = enumerator(name, of: type) ?? scope.staticMember(name, of: type)
      {
        return found
      }
      throw error
    }
    return try found(name, in: value, prefersTarget: false, range)
  }

  func member(ofTarget base: Syntax.Node, _ name: String, _ range: Range<Int>) throws(ExpressionError) -> Value {
    try found(name, in: try value(of: base), prefersTarget: true, range)
  }

  private func found(
    _ name: String, in value: Value, prefersTarget: Bool, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    do throws(Ambiguity) {
      if let found = try find(name, in: value, prefersTarget: prefersTarget) { return found }
    } catch {
      throw ExpressionError(
        .unknownName, "Request for member \(name) is ambiguous: \(error.candidates.joined(separator: ", ")).", at: range
      )
    }
    throw noMember(name, value, range)
  }

  private func enumerator(_ name: String, of type: DwarfType) -> Value? {
    guard let found = type.enumeration?.enumerators.first(where: { $0.name == name }) else { return nil }
    return number(UInt128(truncatingIfNeeded: found.value), type)
  }

  private static func dotted(_ node: Syntax.Node) -> String? {
    switch node.syntax {
    case .name(let name): name.description
    case .member(let base, let name): dotted(base).map { $0 + "." + name }
    default: nil
    }
  }

  private func noMember(_ name: String, _ value: Value, _ range: Range<Int>) -> ExpressionError {
    var type = value.type
    // What was looked in is what the pointers lead to.
    for _ in 0..<8 where type?.isPointer == true { type = type?.target }
    guard let type, let record = type.record else {
      return ExpressionError(
        .type,
        "Attempt to extract a component of a value that is not a structure: it is of type "
          + "\(value.type?.name ?? "void").", at: range)
    }
    if record.isIncomplete {
      return ExpressionError(
        .unavailable, "The debug information only declares \(type.name), and nothing defines it.", at: range)
    }
    return ExpressionError(.unknownName, "There is no member named \(name).", at: range)
  }

  /// The member of a value, or of what it leads to: pointers, references and smart pointers are followed.
  private func find(_ name: String, in start: Value, prefersTarget: Bool) throws(Ambiguity) -> Value? {
    var value = start.referent
    for step in 0..<16 {
      if value.type?.isPointer == true {
        guard let next = value.pointee else { return nil }
        value = next.referent
        continue
      }
      let presentation = value.type?.record == nil ? nil : scope.shown(&value)
      if prefersTarget, step == 0, let target = presentation?.target {
        value = target.referent
        continue
      }
      if let found = try own(name, of: value) { return found }
      if case .named(let parts)? = presentation?.children, let part = parts.first(where: { $0.name == name }) {
        return part.value
      }
      guard let target = presentation?.target else { return nil }
      value = target.referent
    }
    return nil
  }

  /// A member of the value itself: of all bases or of the one that is named, data or static.
  private func own(_ name: String, of value: Value, depth: Int = 0) throws(Ambiguity) -> Value? {
    guard depth < 16 else { return nil }
    let path = name.scopes
    if path.count > 1 {
      let owner = path.dropLast().joined(separator: "::")
      guard let part = value.part(named: owner) else { return nil }
      return try own(path[path.count - 1], of: part, depth: depth + 1)
    }
    let found = value.members(named: name)
    if found.count > 1 {
      var owners: [String] = []
      for member in found where !owners.contains(member.owner) && owners.count < 8 { owners.append(member.owner) }
      throw Ambiguity(candidates: owners)
    }
    if let found = found.first { return found.value }
    // A tuple's fields.
    if name.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let found = value.member(named: "__" + name)
    {
      return found
    }
    // What the variant holds that the value has: Rust's `event.0`.
    for part in value.type?.record?.variantParts ?? [] {
      for member in value.activeVariant(of: part)?.members ?? [] {
        if let found = try own(name, of: value.member(member), depth: depth + 1) { return found }
      }
    }
    return scope.staticMember(name, of: value.type)
  }

  // MARK: Elements

  func element(of base: Syntax.Node, _ index: Syntax.Node, _ range: Range<Int>) throws(ExpressionError) -> Value {
    let container = try value(of: base).referent
    let key = try value(of: index)
    // `1[a]` is `a[1]`.
    if container.type.flatMap({ IntegerFormat($0) }) != nil, key.type?.isPointer == true || key.type?.array != nil {
      return try element(of: key.referent, at: try integer(of: container, base.range), base.range)
    }
    switch container.underlying?.kind {
    case .array, .pointer: return try element(of: container, at: try integer(of: key, index.range), range)
    case .record:
      if let found = try element(of: container, key: key, index.range) { return found }
      // A smart pointer to an array.
      if let target = scope.presentation(of: container)?.target?.referent {
        return try element(of: target, at: try integer(of: key, index.range), range)
      }
    default: break
    }
    throw ExpressionError(
      .type, "Cannot subscript something of type \(container.type?.name ?? "void").", at: base.range)
  }

  private func element(of array: Value, at index: Int128, _ range: Range<Int>) throws(ExpressionError) -> Value {
    guard let place = Int64(exactly: index) else {
      throw ExpressionError(.type, "The index \(index) is out of range.", at: range)
    }
    switch array.underlying?.kind {
    case .array(let type):
      // What lies in no memory ends where it ends.
      if array.storage.address == nil, let count = type.dimensions.first?.fixedCount,
        place < 0 || UInt64(place) >= count
      {
        throw ExpressionError(.type, "The index \(index) is out of range: there are \(count) elements.", at: range)
      }
      return try known(range) { () throws(Unavailable) in try array.element(place) }
    case .pointer(let target?):
      guard let size = target.size else {
        throw ExpressionError(.type, "The size of \(target.name) is not known.", at: range)
      }
      let first = array.target(target)
      return try known(range) { () throws(Unavailable) in
        first.sibling(target, try first.storage.moved(by: Int128(place) * Int128(size)))
      }
    case .pointer: throw ExpressionError(.type, "Attempt to take contents of a non-pointer value.", at: range)
    default: break
    }
    if let found = try element(of: array, key: number(UInt128(truncatingIfNeeded: index), types[.longLong]), range) {
      return found
    }
    throw ExpressionError(.type, "Cannot subscript something of type \(array.type?.name ?? "void").", at: range)
  }

  /// The element of a container that its formatter knows; nil where there is no such formatter.
  private func element(of container: Value, key: Value, _ range: Range<Int>) throws(ExpressionError) -> Value? {
    switch scope.presentation(of: container)?.children {
    case .elements(let count, let element)?:
      let index = try integer(of: key, range)
      guard let place = UInt64(exactly: index), place < count else { throw outside(index, count, range) }
      return try known(range) { () throws(Unavailable) in try element(place) }
    case .sequence(let count, let first)?:
      let index = try integer(of: key, range)
      guard index >= 0, index < Self.largestCount, count.map({ index < Int128($0) }) ?? true else {
        throw outside(index, count, range)
      }
      let found = first(Int(index) + 1)
      if found.elements.count > Int(index) { return found.elements[Int(index)] }
      if let problem = found.problem {
        throw ExpressionError(.unavailable, "The value is not available: damaged: \(problem).", at: range)
      }
      throw outside(index, UInt64(found.elements.count), range)
    case .entries(let count, let first)?:
      let found = first(Int(min(count ?? .max, UInt64(Self.mostKeys))))
      let wanted = KeyOfEntry(key.referent, owner: owner)
      for entry in found.elements {
        var key = entry.key.referent
        // Numbers in wrappers: Swift's integers.
        if key.type?.record != nil { _ = scope.shown(&key) }
        if wanted.matches(key) { return entry.value }
      }
      if let problem = found.problem {
        throw ExpressionError(
          .unavailable, "There is no such key in what can be read; the container is damaged: \(problem).", at: range)
      }
      if found.elements.count >= Self.mostKeys {
        throw ExpressionError(.unavailable, "There is no such key among the first \(Self.mostKeys).", at: range)
      }
      throw ExpressionError(.unknownName, "There is no such key.", at: range)
    default: return nil
    }
  }

  private func outside(_ index: Int128, _ count: UInt64?, _ range: Range<Int>) -> ExpressionError {
    let size = count.map { ": size=\($0)" } ?? ""
    return ExpressionError(.type, "The index \(index) is out of range\(size).", at: range)
  }

  // MARK: Several

  /// `a[1:4]`: elements 1, 2 and 3 as an array.
  func slice(
    of base: Syntax.Node, _ first: Syntax.Node, _ last: Syntax.Node, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    let container = try value(of: base).referent
    let (start, end) = (try integer(of: first), try integer(of: last))
    guard let low = Int64(exactly: start), Int64(exactly: end) != nil, start <= end, end - start <= Self.largestCount
    else {
      throw ExpressionError(
        .type, "A slice is from its first index to the one behind its last.",
        at: first.range.lowerBound..<last.range.upperBound)
    }
    let count = UInt64(end - start)
    switch container.underlying?.kind {
    case .array(let array):
      let lower = array.dimensions.first?.lowerBound.constant ?? 0
      if let size = array.dimensions.first?.fixedCount, container.storage.address == nil,
        low < lower || end - Int128(lower) > Int128(size)
      {
        throw outside(low < lower ? start : end, size, range)
      }
      fallthrough
    case .pointer:
      let element = try element(of: container, at: start, range)
      guard let type = element.type else {
        throw ExpressionError(.type, "Attempt to take contents of a non-pointer value.", at: range)
      }
      return element.reinterpreted(as: type.array(count))
    case .record:
      guard count <= UInt64(Self.mostPieces) else { throw ExpressionError(.type, "The slice is too long.", at: range) }
      var elements: [Value] = []
      for index in 0..<Int128(count) {
        let key = number(UInt128(truncatingIfNeeded: start + index), types[.longLong])
        guard let next = try element(of: container, key: key, range) else { break }
        elements.append(next)
      }
      if elements.count == Int(count), let array = Self.joined(elements) { return array }
    default: break
    }
    throw ExpressionError(.type, "Cannot slice something of type \(container.type?.name ?? "void").", at: base.range)
  }

  /// Values of one type as an array of pieces.
  private static func joined(_ elements: [Value]) -> Value? {
    guard let first = elements.first, let type = first.type, let size = type.size, size <= 1 << 20 else { return nil }
    let parts = elements.map { Storage.Part(bitCount: size * 8, storage: $0.storage, bitOffset: 0) }
    let assurance = elements.map(\.storage.assurance).reduce(Assurance.recorded) { $0.joined($1) }
    return first.sibling(type.array(UInt64(elements.count)), Storage(.pieces(parts), assurance))
  }

  /// `a@n`: n values like `a` in a row, of which `a` is the first.
  func repeated(_ first: Syntax.Node, _ count: Syntax.Node, _ range: Range<Int>) throws(ExpressionError) -> Value {
    let value = try value(of: first).referent
    let number = try integer(of: count)
    guard number > 0, number <= Int128(Int32.max) else {
      throw ExpressionError(.type, "Invalid number \(number) of repetitions.", at: count.range)
    }
    guard value.storage.address != nil || value.storage.absence != nil, value.bits == nil, let type = value.type else {
      throw ExpressionError(.type, "Only values in memory can be extended with '@'.", at: first.range)
    }
    guard type.size != nil else {
      throw ExpressionError(.type, "The size of \(type.name) is not known.", at: first.range)
    }
    return value.reinterpreted(as: type.array(UInt64(number)))
  }
}

/// Several members that one name may mean.
private struct Ambiguity: Error {
  let candidates: [String]
}

/// What a key of a container is compared with.
private struct KeyOfEntry {
  private enum Form: Equatable {
    case number(Int128)
    case text(String)
    case other(String)
  }
  private let owner: ExpressionSession
  private let form: Form?

  init(_ value: Value, owner: ExpressionSession) {
    self.owner = owner
    form = Self.form(of: value, owner)
  }

  func matches(_ key: Value) -> Bool {
    guard let form else { return false }
    return Self.form(of: key, owner) == form
  }

  private static func form(of value: Value, _ owner: ExpressionSession) -> Form? {
    if let type = value.type, let format = IntegerFormat(type), let number = try? value.integer() {
      return .number(format.number(UInt128(truncatingIfNeeded: number)))
    }
    guard let describer = owner.describer(of: value) else { return nil }
    let node = describer.describe(value)
    guard node.trust != .unavailable else { return nil }
    if let summary = node.summary, summary.hasPrefix("\"") { return .text(summary) }
    return node.value.map { .other($0) }
  }
}
