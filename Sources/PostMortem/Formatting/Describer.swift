import ByteCursor
import DwarfEval

/// Makes of a value what is shown of it: scalars as text, aggregates with their members, library types by the registry.
public struct Describer {
  let session: Session
  /// The module whose debug information describes the values.
  let module: DebugModule
  let registry: FormatterRegistry
  /// How much is shown.
  public var limits = DescriptionLimits()
  /// How numbers are shown; nil for each type's own way.
  public var format: NumberFormat?
  /// Whether members are shown as the compiler laid them out, library types included.
  public var isRaw = false

  init(session: Session, module: DebugModule, registry: FormatterRegistry = .standard) {
    self.session = session
    self.module = module
    self.registry = registry
  }

  /// What is shown of a value.
  public func describe(_ value: Value, name: String? = nil) -> ValueNode {
    var budget = limits.nodes
    return node(value, name, depth: 0, &budget)
  }

  /// What is shown of a variable in a frame.
  public func describe(_ variable: FrameVariable) -> ValueNode {
    var node = describe(variable.value, name: variable.name)
    node.scope = variable.scope
    return node
  }

  // MARK: Nodes

  /// - Parameter isBase: whether the value is a part that a class inherits, whose class is the outer object's.
  private func node(
    _ value: Value, _ name: String?, depth: Int, isBase: Bool = false, _ budget: inout Int
  ) -> ValueNode {
    budget -= 1
    let typeName = module.displayName(of: value.type)
    if let absence = value.storage.absence { return .unavailable(name, type: typeName, absence) }
    var node = ValueNode(
      name: name, type: typeName, trust: value.storage.assurance.trust, reason: value.storage.assurance.reason)
    node.address = value.bits == nil ? value.storage.address : nil
    var value = value
    if !isRaw {
      do throws(Unavailable) {
        if let presentation = try registry.shown(&value) {
          fill(&node, value, presentation, depth: depth, &budget)
          return node
        }
      } catch {
        node.reason = error.reason
      }
    }
    guard let type = value.underlying else {
      node.value = "void"
      return node
    }
    do throws(Unavailable) {
      try fill(&node, value, type, depth: depth, isBase: isBase, &budget)
    } catch {
      node.trust = .unavailable
      node.reason = error.reason
    }
    return node
  }

  private func fill(
    _ node: inout ValueNode, _ value: Value, _ type: DwarfType, depth: Int, isBase: Bool, _ budget: inout Int
  ) throws(Unavailable) {
    switch type.kind {
    // Rust's `()`.
    case .base(let base) where value.size == 0: node.value = base.name ?? "()"
    case .base(let base):
      node.value = try ScalarText.text(value, base, format)
      note(value, in: &node)
    case .enumeration(let enumeration):
      node.value = try text(of: value, enumeration)
      note(value, in: &node)
    case .pointer(let target):
      try fillPointer(&node, value, target)
      note(value, in: &node)
    case .reference, .rvalueReference: try fillReference(&node, value, depth: depth, &budget)
    case .memberPointer(let target, let owner) where format == nil && !isRaw:
      try fillMemberPointer(&node, value, target: target, class: owner)
      note(value, in: &node)
    case .memberPointer, .unspecified:
      node.value = try rawBits(value)
      note(value, in: &node)
    case .subrange(let range): try fill(&node, value, range)
    case .array(let array): fillArray(&node, value, array, depth: depth, &budget)
    case .record(let record):
      if record.isIncomplete {
        throw Unavailable("the debug information only declares \(type.name), and nothing defines it")
      }
      if !isRaw, !isBase { node.summary = value.dynamicTypeName().map { "(\($0))" } }
      members(of: value, record, into: &node, depth: depth, &budget)
    case .subroutine:
      node.value = value.function?.address.map { hexadecimal($0.rawValue) } ?? value.storage.address.map(\.description)
      node.summary = value.function.map { "<\($0.name)>" } ?? "{function}"
    case .opaque(let tag): throw Unavailable("values of \(tag) are not understood")
    case .typedef, .qualified: throw Unavailable("the type refers to itself")
    }
  }

