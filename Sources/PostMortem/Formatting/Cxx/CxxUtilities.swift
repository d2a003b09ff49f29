import ByteCursor
import DwarfEval

/// Values made of others, and values in another's place.
let cxxUtilityFormatters: [Formatter] = [
  cxx("pair") { value throws(Unavailable) in
    guard let first = value.find("first"), let second = value.find("second") else { return nil }
    return Presentation(children: .named([("first", first), ("second", second)]))
  },
  cxx("tuple") { value throws(Unavailable) in
    guard let elements = CxxTuple.elements(of: value) else { return nil }
    return Presentation(children: .named(elements.enumerated().map { ("[\($0)]", $1) }))
  },
  cxx("optional") { value throws(Unavailable) in try optional(value) },
  cxx("variant", variant),
  cxx("function", function),
  cxx("atomic") { value throws(Unavailable) in
    value.find("__a_.__a_value", "_M_b._M_p", "_M_base._M_i", "_M_i").map { Presentation(standIn: $0) }
  },
  cxx("reference_wrapper") { value throws(Unavailable) in
    guard let pointer = value.find("__f_", "_M_data") else { return nil }
    return Presentation(standIn: try pointer.dereferenced())
  },
]

/// - Parameter depth: how many optionals it is in; damaged debug information has some in themselves.
private func optional(_ value: Value, depth: Int = 0) throws(Unavailable) -> Presentation? {
  let content: Value
  if let flag = value.find("__engaged_", "_M_payload._M_engaged") {
    let state = try flag.integer()
    // A damaged one has any number there.
    guard state == 0 || state == 1 else { throw damaged("whether it has a value says \(state)") }
    guard state == 1 else { return Presentation(summary: "nullopt") }
    guard let found = value.find("__val_", "_M_payload._M_payload._M_value") else { return nil }
    content = found
  } else {
    // An optional reference is a pointer.
    guard let pointer = value.find("__value_"), pointer.type?.isPointer ?? false else { return nil }
    guard try pointer.pointer() != 0 else { return Presentation(summary: "nullopt") }
    content = try pointer.dereferenced()
  }
  // That an optional in it holds nothing is another value than that it holds none.
  if depth < 8, content.underlying?.simpleName?.hasPrefix("optional<") ?? false,
    let inner = try optional(content, depth: depth + 1)?.summary
  {
    return Presentation(summary: "optional(\(inner))", target: content)
  }
  var presentation = Presentation(standIn: content)
  presentation.target = content
  return presentation
}

/// A union of the alternatives, and the number of the one it has.
private func variant(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let index = value.find("__impl_.__index", "__impl.__index", "_M_index"),
    let union = value.find("__impl_.__data", "__impl.__data", "_M_u")
  else { return nil }
  let number = try index.count()
  let alternatives = value.packArguments
  let none: UInt64 = (index.size ?? 4) >= 8 ? .max : (1 << ((index.size ?? 4) * 8)) - 1
  // The number may have a sign.
  if number & none == none { return Presentation(summary: "valueless") }
  guard number < UInt64(alternatives.count) else {
    throw damaged("it says that it has alternative \(number) of \(alternatives.count)")
  }
  // All of them start where the union does.
  let content = union.reinterpreted(as: alternatives[Int(number)])
  return Presentation(children: .named([("[\(number)]", content)]), text: content)
}

/// What is called, as far as the library's types tell.
private func function(_ value: Value) throws(Unavailable) -> Presentation? {
  if let manager = value.find("_M_manager") {
    guard try manager.pointer() != 0 else { return Presentation(summary: "empty") }
    guard let invoker = value.find("_M_invoker") else { return nil }
    // A class of the stored object's type does the call: its name says what is stored.
    var presentation = Presentation(children: .named([("invoker", invoker)]), text: invoker)
    presentation.wording = storedType
    return presentation
  }
  if let policy = value.find("__f_.__policy_") { return try policyFunction(value, policy) }
  guard let pointer = value.find("__f_.__f_", "__f_") else { return nil }
  guard pointer.type?.isPointer ?? false else { return nil }
  guard try pointer.pointer() != 0 else { return Presentation(summary: "empty") }
  guard let holder = try pointer.dereferenced().dynamicType() else { return nil }
  guard let stored = holder.object.find("__f_.__f_.__value_", "__f_.__value_", "__func_", "__f_") else {
    // A lambda's class has another name in debugging information than for the linker.
    return firstArgument(of: holder.name).map { Presentation(summary: "<\($0)>") }
  }
  return Presentation(children: .named([("target", stored)]), text: stored)
}

