import DwarfEval

/// Types as their definitions in the syntax of their language, as gdb's `ptype` shows them.
///
/// Names from files are escaped. Types that contain thousands of members end in dots.
public struct TypePrinter {
  /// Columns that a line should not exceed.
  public var width: Int
  /// Whether each member has its offset and size in front of it, and holes are told (`ptype/o`).
  public var showsLayout: Bool
  var rows: [Row] = []
  /// How many rows may yet be made.
  var budget = 5_000

  /// A line, and what stands in front of it in a layout.
  struct Row {
    var margin = ""
    var text: String
  }

  /// Bytes from the start of the outermost type, and whether the members of what surrounds them share their place.
  struct Place {
    var offset: UInt64 = 0
    var isShared = false
  }

  /// A printer.
  public init(width: Int = 100, showsLayout: Bool = false) {
    self.width = width
    self.showsLayout = showsLayout
  }

  /// The definition of a type, without an end of line; `void` for nil. What only names another type is looked through.
  public func definition(of type: DwarfType?) -> String {
    var printer = self
    printer.rows = []
    printer.write(type)
    guard showsLayout, printer.rows.count > 1 else { return printer.rows.map(\.text).joined(separator: "\n") }
    let margin = "/* offset      |    size */"
    let empty = String(repeating: " ", count: margin.count)
    return printer.rows.enumerated().map { index, row in
      // The command puts `type = ` before the first line.
      let front = index == 0 ? margin : row.margin.isEmpty ? empty : row.margin
      // gdb moves the outermost lines away from the comment; members are indented anyway.
      let isOutermost = index == 0 || index == printer.rows.count - 1
      return row.text.isEmpty ? row.margin : front + (isOutermost ? "  " : "") + row.text
    }.joined(separator: "\n")
  }

  // MARK: The outermost type

  private mutating func write(_ type: DwarfType?) {
    guard let type else { return add("type = void") }
    var core = type
    var (before, behind) = ("", "")
    loop: for _ in 0..<64 {
      let language = core.language
      let isC = language != .rust && language != .zig && language != .swift
      switch core.kind {
      case .typedef(let next?): core = next
      case .qualified(let qualifier, let next?):
        if next.isPointer, isC {
          behind = " \(qualifier.rawValue)" + behind
        } else {
          before += qualifier.rawValue + " "
        }
        core = next
      case .pointer(let next?) where isC && Self.isExpanded(next): (core, behind) = (next, " *" + behind)
      case .reference(let next?) where isC && Self.isExpanded(next): (core, behind) = (next, " &" + behind)
      case .rvalueReference(let next?) where isC && Self.isExpanded(next): (core, behind) = (next, " &&" + behind)
      case .array(let array):
        guard isC, let element = array.element, Self.isExpanded(element) else { break loop }
        let bounds = array.dimensions.map { "[\($0.fixedCount.map { String($0) } ?? "")]" }.joined()
        (core, behind) = (element, " " + (bounds.isEmpty ? "[]" : bounds) + behind)
      default: break loop
      }
    }
    core = core.definition
    switch core.kind {
    case .record, .enumeration: write(core, before: "type = " + before, behind: behind, indent: 0, Place(), depth: 0)
    case .typedef(nil), .qualified(_, nil): add("type = \(before)void\(behind)")
    default: add("type = \(before)\(core.displayName)\(behind)")
    }
  }

  /// Whether a pointer to `type` is shown with the type's definition in front of the star; C writes around others.
  private static func isExpanded(_ type: DwarfType) -> Bool {
    var type = type
    for _ in 0..<64 {
      switch type.underlying?.kind {
      case .pointer(let next?)?, .reference(let next?)?, .rvalueReference(let next?)?: type = next
      case .record?, .enumeration?, .base?: return true
      default: return false
      }
    }
    return false
  }

  // MARK: Records and enumerations

