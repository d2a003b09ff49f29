import DwarfEval

/// Ways through the private layouts of Rust's standard library, which differ between its versions.
extension Value {
  /// The value inside of wrappers with one member that has a size: `Cell`, `UnsafeCell`, `NonNull`, `Unique`,
  /// `ManuallyDrop`, `MaybeUninit` and the like, down to a scalar or to something with more members.
  var unwrapped: Value {
    var value = self
    for _ in 0..<16 {
      guard let record = value.type?.record, record.variantParts.isEmpty, record.bases.isEmpty else { return value }
      let members = record.members.filter { ($0.type?.size ?? 1) > 0 }
      guard members.count == 1 else { return value }
      value = value.member(members[0])
    }
    return value
  }

  /// The member at the end of the first of these paths (`buf.inner.ptr`) that exists.
  func member(anyOf paths: String...) throws(Unavailable) -> Value {
    for path in paths {
      var value: Value? = self
      for name in path.split(separator: ".") { value = value?.member(named: String(name)) }
      if let value { return value }
    }
    throw Unavailable(
      "\(type?.name ?? "void") has none of the members \(paths.joined(separator: ", ")): another version's layout?")
  }

  /// A number in wrappers, as what counts things.
  func count() throws(Unavailable) -> UInt64 {
    let value = unwrapped
    guard let count = UInt64(exactly: try value.integer()) else {
      throw Unavailable("damaged: a negative number of elements")
    }
    return count
  }

  /// The type that a generic type was made with.
  func argument(_ name: String) -> DwarfType? {
    for case .type(let argument, let type) in type?.record?.templateArguments ?? [] where argument == name {
      return type
    }
    return nil
  }

  /// Whether it is the pointer to something whose size or type only the running program knew.
  var isWidePointer: Bool { wideData != nil }

  /// Of a wide pointer, the pointer in it.
  private var wideData: Value? {
    let value = unwrapped
    guard value.type?.record != nil else { return nil }
    return value.member(named: "data_ptr")
      ?? (value.member(named: "vtable") == nil ? nil : value.member(named: "pointer"))
  }

  /// The pointer in wrappers, thin or the data's part of a wide one.
  func dataPointer() throws(Unavailable) -> Value {
    if let wide = wideData?.unwrapped { return wide }
    let value = unwrapped
    guard value.type?.isPointer ?? false else { throw Unavailable("\(type?.name ?? "void") holds no pointer") }
    return value
  }

  /// Of a wide pointer to a slice or a `str`, the number of its elements; nil for other pointers.
  func wideLength() throws(Unavailable) -> UInt64? {
    try unwrapped.member(named: "length")?.count()
  }

  /// What a `Vec` holds.
  func vectorRun() throws(Unavailable) -> ValueRun {
    let length = try member("len").count()
    let element = argument("T")
    let pointer = try member(anyOf: "buf.inner.ptr", "buf.ptr").dataPointer()
    if let size = element?.size, size > 0 { try checkCapacity(length) }
    return try ValueRun(element ?? pointer.type?.target, count: length, at: pointer)
  }

  /// Elements that the buffer of a `Vec` or `VecDeque` has room for.
  func capacity() throws(Unavailable) -> UInt64 { try member(anyOf: "buf.inner.cap", "buf.cap").count() }

  private func checkCapacity(_ length: UInt64) throws(Unavailable) {
    let capacity = try capacity()
    guard length <= capacity else {
      throw Unavailable("damaged: its length \(length) is more than its capacity \(capacity)")
    }
  }
}
