import ByteCursor
import DwarfEval

/// `basic_string` and `basic_string_view` of every character type, and what wraps one.
let cxxStringFormatters: [Formatter] = [
  cxx("basic_string", libcxxString), cxx("basic_string", libstdcxxString),
  cxx("basic_string_view") { value throws(Unavailable) in
    guard let data = value.find("__data_", "__data", "_M_str"),
      let size = value.find("__size_", "__size", "_M_len")
    else { return nil }
    let count = try size.count()
    let text = try CxxText(
      character: value.typeArgument(0) ?? data.type?.target, start: try data.pointer(), count: count)
    return Presentation(summary: try text.quoted(in: value))
  },
  cxx("filesystem::path") { value throws(Unavailable) in
    value.find("__pn_", "_M_pathname").map { Presentation(standIn: $0) }
  },
]

/// libc++: a union of a short form, in the object itself, and a long one. A bit of the first byte (in one ABI the last) says which;
/// since LLVM 15 it is a bit field.
private func libcxxString(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let form = value.find("__rep_", "__r_.__value_"), let short = form.find("__s"), let long = form.find("__l"),
    let inline = short.find("__data_"), let data = long.find("__data_")
  else { return nil }
  let character = value.typeArgument(0) ?? data.type?.target
  let (isLong, shortCount) = try libcxxShortCount(short)
  guard isLong else {
    // A NUL stands behind the text.
    if let room = inline.type?.array?.fixedCount, shortCount >= room {
      throw damaged("its length, \(shortCount), is more than the \(room) characters it has room for")
    }
    return Presentation(
      summary: try CxxText(character: character, start: 0, count: shortCount).quoted(in: value, at: inline.storage))
  }
  guard let length = try long.find("__size_")?.count() else { return nil }
  if let room = try libcxxRoom(short, long), length > room {
    throw damaged("its length, \(length), is more than the \(room) characters it has room for")
  }
  return Presentation(
    summary: try CxxText(character: character, start: try data.pointer(), count: length).quoted(in: value))
}

/// How many characters a long string has room for. The bit that says that it is long is a part of that in the old form; the new one
/// has half of the number.
private func libcxxRoom(_ short: Value, _ long: Value) throws(Unavailable) -> UInt64? {
  guard let member = long.find("__cap_") else { return nil }
  let capacity = try member.count()
  guard short.find("__is_long_") == nil else { return capacity > UInt64.max / 2 ? capacity : capacity &* 2 }
  let isFirst = member.storage.address?.offset == long.storage.address?.offset
  return isFirst ? capacity & ~1 : capacity & ~(1 << ((member.size ?? 8) &* 8 &- 1))
}

private func libcxxShortCount(_ short: Value) throws(Unavailable) -> (isLong: Bool, count: UInt64) {
  guard let size = short.find("__size_") else { throw Unavailable("the length of a short string is not found") }
  if let flag = short.find("__is_long_") { return (try flag.integer() != 0, try size.count()) }
  let number = try size.count()
  let isFirst = size.storage.address?.offset == short.storage.address?.offset
  return isFirst ? (number & 1 == 1, number >> 1) : (number & 0x80 != 0, number & 0x7f)
}

/// libstdc++: a pointer, into the object itself for a short text, and the length. The older form has the length in front of the
/// text that it points to.
private func libstdcxxString(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let data = value.find("_M_dataplus._M_p") else { return nil }
  let character = value.typeArgument(0) ?? data.type?.target
  let start = try data.pointer()
  guard let length = try value.find("_M_string_length")?.count() else {
    let count = try value.word(at: start &- 3 &* value.addressSize)
    return Presentation(summary: try CxxText(character: character, start: start, count: count).quoted(in: value))
  }
  if let local = value.find("_M_local_buf"), let room = local.type?.array?.fixedCount {
    let isLocal = local.storage.address?.offset == start
    let capacity = isLocal ? room &- 1 : try value.find("_M_allocated_capacity")?.count() ?? .max
    if length > capacity {
      throw damaged("its length, \(length), is more than the \(capacity) characters it has room for")
    }
  }
  return Presentation(summary: try CxxText(character: character, start: start, count: length).quoted(in: value))
}

/// A text of so many characters, at an address.
private struct CxxText {
  let width: UInt64
  let start: UInt64
  let count: UInt64

  /// - Parameter count: how many code units the text has.
  init(character: DwarfType?, start: UInt64, count: UInt64) throws(Unavailable) {
    guard let size = character?.size, [1, 2, 4].contains(size) else {
      throw Unavailable("its characters are of an unknown size")
    }
    width = size
    self.start = start
    self.count = count
  }

  /// The text in quotes, cut where it is long.
  /// - Parameter storage: where it is, if not at the address.
  func quoted(in value: Value, at storage: Storage? = nil) throws(Unavailable) -> String {
    let limit = UInt64(DescriptionLimits().stringBytes)
    let shown = min(count, limit)
    if storage == nil {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
      if let problem = overflow ? "it is too long" : value.misplacement(at: start, count: bytes) {
        throw damaged("of its \(count) characters, \(problem)")
      }
    }
    let place = storage ?? value.object(nil, at: start, value.storage.assurance).storage
    let contents = value.surroundings.memory.read(place, count: Int(shown &* width))
    if shown > 0, contents.knownPrefix < Int(width) { throw Unavailable(contents.absence ?? "its text is not known") }
    let known = contents.bytes.prefix(contents.knownPrefix - contents.knownPrefix % Int(width))
    let isCut = shown < count || known.count < contents.bytes.count
    return CodeUnits.quoted(known, width: Int(width), isCut: isCut)
  }
}
