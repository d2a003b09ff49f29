import ByteCursor
import CoreDumpFormat
import DwarfEval

/// A search through a class and those that it inherits from, which is the only one: members, parts and casts all ask it.
///
/// A class may inherit from another in as many ways as there are paths to it, exponentially many in a hierarchy's depth.
/// So classes in which nothing is found are looked into once, virtual bases, of which an object has one part, too, and the
/// ways that are found are counted.
struct BaseSearch {
  /// The bases on the way to a class, the first one that of the class where the search began; none for that class itself.
  typealias Path = [BaseClass]

  private let isWanted: (DwarfType) -> Bool
  private let limit: Int
  private var found: [Path] = []
  private var path: Path = []
  private var barren: Set<DwarfType> = []
  private var virtualBases: Set<DwarfType> = []
  /// Damaged debugging information has hierarchies without end.
  private var budget = 10_000
  private static let depth = 128

  /// The ways to the parts of an object of `type` whose class is wanted, at most `limit`. What such a part inherits
  /// itself is not looked into: its names hide those.
  static func paths(from type: DwarfType, limit: Int, where isWanted: (DwarfType) -> Bool) -> [Path] {
    withoutActuallyEscaping(isWanted) { isWanted in
      var search = BaseSearch(isWanted: isWanted, limit: limit)
      search.look(into: type)
      return search.found
    }
  }

  private init(isWanted: @escaping (DwarfType) -> Bool, limit: Int) {
    self.isWanted = isWanted
    self.limit = limit
  }

  private mutating func look(into type: DwarfType?) {
    budget -= 1
    guard budget > 0, found.count < limit, path.count <= Self.depth, let type = type?.underlying,
      !barren.contains(type)
    else { return }
    if isWanted(type) {
      found.append(path)
      return
    }
    guard let bases = type.record?.bases, !bases.isEmpty else { return }
    let before = found.count
    // What claims to inherit from itself has nothing more there.
    barren.insert(type)
    for base in bases {
      if base.isVirtual, let type = base.type?.underlying, !virtualBases.insert(type).inserted { continue }
      path.append(base)
      look(into: base.type)
      path.removeLast()
    }
    if found.count > before { barren.remove(type) }
  }
}

extension DwarfType {
  /// Whether the class itself, or an anonymous member of it, has a member with one of these names.
  func declares(_ names: [String]) -> Bool {
    guard let first = underlying else { return false }
    var waiting = [first]
    var seen: Set<DwarfType> = [first]
    while let next = waiting.popLast(), seen.count < 1000 {
      guard let record = next.record else { continue }
      for member in record.members {
        if let name = member.name, !name.isEmpty {
          if names.contains(name) { return true }
        } else if let type = member.type?.underlying, seen.insert(type).inserted {
          waiting.append(type)
        }
      }
      guard next != first else { continue }
      for base in record.bases {
        if let type = base.type?.underlying, seen.insert(type).inserted { waiting.append(type) }
      }
    }
    return false
  }

  /// The member with a name that all values of the class itself share.
  func staticMember(_ name: String) -> Member? { record?.staticMembers.first { $0.name == name } }

  /// The ways to the parts that are of a class, by which it may be described in several units.
  func paths(toBase type: DwarfType, limit: Int) -> [BaseSearch.Path] {
    let name = type.name
    return BaseSearch.paths(from: self, limit: limit) { $0 == type || $0.name == name }
  }
}

extension Value {
  /// The part of the object at the end of a way through its bases.
  func part(_ path: BaseSearch.Path) -> Value { path.reduce(self) { part, base in part.base(base) } }
}

/// A member with the class that it is declared in.
struct OwnedMember {
  let value: Value
  /// The qualified name.
  let owner: String
}

extension Value {
  /// More members of one name are not told apart.
  private static let mostMembers = 64

  /// The members that a name may mean: the value's own, else those of its bases, of which several are ambiguous. One of
  /// a virtual base that is reached in several ways is one.
  func members(named name: String) -> [OwnedMember] {
    guard let type = underlying, let record = type.record else { return [] }
    if !record.bases.isEmpty {
      var places: Set<MemoryAddress> = []
      let found = BaseSearch.paths(from: type, limit: Self.mostMembers) { $0.declares([name]) }
        .compactMap { path -> OwnedMember? in
          let part = self.part(path)
          return part.member(named: name).map {
            OwnedMember(value: $0, owner: "\(part.underlying?.name ?? type.name)::\(name)")
          }
        }
        .filter { member in member.value.storage.address.map { places.insert($0).inserted } ?? true }
      if !found.isEmpty { return found }
    }
    return member(named: name).map { [OwnedMember(value: $0, owner: "\(type.name)::\(name)")] } ?? []
  }

  /// The part of the object that is of this base class; nil where it has none. Of several the first.
  func base(of type: DwarfType) -> Value? { self.type?.paths(toBase: type, limit: 1).first.map(part) }

  /// The part of a class that it inherits from a base with this name.
  func part(named name: String) -> Value? {
    guard let type = underlying else { return nil }
    return BaseSearch.paths(from: type, limit: 1) { candidate in
      let full = candidate.name
      return full == name || candidate.simpleName == name || full.hasSuffix("::" + name)
    }.first.map(part)
  }
}
