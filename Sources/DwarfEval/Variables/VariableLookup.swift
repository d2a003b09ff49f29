import ByteCursor

extension Dwarf {
  /// The variables of `unit` that are there all the time: of the file, of namespaces and types, and of functions, in
  /// the order of their entries. Those that are only declared are left out.
  public func variables(in unit: Unit) -> [Variable] {
    let unit = contents(of: unit)
    var scan = NameScan(unit, number: 0, dwarf: self)
    scan.run()
    return scan.elements.filter { $0.category == .variable && !$0.isDeclaration && !$0.isPart }.compactMap { element in
      (try? unit.entry(at: UnitOffset(UInt64(element.offset)))).map { fixedVariable($0) }
    }
  }

  /// The variables that are there all the time and that `path` names best: `count`, `ns::count`, `T::member`,
  /// `function::count`, `file.c::count`. With all scopes, else without inline or anonymous namespaces, else behind
  /// the name of their file, else without outer scopes; those of `unit` first, then by unit and place.
  ///
  /// The first such question reads all units.
  public func variables(named path: String, preferring unit: Unit? = nil) -> [Variable] {
    let index = index
    let path = NamePath(path)
    var found: [(rank: NamePath.Rank, element: NameIndex.Element, variable: Variable)] = []
    var seen: Set<UnitPlace> = []
    for part in path.lastParts {
      for element in index.elements(named: part) where element.category == .variable && !element.isDeclaration {
        guard seen.insert(UnitPlace(unit: element.unit, offset: element.offset)).inserted,
          let entry = index.entry(element)
        else { continue }
        let variable = fixedVariable(entry)
        if let rank = rank(path, variable) { found.append((rank, element, variable)) }
      }
    }
    guard let best = found.map(\.rank).min() else { return [] }
    func isForeign(_ variable: Variable) -> Int { variable.entry.unit === unit ? 0 : 1 }
    return found.filter { $0.rank == best }.sorted {
      (isForeign($0.variable), $0.element.unit, $0.element.offset)
        < (isForeign($1.variable), $1.element.unit, $1.element.offset)
    }.map(\.variable)
  }

  /// All variables that are there all the time and whose qualified name `predicate` takes, by unit and place. Runs on
  /// all processors, and reads all units.
  public func variables(where predicate: @Sendable (String) -> Bool) -> [Variable] {
    entries(.variable, where: predicate) { entry in self.qualifiedName(self.fixedVariable(entry)) }
      .map { fixedVariable($0) }
  }

  /// The name of a variable with its scopes: `ns::T::member`, `function::count`.
  public func qualifiedName(_ variable: Variable) -> String? {
    guard let name = variable.name else { return nil }
    let scopes = scopes(around: variable.origin, besides: name.utf8.count).map(\.name)
    return (scopes.reversed() + [name]).joined(
      separator: variable.origin.unit.root.language?.scopeSeparator ?? "::")
  }

  /// The variable of `entry`, found by its name.
  private func fixedVariable(_ entry: Entry) -> Variable {
    let scope = entry.unit.scopes.enclosing(entry.offset, limit: 1).first
    let tag = scope.flatMap { try? entry.unit.entry(at: $0) }?.tag
    return variable(entry, isInFunction: tag == .subprogram)
  }

  private func rank(_ path: NamePath, _ variable: Variable) -> NamePath.Rank? {
    guard let name = variable.name else { return nil }
    let scopes = scopes(around: variable.origin, besides: name.utf8.count)
    let separator = variable.origin.unit.root.language?.scopeSeparator ?? "::"
    let rank = path.rank(name, in: scopes, separator: separator)
    if let rank, rank != .inner { return rank }
    if let (head, rest) = path.first, isFile(head, variable), rest.rank(name, in: scopes, separator: separator) != nil {
      return .file
    }
    return rank
  }

  /// Whether `name` is what the variable's unit or the file that declares it is called, with its folders or without.
  private func isFile(_ name: [UInt8], _ variable: Variable) -> Bool {
    for path in [variable.entry.unit.name, variable.declaration?.path] {
      guard let path else { continue }
      if path.utf8.elementsEqual(name) { return true }
      if path.utf8.count > name.count, path.utf8.suffix(name.count).elementsEqual(name),
        path.utf8.dropLast(name.count).last == UInt8(ascii: "/")
      {
        return true
      }
    }
    return false
  }

  private struct UnitPlace: Hashable {
    let unit: UInt32
    let offset: UInt32
  }
}
