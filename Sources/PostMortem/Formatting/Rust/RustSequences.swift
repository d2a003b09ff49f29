import DwarfEval

/// Texts behind wide pointers and in buffers.
enum RustText {
  /// `&str` and what is laid out like it; nil for pointers that are not wide.
  static func slice(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let length = try value.wideLength() else { return nil }
    return Presentation(summary: try run(value, length).text())
  }

  /// `CStr` and `CString`, whose slices hold the NUL at the end.
  static func terminatedSlice(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let length = try value.wideLength() else { return nil }
    guard length > 0 else { throw Unavailable("damaged: there is no room for the NUL at its end") }
    return Presentation(summary: try run(value, length - 1).text())
  }

  /// A vector of bytes in wrappers: `PathBuf`, `OsString`.
  static func vector(_ value: Value) throws(Unavailable) -> Presentation? {
    let vector = value.unwrapped
    guard vector.member(named: "buf") != nil else { return nil }
    return Presentation(summary: try vector.vectorRun().text())
  }

  private static func run(_ value: Value, _ length: UInt64) throws(Unavailable) -> ValueRun {
    try ValueRun(textBytes: length, at: try value.dataPointer())
  }
}

/// Elements behind wide pointers and in rings.
enum RustSequence {
  /// `&[T]` and what is laid out like it; nil for pointers that are not wide.
  static func slice(_ value: Value) throws(Unavailable) -> Presentation? {
    guard let length = try value.wideLength() else { return nil }
    let pointer = try value.dataPointer()
    return try ValueRun(pointer.type?.target, count: length, at: pointer).container
  }

  /// `VecDeque`: a buffer that is filled from somewhere in the middle and around its end.
  static func ring(_ value: Value) throws(Unavailable) -> Presentation? {
    let pointer = try value.member(anyOf: "buf.inner.ptr", "buf.ptr").dataPointer()
    let element = value.argument("T") ?? pointer.type?.target
    guard let size = element?.size else { throw Unavailable("the size of an element is not known") }
    // A buffer of nothing has room for any number.
    let capacity = size == 0 ? UInt64.max : try value.capacity()
    let head = try value.member("head").count()
    let (first, length) = try extent(value, head, capacity, isFictitious: size == 0)
    let run = try ValueRun(element, count: size == 0 ? 0 : capacity, at: pointer)
    return .container(count: length) { index throws(Unavailable) in
      guard size > 0, capacity > 0 else { return run(0) }
      // Both are less than the capacity, which fits into the memory.
      return run((first &+ index) % capacity)
    }
  }

  /// The first element's place and the number of elements. Up to 1.66 `tail` is the first and `head` the place behind the
  /// last one.
  private static func extent(
    _ value: Value, _ head: UInt64, _ capacity: UInt64, isFictitious: Bool
  ) throws(Unavailable) -> (UInt64, UInt64) {
    let first: UInt64
    let length: UInt64
    if let tail = try value.member(named: "tail")?.count() {
      first = tail
      length = head >= tail ? head - tail : capacity &- (tail - head)
    } else {
      first = head
      length = try value.member("len").count()
    }
    guard isFictitious || (head <= capacity && first <= capacity && length <= capacity) else {
      throw Unavailable("damaged: it starts at \(first) with \(length) elements in a buffer of \(capacity)")
    }
    return (first, length)
  }
}
