import ByteCursor

extension Dwarf {
  /// The types whose functions for a trait stand in the table at an address, as rustc describes such tables: variables
  /// called `<T as Trait>::{vtable}` of a structure that names `T` as the type it belongs to. Several where one table serves
  /// types whose functions are the same; none for an address that nothing is said of.
  ///
  /// The first such question reads all units.
  public func types(ofTraitTableAt address: UInt64) -> [DwarfType] {
    let tables = traitTablesMemo.get {
      var tables: [UInt64: [Entry]] = [:]
      let variables = entries(.variable) {
        $0.hasSuffix("::{vtable}")
      } name: { entry in
        entry.unit.sourceLanguage == .rust ? entry[.name].flatMap { entry.unit.string($0) } : nil
      }
      for variable in variables {
        guard let address = fixedAddress(of: variable) else { continue }
        tables[address, default: []].append(variable)
      }
      return Box(tables)
    }
    var types: [DwarfType] = []
    for variable in tables.value[address] ?? [] {
      guard let table = variable[.type].flatMap({ type($0, from: variable.unit) }),
        let type = table.record?.virtualTableHolder, !types.contains(where: { $0.name == type.name })
      else { continue }
      types.append(type)
    }
    return types
  }

  /// The address that a variable's location consists of; nil where it is computed.
  private func fixedAddress(of variable: Entry) -> UInt64? {
    guard let expression = variable[.location]?.expression else { return nil }
    var reader = ExpressionReader(expression, encoding: variable.unit.encoding)
    guard let first = try? reader.next(), first.opcode == .addr, reader.offset == expression.count else { return nil }
    return first.first
  }
}
