import ByteCursor
import Synchronization

extension Dwarf {
  var index: NameIndex { indexMemo.get { Box(NameIndex(self)) }.value }

  /// The type with the name `name` as it is written in a cast, without pointers and the like: `struct node`,
  /// `ns::T`, `unsigned long`, `uint8_t`. Of several that of `unit`, if it has one, else that of the first unit.
  ///
  /// The built-in types of C are there even where no unit describes them. The first such question reads all units.
  public func type(named name: String, preferring unit: Unit? = nil) -> DwarfType? {
    let (keyword, rest) = Self.keyword(of: name)
    if keyword == nil, let builtin = CTypeName(rest) {
      for spelling in builtin.spellings {
        if let type = lookUp(NamePath(spelling), keyword: nil, preferring: unit) { return type }
      }
      return type(builtin)
    }
    return lookUp(NamePath(rest), keyword: keyword, preferring: unit)
  }

  /// All types with a name whose qualified name `predicate` takes, by unit and place, each name of a unit once.
  /// Declarations without a definition are left out. Runs on all processors, and reads all units.
  public func types(where predicate: @Sendable (String) -> Bool) -> [DwarfType] {
    entries(.type, where: predicate) { entry in DwarfType(self, entry).name }.map { DwarfType(self, $0) }
  }

  private func lookUp(_ path: NamePath, keyword: DwTag?, preferring unit: Unit?) -> DwarfType? {
    let index = index
    var best: (rank: NamePath.Rank, isForeign: Bool, entry: Entry)?
    for part in path.lastParts {
      for element in index.elements(named: part) where element.category == .type && !element.isDeclaration {
        guard let entry = index.entry(element), keyword.map({ entry.tag.isSame(as: $0) }) ?? true else { continue }
        let isForeign = unit != nil && entry.unit !== unit
        // Nothing that comes later is better than what is as good.
        if let best, best.rank == .exact, !best.isForeign { return DwarfType(self, best.entry) }
        guard let rank = rank(path, entry) else { continue }
        if let best, (best.rank, best.isForeign ? 1 : 0) <= (rank, isForeign ? 1 : 0) { continue }
        best = (rank, isForeign, entry)
      }
    }
    return best.map { DwarfType(self, $0.entry) }
  }

  private func rank(_ path: NamePath, _ entry: Entry) -> NamePath.Rank? {
    let declared = declaration(of: entry)
    guard let name = (entry[.name] ?? declared[.name]).flatMap({ declared.unit.string($0) }) else { return nil }
    let scopes = entry.unit.sourceLanguage.namesAreComplete ? [] : scopes(around: declared, besides: name.utf8.count)
    return path.rank(name, in: scopes, separator: entry.unit.root.language?.scopeSeparator ?? "::")
  }

  /// `struct`, `class`, `union` or `enum` in front of a name, and the rest.
  private static func keyword(of name: String) -> (DwTag?, String) {
    let words = name.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return (nil, name) }
    let keywords: [Substring: DwTag] = [
      "struct": .structureType, "class": .classType, "union": .unionType, "enum": .enumerationType,
    ]
    return keywords[words[0]].map { ($0, String(words[1])) } ?? (nil, name)
  }

  /// The entry that defines what `entry`, a declaration called `name`, declares: of the same kind and language, in the
  /// same scopes, and if both have one with the same linkage name.
  func definition(of entry: Entry, name: String?, linkageName: String?) -> Entry? {
    guard let name, !name.isEmpty else { return nil }
    let index = index
    let wanted = scopes(around: entry, besides: name.utf8.count).map(\.name)
    // A name that a thousand units define is found among the first.
    for element in index.elements(named: name.utf8).prefix(4096)
    where element.category == .type && !element.isDeclaration && !element.isPart {
      guard let candidate = index.entry(element), candidate != entry, candidate.tag.isSame(as: entry.tag),
        candidate.unit.sourceLanguage == entry.unit.sourceLanguage
      else { continue }
      let declared = declaration(of: candidate)
      // Of an anonymous namespace each unit has one of its own.
      let scopes = scopes(around: declared, besides: name.utf8.count)
      guard scopes.map(\.name) == wanted,
        candidate.unit === entry.unit || !wanted.contains("(anonymous namespace)"),
        (candidate[.name] ?? declared[.name]).flatMap({ declared.unit.string($0) }) == name
      else { continue }
      if let linkageName,
        let other = (candidate[.linkageName] ?? declared[.linkageName]).flatMap({ declared.unit.string($0) }),
        other != linkageName
      {
        continue
      }
      return candidate
    }
    return nil
  }

  /// The entries of `category` whose name `predicate` takes, by unit and place, each name of a unit once.
  func entries(
    _ category: NameIndex.Category, where predicate: @Sendable (String) -> Bool, name: @Sendable (Entry) -> String?
  ) -> [Entry] {
    let index = index
    var byUnit: [UInt32: [NameIndex.Element]] = [:]
    for element in index.elements where element.category == category && !element.isDeclaration && !element.isPart {
      byUnit[element.unit, default: []].append(element)
    }
    let found = Mutex<[(element: NameIndex.Element, entry: Entry)]>([])
    Parallel.forEach(Array(byUnit.values), size: { $0.count }) { elements in
      var seen: Set<String> = []
      var matches: [(element: NameIndex.Element, entry: Entry)] = []
      for element in elements.sorted(by: { $0.offset < $1.offset }) {
        guard let entry = index.entry(element), let text = name(entry), predicate(text),
          category != .type || seen.insert(text).inserted
        else { continue }
        matches.append((element, entry))
      }
      let result = matches
      found.withLock { $0 += result }
    }
    return found.withLock { $0 }.sorted { ($0.element.unit, $0.element.offset) < ($1.element.unit, $1.element.offset) }
      .map(\.entry)
  }

  /// All functions with code whose qualified name `predicate` takes, by unit and place. Runs on all processors, and
  /// reads all units.
  public func functions(where predicate: @Sendable (String) -> Bool) -> [Function] {
    let found = Mutex<[Function]>([])
    Self.inParallel(contentUnits) { unit in
      let matches = self.functions(in: unit).filter { function in
        self.info(function).flatMap { self.qualifiedName($0) }.map(predicate) ?? false
      }
      if !matches.isEmpty { found.withLock { $0 += matches } }
    }
    return found.withLock { $0 }.sorted { ($0.unit.index, $0.number) < ($1.unit.index, $1.number) }
  }
}

extension DwTag {
  /// Whether types of this kind and of `other` are called by the same word: C++ tells `struct` from `class` only where
  /// they are defined.
  func isSame(as other: DwTag) -> Bool {
    if self == other { return true }
    let records: [DwTag] = [.structureType, .classType, .interfaceType]
    return records.contains(self) && records.contains(other)
  }
}