  /// How the bytes are known, which may be less well than where they are.
  private func note(_ value: Value, in node: inout ValueNode) {
    let size = min(value.size ?? 0, 64)
    let assurance = value.surroundings.memory.read(value.storage, count: Int(size)).assurance
    if assurance.trust < node.trust {
      node.trust = assurance.trust
      node.reason = assurance.reason
    }
  }

  // MARK: Scalars

  /// A value of a part of another type's values is shown as that type's are.
  private func fill(_ node: inout ValueNode, _ value: Value, _ range: SubrangeType) throws(Unavailable) {
    if let base = range.base, let kind = base.underlying?.base, base.size == value.size {
      node.value = try ScalarText.text(value.reinterpreted(as: base), kind, format)
    } else {
      let number = try value.integer()
      node.value = format.map { ScalarText.integer(number, bits: (value.size ?? 4) &* 8, $0) } ?? String(number)
    }
    note(value, in: &node)
  }

  private func rawBits(_ value: Value) throws(Unavailable) -> String {
    let bytes = try value.scalarBytes()
    let number = bytes.prefix(16).reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    return "0x" + String(number, radix: 16)
  }

  /// The enumerator's name, a combination of flags, or the number.
  private func text(of value: Value, _ type: EnumerationType) throws(Unavailable) -> String {
    let number = try value.integer()
    if let format, format != .string {
      return ScalarText.integer(number, bits: value.bits?.size ?? (value.size ?? 4) &* 8, format)
    }
    if let match = type.enumerators.first(where: { $0.value == number }) { return match.name }
    // The largest of 128 bits are beyond what a signed number holds.
    let isSigned = value.underlying?.isSigned ?? true
    guard type.isFlags, number > 0 else {
      return isSigned ? String(number) : String(UInt128(truncatingIfNeeded: number))
    }
    var rest = number
    var names: [String] = []
    for enumerator in type.enumerators where enumerator.value > 0 && enumerator.value & rest == enumerator.value {
      names.append(enumerator.name)
      rest &= ~enumerator.value
    }
    guard !names.isEmpty else { return String(number) }
    if rest != 0 { names.append(hexadecimal(UInt64(truncatingIfNeeded: rest))) }
    return names.joined(separator: " | ")
  }

  // MARK: Pointers

  private func fillPointer(_ node: inout ValueNode, _ value: Value, _ target: DwarfType?) throws(Unavailable) {
    let address = try value.pointer()
    node.value = hexadecimal(address)
    let width = target?.codeUnitSize
    guard let target = target?.underlying else { return }
    if case .subroutine = target.kind {
      node.summary = session.functionName(tableIndex: address, of: module, instance: value.surroundings.instance)
      return
    }
    if case .record = target.kind, address != 0, !isRaw {
      node.summary = (try? value.dereferenced())?.dynamicTypeName().map { "(\($0))" }
      return
    }
    guard address != 0, !isRaw, let width, let pointee = try? value.dereferenced() else { return }
    let text = TerminatedText(
      at: pointee.storage, in: pointee.surroundings.memory, width: width, limit: limits.stringBytes,
      .of(value.type?.language))
    node.summary = text.text
    if text.text == nil { node.reason = text.problem }
  }