/// The elements of a tuple.
enum CxxTuple {
  /// In their order; nil where it is none of a known library.
  static func elements(of value: Value) -> [Value]? {
    guard let record = value.type?.record else { return nil }
    if record.members.isEmpty, record.bases.isEmpty { return [] }
    if let base = value.member(named: "__base_") { return leaves(of: base) }
    if let inherited = record.bases.first(where: { $0.type?.underlying?.simpleName?.hasPrefix("_Tuple_impl") ?? false })
    {
      var elements: [Value] = []
      heads(of: value.base(inherited), into: &elements, depth: 0)
      return elements
    }
    return nil
  }

  /// libc++: a base class for each element.
  private static func leaves(of value: Value) -> [Value] {
    (value.type?.record?.bases ?? []).compactMap { base in
      let leaf = value.base(base)
      guard leaf.type?.underlying?.simpleName?.hasPrefix("__tuple_leaf") ?? false else { return nil }
      if let element = leaf.type?.record?.members.first(where: { $0.name == "__value_" }) {
        return leaf.member(element)
      }
      // An empty class is a base class itself.
      return leaf.reinterpreted(as: leaf.typeArgument(1))
    }
  }

  /// libstdc++: base classes that each have one element, and the next one as another base class.
  private static func heads(of value: Value, into elements: inout [Value], depth: Int) {
    guard depth < 256, let record = value.type?.record else { return }
    var rest: Value?
    for base in record.bases {
      let part = value.base(base)
      let name = part.type?.underlying?.simpleName ?? ""
      if name.hasPrefix("_Head_base") {
        elements.append(part.member(named: "_M_head_impl") ?? part.reinterpreted(as: part.typeArgument(1)))
      } else if name.hasPrefix("_Tuple_impl") {
        rest = part
      }
    }
    if let rest { heads(of: rest, into: &elements, depth: depth + 1) }
  }
}

/// libc++ with its second ABI, which is usual for Wasm: a policy says what type is stored, or that nothing is.
private func policyFunction(_ value: Value, _ policy: Value) throws(Unavailable) -> Presentation? {
  let details = try policy.dereferenced()
  guard let isNull = details.find("__is_null") else { return nil }
  if try isNull.integer() != 0 { return Presentation(summary: "empty") }
  guard let invoker = value.find("__f_.__invoker_.__call_", "__f_.__func_") else { return nil }
  guard let info = try details.find("__type_info")?.pointer(), let name = TypeInformation(value).name(at: info) else {
    return Presentation(children: .named([("invoker", invoker)]), text: invoker)
  }
  // A pointer to a function lies in the object itself.
  if name.firstRange(of: "(*)(") != nil, let place = value.find("__f_.__buf_.__small"),
    let type = value.typeArgument(0)?.pointer
  {
    let stored = place.reinterpreted(as: type)
    return Presentation(children: .named([("target", stored)]), text: stored)
  }
  return Presentation(summary: "<\(name)>", children: .named([("invoker", invoker)]))
}

/// `<Functor>` of `<std::_Function_handler<int (int), Functor>::_M_invoke>`, the function that libstdc++ has for calls of what
/// is stored; nil for another name.
@Sendable private func storedType(of invoker: String) -> String? {
  guard let start = invoker.firstRange(of: "_Function_handler<"),
    let arguments = arguments(of: String(invoker[start.lowerBound...])), arguments.count == 2
  else { return nil }
  return "<\(arguments[1])>"
}

/// The first argument in a template's name.
private func firstArgument(of name: String) -> String? { arguments(of: name)?.first }

/// The arguments in a template's name, up to the end of its list.
private func arguments(of name: String) -> [String]? {
  guard let start = name.firstIndex(of: "<") else { return nil }
  var depth = 0
  var arguments = [""]
  var previous: Character = " "
  for character in name[name.index(after: start)...] {
    switch character {
    case "<", "(", "[", "{": depth += 1
    // An arrow is no bracket.
    case ">" where previous == "-": break
    case ">" where depth == 0: return arguments
    case ">", ")", "]", "}": depth -= 1
    default: break
    }
    previous = character
    if character == ",", depth == 0 {
      arguments.append("")
    } else if character != " " || !arguments[arguments.count - 1].isEmpty {
      arguments[arguments.count - 1].append(character)
    }
  }
  return nil
}
