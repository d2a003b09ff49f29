import ByteCursor
import DwarfEval

/// What a name stands for.
enum Meaning {
  case value(Value)
  /// A type; nil for `void`.
  case type(DwarfType?)
  /// Several things, by their full names, of which none is nearer than the others.
  case ambiguous([String])
}

extension EvaluationScope {
  /// What a name means here: the innermost variable of the frame that is called so, a member of `*this`, a variable
  /// with a fixed place of the enclosing scopes, the unit or the program, a function, an enumerator, a type. Nil for
  /// nothing.
  func meaning(of name: QualifiedName) -> Meaning? {
    if name.scopes.isEmpty, !name.isGlobal {
      if let value = local(name.name) { return .value(value) }
      switch implicitMembers(name.name) {
      case let members where members.count > 1: return .ambiguous(members.map(\.owner))
      case let members: if let member = members.first { return .value(member.value) }
      }
      if let value = inEnclosingScopes(name.name) { return .value(value) }
    }
    for place in places {
      if let found = fixed(name, in: place) { return found }
    }
    if let value = inActiveFunction(name) { return .value(value) }
    for place in places {
      if let value = function(name, in: place) { return .value(value) }
    }
    for place in places {
      if let found = place.dwarf.enumerator(named: name.description, preferring: unit(of: place)) {
        return .value(enumerator(found, in: place))
      }
    }
    if name.scopes.isEmpty, let value = constant(name.name) { return .value(value) }
    if !name.scopes.isEmpty, let owner = type(named: name.scopes.joined(separator: "::")),
      let value = staticMember(name.name, of: owner)
    {
      return .value(value)
    }
    return type(named: name.description).map { .type($0) }
  }

  /// Whether a name in parentheses is a type's, which makes a cast of it.
  func isType(_ name: String) -> Bool {
    if let inspection, inspection.scopes.contains(where: { $0.variables.contains { $0.name == name } }) { return false }
    guard type(named: name) != nil else { return false }
    // In C a structure's tag and a variable may have the same name, of which only the variable goes without a keyword.
    guard language == .c, let first = places.first else { return true }
    return !first.dwarf.variables(named: name, preferring: unit(of: first)).contains {
      $0.kind == .global && $0.name == name
    }
  }

  /// The type that a name stands for; the outer nil for none, the inner for `void`.
  func type(named name: String) -> DwarfType?? {
    if name == "void" { return .some(nil) }
    for place in places {
      if let type = place.dwarf.type(named: name, preferring: unit(of: place)) { return type }
    }
    // The inner nil would be `void`.
    return types.dwarf.builtinType(named: name).map { .some($0) }
  }

  /// The frame's unit, if it is of this module.
  private func unit(of place: Place) -> Unit? {
    guard let inspection, inspection.state.module === place.module else { return nil }
    return inspection.unit
  }

  // MARK: The frame

  private func local(_ name: String) -> Value? {
    guard let inspection else { return nil }
    for scope in inspection.scopes {
      guard let variable = scope.variables.last(where: { $0.name == name && !$0.isShadowed }) else { continue }
      // `extern int n;` in a function: it is elsewhere.
      if variable.isDeclaration { return nil }
      return inspection.value(of: variable)
    }
    return nil
  }

  /// Members of the object that the frame's function is a method of, where the language lets one leave out its name.
  private func implicitMembers(_ name: String) -> [OwnedMember] {
    let selfName = language == .cPlusPlus ? "this" : language == .swift ? "self" : nil
    guard let selfName, let object = local(selfName), let type = object.type else { return [] }
    guard type.isPointer else { return object.members(named: name) }
    return object.pointee?.members(named: name) ?? []
  }

  /// A variable of a namespace or class around the frame's function.
  private func inEnclosingScopes(_ name: String) -> Value? {
    guard language != .c, let inspection, let place = places.first,
      let info = place.dwarf.info(inspection.subroutine), let path = place.dwarf.qualifiedName(info)
    else { return nil }
    let scopes = path.scopes.dropLast()
    for count in stride(from: scopes.count, to: 0, by: -1) {
      let candidate = (scopes.prefix(count) + [name]).joined(separator: "::")
      for variable in place.dwarf.variables(named: candidate, preferring: inspection.unit)
      where place.dwarf.qualifiedName(variable)?.withoutAnonymousNamespaces == candidate.withoutAnonymousNamespaces {
        return inspection.state.value(of: variable)
      }
      let path = Array(scopes.prefix(count))
      if let owner = type(named: path.joined(separator: "::")), let value = staticMember(name, of: owner) {
        return value
      }
    }
    return nil
  }

