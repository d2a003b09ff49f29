import ByteCursor

/// Debugging information put together in code: units of any version and format with their abbreviations, strings,
/// address tables and range lists.
///
/// Names of tags, attributes and forms are given as the constants of the room under test, or any other raw-representable
/// number.
public struct DwarfBuilder {
  /// What an attribute holds; its form says how that is written.
  public indirect enum Value {
    /// A number: constants, flags, offsets, indices and references as they are.
    case number(UInt64)
    case signed(Int64)
    /// The contents of a block, an expression or 16 bytes of data.
    case bytes([UInt8])
    /// A string, put where the form has it.
    case text(String)
    /// An address, put where the form has it.
    case address(UInt64)
    /// A reference to the entry with this label, in the unit or in the section.
    case label(String)
    /// A list made by `rangeList`.
    case rangeList(Int)
    /// A list made by `locationList`.
    case locationList(Int)
    /// A value in `DW_FORM_indirect`.
    case indirect(UInt16, Value)
  }

  /// An attribute.
  public struct Attribute {
    let name: UInt16
    let form: UInt16
    let value: Value

    public init(_ name: some RawRepresentable<UInt16>, _ form: some RawRepresentable<UInt16>, _ value: Value) {
      self.name = name.rawValue
      self.form = form.rawValue
      self.value = value
    }
  }

  /// An entry with its children.
  public struct Entry {
    public var tag: UInt16
    public var attributes: [Attribute]
    public var children: [Entry]
    public var label: String?

    public init(
      _ tag: some RawRepresentable<UInt16>, _ attributes: [Attribute] = [], label: String? = nil,
      children: [Entry] = []
    ) {
      self.tag = tag.rawValue
      self.attributes = attributes
      self.label = label
      self.children = children
    }
  }

  /// A unit.
  public struct Unit {
    public var version: UInt16
    public var is64Bit: Bool
    public var addressSize: UInt8
    /// `DW_UT_…`; written in version 5 only.
    public var type: UInt8 = 1
    /// In `.debug_types` rather than `.debug_info`.
    public var isInTypes = false
    public var signature: UInt64 = 0
    /// The label of the entry that a type unit is about.
    public var typeLabel: String?
    public var dwoID: UInt64 = 0
    /// From one abbreviation code to the next.
    public var codeStep: UInt64 = 1
    /// What is written in place of the true length.
    public var length: UInt64?
    public var root: Entry

    public init(version: UInt16 = 4, is64Bit: Bool = false, addressSize: UInt8 = 4, _ root: Entry) {
      self.version = version
      self.is64Bit = is64Bit
      self.addressSize = addressSize
      self.root = root
    }
  }

  /// How the tables that units share are written.
  public var version: UInt16
  public var is64Bit: Bool
  public var addressSize: UInt8
  public var units: [Unit] = []
  /// Sections that are as they are given.
  public var other: [String: [UInt8]] = [:]

  private var rangeLists: [[UInt8]] = []
  private var locationLists: [[UInt8]] = []
  private var ranges = ByteBuilder()
  private var locations = ByteBuilder()

  public init(version: UInt16 = 4, is64Bit: Bool = false, addressSize: UInt8 = 4) {
    self.version = version
    self.is64Bit = is64Bit
    self.addressSize = addressSize
  }

  /// Adds a unit of the builder's version and format.
  public mutating func unit(_ root: Entry) {
    units.append(Unit(version: version, is64Bit: is64Bit, addressSize: addressSize, root))
  }

  /// Adds a list to `.debug_rnglists`, without the entry that ends it, which is added.
  public mutating func rangeList(_ fill: (inout ByteBuilder) -> Void) -> Value {
    rangeLists.append(Self.list(fill))
    return .rangeList(rangeLists.count - 1)
  }

  /// Adds a list to `.debug_loclists`, without the entry that ends it, which is added.
  public mutating func locationList(_ fill: (inout ByteBuilder) -> Void) -> Value {
    locationLists.append(Self.list(fill))
    return .locationList(locationLists.count - 1)
  }

  private static func list(_ fill: (inout ByteBuilder) -> Void) -> [UInt8] {
    var list = ByteBuilder()
    fill(&list)
    list.u8(0)
    return list.bytes
  }

