import DwarfEval

/// Pointers to what only its table of functions knows the type of: `&dyn Trait`, `Box<dyn Trait>`.
extension Value {
  /// What a pointer to a trait object leads to, as the type that the debug information says its table is for. Nil where it
  /// says nothing, where several types share the table, and where the table does not have the type's size.
  func traitObject() throws(Unavailable) -> Value? {
    guard let table = unwrapped.member(named: "vtable"), let dwarf = type?.dwarf, surroundings.hasDescribedMemory else {
      return nil
    }
    let address = try table.pointer()
    let types = dwarf.types(ofTraitTableAt: address)
    // In front of the functions stand what drops a value, its size and its alignment.
    guard types.count == 1, let size = types[0].size, try word(at: address &+ addressSize) == size else { return nil }
    let object = try dataPointer().dereferenced()
    let assurance = object.storage.assurance.joined(table.contents().assurance)
    return object.object(types[0], at: try dataPointer().pointer(), assurance.joined(Assurance(.derived)))
  }
}