  /// The definition of a record or enumeration between what stands before and behind it.
  mutating func write(
    _ type: DwarfType, before: String, behind: String, indent: Int, _ place: Place, depth: Int, margin: String = ""
  ) {
    switch type.kind {
    case .record(let written):
      let record = type.language == .swift ? SwiftLayout.record(of: type) ?? written : written
      if type.language == .rust, write(rust: type, record, before, behind, indent, place, margin) { return }
      write(record, of: type, before, behind, indent, place, depth, margin)
    case .enumeration(let enumeration): write(enumeration, of: type, before, behind, indent, margin)
    default: add(before + type.displayName + behind, indent, margin)
    }
  }

  private mutating func write(
    _ record: RecordType, of type: DwarfType, _ before: String, _ behind: String, _ indent: Int, _ place: Place,
    _ depth: Int, _ margin: String
  ) {
    let inner = indent + 4
    add(before + Self.heading(record.keyword.rawValue, type) + Self.bases(of: record) + " {", indent, margin)
    if record.isIncomplete {
      add("<incomplete type>", inner)
    } else {
      members(of: record, inner, place, depth, size: type.size, keyword: record.keyword)
      if record.methods.contains(where: { !$0.isArtificial }), depth == 0, !showsLayout {
        if !(record.members.isEmpty && record.staticMembers.allSatisfy(\.isArtificial)) { add("") }
        methods(of: record, type, inner)
      } else if record.members.isEmpty, record.staticMembers.isEmpty {
        add("<no data fields>", inner)
      }
      if showsLayout, let size = type.size {
        add("")
        add("/* total size: \(Self.padded(size, 4)) bytes */", inner)
      }
    }
    add("}" + behind, indent)
  }

  /// `struct node`: the language's name, with the keyword where it has none.
  static func heading(_ keyword: String, _ type: DwarfType) -> String {
    let name = type.displayName
    guard type.simpleName?.isEmpty == false else { return keyword }
    return name.hasPrefix(keyword + " ") ? name : keyword + " " + name
  }

  private static func bases(of record: RecordType) -> String {
    guard !record.bases.isEmpty else { return "" }
    let texts = record.bases.prefix(64).map { base in
      "\(base.accessibility)" + (base.isVirtual ? " virtual " : " ") + (base.type?.displayName ?? "?")
    }
    return " : " + texts.joined(separator: ", ")
  }

  private mutating func members(
    of record: RecordType, _ indent: Int, _ place: Place, _ depth: Int, size: UInt64?, keyword: RecordType.Keyword
  ) {
    var access = keyword == .class ? Accessibility.private : .public
    var holes = Holes(record)
    let isUnion = keyword == .union
    for member in record.members {
      // The pointer to the table of virtual functions is not the source's.
      if member.isArtificial, member.name?.hasPrefix("_vptr") ?? false { continue }
      guard budget > 0 else { return add("...", indent) }
      label(member.accessibility, &access, indent)
      if showsLayout, !isUnion, let hole = holes.before(member) { add("", margin: hole) }
      let margin = showsLayout ? Self.margin(of: member, place, isShared: isUnion) : ""
      let bits = member.bits.map { " : \($0.size)" } ?? ""
      if let type = member.type, depth < 8, Self.isAnonymous(type) {
        let behind = (member.name.map { " \($0)" } ?? "") + bits + ";"
        let inner = Place(
          offset: place.offset &+ (member.location.offset ?? 0), isShared: isUnion)
        write(type.definition, before: "", behind: behind, indent: indent, inner, depth: depth + 1, margin: margin)
      } else {
        add(Self.declaration(of: member.name ?? "", member.type) + bits + ";", indent, margin)
      }
    }
    for member in record.staticMembers where !member.isArtificial {
      guard budget > 0 else { return add("...", indent) }
      label(member.accessibility, &access, indent)
      add("static " + Self.declaration(of: member.name ?? "", member.type) + ";", indent)
    }
    if showsLayout, !isUnion, let padding = holes.atEnd(size) { add("", margin: padding) }
  }

  private mutating func label(_ accessibility: Accessibility, _ current: inout Accessibility, _ indent: Int) {
    guard accessibility != current else { return }
    current = accessibility
    add("\(accessibility):", indent - 2)
  }

  static func declaration(of name: String, _ type: DwarfType?) -> String {
    type?.declaration(of: name) ?? (name.isEmpty ? "void" : "void \(name)")
  }