  /// Adds a list to `.debug_loc`; an entry that selects a base has no expression.
  public mutating func locationPairs(_ entries: [(UInt64, UInt64, [UInt8]?)]) -> Value {
    let offset = locations.bytes.count
    for (low, high, expression) in entries + [(0, 0, nil)] {
      locations.number(low, size: Int(addressSize))
      locations.number(high, size: Int(addressSize))
      guard let expression else { continue }
      locations.u16(UInt16(expression.count))
      locations.raw(expression)
    }
    return .number(UInt64(offset))
  }

  /// Adds a list to `.debug_ranges`.
  public mutating func pairs(_ pairs: [(UInt64, UInt64)]) -> Value {
    let offset = ranges.bytes.count
    for (low, high) in pairs + [(0, 0)] {
      ranges.number(low, size: Int(addressSize))
      ranges.number(high, size: Int(addressSize))
    }
    return .number(UInt64(offset))
  }

  // MARK: Bases, for the attributes of version 5

  /// Behind the header of `.debug_str_offsets`.
  public var strOffsetsBase: UInt64 { is64Bit ? 16 : 8 }
  /// Behind the header of `.debug_addr`.
  public var addrBase: UInt64 { is64Bit ? 16 : 8 }
  /// Behind the header of `.debug_rnglists` and of `.debug_loclists`.
  public var rngListsBase: UInt64 { is64Bit ? 20 : 12 }

  // MARK: Writing

  /// The sections by name.
  public func build() -> [String: [UInt8]] {
    // References lead to entries that stand further on: the first pass finds where.
    var writer = Writer(self)
    for unit in units { writer.write(unit) }
    var second = Writer(self)
    second.labels = writer.labels
    for unit in units { second.write(unit) }
    var sections = second.sections.mapValues(\.bytes)
    if !ranges.bytes.isEmpty { sections[".debug_ranges"] = ranges.bytes }
    if !locations.bytes.isEmpty { sections[".debug_loc"] = locations.bytes }
    if !rangeLists.isEmpty { sections[".debug_rnglists"] = listSection(rangeLists) }
    if !locationLists.isEmpty { sections[".debug_loclists"] = listSection(locationLists) }
    if !second.addresses.isEmpty {
      var addresses = ByteBuilder()
      for address in second.addresses { addresses.number(address, size: Int(addressSize)) }
      sections[".debug_addr"] = table(addresses.bytes)
    }
    if !second.stringOffsets.isEmpty {
      var offsets = ByteBuilder()
      for offset in second.stringOffsets { offsets.number(offset, size: is64Bit ? 8 : 4) }
      sections[".debug_str_offsets"] = table(offsets.bytes)
    }
    return sections.merging(other) { $1 }
  }

  /// The sections as `DwarfSections` takes them.
  public func bytes() -> (String) -> Bytes? {
    let sections = build().mapValues { Bytes(copying: $0) }
    return { sections[$0] }
  }

  /// `contents` behind the header that `.debug_addr` and `.debug_str_offsets` have since version 5.
  private func table(_ contents: [UInt8]) -> [UInt8] {
    guard version >= 5 else { return contents }
    var section = ByteBuilder()
    section.length(UInt64(contents.count + 4), is64Bit: is64Bit)
    section.u16(5)
    section.u8(addressSize)
    section.u8(0)
    section.raw(contents)
    return section.bytes
  }

  private func listSection(_ lists: [[UInt8]]) -> [UInt8] {
    let size = is64Bit ? 8 : 4
    var section = ByteBuilder()
    let contents = lists.reduce(lists.count * size) { $0 + $1.count }
    section.length(UInt64(contents + 8), is64Bit: is64Bit)
    section.u16(5)
    section.u8(addressSize)
    section.u8(0)
    section.u32(UInt32(lists.count))
    for index in lists.indices { section.number(listOffset(index, lists), size: size) }
    for list in lists { section.raw(list) }
    return section.bytes
  }

  /// Where a list stands, counted from the table of offsets.
  private func listOffset(_ index: Int, _ lists: [[UInt8]]) -> UInt64 {
    let table = lists.count * (is64Bit ? 8 : 4)
    return UInt64(lists[..<index].reduce(table) { $0 + $1.count })
  }

