import ByteCursor
import DwarfEval

/// Values of other variables that an expression asks for by their entries (`DW_OP_GNU_variable_value`,
/// `DW_OP_GNU_parameter_ref`).
extension FrameState {
  /// The variable that an entry describes, where it is in this frame.
  func value(at entry: Entry, depth: Int = 0) -> Value {
    let type = entry[.type].flatMap { dwarf.type($0, from: entry.unit) }
    return Value(type, storage(at: entry, type, depth: depth), surroundings)
  }

  /// What an expression gets for the value of the variable that `entry` describes: a number of at most 8 bytes.
  func referredValue(_ entry: Entry?, depth: Int) -> EntryValue {
    guard let entry else { return .failure(Unavailable("the variable that an expression refers to is not described")) }
    let value = value(at: entry, depth: depth + 1)
    do throws(Unavailable) {
      guard let size = value.size, (1...8).contains(size), value.bits == nil else {
        throw Unavailable("what an expression refers to is no number of at most 8 bytes")
      }
      let contents = value.contents()
      let bytes = try contents.complete()
      let isAddress = size == UInt64(addressSize)
      let type: StackType =
        isAddress
        ? .generic(addressSize) : value.underlying?.isSigned ?? false ? .signed(UInt8(size)) : .unsigned(UInt8(size))
      return .success((TypedValue(type, littleEndian: bytes), contents.assurance))
    } catch {
      return .failure(error)
    }
  }

  /// What the caller's debug information says that it passed for the formal parameter whose entry starts at `offset`.
  func passedValue(_ offset: UnitOffset, scope: any ExpressionScope, depth: Int) -> EntryValue {
    guard let unit = scope as? Unit, let wanted = try? unit.entry(at: offset) else {
      return .failure(Unavailable("the parameter that an expression refers to is not described"))
    }
    return describedValue(depth: depth) { parameter, _ in
      // What was inlined or copied has entries that refer to the first one's.
      parameter.parameter.map { self.origin(of: $0) == self.origin(of: wanted) } ?? false
    }.map { .success($0) } ?? .failure(Unavailable("the caller's debug information does not say what it passed"))
  }

  private func origin(of entry: Entry) -> Entry {
    var entry = entry
    for _ in 0..<session.options.limits.references {
      guard let next = entry[.abstractOrigin].flatMap({ dwarf.entry($0, from: entry.unit) }) else { break }
      entry = next
    }
    return entry
  }
}