  private func fillReference(
    _ node: inout ValueNode, _ value: Value, depth: Int, _ budget: inout Int
  ) throws(Unavailable) {
    let address = try value.pointer()
    guard depth < limits.depth, budget > 0 else {
      node.value = hexadecimal(address)
      return
    }
    let target = self.node(try value.dereferenced(), nil, depth: depth + 1, &budget)
    node.summary = "@" + hexadecimal(address)
    if target.trust == .unavailable, target.children.isEmpty {
      node.reason = target.reason
      node.value = nil
      return
    }
    // What it leads to may be known less well than where that is.
    if target.trust < node.trust { node.trust = target.trust }
    node.reason = target.reason ?? node.reason
    node.value = target.value
    if let text = target.summary { node.summary = text }
    node.children = target.children
    node.omitted = target.omitted
    node.isContainer = target.isContainer
    node.hasKeys = target.hasKeys
    node.address = target.address
    if case .subroutine? = value.type?.target?.underlying?.kind {
      // In Wasm that is a place in the table, not in memory.
      let name = session.functionName(tableIndex: address, of: module, instance: value.surroundings.instance)
      (node.value, node.summary, node.address) = (hexadecimal(address), name ?? "{function}", nil)
    }
  }

  // MARK: Aggregates

  private func fillArray(
    _ node: inout ValueNode, _ value: Value, _ array: ArrayType, depth: Int, _ budget: inout Int
  ) {
    let first = array.dimensions.first
    guard let count = first?.fixedCount else {
      node.summary = array.element.map { "\(module.displayName(of: $0))[]" }
      node.reason = "how many elements it has is not known"
      return
    }
    if array.dimensions.count == 1, !array.isVector, !isRaw, format == nil || format == .string,
      let text = ArrayText(value, array, count: count, limit: limits.stringBytes)
    {
      // Numbers say more of bytes than a text that is none, if it is not asked for.
      if text.isPlain || format == .string || !text.isOfBytes {
        node.summary = text.quoted
        return
      }
    }
    let lower = first?.lowerBound.constant ?? 0
    elements(count, from: lower, into: &node, depth: depth, &budget) { index throws(Unavailable) in
      try value.element(lower &+ Int64(truncatingIfNeeded: index))
    }
  }

  /// - Parameter lower: what the first element is called by.
  private func elements(
    _ count: UInt64, from lower: Int64 = 0, into node: inout ValueNode, depth: Int, _ budget: inout Int,
    _ element: (UInt64) throws(Unavailable) -> Value
  ) {
    node.isContainer = true
    guard depth < limits.depth else {
      if count > 0 { node.omitted = count }
      return
    }
    var index: UInt64 = 0
    while index < count, index < UInt64(limits.elements), budget > 0 {
      let name = "[\(lower &+ Int64(truncatingIfNeeded: index))]"
      do throws(Unavailable) {
        node.children.append(self.node(try element(index), name, depth: depth + 1, &budget))
      } catch {
        node.children.append(.unavailable(name, type: "", error.reason))
      }
      index += 1
    }
    if index < count { node.omitted = count - index }
  }

  private func members(
    of value: Value, _ record: RecordType, into node: inout ValueNode, depth: Int, _ budget: inout Int
  ) {
    var parts: [(name: String?, value: Value)] = record.bases.map { ($0.type?.name, value.base($0)) }
    parts += record.members.filter { !($0.isArtificial && $0.name?.hasPrefix("_vptr") ?? false) || isRaw }
      .map { ($0.name, value.member($0)) }
    for part in record.variantParts { parts += self.parts(of: value, part, in: &node) }
    let language = value.type?.language
    let named = parts.map { (name: $0.name.map { shownName($0, language) } ?? "(anonymous)", value: $0.value) }
    self.named(named, baseCount: record.bases.count, into: &node, depth: depth, &budget)
  }

  /// The parts of the variant that a value has. A variant that is one record has a name, which is what the value is; its
  /// members stand for themselves.
  private func parts(
    of value: Value, _ part: VariantPart, in node: inout ValueNode
  ) -> [(name: String?, value: Value)] {
    guard let variant = value.activeVariant(of: part) else {
      node.reason = node.reason ?? "which of its variants it has is not known"
      return []
    }
    guard let single = value.soleRecord(of: variant), let record = single.value.type?.record else {
      return variant.members.map { ($0.name, value.member($0)) }
    }
    if node.value == nil { node.value = single.name }
    return record.members.map { ($0.name, single.value.member($0)) }
  }

