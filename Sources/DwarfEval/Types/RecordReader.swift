import ByteCursor

extension TypeReader {
  /// The record that `entry` describes.
  func record(_ keyword: RecordType.Keyword, _ entry: Entry, _ attributes: TypeAttributes) -> RecordType {
    var record = RecordType(keyword)
    record.isIncomplete = attributes.isDeclaration
    record.virtualTableHolder = type(entry[.containingType], from: entry.unit)
    let standard: Accessibility = keyword == .class ? .private : .public
    dwarf.forEachChild(of: entry) { child in
      switch child.tag {
      case .member:
        let isStatic = child[.external]?.flagValue == true || child[.declaration]?.flagValue == true
        let member = member(child, standard)
        if isStatic { record.staticMembers.append(member) } else { record.members.append(member) }
      // Static members, since version 5.
      case .variable: record.staticMembers.append(member(child, standard))
      case .inheritance: record.bases.append(base(child, standard))
      case .subprogram: record.methods.append(method(child, standard))
      case .templateTypeParameter, .templateValueParameter, .gnuTemplateTemplateParam,
        .gnuTemplateParameterPack:
        if let argument = templateArgument(child) { record.templateArguments.append(argument) }
      case .variantPart: record.variantParts.append(variantPart(child))
      default: break
      }
    }
    return record
  }

  private func member(_ entry: Entry, _ standard: Accessibility) -> Member {
    var name: String?
    var typeValue: FormValue?
    var location: FormValue?
    var accessibility = standard
    var isArtificial = false
    var isMutable = false
    var constant: ConstantValue?
    var bits = BitAttributes()
    var reader = entry.attributes
    while let (attribute, value) = try? reader.next() {
      switch attribute {
      case .name: name = entry.unit.string(value)
      case .type: typeValue = value
      case .dataMemberLocation: location = value
      case .accessibility: accessibility = value.unsignedValue.flatMap { Accessibility(rawValue: $0) } ?? standard
      case .artificial: isArtificial = value.flagValue == true
      case .mutable: isMutable = value.flagValue == true
      case .constValue: constant = entry.unit.constant(value)
      case .bitSize: bits.size = value.unsignedValue
      // A negative one is as impossible as the largest.
      case .dataBitOffset: bits.fromStart = value.unsignedValue ?? .max
      case .bitOffset: bits.fromTop = value.signedValue
      case .byteSize: bits.storage = value.unsignedValue
      default: break
      }
    }
    if name?.isEmpty == true { name = nil }
    let memberType = type(typeValue, from: entry.unit)
    let place = location.map { memberLocation($0) } ?? .offset(0)
    return Member(
      entry: entry, name: name, type: memberType, location: place,
      bits: bits.field(at: place.offset ?? 0) { sizeOfStorage(memberType) }, accessibility: accessibility,
      isArtificial: isArtificial, isMutable: isMutable, constant: constant)
  }

  /// The size of a bit field's own type, found without its details.
  private func sizeOfStorage(_ type: DwarfType?) -> UInt64? {
    guard let entry = type?.entry.flatMap({ behindNames($0, andEnumerations: false) }) else { return nil }
    return entry[.byteSize]?.unsignedValue
      ?? behindNames(entry, andEnumerations: true).flatMap { $0[.byteSize]?.unsignedValue }
  }

  private func memberLocation(_ value: FormValue) -> MemberLocation {
    if let bytes = value.expression { return constantOffset(bytes).map { .offset($0) } ?? .expression(value) }
    if case .signed(let offset) = value { return .offset(UInt64(bitPattern: offset)) }
    return value.unsignedValue.map { .offset($0) } ?? .expression(value)
  }

  /// The distance that `DW_OP_plus_uconst` alone adds: how versions before 3 write a member's place.
  private func constantOffset(_ expression: Bytes) -> UInt64? {
    var cursor = expression.cursor()
    guard (try? cursor.u8()) == 0x23, let offset = try? cursor.uleb64(), cursor.isAtEnd else { return nil }
    return offset
  }

  private func base(_ entry: Entry, _ standard: Accessibility) -> BaseClass {
    BaseClass(
      type: type(of: entry), location: entry[.dataMemberLocation].map { memberLocation($0) } ?? .offset(0),
      isVirtual: (entry[.virtuality]?.unsignedValue ?? 0) != 0, accessibility: accessibility(entry, standard))
  }

  private func method(_ entry: Entry, _ standard: Accessibility) -> Method {
    let linkage = entry[.linkageName] ?? entry[.mipsLinkageName]
    return Method(
      entry: entry, name: entry[.name].flatMap { entry.unit.string($0) },
      linkageName: linkage.flatMap { entry.unit.string($0) },
      isVirtual: (entry[.virtuality]?.unsignedValue ?? 0) != 0, isArtificial: entry[.artificial]?.flagValue == true,
      accessibility: accessibility(entry, standard))
  }

