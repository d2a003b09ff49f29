import ByteCursor

/// The attributes that entries of types have in common, read in one go.
struct TypeAttributes {
  private var naming = NamingAttributes()
  var byteSize: UInt64?
  var bitSize: UInt64?
  var dataBitOffset: UInt64?
  var bitOffset: Int64?
  var alignment: UInt64?
  var encoding: DwEncoding?
  var endianity: UInt64?
  var type: FormValue?
  var signature: FormValue?
  var isDeclaration = false
  var isPrototyped = false

  var name: String? { naming.name }
  var linkageName: String? { naming.linkageName }
  var declaration: Declaration? { naming.declaration }

  /// Those of `entry`, and of what it completes (`DW_AT_specification`) where it does not say them itself.
  init(_ entry: Entry, in dwarf: Dwarf) {
    var next: Entry? = entry
    for step in 0...dwarf.limits.references {
      guard let entry = next else { break }
      next = merge(entry, isFirst: step == 0).flatMap { dwarf.entry($0, from: entry.unit) }
    }
  }

  private mutating func merge(_ entry: Entry, isFirst: Bool) -> FormValue? {
    var reader = entry.attributes
    while let (attribute, value) = try? reader.next() {
      switch attribute {
      case .type: type = type ?? value
      case .byteSize: byteSize = byteSize ?? value.unsignedValue
      case .bitSize: bitSize = bitSize ?? value.unsignedValue
      case .dataBitOffset: dataBitOffset = dataBitOffset ?? value.unsignedValue
      case .bitOffset: bitOffset = bitOffset ?? value.signedValue
      case .alignment: alignment = alignment ?? value.unsignedValue.flatMap { $0 > 0 ? $0 : nil }
      case .encoding:
        encoding = encoding ?? value.unsignedValue.flatMap { UInt8(exactly: $0) }.map(DwEncoding.init(rawValue:))
      case .endianity: endianity = endianity ?? value.unsignedValue
      case .signature: signature = signature ?? value
      // What a definition completes is a declaration, and that says nothing about the definition.
      case .declaration: isDeclaration = isDeclaration || (isFirst && value.flagValue == true)
      case .prototyped: isPrototyped = isPrototyped || value.flagValue == true
      default: naming.take(attribute, value, of: entry.unit)
      }
    }
    return naming.endEntry(of: entry.unit)
  }
}

extension BaseType {
  init(_ attributes: TypeAttributes) {
    name = attributes.name
    encoding = attributes.encoding ?? DwEncoding(rawValue: 0)
    format = Format(encoding, size: attributes.byteSize, bits: attributes.bitSize, name: attributes.name)
    let size = attributes.byteSize ?? 0
    if let bits = attributes.bitSize, bits != size &* 8 || attributes.dataBitOffset != nil {
      var offset = Int64(clamping: attributes.dataBitOffset ?? 0)
      if let fromTop = attributes.bitOffset, size <= 1 << 32, bits <= 1 << 32 {
        offset = Int64(size) * 8 &- fromTop &- Int64(bits)
      }
      self.bits = BitField(offset: offset, size: bits)
    } else {
      bits = nil
    }
    isBigEndian = attributes.endianity == 1
  }
}

extension BaseType.Format {
  fileprivate init(_ encoding: DwEncoding, size: UInt64?, bits: UInt64?, name: String?) {
    switch encoding {
    case .boolean: self = .boolean
    case .signed: self = .signed
    case .unsigned: self = .unsigned
    case .signedChar: self = .signedCharacter
    case .unsignedChar, .ascii: self = .unsignedCharacter
    case .utf, .ucs: self = .unicode
    case .address: self = .address
    case .complexFloat: self = .complexFloat
    case .imaginaryFloat: self = .imaginaryFloat
    case .float:
      switch size {
      // Zig's f80 takes sixteen bytes, as others' f128 does.
      case 10, 12: self = .extendedFloat
      case 16: self = bits == 80 || name == "f80" ? .extendedFloat : .float
      case 2, 4, 8: self = .float
      default: self = .unsupported
      }
    default: self = .unsupported
    }
  }
}

extension Dwarf {
  /// Calls `body` with each entry that belongs to `entry` directly. What cannot be read is missing and noted.
  func forEachChild(of entry: Entry, _ body: (Entry) -> Void) {
    guard entry.hasChildren else { return }
    do throws(ReadError) {
      var reader = try entry.unit.entries(from: entry.offset)
      while let child = try reader.next() {
        if reader.depth == 1 { body(child) }
      }
    } catch {
      log(error, lost: "what belongs to an entry")
    }
  }
}
