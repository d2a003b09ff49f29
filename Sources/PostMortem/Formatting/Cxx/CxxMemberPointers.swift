import ByteCursor
import DwarfEval

/// Pointers to members of C++ classes, as gdb shows them: `&point::y`, and of functions what they call.
///
/// Itanium C++ ABI, 2.3. A pointer to data is the member's offset, all bits set for none. One to a function is a pair; LLVM
/// writes it for Wasm as it does for ARM (Itanium C++ ABI for the Arm architecture, 3.2.1): the lowest bit of the second half
/// says whether the first is an index in the table or an offset in the class's table of virtual functions.
extension Describer {
  func fillMemberPointer(
    _ node: inout ValueNode, _ value: Value, target: DwarfType?, class owner: DwarfType?
  ) throws(Unavailable) {
    let bytes = try value.scalarBytes()
    let size = Int(module.wasm.memories.first?.is64Bit == true ? 8 : 4)
    if case .subroutine? = target?.underlying?.kind {
      guard bytes.count == 2 * size else { throw Unavailable("a pointer to a function of \(bytes.count) bytes") }
      fill(&node, function: Self.number(bytes.prefix(size)), adjustment: Self.number(bytes.suffix(size)), value, owner)
    } else {
      guard bytes.count == size else { throw Unavailable("a pointer to a member of \(bytes.count) bytes") }
      let offset = Self.number(bytes[...])
      if offset == UInt64.max >> UInt64(64 - 8 * size) {
        node.value = "NULL"
      } else {
        var search = MemberSearch(type: target)
        search.look(into: owner, offset: offset)
        // Members of a union share their offset.
        node.value = search.names.count == 1 ? "&\(search.names[0])" : String(offset)
      }
    }
  }

  private func fill(
    _ node: inout ValueNode, function: UInt64, adjustment: UInt64, _ value: Value, _ owner: DwarfType?
  ) {
    let isVirtual = adjustment & 1 == 1
    if function == 0, !isVirtual {
      node.value = "NULL"
      return
    }
    node.value = hexadecimal(function)
    var notes: [String] = []
    if isVirtual {
      notes.append("virtual function of \(owner?.name ?? "the class"), \(function) bytes into its table")
    } else if let name = session.functionName(
      tableIndex: function, of: module, instance: value.surroundings.instance)
    {
      notes.append(name)
    }
    if adjustment >> 1 != 0 { notes.append("this adjustment \(adjustment >> 1)") }
    node.summary = notes.isEmpty ? nil : notes.joined(separator: ", ")
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Looks for the members of a class that are of a type and stand at an offset.
private struct MemberSearch {
  let type: DwarfType?
  /// What they are called, with their classes.
  private(set) var names: [String] = []
  /// Damaged debugging information has classes without end.
  private var budget = 1000

  init(type: DwarfType?) { self.type = type?.underlying }

  mutating func look(into owner: DwarfType?, offset: UInt64, named outer: String? = nil, depth: Int = 0) {
    guard depth < 16, names.count < 2, let owner = owner?.underlying, let record = owner.record else { return }
    let name = outer ?? owner.name
    for member in record.members {
      budget -= 1
      guard budget > 0, let start = member.location.offset, start <= offset else { continue }
      if let own = member.name {
        if start == offset, member.bits == nil, member.type?.underlying == type { names.append("\(name)::\(own)") }
      } else {
        // Of a member without a name the members are the class's own.
        look(into: member.type, offset: offset - start, named: name, depth: depth + 1)
      }
    }
    for base in record.bases where !base.isVirtual {
      guard budget > 0, let start = base.location.offset, start <= offset else { continue }
      look(into: base.type, offset: offset - start, depth: depth + 1)
    }
  }
}