  /// A member's name as the source has it: the elements of Rust's tuples are `__0`, `__1`.
  private func shownName(_ name: String, _ language: SourceLanguage?) -> String {
    guard language == .rust, name.hasPrefix("__"), name.utf8.dropFirst(2).allSatisfy({ (48...57).contains($0) }),
      name.utf8.count > 2
    else { return name }
    return String(name.dropFirst(2))
  }

  /// - Parameter baseCount: how many of the parts, the first ones, are inherited.
  private func named(
    _ parts: [(name: String, value: Value)], baseCount: Int = 0, into node: inout ValueNode, depth: Int,
    _ budget: inout Int
  ) {
    guard depth < limits.depth else {
      if !parts.isEmpty { node.omitted = UInt64(parts.count) }
      return
    }
    var shown = 0
    for part in parts.prefix(limits.members) {
      guard budget > 0 else { break }
      let isBase = shown < baseCount
      node.children.append(self.node(part.value, part.name, depth: depth + 1, isBase: isBase, &budget))
      shown += 1
    }
    if shown < parts.count { node.omitted = UInt64(parts.count - shown) }
  }

  private func fill(
    _ node: inout ValueNode, _ value: Value, _ presentation: Presentation, depth: Int, _ budget: inout Int
  ) {
    node.value = presentation.value
    node.summary = presentation.summary
    note(value, in: &node)
    if let text = presentation.text, node.summary == nil, depth < limits.depth, budget > 0 {
      // Nothing below it is wanted.
      var few = min(budget, 8)
      let shown = self.node(text, nil, depth: limits.depth, &few)
      node.summary = shown.summary ?? shown.value
      if let text = node.summary, let wording = presentation.wording?(text) { node.summary = wording }
    }
    switch presentation.children {
    case .none: break
    case .members:
      if let record = value.type?.record { members(of: value, record, into: &node, depth: depth, &budget) }
    case .named(let parts): named(parts, into: &node, depth: depth, &budget)
    case .elements(let count, let element): elements(count, into: &node, depth: depth, &budget, element)
    case .sequence(let count, let first):
      let found = first(depth < limits.depth ? limits.elements : 0)
      sequence(found.elements.enumerated().map { ("[\($0)]", $1) }, count, found.problem, &node, depth: depth, &budget)
    case .entries(let count, let first):
      let found = first(depth < limits.depth ? limits.elements : 0)
      let parts = found.elements.map { ("[\(key($0.key))]", $0.value) }
      node.hasKeys = true
      sequence(parts, count, found.problem, &node, depth: depth, &budget)
    }
  }

  private func sequence(
    _ parts: [(String, Value)], _ count: UInt64?, _ problem: String?, _ node: inout ValueNode, depth: Int,
    _ budget: inout Int
  ) {
    node.isContainer = true
    var shown: UInt64 = 0
    for (name, value) in parts {
      guard budget > 0 else { break }
      node.children.append(self.node(value, name, depth: depth + 1, &budget))
      shown += 1
    }
    if let problem {
      node.reason = "damaged: \(problem)"
    }
    if let count, count > shown { node.omitted = count - shown }
  }

  /// A key in the brackets of its entry's name.
  private func key(_ value: Value) -> String {
    // A character's number says nothing that the character does not.
    if format == nil, let literal = ScalarText.literal(value) { return literal }
    var budget = 20
    let node = node(value, nil, depth: limits.depth - 1, &budget)
    return node.value ?? node.summary ?? (node.trust == .unavailable ? "?" : "{…}")
  }
}

extension BaseType {
  /// Whether values are bytes of text.
  public var isCharacter: Bool { format == .signedCharacter || format == .unsignedCharacter || format == .unicode }
}
