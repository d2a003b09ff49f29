import DwarfEval

/// Pointers that own what they lead to.
enum RustPointer {
  /// `Box`.
  static func box(_ value: Value) throws(Unavailable) -> Presentation? {
    if let length = try value.wideLength() {
      if leadsToText(value) { return try RustText.slice(value) }
      return try ValueRun(try value.dataPointer().type?.target, count: length, at: try value.dataPointer()).container
    }
    if value.isWidePointer { return try dynamic(value) }
    let pointer = try value.unwrapped.dataPointer()
    let target = try pointer.dereferenced()
    return Presentation(value: hexadecimal(try pointer.pointer()), children: .named([("*", target)]), target: target)
  }

  /// `&T`: the address, with what is there where that is a scalar or has a readable form.
  static func reference(_ value: Value) throws(Unavailable) -> Presentation? {
    guard value.type?.language == .rust else { return nil }
    guard value.type?.isPointer ?? false else { return try traitObject(value) }
    let address = try value.pointer()
    let target = try value.dereferenced()
    // References to references are not followed: damaged types may have them go in circles.
    guard let type = target.underlying, !type.isPointer else { return nil }
    var summary: String?
    if let base = type.base {
      summary = try? ScalarText.text(target, base, nil)
    } else {
      summary = try? FormatterRegistry.standard.presentation(of: target)?.summary
    }
    return Presentation(value: hexadecimal(address), summary: summary, target: target)
  }

  /// `&dyn Trait`, `*const dyn Trait`; nil for other pointers.
  static func traitObject(_ value: Value) throws(Unavailable) -> Presentation? {
    value.isWidePointer && value.unwrapped.member(named: "vtable") != nil ? try dynamic(value) : nil
  }

  /// A pointer to a trait object: of what type that is only the table of its functions knows.
  private static func dynamic(_ value: Value) throws(Unavailable) -> Presentation? {
    let address = hexadecimal(try value.dataPointer().pointer())
    guard let object = try? value.traitObject() else {
      return Presentation(value: address, summary: "trait object", children: .members)
    }
    let name = object.type?.name ?? "void"
    return Presentation(value: address, summary: "(\(name))", children: .named([("*", object)]), target: object)
  }

  /// `Rc` and `Arc`: what they lead to with how many share it. All of those that share it hold one weak reference together.
  static func counted(_ value: Value) throws(Unavailable) -> Presentation? {
    let pointer = try value.member("ptr").dataPointer()
    let shared = try pointer.dereferenced()
    let counts = try counts(shared)
    guard let inner = shared.member(named: "value") ?? shared.member(named: "data") else {
      throw Unavailable("\(shared.type?.name ?? "void") has neither a value nor data")
    }
    if let length = try value.member("ptr").wideLength() {
      guard let address = inner.storage.address else { throw Unavailable("it has no address") }
      let start = Value(
        pointer.type,
        .bytes(littleEndian(UInt128(address.offset), count: Int(pointer.size ?? 4)), inner.storage.assurance),
        value.surroundings)
      if leadsToText(value) {
        return Presentation(summary: try ValueRun(textBytes: length, at: start).text() + ", " + counts)
      }
      let run = try ValueRun(inner.type, count: length, at: start)
      return Presentation(summary: "size=\(length), \(counts)", children: run.container.children)
    }
    if try value.member("ptr").isWidePointer {
      return Presentation(
        value: hexadecimal(try pointer.pointer()), summary: "trait object, \(counts)", children: .members)
    }
    return Presentation(
      value: hexadecimal(try pointer.pointer()), summary: counts, children: .named([("*", inner)]), target: inner)
  }

  /// `Weak`: what it leads to only while others hold it.
  static func weak(_ value: Value) throws(Unavailable) -> Presentation? {
    let pointer = try value.member("ptr").dataPointer()
    let address = try pointer.pointer()
    let size = pointer.size ?? 4
    if address == (size >= 8 ? UInt64.max : UInt64(1) << (size * 8) - 1) { return Presentation(summary: "dangling") }
    let shared = try pointer.dereferenced()
    let strong = try shared.member("strong").count()
    let counts = try counts(shared)
    guard strong > 0, let inner = shared.member(named: "value") ?? shared.member(named: "data") else {
      return Presentation(value: hexadecimal(address), summary: "dropped, \(counts)")
    }
    if try value.member("ptr").isWidePointer { return Presentation(value: hexadecimal(address), summary: counts) }
    return Presentation(
      value: hexadecimal(address), summary: counts, children: .named([("*", inner)]), target: inner)
  }

  /// Whether a wide pointer's slice is a `str`, which the debug information describes as bytes.
  private static func leadsToText(_ value: Value) -> Bool {
    let name = value.type?.name ?? ""
    return name.contains("<str>") || name.contains("<str,")
  }

  private static func counts(_ shared: Value) throws(Unavailable) -> String {
    let strong = try shared.member("strong").count()
    let weak = try shared.member("weak").count()
    return "strong=\(strong), weak=\(strong > 0 && weak > 0 ? weak - 1 : weak)"
  }
}
