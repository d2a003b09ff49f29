import ByteCursor

/// A function that has code: a subprogram's entry.
public struct Function: Sendable {
  /// The unit that holds the function.
  public let unit: Unit
  /// The place in the unit's table.
  let number: Int

  /// Where the function's entry starts in its unit.
  public var offset: UnitOffset { UnitOffset(UInt64(unit.functionTable.offsets[number])) }

  /// The function's entry.
  /// - Throws: what reading it throws (it could be read once before).
  public func entry() throws(ReadError) -> Entry { try unit.entry(at: offset) }

  /// The function's code.
  public var ranges: [CodeRange] {
    guard let entry = try? entry() else { return [] }
    return (try? unit.codeRanges().ranges(of: entry)) ?? []
  }
}

extension Function: Hashable {
  public static func == (left: Function, right: Function) -> Bool {
    left.unit === right.unit && left.number == right.number
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(unit))
    hasher.combine(number)
  }
}

/// One of the functions that an address belongs to: a function with code of its own, or one inlined into it.
public struct InlinedFrame: Sendable {
  /// The unit that holds the code.
  public let unit: Unit
  /// The entry: `DW_TAG_inlined_subroutine`, or `DW_TAG_subprogram` for the outermost.
  public let offset: UnitOffset
  /// Where the next outer function called this one; nil for the outermost, which was not inlined.
  public let callSite: CallSite?
}

/// What is known about a function besides where its code is.
public struct FunctionInfo: Sendable {
  /// The name in the source, without its scopes.
  public internal(set) var name: String?
  /// The name that linkers see, mangled; nil where it is the name itself or unknown.
  public internal(set) var linkageName: String?
  /// The language of the unit that declares it.
  public internal(set) var language: DwLanguage?
  /// Where it is declared.
  public internal(set) var declaration: Declaration?
  /// Whether other units can call it by name.
  public internal(set) var isExternal = false
  /// Whether the compiler made it up.
  public internal(set) var isArtificial = false
  /// Whether it never returns.
  public internal(set) var isNoReturn = false
  /// The entry that all references lead to: it stands in the scopes that qualify the name.
  public internal(set) var origin: Entry
}

/// A place in the source where something is declared.
public struct Declaration: Sendable {
  /// The unit in whose line table the file's index counts.
  public let unit: Unit
  /// The file's index; nil where none is said.
  public let file: UInt64?
  /// The line, from 1; 0 where none is said.
  public let line: UInt64

  /// The file's path.
  public var path: String? { file.flatMap { unit.path(ofFile: $0) } }
}