  private static func isAnonymous(_ type: DwarfType) -> Bool {
    guard type.simpleName?.isEmpty ?? true else { return false }
    switch type.kind {
    case .record, .enumeration: return true
    default: return false
    }
  }

  private mutating func methods(of record: RecordType, _ type: DwarfType, _ indent: Int) {
    var access = record.keyword == .class ? Accessibility.private : .public
    for method in record.methods where !method.isArtificial {
      guard budget > 0, let name = method.name else { return add("...", indent) }
      label(method.accessibility, &access, indent)
      add(Self.text(of: method, name, in: type) + ";", indent)
    }
  }

  /// `virtual int area(int) const`.
  private static func text(of method: Method, _ name: String, in type: DwarfType) -> String {
    guard case .subroutine(var function) = type.dwarf.type(describedBy: method.entry).kind else { return name + "()" }
    var behind = ""
    let isStatic = !hasObject(method.entry)
    if !isStatic, let this = function.parameters.first {
      function.parameters.removeFirst()
      if case .qualified(.const, _)? = this?.target?.kind { behind = " const" }
    }
    let plain = type.simpleName.map { String($0.prefix { $0 != "<" }) }
    let hasResult = name != plain && !name.hasPrefix("~")
    return (method.isVirtual ? "virtual " : isStatic ? "static " : "")
      + declaration(of: name, function, hasResult: hasResult) + behind
  }

  /// Whether a method's first parameter is the object that it is called on, which the compiler makes.
  private static func hasObject(_ entry: Entry) -> Bool {
    if entry[.objectPointer] != nil { return true }
    guard entry.hasChildren, var reader = try? entry.unit.entries(from: entry.offset) else { return false }
    _ = try? reader.next()
    guard let first = (try? reader.next()) ?? nil, reader.depth == 1 else { return false }
    return first.tag == .formalParameter && first[.artificial]?.flagValue == true
  }

  /// How a function is declared: `int add(int, int)`.
  static func declaration(of name: String, _ function: SubroutineType, hasResult: Bool = true) -> String {
    var texts = function.parameters.prefix(64).map { $0?.displayName ?? "void" }
    if texts.isEmpty, function.isPrototyped, function.result?.language == .c { texts = ["void"] }
    if function.isVariadic || function.parameters.count > texts.count { texts.append("...") }
    let declarator = "\(name)(\(texts.joined(separator: ", ")))"
    return hasResult ? declaration(of: declarator, function.result) : declarator
  }

  private mutating func write(
    _ enumeration: EnumerationType, of type: DwarfType, _ before: String, _ behind: String, _ indent: Int,
    _ margin: String
  ) {
    var heading = before + Self.heading("enum", type)
    if enumeration.isScoped, type.language == .cPlusPlus {
      heading = before + "enum class " + type.displayName
      if let underlying = enumeration.underlying { heading += " : " + underlying.displayName }
    }
    guard !enumeration.isIncomplete else { return add(heading + " {<incomplete type>}" + behind, indent, margin) }
    var next: Int128 = 0
    var texts: [String] = []
    for enumerator in enumeration.enumerators.prefix(2_000) {
      texts.append(enumerator.value == next ? enumerator.name : "\(enumerator.name) = \(enumerator.value)")
      next = enumerator.value &+ 1
    }
    if enumeration.enumerators.count > texts.count { texts.append("...") }
    let line = heading + " {" + texts.joined(separator: ", ") + "}" + behind
    if indent + line.count <= width { return add(line, indent, margin) }
    add(heading + " {", indent, margin)
    for (index, text) in texts.enumerated() { add(text + (index + 1 < texts.count ? "," : ""), indent + 4) }
    add("}" + behind, indent)
  }

  // MARK: Rows

  /// Adds a line; what it says comes from files.
  mutating func add(_ text: String, _ indent: Int = 0, _ margin: String = "") {
    budget -= 1
    let spaces = text.isEmpty ? "" : String(repeating: " ", count: max(0, indent))
    rows.append(Row(margin: margin, text: spaces + TerminalText.escaped(text)))
  }

  private mutating func add(_ text: String, margin: String) { add(text, 0, margin) }
}
