import ByteCursor
import DwarfEval

/// What has its elements in rows: reached by their number.
let cxxSequenceFormatters: [Formatter] =
  [
    cxx("vector", vectorOfBits), cxx("vector", vector),
    cxx("array") { value throws(Unavailable) in
      guard let count = value.numberArgument(1), let first = value.find("__elems_", "_M_elems") else { return nil }
      guard count > 0 else { return Presentation(summary: "size=0", children: .elements(count: 0) { _ in value }) }
      guard let rows = first.type?.array, rows.fixedCount != nil else { return nil }
      return .container(count: UInt64(clamping: count)) { index throws(Unavailable) in
        try first.element(Int64(clamping: index))
      }
    },
    cxx("span") { value throws(Unavailable) in
      guard let data = value.find("__data_", "__data", "_M_ptr") else { return nil }
      let stored = try value.find("__size_", "__size", "_M_extent._M_extent_value")?.count()
      guard let count = stored ?? value.numberArgument(1).map({ UInt64(clamping: $0) }) else { return nil }
      return try value.elements(data.type?.target, at: try data.pointer(), count: count)
    },
    cxx("initializer_list") { value throws(Unavailable) in
      guard let data = value.find("__begin_", "_M_array"), let size = value.find("__size_", "_M_len") else {
        return nil
      }
      return try value.elements(data.type?.target, at: try data.pointer(), count: try size.count())
    },
    cxx("valarray") { value throws(Unavailable) in
      if let data = value.find("_M_data"), let size = value.find("_M_size") {
        return try value.elements(data.type?.target, at: try data.pointer(), count: try size.count())
      }
      return try vector(value)
    },
    cxx("deque", libcxxDeque), cxx("deque", libstdcxxDeque),
  ]
  + cxx(["stack", "queue", "priority_queue"]) { value throws(Unavailable) in
    value.find("c").map { Presentation(standIn: $0) }
  }

/// From a pointer to the first element to one behind the last.
private func vector(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let first = value.find("__begin_", "_M_impl._M_start"), let last = value.find("__end_", "_M_impl._M_finish"),
    let element = first.type?.target
  else { return nil }
  let (start, end) = (try first.pointer(), try last.pointer())
  guard let size = element.size, size > 0 else { throw Unavailable("the size of its elements is not known") }
  guard start <= end else { throw damaged("it ends at \(hexadecimal(end)), before it starts at \(hexadecimal(start))") }
  guard (end - start) % size == 0 else {
    throw damaged("the \(end - start) bytes of its elements are no multiple of an element's \(size)")
  }
  if let limit = try value.find("__end_cap_.__value_", "__cap_", "_M_impl._M_end_of_storage")?.pointer(), limit < end {
    throw damaged(
      "its elements end at \(hexadecimal(end)), behind the room for them, which ends at \(hexadecimal(limit))")
  }
  return try value.elements(element, at: start, count: (end - start) / size)
}

/// `vector<bool>` has its elements in the bits of words.
private func vectorOfBits(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let type = value.typeArgument(0), type.base?.format == .boolean else { return nil }
  let (start, count): (UInt64, UInt64)
  if let size = value.find("__size_"), let first = value.find("__begin_") {
    (start, count) = (try first.pointer(), try size.count())
  } else if let first = value.find("_M_impl._M_start._M_p"), let last = value.find("_M_impl._M_finish._M_p"),
    let offset = value.find("_M_impl._M_finish._M_offset")
  {
    start = try first.pointer()
    let (end, rest) = (try last.pointer(), try offset.count())
    guard start <= end, rest < 128 else { throw damaged("it ends before it starts") }
    guard end - start < 1 << 56 else { throw damaged("its words do not fit into memory") }
    count = (end - start) * 8 + rest
  } else {
    return nil
  }
  if let problem = value.misplacement(at: start, count: count / 8 + (count % 8 == 0 ? 0 : 1)) {
    throw damaged("of its \(count) elements, \(problem)")
  }
  return .container(count: count) { index throws(Unavailable) in
    let byte = value.object(type, at: start &+ index / 8, value.storage.assurance)
    return Value(type, byte.storage, value.surroundings, bits: BitField(offset: Int64(index % 8), size: 1))
  }
}

