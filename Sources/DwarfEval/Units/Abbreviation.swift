import ByteCursor

/// An attribute that the entries of an abbreviation have.
public struct AttributeSpec: Hashable, Sendable {
  public let name: DwAttribute
  public let form: DwForm
  /// Where the value of `DW_FORM_implicit_const` stands in the table's constants.
  let constant: UInt32
}

/// What entries with one abbreviation code have in common (DWARF 5, 7.5.3).
///
/// Kept small and free of references: scans read one for every entry of a unit.
public struct Abbreviation: Sendable {
  public let tag: DwTag
  public let hasChildren: Bool
  let role: Role
  /// Where its attributes stand in the table.
  let firstAttribute: UInt32
  let attributeCount: UInt32
  /// Where its steps for skipping stand in the table.
  let firstStep: UInt32
  let stepCount: UInt32
  /// Bytes behind the last step; without steps, of all attributes.
  let tailSize: UInt32

  /// What scans look for, decided once for each abbreviation.
  enum Role: UInt8, Sendable {
    case other
    /// A subprogram with code.
    case function
    case inlined
    /// Gives its name to what is declared in it.
    case scope
  }
}

/// One step of moving over an entry's attributes: so many bytes, and then a value of an encoding that says its own size.
struct SkipStep: Sendable {
  let size: UInt32
  let form: DwForm
}

/// The abbreviations of one or more units.
public final class AbbreviationTable: Sendable {
  let abbreviations: [Abbreviation]
  let attributes: [AttributeSpec]
  let constants: [Int64]
  let steps: [SkipStep]
  /// The place of each code; empty where the codes are 1, 2, 3…, as all compilers write them.
  private let places: [UInt64: Int]
  /// How many bytes the table has.
  let size: Int
  /// Why the table ends early, where it does.
  let problem: ReadError?

  /// Reads a table up to its end, or as far as it goes.
  ///
  /// Fixed sizes depend on the encoding, so a table belongs to one.
  init(_ start: Cursor, encoding: UnitEncoding) {
    var reader = AbbreviationReader(start, encoding: encoding)
    var abbreviations: [Abbreviation] = []
    var places: [UInt64: Int] = [:]
    var isSequential = true
    var problem: ReadError?
    do throws(ReadError) {
      while let (code, abbreviation) = try reader.next() {
        if isSequential, code != UInt64(abbreviations.count) + 1 {
          isSequential = false
          for index in abbreviations.indices { places[UInt64(index) + 1] = index }
        }
        if !isSequential, places[code] == nil { places[code] = abbreviations.count }
        abbreviations.append(abbreviation)
      }
    } catch {
      problem = error.within(DebugAbbrev.name)
    }
    self.abbreviations = abbreviations
    self.places = places
    self.problem = problem
    attributes = reader.attributes
    constants = reader.constants
    steps = reader.steps
    size = reader.position - start.position
  }

  /// Whether each code's place is one less than the code.
  var isDense: Bool { places.isEmpty }

  /// The place of the abbreviation `code` in `abbreviations`; nil where there is none.
  func place(_ code: UInt64) -> Int? {
    if isDense {
      return code &- 1 < UInt64(abbreviations.count) ? Int(truncatingIfNeeded: code &- 1) : nil
    }
    return places[code]
  }

  /// The abbreviation with `code`.
  public func abbreviation(_ code: UInt64) -> Abbreviation? { place(code).map { abbreviations[$0] } }

  /// The attributes of `abbreviation`, in the order in which their values stand.
  public func attributes(of abbreviation: Abbreviation) -> ArraySlice<AttributeSpec> {
    let start = Int(abbreviation.firstAttribute)
    return attributes[start..<start + Int(abbreviation.attributeCount)]
  }
}

/// Reads abbreviation declarations one by one.
struct AbbreviationReader {
  private var cursor: Cursor
  private let encoding: UnitEncoding
  private(set) var attributes: [AttributeSpec] = []
  private(set) var constants: [Int64] = [0]
  private(set) var steps: [SkipStep] = []

  init(_ cursor: Cursor, encoding: UnitEncoding) {
    self.cursor = cursor
    self.encoding = encoding
  }

  var position: Int { cursor.position }

  /// The next declaration; nil at the end of the table.
  mutating func next() throws(ReadError) -> (code: UInt64, Abbreviation)? {
    // The end of the section ends a table too.
    if cursor.isAtEnd { return nil }
    let code = try cursor.uleb64()
    if code == 0 { return nil }
    let tag = DwTag(rawValue: try number())
    let children = DwChildren(rawValue: try cursor.u8())
    guard children == .yes || children == .no else {
      throw cursor.error(.badAbbreviation, value: UInt64(children.rawValue))
    }
    let firstAttribute = attributes.count
    let firstStep = steps.count
    var size = 0
    var hasCode = false
    while true {
      let name = DwAttribute(rawValue: try number())
      let form = DwForm(rawValue: try number())
      if name.rawValue == 0, form.rawValue == 0 { break }
      guard form.rawValue != 0 else { throw cursor.error(.badAbbreviation) }
      var constant = 0
      if form == .implicitConst {
        constant = constants.count
        constants.append(try cursor.sleb64())
      }
      attributes.append(AttributeSpec(name: name, form: form, constant: UInt32(clamping: constant)))
      if name == .lowPC || name == .ranges { hasCode = true }
      if let fixed = form.fixedSize(encoding) {
        size += fixed
      } else {
        steps.append(SkipStep(size: UInt32(clamping: size), form: form))
        size = 0
      }
    }
    return (
      code,
      Abbreviation(
        tag: tag, hasChildren: children == .yes, role: .init(tag, hasCode: hasCode),
        firstAttribute: UInt32(clamping: firstAttribute),
        attributeCount: UInt32(clamping: attributes.count - firstAttribute),
        firstStep: UInt32(clamping: firstStep), stepCount: UInt32(clamping: steps.count - firstStep),
        tailSize: UInt32(clamping: size))
    )
  }

  private mutating func number() throws(ReadError) -> UInt16 {
    let place = cursor.fileOffset
    let value = try cursor.uleb64()
    guard let number = UInt16(exactly: value) else { throw ReadError(.badAbbreviation, value: value, offset: place) }
    return number
  }
}

extension Abbreviation.Role {
  init(_ tag: DwTag, hasCode: Bool) {
    switch tag {
    case .subprogram: self = hasCode ? .function : .other
    case .inlinedSubroutine: self = .inlined
    case .namespace, .structureType, .classType, .unionType, .enumerationType, .interfaceType, .module:
      self = .scope
    default: self = .other
    }
  }
}

extension Cursor {
  /// Moves over the attributes of an entry.
  @inline(__always) mutating func skipAttributes(
    of abbreviation: Abbreviation, steps: [SkipStep], encoding: UnitEncoding
  ) throws(ReadError) {
    var index = Int(abbreviation.firstStep)
    let end = index + Int(abbreviation.stepCount)
    while index < end {
      let step = steps[index]
      try skip(Int(step.size))
      switch step.form {
      case .exprloc: try skip(try uleb64())
      case .udata, .sdata: try skipLEB()
      default: try skipValue(of: step.form, encoding: encoding)
      }
      index += 1
    }
    try skip(Int(abbreviation.tailSize))
  }
}
