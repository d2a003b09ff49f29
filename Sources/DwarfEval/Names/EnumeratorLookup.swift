import ByteCursor

/// A name of a value of an enumeration.
public struct NamedEnumerator: Sendable {
  /// The enumeration.
  public let type: DwarfType
  /// The value that the name stands for.
  public let value: Int128
}

extension Dwarf {
  /// The enumerator that `path` names best: `red`, `color::red`, `ns::color::red`; of several that of `unit`, if it has
  /// one. Those that are used without their enumeration's name are found with it too, and the other way round.
  ///
  /// The first such question reads all units.
  public func enumerator(named path: String, preferring unit: Unit? = nil) -> NamedEnumerator? {
    let index = index
    let path = NamePath(path)
    var best: (rank: NamePath.Rank, isForeign: Bool, enumerator: NamedEnumerator)?
    for part in path.lastParts {
      for element in index.elements(named: part) where element.category == .enumerator && !element.isPart {
        guard let entry = index.entry(element), let rank = rank(path, enumerator: entry) else { continue }
        let isForeign = unit != nil && entry.unit !== unit
        if let best, (best.rank, best.isForeign ? 1 : 0) <= (rank, isForeign ? 1 : 0) { continue }
        guard let found = enumerator(entry) else { continue }
        best = (rank, isForeign, found)
        if rank == .exact, !isForeign { return found }
      }
    }
    return best?.enumerator
  }

  /// The name and the value of an enumerator's entry, as its enumeration has it.
  private func enumerator(_ entry: Entry) -> NamedEnumerator? {
    guard let parent = entry.unit.scopes.enclosing(entry.offset, limit: 1).first,
      let owner = try? entry.unit.entry(at: parent), owner.tag == .enumerationType,
      let name = entry[.name].flatMap({ entry.unit.string($0) })
    else { return nil }
    let type = DwarfType(self, owner)
    guard let match = type.enumeration?.enumerators.first(where: { $0.name == name }) else { return nil }
    return NamedEnumerator(type: type, value: match.value)
  }

  private func rank(_ path: NamePath, enumerator entry: Entry) -> NamePath.Rank? {
    guard let name = entry[.name].flatMap({ entry.unit.string($0) }) else { return nil }
    let separator = entry.unit.root.language?.scopeSeparator ?? "::"
    let scopes = scopes(around: entry, besides: name.utf8.count)
    let qualified = path.rank(name, in: scopes, separator: separator)
    // Around an enumeration that is no class its values are names too.
    let plain = path.rank(name, in: Array(scopes.dropFirst()), separator: separator)
    return [qualified, plain].compactMap(\.self).min()
  }
}