  /// A reference to list `index` of one section, as its index or its offset.
  private func reference(to index: Int, _ lists: [[UInt8]], isIndex: Bool) -> Value {
    .number(isIndex ? UInt64(index) : rngListsBase + listOffset(index, lists))
  }

  private struct Label {
    let unit: Int
    let offset: Int
  }

  private struct Declaration: Hashable {
    let tag: UInt16
    let hasChildren: Bool
    let attributes: [[UInt16]]
    let constants: [Int64]
  }

  private struct Writer {
    let builder: DwarfBuilder
    var labels: [String: Label] = [:]
    var sections: [String: ByteBuilder] = [:]
    var addresses: [UInt64] = []
    var stringOffsets: [UInt64] = []
    private var strings: [String: [String: Int]] = [:]

    private var unit: Unit
    private var unitStart = 0
    private var codes: [Declaration: UInt64] = [:]
    private var declarations = ByteBuilder()

    init(_ builder: DwarfBuilder) {
      self.builder = builder
      unit = Unit(Entry(Raw(rawValue: 0)))
    }

    struct Raw: RawRepresentable { let rawValue: UInt16 }

    mutating func write(_ unit: Unit) {
      self.unit = unit
      codes = [:]
      declarations = ByteBuilder()
      let name = unit.isInTypes ? ".debug_types" : ".debug_info"
      unitStart = sections[name]?.bytes.count ?? 0
      let offsetSize = unit.is64Bit ? 8 : 4
      var header = ByteBuilder()
      header.u16(unit.version)
      let abbreviations = UInt64(sections[".debug_abbrev"]?.bytes.count ?? 0)
      if unit.version >= 5 {
        header.u8(unit.type)
        header.u8(unit.addressSize)
        header.number(abbreviations, size: offsetSize)
      } else {
        header.number(abbreviations, size: offsetSize)
        header.u8(unit.addressSize)
      }
      let isTypeUnit = unit.isInTypes || (unit.version >= 5 && (unit.type == 2 || unit.type == 6))
      if isTypeUnit {
        header.u64(unit.signature)
        header.number(UInt64(unit.typeLabel.flatMap { labels[$0]?.offset } ?? 0), size: offsetSize)
      } else if unit.version >= 5, unit.type == 4 || unit.type == 5 {
        header.u64(unit.dwoID)
      }
      let lengthSize = unit.is64Bit ? 12 : 4
      var contents = ByteBuilder()
      write(unit.root, to: &contents, at: lengthSize + header.bytes.count)
      var section = sections[name] ?? ByteBuilder()
      section.length(unit.length ?? UInt64(header.bytes.count + contents.bytes.count), is64Bit: unit.is64Bit)
      section.raw(header.bytes)
      section.raw(contents.bytes)
      sections[name] = section
      declarations.u8(0)
      sections[".debug_abbrev", default: ByteBuilder()].raw(declarations.bytes)
    }

    /// Writes an entry and its children; `base` is where `output` starts in the unit.
    private mutating func write(_ entry: Entry, to output: inout ByteBuilder, at base: Int) {
      if let label = entry.label { labels[label] = Label(unit: unitStart, offset: base + output.bytes.count) }
      output.uleb(code(of: entry))
      for attribute in entry.attributes { write(attribute.value, attribute.form, to: &output) }
      for child in entry.children { write(child, to: &output, at: base) }
      if !entry.children.isEmpty { output.u8(0) }
    }

    private mutating func code(of entry: Entry) -> UInt64 {
      var constants: [Int64] = []
      for attribute in entry.attributes where attribute.form == 0x21 {
        if case .signed(let value) = attribute.value { constants.append(value) }
      }
      let declaration = Declaration(
        tag: entry.tag, hasChildren: !entry.children.isEmpty,
        attributes: entry.attributes.map { [$0.name, $0.form] }, constants: constants)
      if let code = codes[declaration] { return code }
      let code = UInt64(codes.count) * unit.codeStep + 1
      codes[declaration] = code
      declarations.uleb(code)
      declarations.uleb(UInt64(entry.tag))
      declarations.u8(declaration.hasChildren ? 1 : 0)
      var rest = constants[...]
      for attribute in entry.attributes {
        declarations.uleb(UInt64(attribute.name))
        declarations.uleb(UInt64(attribute.form))
        if attribute.form == 0x21 { declarations.sleb(rest.removeFirst()) }
      }
      declarations.u8(0)
      declarations.u8(0)
      return code
    }

