import ByteCursor

/// A family of languages that write names and types alike.
public enum SourceLanguage: Hashable, Sendable {
  case c, cPlusPlus, rust, zig, swift, other

  /// The family of `language`, as a compiler with the name `producer` says it: Zig says it were C.
  init(_ language: DwLanguage?, producer: String?) {
    if let producer, producer.utf8.starts(with: "zig ".utf8) {
      self = .zig
      return
    }
    switch language {
    case .c89, .c, .c99, .c11, .c17, .c23, .objC, .upc, .openCL, .assembly, .mipsAssembler: self = .c
    case .cPlusPlus, .cPlusPlus03, .cPlusPlus11, .cPlusPlus14, .cPlusPlus17, .cPlusPlus20, .cPlusPlus23,
      .objCPlusPlus, .openCLCPP, .cppForOpenCL, .hip, .sycl:
      self = .cPlusPlus
    case .rust: self = .rust
    case .zig: self = .zig
    case .swift: self = .swift
    default: self = .other
    }
  }

  /// Whether types with a keyword in front are named with it: `struct node`.
  var namesHaveKeywords: Bool { self == .c }

  /// Whether a name of a type says its scopes already, or types have none.
  var namesAreComplete: Bool { self == .c || self == .zig }
}

extension DwLanguage {
  /// The first index of an array whose type does not say it (DWARF 5, table 7.17).
  var lowerBound: Int64 {
    switch self {
    case .ada83, .ada95, .ada2005, .ada2012, .cobol74, .cobol85, .fortran77, .fortran90, .fortran95, .fortran03,
      .fortran08, .fortran18, .fortran23, .julia, .modula2, .pascal83, .pli:
      return 1
    default: return 0
    }
  }
}

extension Unit {
  /// The family of the unit's language.
  public var sourceLanguage: SourceLanguage { languageMemo.get { SourceLanguage(root.language, producer: producer) } }
}
