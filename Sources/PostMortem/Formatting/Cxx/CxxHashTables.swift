import ByteCursor
import DwarfEval

/// Tables of buckets: in both libraries all nodes are in one list.
let cxxHashTableFormatters: [Formatter] =
  cxx(["unordered_map", "unordered_multimap"]) { value throws(Unavailable) in try hashTable(value, isMap: true) }
  + cxx(["unordered_set", "unordered_multiset"]) { value throws(Unavailable) in try hashTable(value, isMap: false) }

private func hashTable(_ value: Value, isMap: Bool) throws(Unavailable) -> Presentation? {
  let content = NodeContent(of: value, isMap: isMap)
  // libc++ keeps the hash in front of the content, libstdc++ behind it if at all.
  let (first, size, words): (Value?, Value?, UInt64)
  if let table = value.find("__table_") {
    first = table.find("__p1_.__value_.__next_", "__first_node_.__next_")
    size = table.find("__p2_.__value_", "__size_")
    words = 2
  } else {
    first = value.find("_M_h._M_before_begin._M_nxt")
    size = value.find("_M_h._M_element_count")
    words = 1
  }
  guard let first, let size else { return nil }
  let count = try size.count()
  let chain = NodeChain(
    container: value, start: try first.pointer(), end: 0, next: 0, previous: nil, content: words &* value.addressSize)
  return content.presentation(of: value, count: count) { limit in
    chain.contents(content, limit: limit, count: count)
  }
}
