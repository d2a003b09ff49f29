import DwarfEval

/// The types of Swift's standard library, as Embedded Swift lays them out for Wasm.
let swiftFormatters: [Formatter] =
  swiftNumbers + [
    Formatter("Swift.Bool", SwiftScalar.truth),
    Formatter("Swift.Unicode.Scalar") { value throws(Unavailable) in SwiftScalar.number(value, .unicode) },
    Formatter("Swift.String", SwiftString.string),
    Formatter("Swift.Character") { value throws(Unavailable) in try SwiftString.string(try value.member("_str")) },
    Formatter("Swift.StaticString", SwiftString.fixed),
    Formatter("Swift.Optional") { value throws(Unavailable) in try SwiftOptional.optional(value) },
    Formatter("Swift.Array", SwiftSequence.array),
    Formatter("Swift.ContiguousArray", SwiftSequence.array),
    Formatter("Swift.ArraySlice", SwiftSequence.slice),
    Formatter("Swift.UnsafeBufferPointer", SwiftSequence.buffer),
    Formatter("Swift.UnsafeMutableBufferPointer", SwiftSequence.buffer),
    Formatter("Swift.Dictionary", SwiftHashTable.dictionary),
    Formatter("Swift.Set", SwiftHashTable.set),
    Formatter("Swift.UnsafePointer", SwiftScalar.pointer),
    Formatter("Swift.UnsafeMutablePointer", SwiftScalar.pointer),
    Formatter("Swift.UnsafeRawPointer", SwiftScalar.pointer),
    Formatter("Swift.UnsafeMutableRawPointer", SwiftScalar.pointer),
    Formatter("Swift.OpaquePointer", SwiftScalar.pointer),
    Formatter("Swift.Range") { value throws(Unavailable) in try SwiftScalar.range(value, "..<") },
    Formatter("Swift.ClosedRange") { value throws(Unavailable) in try SwiftScalar.range(value, "...") },
    // Classes, tuples and enums have any name.
    Formatter("*", SwiftShapes.object),
    Formatter("*", SwiftShapes.tuple),
    Formatter("*", SwiftEnum.present),
    Formatter("*", SwiftShapes.undescribed),
  ]

private let swiftNumbers: [Formatter] =
  ["Int", "Int8", "Int16", "Int32", "Int64", "Int128"].map { name in
    Formatter("Swift." + name) { value throws(Unavailable) in SwiftScalar.number(value, .signed) }
  }
  + ["UInt", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128"].map { name in
    Formatter("Swift." + name) { value throws(Unavailable) in SwiftScalar.number(value, .unsigned) }
  }
  + ["Float", "Float16", "Double"].map { name in
    Formatter("Swift." + name) { value throws(Unavailable) in SwiftScalar.number(value, .float) }
  }

/// Numbers, truth values and pointers.
enum SwiftScalar {
  /// A structure around one of the compiler's numbers, which have no signs.
  static func number(_ value: Value, _ format: BaseType.Format) -> Presentation? {
    guard let type = value.underlying, type.language == .swift, let number = type.number(format) else { return nil }
    return Presentation(standIn: value.reinterpreted(as: number))
  }

  /// `Bool`: the lowest bit; the debug information says of constants that all of them were set.
  static func truth(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let type = value.underlying, type.language == .swift, type.size == 1, let truth = type.number(.boolean) else {
      return nil
    }
    guard try value.bytes().first == 0xff else { return Presentation(standIn: value.reinterpreted(as: truth)) }
    return Presentation(standIn: value.sibling(truth, .bytes([1], value.contents().assurance)))
  }

  /// `UnsafePointer<T>` leads to a `T`.
  static func pointer(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .swift else { return nil }
    let address = try value.pointer()
    guard address != 0, let type = value.type?.swiftArguments.first else {
      return Presentation(value: hexadecimal(address))
    }
    let target = value.object(type, at: address, value.contents().assurance)
    return Presentation(value: hexadecimal(address), children: .named([("*", target)]), target: target)
  }

  /// `2..<5`: two bounds, one behind the other.
  static func range(_ value: Value, _ between: String) throws(Unavailable) -> Presentation? {
    guard let bound = value.type?.swiftArguments.first, let size = bound.size, (1...16).contains(size),
      value.size == 2 * size,
      let name = bound.simpleName, name.hasPrefix("Int") || name.hasPrefix("UInt"),
      let type = bound.number(name.hasPrefix("Int") ? .signed : .unsigned)
    else { return nil }
    let lower = value.sibling(type, value.storage)
    let upper = value.sibling(type, value.storage.advanced(by: size))
    return Presentation(summary: "\(try lower.numberText())\(between)\(try upper.numberText())")
  }
}

/// Types that are told by what they are made of.
enum SwiftShapes {
  /// A reference to an object, with the object's properties.
  static func object(_ value: Value) throws(Unavailable) -> Presentation? {
    guard SwiftLayout.isClass(value.type) else { return nil }
    let address = try value.pointer()
    return Presentation(value: hexadecimal(address), children: address == 0 ? .none : .members)
  }

  /// `(Int, Bool)`, `(low: UInt8, high: UInt8)`: the labels are in the mangled name alone.
  static func tuple(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let type = value.underlying, type.language == .swift, let record = type.record, let name = type.simpleName,
      name.hasPrefix("$e") || name.hasPrefix("$s"), name.hasSuffix("tD")
    else { return nil }
    if record.members.isEmpty { return type.size == 0 ? Presentation(value: "()") : nil }
    guard record.members.allSatisfy({ $0.name == nil }) else { return nil }
    let labels = labels(name, count: record.members.count)
    let parts = record.members.enumerated().map { index, member in
      (labels[index] ?? String(index), value.member(member))
    }
    return Presentation(children: .named(parts))
  }

  /// The labels of a tuple's elements, by its demangled name.
  private static func labels(_ mangled: String, count: Int) -> [String?] {
    var labels = [String?](repeating: nil, count: count)
    guard let text = Demangler.demangle(mangled)?.text, text.hasPrefix("("), text.hasSuffix(")") else { return labels }
    var depth = 0
    var elements: [Substring] = [""]
    for character in text.dropFirst().dropLast() {
      if "(<[".contains(character) { depth += 1 }
      if ")>]".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { elements.append("") } else { elements[elements.count - 1].append(character) }
    }
    guard elements.count == count else { return labels }
    for (index, element) in elements.enumerated() {
      let name = element.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      if element.drop(while: { $0 == " " }).dropFirst(name.count).hasPrefix(": ") { labels[index] = String(name) }
    }
    return labels
  }

  /// What the debug information gives a size and nothing else: values of generic types.
  static func undescribed(_ value: Value) throws(Unavailable) -> Presentation? {
    // Behind a qualifier is the type whose name may have a row.
    guard let type = value.type, type.language == .swift, case .record? = value.type?.kind, let record = type.record,
      !record.isIncomplete, record.members.isEmpty, record.variantParts.isEmpty, record.bases.isEmpty,
      type.size ?? 0 > 0
    else { return nil }
    throw Unavailable("Swift's debug information does not say what it holds")
  }
}