    private mutating func write(_ value: Value, _ form: UInt16, to output: inout ByteBuilder) {
      let offsetSize = unit.is64Bit ? 8 : 4
      switch value {
      case .indirect(let form, let value):
        output.uleb(UInt64(form))
        write(value, form, to: &output)
      case .signed(let value):
        // DW_FORM_implicit_const stands in the abbreviation.
        if form != 0x21 { output.sleb(value) }
      case .bytes(let bytes):
        switch form {
        case 0x0a: output.u8(UInt8(bytes.count))
        case 0x03: output.u16(UInt16(bytes.count))
        case 0x04: output.u32(UInt32(bytes.count))
        case 0x09, 0x18: output.uleb(UInt64(bytes.count))
        default: break
        }
        output.raw(bytes)
      case .text(let text): write(text, form, to: &output)
      case .address(let address):
        if form == 0x01 { return output.number(address, size: Int(unit.addressSize)) }
        if !addresses.contains(address) { addresses.append(address) }
        write(.number(UInt64(addresses.firstIndex(of: address)!)), form, to: &output)
      case .label(let name):
        let label = labels[name] ?? Label(unit: unitStart, offset: 0)
        if form == 0x10 { return write(.number(UInt64(label.unit + label.offset)), form, to: &output) }
        // Of one width in both passes.
        if form == 0x15 { return output.uleb(UInt64(label.offset), width: 4) }
        write(.number(UInt64(label.offset)), form, to: &output)
      case .rangeList(let index):
        write(builder.reference(to: index, builder.rangeLists, isIndex: form == 0x23), form, to: &output)
      case .locationList(let index):
        write(builder.reference(to: index, builder.locationLists, isIndex: form == 0x22), form, to: &output)
      case .number(let number):
        switch form {
        case 0x0b, 0x11, 0x0c, 0x25, 0x29: output.number(number, size: 1)
        case 0x05, 0x12, 0x26, 0x2a: output.number(number, size: 2)
        case 0x27, 0x2b: output.number(number, size: 3)
        case 0x06, 0x13, 0x1c, 0x28, 0x2c: output.number(number, size: 4)
        case 0x07, 0x14, 0x20, 0x24: output.number(number, size: 8)
        case 0x01: output.number(number, size: Int(unit.addressSize))
        case 0x10: output.number(number, size: unit.version == 2 ? Int(unit.addressSize) : offsetSize)
        case 0x0e, 0x17, 0x1d, 0x1f, 0x1f20, 0x1f21: output.number(number, size: offsetSize)
        case 0x19: break
        default: output.uleb(number)
        }
      }
    }

    private mutating func write(_ text: String, _ form: UInt16, to output: inout ByteBuilder) {
      switch form {
      case 0x08: output.cString(text)
      case 0x1f: write(.number(UInt64(offset(of: text, in: ".debug_line_str"))), form, to: &output)
      case 0x0e: write(.number(UInt64(offset(of: text, in: ".debug_str"))), form, to: &output)
      default:
        let offset = UInt64(offset(of: text, in: ".debug_str"))
        if !stringOffsets.contains(offset) { stringOffsets.append(offset) }
        write(.number(UInt64(stringOffsets.firstIndex(of: offset)!)), form, to: &output)
      }
    }

    private mutating func offset(of text: String, in section: String) -> Int {
      if let offset = strings[section]?[text] { return offset }
      let offset = sections[section]?.bytes.count ?? 0
      sections[section, default: ByteBuilder()].cString(text)
      strings[section, default: [:]][text] = offset
      return offset
    }
  }
}

extension ByteBuilder {
  /// The low `size` bytes of `value`.
  public mutating func number(_ value: UInt64, size: Int) {
    for index in 0..<size { u8(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }

  /// A unit's length in its format (DWARF 5, 7.4).
  public mutating func length(_ value: UInt64, is64Bit: Bool) {
    if is64Bit { u32(0xffff_ffff) }
    number(value, size: is64Bit ? 8 : 4)
  }
}