/// libc++: a row of pointers to blocks of equal size, where the first element has a number in the first blocks.
private func libcxxDeque(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let first = value.find("__map_.__begin_"), let last = value.find("__map_.__end_"),
    let start = value.find("__start_"), let size = value.find("__size_.__value_", "__size_")
  else { return nil }
  guard let element = value.typeArgument(0), let bytes = element.size, bytes > 0 else {
    throw Unavailable("the size of its elements is not known")
  }
  let blockSize = bytes < 256 ? 4096 / bytes : 16
  return try deque(
    value,
    Blocks(
      element: element, elementSize: bytes, blockSize: blockSize, first: try first.pointer(),
      last: try last.pointer()), start: try start.count(), count: try size.count())
}

/// libstdc++: the same, and an iterator for each of the ends.
private func libstdcxxDeque(_ value: Value) throws(Unavailable) -> Presentation? {
  guard let start = value.find("_M_impl._M_start"), let finish = value.find("_M_impl._M_finish") else { return nil }
  guard let element = value.typeArgument(0), let bytes = element.size, bytes > 0 else {
    throw Unavailable("the size of its elements is not known")
  }
  let blockSize = bytes < 512 ? 512 / bytes : 1
  let (node, lastNode) = (try start.member("_M_node").pointer(), try finish.member("_M_node").pointer())
  func position(_ iterator: Value) throws(Unavailable) -> UInt64 {
    let (current, first) = (try iterator.member("_M_cur").pointer(), try iterator.member("_M_first").pointer())
    guard current >= first, (current - first) % bytes == 0, (current - first) / bytes <= blockSize else {
      throw damaged("an iterator points to \(hexadecimal(current)), outside of its block at \(hexadecimal(first))")
    }
    return (current - first) / bytes
  }
  let (from, to) = (try position(start), try position(finish))
  guard lastNode >= node else { throw damaged("it ends before it starts") }
  let blocks = (lastNode - node) / value.addressSize
  guard blocks > 0 || to >= from else { throw damaged("it ends before it starts") }
  let (distance, overflow) = blocks.multipliedReportingOverflow(by: blockSize)
  guard !overflow else { throw damaged("it has more blocks than fit into memory") }
  return try deque(
    value,
    Blocks(
      element: element, elementSize: bytes, blockSize: blockSize, first: node, last: lastNode &+ value.addressSize),
    start: from, count: distance &+ to &- from)
}

/// Pointers to blocks of elements.
private struct Blocks {
  let element: DwarfType
  let elementSize: UInt64
  /// Elements of a block.
  let blockSize: UInt64
  /// Where the first pointer is, and where the last one ends.
  let first: UInt64
  let last: UInt64
}

private func deque(
  _ value: Value, _ blocks: Blocks, start: UInt64, count: UInt64
) throws(Unavailable) -> Presentation {
  guard blocks.blockSize > 0, blocks.last >= blocks.first else { throw damaged("it ends before it starts") }
  let room = (blocks.last - blocks.first) / value.addressSize
  let (end, overflow) = start.addingReportingOverflow(count)
  guard count == 0 || (!overflow && end <= room.multipliedReportingOverflow(by: blocks.blockSize).partialValue) else {
    throw damaged("its \(count) elements are more than its \(room) blocks have room for")
  }
  if let problem = value.misplacement(at: blocks.first, count: blocks.last - blocks.first) {
    throw damaged("of the pointers to its blocks, \(problem)")
  }
  return .container(count: count) { index throws(Unavailable) in
    let number = start &+ index
    let block = try value.word(at: blocks.first &+ number / blocks.blockSize &* value.addressSize)
    let place = block &+ number % blocks.blockSize &* blocks.elementSize
    return value.object(blocks.element, at: place, value.storage.assurance)
  }
}
