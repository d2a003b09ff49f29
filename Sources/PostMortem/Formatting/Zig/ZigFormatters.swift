import DwarfEval

/// Zig's types. Their names are those of the language, and what they are made of is told by their members: the compiler
/// describes optionals, error unions and tagged unions as records.
let zigFormatters: [Formatter] = [
  Formatter("[*:0]*", ZigPointer.terminated),
  Formatter("?[*:0]*", ZigPointer.terminated),
  Formatter("[*c]*", ZigPointer.terminated),
  Formatter("*const [*", ZigPointer.array),
  Formatter("*[*", ZigPointer.array),
  Formatter("[*", ZigSlice.slice),
  Formatter("?*") { value throws(Unavailable) in try ZigOptional.optional(value) },
  Formatter("void") { value throws(Unavailable) in
    value.size == 0 && value.type?.language == .zig ? Presentation(value: "void") : nil
  },
  Formatter("array_list.*", ZigSlice.list),
  // Error sets and unions have any name.
  Formatter("*", ZigUnion.errorUnion),
  Formatter("*", ZigUnion.tagged),
]

extension Value {
  /// Of a record of Zig with exactly these members, the members; nil for anything else.
  func zigMembers(_ names: String...) -> [Value]? {
    guard type?.language == .zig, let record = type?.record, record.keyword == .structure,
      record.members.count == names.count,
      Set(record.members.map(\.name)) == Set(names)
    else { return nil }
    let found = names.compactMap { member(named: $0) }
    return found.count == names.count ? found : nil
  }

  /// Whether it is Zig's `u8`, of which texts are made.
  fileprivate static func isByte(_ type: DwarfType?) -> Bool { type?.underlying?.size == 1 && type?.simpleName == "u8" }
}

/// Slices and what holds one.
enum ZigSlice {
  /// `[]T`: bytes are text.
  static func slice(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let parts = value.zigMembers("ptr", "len") else { return nil }
    let element = parts[0].type?.target
    let run = try ValueRun(element, count: try parts[1].count(), at: parts[0])
    return Value.isByte(element) ? Presentation(summary: try run.text()) : run.container
  }

  /// `std.ArrayList`: the slice of what it holds, with the room that there is.
  static func list(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .zig, let items = value.member(named: "items"),
      let capacity = value.member(named: "capacity"),
      let parts = items.zigMembers("ptr", "len")
    else { return nil }
    let (length, room) = (try parts[1].count(), try capacity.count())
    guard length <= room else { throw Unavailable("damaged: its length \(length) is more than its capacity \(room)") }
    return try ValueRun(parts[0].type?.target, count: length, at: parts[0]).container
  }
}

/// Pointers to texts.
enum ZigPointer {
  /// `[*:0]const u8`: a text that ends with a NUL.
  static func terminated(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .zig, let target = value.type?.target, Value.isByte(target) else { return nil }
    let address = try value.pointer()
    guard address != 0 else { return nil }
    return Presentation(value: hexadecimal(address), summary: try value.terminatedText())
  }

  /// `*const [5:0]u8`, what a literal is: a text of known length.
  static func array(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .zig, let target = value.type?.target, let array = target.array,
      Value.isByte(array.element), let count = array.fixedCount
    else { return nil }
    // Some versions count the terminator as an element; the name, `[5:0]u8`, never does.
    let named = UInt64(target.name.dropFirst().prefix { $0.isNumber })
    let run = try ValueRun(textBytes: min(count, named ?? count), at: value)
    return Presentation(value: hexadecimal(run.address), summary: try run.text())
  }
}

/// `?T`.
enum ZigOptional {
  /// Null, or what is there.
  /// - Parameter depth: how many optionals it is in; damaged debug information has some in themselves.
  static func optional(_ value: Value, depth: Int = 0) throws(Unavailable) -> Presentation? {
    if let parts = value.zigMembers("payload", "some") {
      switch try parts[1].integer() {
      case 0: return Presentation(value: "null")
      case 1:
        // That nothing is in an optional which is there is another value than that it is not there.
        guard depth < 8, parts[0].type?.name.hasPrefix("?") ?? false,
          let inner = try optional(parts[0], depth: depth + 1)?.value,
          inner == "null" || inner.hasPrefix("@as")
        else { return Presentation(standIn: parts[0]) }
        return Presentation(value: "@as(\(parts[0].type?.name ?? "?"), \(inner))")
      case let other: throw Unavailable("damaged: whether it is there is \(other), neither 0 nor 1")
      }
    }
    // Of a slice the pointer says it.
    if let parts = value.zigMembers("ptr", "len") {
      return try parts[0].pointer() == 0 ? Presentation(value: "null") : ZigSlice.slice(value)
    }
    return nil
  }
}

/// Unions of values and of errors.
enum ZigUnion {
  /// `E!T`: an error by its name, or what there is without one.
  static func errorUnion(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let parts = value.zigMembers("error", "payload") ?? value.zigMembers("tag", "value"),
      value.type?.name.contains("!") ?? false, let errors = parts[0].type?.enumeration
    else { return nil }
    let number = try parts[0].integer()
    if number == 0 { return Presentation(standIn: parts[1]) }
    if let name = errors.enumerators.first(where: { $0.value == number })?.name { return Presentation(value: name) }
    return Presentation(value: "error \(number)", summary: "of a number that the debug information has no name for")
  }

  /// `union(enum)`: the field that its tag names.
  static func tagged(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let parts = value.zigMembers("payload", "tag"), parts[0].type?.record?.keyword == .union,
      let tags = parts[1].type?.enumeration
    else { return nil }
    let number = try parts[1].integer()
    guard let name = tags.enumerators.first(where: { $0.value == number })?.name else {
      throw Unavailable("damaged: its tag \(number) names none of its fields")
    }
    guard let field = parts[0].member(named: name), field.size ?? 0 > 0 else { return Presentation(value: name) }
    return Presentation(value: name, children: .named([(name, field)]))
  }
}