  private func accessibility(_ entry: Entry, _ standard: Accessibility) -> Accessibility {
    entry[.accessibility]?.unsignedValue.flatMap { Accessibility(rawValue: $0) } ?? standard
  }

  /// The template argument that `entry` describes; nil for other entries.
  func templateArgument(_ entry: Entry, depth: Int = 0) -> TemplateArgument? {
    let name = entry[.name].flatMap { entry.unit.string($0) }
    switch entry.tag {
    case .templateTypeParameter: return .type(name: name, type(of: entry))
    case .templateValueParameter:
      let constant = (entry[.constValue]).flatMap { entry.unit.constant($0) }
      return .value(name: name, type: type(of: entry), constant)
    case .gnuTemplateTemplateParam:
      return .template(name: name, entry[.gnuTemplateName].flatMap { entry.unit.string($0) } ?? "")
    case .gnuTemplateParameterPack:
      var arguments: [TemplateArgument] = []
      // Packs in packs do not exist.
      guard depth == 0 else { return nil }
      dwarf.forEachChild(of: entry) { child in
        if let argument = templateArgument(child, depth: 1) { arguments.append(argument) }
      }
      return .pack(name: name, arguments)
    default: return nil
    }
  }

  // MARK: Variants

  private func variantPart(_ entry: Entry) -> VariantPart {
    // The member that chooses is one of the part's own, or one of the record's.
    let chooser = entry[.discr].flatMap { dwarf.entry($0, from: entry.unit) }
    let discriminant = chooser.flatMap { $0.tag == .member ? member($0, .public) : nil }
    let tagType = type(of: entry)
    let isSigned = isSigned(discriminant?.type ?? tagType) ?? false
    var variants: [VariantPart.Variant] = []
    dwarf.forEachChild(of: entry) { child in
      guard child.tag == .variant else { return }
      var members: [Member] = []
      dwarf.forEachChild(of: child) { if $0.tag == .member { members.append(member($0, .public)) } }
      variants.append(VariantPart.Variant(values: discriminants(of: child, signed: isSigned), members: members))
    }
    return VariantPart(discriminant: discriminant, tagType: tagType, variants: variants)
  }

  /// The values that choose a variant (DWARF 5, 5.7.10).
  private func discriminants(of entry: Entry, signed: Bool) -> [ClosedRange<Int128>] {
    if let value = entry[.discrValue].flatMap({ entry.unit.constant($0) })?.integer(signed: signed) {
      return [value...value]
    }
    guard let list = entry[.discrList]?.expression else { return [] }
    var cursor = list.cursor()
    func number() throws(ReadError) -> Int128 { signed ? Int128(try cursor.sleb64()) : Int128(try cursor.uleb64()) }
    var ranges: [ClosedRange<Int128>] = []
    do throws(ReadError) {
      while !cursor.isAtEnd {
        // DW_DSC_label, DW_DSC_range.
        let kind = try cursor.u8()
        let low = try number()
        let high = kind == 1 ? try number() : low
        if low <= high { ranges.append(low...high) }
      }
    } catch {
      dwarf.log(error, lost: "what chooses a variant")
    }
    return ranges
  }
}

/// How an entry says which bits a bit field has, in either of two forms.
private struct BitAttributes {
  var size: UInt64?
  /// `DW_AT_data_bit_offset`: from the start of the outer value.
  var fromStart: UInt64?
  /// `DW_AT_bit_offset`: from the most significant bit of the storage unit to that of the field (DWARF 3, 5.5.6).
  var fromTop: Int64?
  /// Bytes of that storage unit, where it is not as large as the field's type.
  var storage: UInt64?

  /// The bits, counted from the start of the outer value; nil for a member that is no bit field.
  func field(at location: UInt64, storage typeSize: () -> UInt64?) -> BitField? {
    // Rust's compiler says of a member without a size of its own (`[T]`) that it were a bit field of none.
    guard let size, size > 0 else { return nil }
    let (start, overflow) = Int64(clamping: location).multipliedReportingOverflow(by: 8)
    guard !overflow else { return nil }
    if let fromStart { return BitField(offset: start &+ Int64(clamping: fromStart), size: size) }
    guard let fromTop else { return BitField(offset: start, size: size) }
    guard let storage = storage ?? typeSize(), storage <= 1 << 32, size <= 1 << 32 else { return nil }
    // On a little-endian machine the storage unit's most significant bit is its last.
    return BitField(offset: start &+ Int64(storage) * 8 &- fromTop &- Int64(size), size: size)
  }
}
