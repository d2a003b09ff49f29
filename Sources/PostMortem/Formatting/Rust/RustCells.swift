import DwarfEval

/// Types around one value.
enum RustCell {
  /// What is shown as the value in it.
  static func transparent(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let record = value.type?.record, record.variantParts.isEmpty else { return nil }
    let members = record.members.filter { ($0.type?.size ?? 1) > 0 }
    guard members.count == 1 else { return nil }
    return Presentation(standIn: value.member(members[0]))
  }

  /// `RefCell`: positive for so many readers, negative for writers.
  static func refCell(_ value: Value) throws(Unavailable) -> Presentation? {
    let borrow = try value.member("borrow").unwrapped.integer()
    let state = borrow == 0 ? "not borrowed" : borrow > 0 ? "borrowed, readers=\(borrow)" : "mutably borrowed"
    return Presentation(summary: state, children: .named([("value", try value.member("value"))]))
  }

  /// `Ref` and `RefMut`: what they give access to.
  static func guardian(_ value: Value) throws(Unavailable) -> Presentation? {
    let pointer = try value.member("value").unwrapped
    guard pointer.type?.isPointer ?? false else { return nil }
    let target = try pointer.dereferenced()
    return Presentation(value: hexadecimal(try pointer.pointer()), children: .named([("*", target)]), target: target)
  }

  /// `Mutex` and `RwLock`.
  static func lock(_ value: Value) throws(Unavailable) -> Presentation? {
    let data = try value.member("data")
    let poisoned = value.member(named: "poison").flatMap { try? $0.unwrapped.integer() }
    return Presentation(summary: poisoned ?? 0 == 0 ? nil : "poisoned", children: .named([("data", data)]))
  }

  /// `AtomicBool`, which is a byte.
  static func atomicFlag(_ value: Value) throws(Unavailable) -> Presentation? {
    let number = try value.unwrapped.integer()
    return Presentation(value: number == 0 ? "false" : number == 1 ? "true" : String(number))
  }
}

/// Small values with a way of writing them.
enum RustScalar {
  /// `1.5s`, exactly.
  static func duration(_ value: Value) throws(Unavailable) -> Presentation? {
    let seconds = try value.member("secs").count()
    let nanoseconds = try value.member("nanos").count()
    guard nanoseconds < 1_000_000_000 else {
      throw Unavailable("damaged: \(nanoseconds) nanoseconds are more than a second")
    }
    guard nanoseconds > 0 else { return Presentation(summary: "\(seconds)s") }
    var digits = String(String(1_000_000_000 + nanoseconds).dropFirst())
    while digits.hasSuffix("0") { digits.removeLast() }
    return Presentation(summary: "\(seconds).\(digits)s")
  }

  /// `1..5`, where the bounds are integers.
  static func range(_ value: Value, _ between: String) throws(Unavailable) -> Presentation? {
    let (start, end) = (try value.member("start"), try value.member("end"))
    guard let format = start.type?.base?.format, format == .signed || format == .unsigned else { return nil }
    let isOver = (try? value.member("exhausted").integer()) ?? 0 != 0
    return Presentation(
      summary: "\(try start.numberText())\(between)\(try end.numberText())" + (isOver ? ", exhausted" : ""),
      children: .members)
  }
}
