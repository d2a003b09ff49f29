import DwarfEval

/// The attributes of an entry that matter for quality, from one pass over it.
struct EntryFacts {
  var low: FormValue?
  var high: FormValue?
  var ranges: FormValue?
  var location: FormValue?
  var origin: FormValue?
  var specification: FormValue?
  var name: FormValue?
  var isDeclaration = false
  var isAbstract = false
  var hasConstant = false

  init(_ entry: Entry) {
    var reader = entry.attributes
    while let (name, value) = try? reader.next() {
      switch name {
      case .lowPC: low = value
      case .highPC: high = value
      case .ranges: ranges = value
      case .location: location = value
      case .abstractOrigin: origin = value
      case .specification: specification = value
      case .name: self.name = value
      case .declaration: isDeclaration = value.flagValue == true
      case .inline: isAbstract = true
      case .constValue: hasConstant = true
      default: break
      }
    }
  }
}

extension FormValue {
  /// Where in its section the entry of this or another unit stands that the value, of an attribute in `unit`, refers to.
  func sectionOffset(from unit: Unit) -> UInt64? {
    switch self {
    case .unitReference(let offset): unit.header.offset &+ offset.rawValue
    case .infoReference(let offset): offset.rawValue
    default: nil
    }
  }
}