  /// A member of a class, or of one that it inherits from, that all values share.
  func staticMember(_ name: String, of type: DwarfType?) -> Value? {
    guard let type = type?.underlying, type.record != nil,
      let path = BaseSearch.paths(from: type, limit: 1, where: { $0.staticMember(name) != nil }).first,
      let owner = path.isEmpty ? type : path[path.count - 1].type?.underlying, let member = owner.staticMember(name)
    else { return nil }
    for place in places {
      if case .value(let value)? = fixed(QualifiedName(scopes: owner.name.scopes, name, isGlobal: true), in: place) {
        return value
      }
    }
    // Before DWARF 5 a constant is described in its class alone.
    guard let constant = member.constant, let storage = FrameState.storage(of: constant, member.type) else {
      return Value(member.type, .unavailable("the program has no definition of it"), surroundings)
    }
    return Value(member.type, storage, surroundings)
  }

  /// `function::variable` of a function that has not returned: of its youngest frame.
  private func inActiveFunction(_ name: QualifiedName) -> Value? {
    guard !name.scopes.isEmpty else { return nil }
    let function = name.scopes.joined(separator: "::")
    for frame in session.backtrace(thread: thread).prefix(Self.framesSearched) {
      guard frame.function.display == function || frame.function.display.hasSuffix("::" + function),
        let inspection = session.inspection(of: frame, thread: thread)
      else { continue }
      for scope in inspection.scopes {
        if let variable = scope.variables.last(where: { $0.name == name.name && !$0.isShadowed && !$0.isDeclaration }) {
          return inspection.value(of: variable)
        }
      }
    }
    return nil
  }

  /// How many frames are looked at for a function's variable.
  private static let framesSearched = 1000

  // MARK: The program

  private func fixed(_ name: QualifiedName, in place: Place) -> Meaning? {
    let unit = unit(of: place)
    var found = place.dwarf.variables(named: name.description, preferring: unit)
    if name.scopes.isEmpty {
      // Another function's own are named with it.
      found = found.filter { $0.kind != .staticLocal }
      if name.isGlobal { found = found.filter { place.dwarf.qualifiedName($0) == name.name } }
    }
    guard let first = found.first else { return nil }
    if first.entry.unit === unit { return .value(place.state.value(of: first)) }
    if let external = found.first(where: \.isExternal) { return .value(place.state.value(of: external)) }
    // One that several units describe is one all the same.
    let values = found.prefix(32).map { place.state.value(of: $0) }
    let addresses = Set(values.map(\.storage.address))
    guard addresses.count > 1 else { return values.first.map { .value($0) } }
    return .ambiguous(
      found.prefix(8).map { variable in
        let file = variable.entry.unit.name.map { Path.baseName($0) + "::" } ?? ""
        return file + (place.dwarf.qualifiedName(variable) ?? name.name)
      })
  }

  /// The variable whose name has points in it, as Zig's and Swift's do: `module.name`.
  func fixedVariable(dotted name: String) -> Value? {
    for place in places {
      if let variable = place.dwarf.variables(named: name, preferring: unit(of: place)).first {
        return place.state.value(of: variable)
      }
    }
    return nil
  }

  private func enumerator(_ found: NamedEnumerator, in place: Place) -> Value {
    let pattern = UInt128(truncatingIfNeeded: found.value)
    let bytes = littleEndian(pattern, count: Int(clamping: min(found.type.size ?? 4, 16)))
    return Value(found.type, .bytes(bytes), place.state.surroundings)
  }

  /// Words that stand for values where nothing of the program is called so.
  private func constant(_ name: String) -> Value? {
    switch name {
    case "true": Value(types[.bool], .bytes([1]), surroundings)
    case "false": Value(types[.bool], .bytes([0]), surroundings)
    case "NULL", "nullptr", "nil", "null":
      Value(types.pointerToVoid, .bytes(littleEndian(0, count: Int(types.addressSize))), surroundings)
    default: nil
    }
  }
}

extension String {
  /// A qualified name as people write it.
  var withoutAnonymousNamespaces: String { scopes.filter { $0 != "(anonymous namespace)" }.joined(separator: "::") }

  /// The parts of a qualified name; `::` in brackets separates none.
  var scopes: [String] {
    var parts: [String] = []
    var part = ""
    var level = 0
    var wasColon = false
    for character in self {
      if "<([{".contains(character) { level += 1 }
      if ">)]}".contains(character) { level -= 1 }
      if character == ":", wasColon, level <= 0 {
        part.removeLast()
        parts.append(part)
        part = ""
        wasColon = false
        continue
      }
      wasColon = character == ":"
      part.append(character)
    }
    parts.append(part)
    return parts
  }
}
