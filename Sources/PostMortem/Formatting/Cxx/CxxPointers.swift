import ByteCursor
import DwarfEval

/// Smart pointers: the address as their value, what it leads to below.
let cxxPointerFormatters: [Formatter] = [
  cxx("unique_ptr") { value throws(Unavailable) in
    // libstdc++ has a tuple of the pointer and the deleter.
    guard
      let pointer = value.find("__ptr_.__value_", "__ptr_")
        ?? value.find("_M_t._M_t", "_M_t").flatMap({ tuple in
          CxxTuple.elements(of: tuple)?.first
        })
    else { return nil }
    guard pointer.type?.isPointer ?? false else { return nil }
    return try smartPointer(pointer, [])
  },
  cxx("shared_ptr") { value throws(Unavailable) in
    guard let pointer = value.find("__ptr_", "_M_ptr"), let control = SharedCounts.control(of: value) else {
      return nil
    }
    // One that shares nothing (an alias of nothing) has no counts.
    guard try control.pointer() != 0 else { return try smartPointer(pointer, []) }
    let counts = try SharedCounts(control)
    guard counts.uses > 0 else { throw damaged("nothing uses it any more, its count is \(counts.uses)") }
    return try smartPointer(pointer, counts.parts)
  },
  cxx("weak_ptr") { value throws(Unavailable) in
    guard let pointer = value.find("__ptr_", "_M_ptr"), let control = SharedCounts.control(of: value) else {
      return nil
    }
    guard try control.pointer() != 0 else { return Presentation(value: "0x0", summary: "empty") }
    let counts = try SharedCounts(control)
    guard counts.uses > 0 else {
      return Presentation(
        value: hexadecimal(try pointer.pointer()), summary: "expired", children: .named(counts.parts))
    }
    return try smartPointer(pointer, counts.parts)
  },
]

private func smartPointer(
  _ pointer: Value, _ parts: [(name: String, value: Value)]
) throws(Unavailable) -> Presentation {
  let address = try pointer.pointer()
  guard address != 0 else {
    return Presentation(value: "0x0", children: parts.isEmpty ? .none : .named(parts))
  }
  let target = try pointer.dereferenced()
  // Of what `void *` leads to only the address is known.
  guard target.underlying != nil else { return Presentation(value: hexadecimal(address), children: .named(parts)) }
  return Presentation(
    value: hexadecimal(address), children: .named([("*", target)] + parts), target: target, text: target)
}

/// How many pointers share an object.
private struct SharedCounts {
  let uses: Int128
  let weak: Int128
  private let type: DwarfType?
  private let origin: Value

  /// The pointer to the counts.
  static func control(of value: Value) -> Value? { value.find("__cntrl_", "_M_refcount._M_pi") }

  init(_ control: Value) throws(Unavailable) {
    let block = try control.dereferenced()
    // libc++ counts from zero.
    if let owners = block.find("__shared_owners_"), let weakOwners = block.find("__shared_weak_owners_") {
      (uses, origin, type) = (try Self.count(owners, 1), owners, owners.type)
      weak = try Self.count(weakOwners, uses > 0 ? 0 : 1)
    } else if let count = block.find("_M_use_count"), let weakCount = block.find("_M_weak_count") {
      (uses, origin, type) = (try Self.count(count, 0), count, count.type)
      weak = try Self.count(weakCount, uses > 0 ? -1 : 0)
    } else {
      throw Unavailable("its counts are not found")
    }
  }

  /// What a counter says, put right by a small number. Counters of sixteen bytes, which no library has, may be too large.
  private static func count(_ counter: Value, _ correction: Int128) throws(Unavailable) -> Int128 {
    let (count, overflow) = try counter.integer().addingReportingOverflow(correction)
    guard !overflow else { throw damaged("its counts are beyond any number of pointers") }
    return count
  }

  /// As numbers that are not in memory as they are.
  var parts: [(name: String, value: Value)] { [("use_count", number(uses)), ("weak_count", number(weak))] }

  private func number(_ count: Int128) -> Value {
    let pattern = UInt64(truncatingIfNeeded: count)
    let bytes = (0..<min(type?.size ?? 4, 8)).map { UInt8(truncatingIfNeeded: pattern >> (8 * $0)) }
    return origin.sibling(type, .bytes(bytes, origin.contents().assurance))
  }
}
