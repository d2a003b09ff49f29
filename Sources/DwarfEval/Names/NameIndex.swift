import ByteCursor
import Synchronization

/// Where the types, the enumerators and the variables with a fixed place are declared, by their names without scopes: of all units,
/// made once, for questions that name something.
struct NameIndex: Sendable {
  enum Category: UInt8, Sendable {
    case type, variable, enumerator
  }

  struct Element: Sendable {
    /// Of the name, without its spaces.
    let hash: UInt64
    /// The place among the index's units.
    let unit: UInt32
    /// Where the entry starts in its unit.
    let offset: UInt32
    let category: Category
    /// Whether the entry only declares.
    let isDeclaration: Bool
    /// Whether this is an entry's second element, for the last part of a name that has its scopes in it.
    let isPart: Bool
  }

  let units: [Unit]
  /// Ascending by hash, unit and offset.
  let elements: [Element]

  init(_ dwarf: Dwarf) {
    let units = dwarf.contentUnits + dwarf.splits.typeUnits
    self.units = units
    let found = Mutex<[[Element]]>([])
    let numbered = units.enumerated().map { (number: $0.offset, unit: $0.element) }
    Parallel.forEach(numbered, size: { $0.unit.header.bytes.count }) { piece in
      var scan = NameScan(piece.unit, number: UInt32(clamping: piece.number), dwarf: dwarf)
      scan.run()
      let elements = scan.elements
      found.withLock { $0.append(elements) }
    }
    var all = found.withLock { Array($0.joined()) }
    all.sort { ($0.hash, $0.unit, $0.offset) < ($1.hash, $1.unit, $1.offset) }
    elements = all
  }

  /// The elements with the name `name`.
  func elements(named name: some Sequence<UInt8>) -> ArraySlice<Element> {
    let hash = Self.hash(name)
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < elements.count, elements[end].hash == hash { end += 1 }
    return elements[low..<end]
  }

  /// The entry of `element`.
  func entry(_ element: Element) -> Entry? {
    try? units[Int(element.unit)].entry(at: UnitOffset(UInt64(element.offset)))
  }

  /// FNV-1a of the bytes that are no spaces.
  static func hash(_ name: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name where byte != UInt8(ascii: " ") { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}

/// Finds the names of one unit in one pass over its entries.
struct NameScan {
  private let unit: Unit
  private let number: UInt32
  private let dwarf: Dwarf
  private let isZig: Bool
  private(set) var elements: [NameIndex.Element] = []

  init(_ unit: Unit, number: UInt32, dwarf: Dwarf) {
    self.unit = unit
    self.number = number
    self.dwarf = dwarf
    isZig = unit.sourceLanguage == .zig
  }

  mutating func run() {
    guard let table = try? unit.abbreviations.get() else { return }
    do throws(ReadError) {
      try walk(table)
    } catch {
      unit.context.log.add(error.within(unit.sectionName), lost: "the names at the end of a unit")
    }
  }

  private mutating func walk(_ table: AbbreviationTable) throws(ReadError) {
    let origin = unit.header.bytes.start
    var walker = try unit.walker(table)
    var depth = 0
    /// The depth of what belongs to the outermost function that is open; 0 outside of one.
    var inFunction = 0
    while let (start, abbreviation) = try walker.next() {
      guard let abbreviation else {
        depth -= 1
        if depth < inFunction { inFunction = 0 }
        continue
      }
      if let category = NameIndex.Category(abbreviation.tag) {
        let entry = Entry(
          unit: unit, offset: UnitOffset(UInt64(start - origin)), abbreviation: abbreviation, table: table,
          values: walker.cursor)
        add(entry, category, isInFunction: inFunction > 0)
      }
      try walker.skipAttributes(of: abbreviation)
      guard abbreviation.hasChildren else { continue }
      depth += 1
      if inFunction == 0, abbreviation.tag == .subprogram { inFunction = depth }
    }
  }

  private mutating func add(_ entry: Entry, _ category: NameIndex.Category, isInFunction: Bool) {
    var name: FormValue?
    var isDeclaration = false
    var hasPlace = false
    var origin: FormValue?
    var reader = entry.attributes
    while let (attribute, value) = try? reader.next() {
      switch attribute {
      case .name: name = value
      case .declaration: isDeclaration = value.flagValue == true
      case .location: hasPlace = VariableStorage(value.expression).isFixed
      case .constValue: hasPlace = hasPlace || !isInFunction
      case .specification, .abstractOrigin: origin = value
      default: break
      }
    }
    if category == .variable {
      // Of a function's variables only those that outlive its calls count.
      guard !isInFunction || hasPlace else { return }
      if hasPlace { isDeclaration = false }
    }
    var source = entry
    for _ in 0..<dwarf.limits.references where name == nil {
      guard let value = origin, let next = dwarf.entry(value, from: source.unit) else { return }
      name = next[.name]
      origin = next[.specification] ?? next[.abstractOrigin]
      source = next
    }
    guard let name,
      let bytes = try? source.unit.context.sections.string(
        name, encoding: source.unit.encoding, strOffsetsBase: source.unit.root.strOffsetsBase)
    else { return }
    let text = bytes.clamped(0, count: dwarf.limits.nameBytes).array
    guard !text.isEmpty else { return }
    append(NameIndex.hash(text), entry, category, isDeclaration, isPart: false)
    // Zig's names have their scopes in them.
    if isZig, let last = NamePath.lastPart(of: text, separator: [UInt8(ascii: ".")]) {
      append(NameIndex.hash(last), entry, category, isDeclaration, isPart: true)
    }
  }

  private mutating func append(
    _ hash: UInt64, _ entry: Entry, _ category: NameIndex.Category, _ isDeclaration: Bool, isPart: Bool
  ) {
    elements.append(
      NameIndex.Element(
        hash: hash, unit: number, offset: UInt32(truncatingIfNeeded: entry.offset.rawValue), category: category,
        isDeclaration: isDeclaration, isPart: isPart))
  }
}

extension NameIndex.Category {
  /// What entries with `tag` are; nil for those that are not looked up by name.
  init?(_ tag: DwTag) {
    switch tag {
    case .structureType, .classType, .unionType, .enumerationType, .interfaceType, .typedef, .templateAlias,
      .baseType, .unspecifiedType, .subrangeType:
      self = .type
    case .variable, .constant: self = .variable
    case .enumerator: self = .enumerator
    default: return nil
    }
  }
}
