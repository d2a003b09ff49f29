import ByteCursor

extension Dwarf {
  /// The entry that `value`, an attribute of an entry of `unit`, refers to; nil where it leads nowhere or into a
  /// supplementary file.
  public func entry(_ value: FormValue, from unit: Unit) -> Entry? {
    do throws(ReadError) {
      switch value {
      case .unitReference(let offset): return try unit.entry(at: offset)
      case .infoReference(let offset):
        guard let unit = self.unit(holding: offset, beside: unit) else { return nil }
        return try unit.entry(at: UnitOffset(offset.rawValue - unit.header.offset))
      case .signatureReference(let signature):
        guard let unit = typeUnit(signature: signature, beside: unit), let offset = unit.header.typeOffset else {
          return nil
        }
        return try unit.entry(at: offset)
      default: return nil
      }
    } catch {
      log(error, lost: "what an entry refers to")
      return nil
    }
  }

  /// What the function or inlined subroutine at `offset` of `unit` is called, and so on: from its own entry and those
  /// that it refers to (`DW_AT_abstract_origin`, `DW_AT_specification`; DWARF 5, 2.13.2 and 3.3.8).
  ///
  /// Nil where there is no entry. References that go in circles end at the limit.
  public func info(_ unit: Unit, at offset: UnitOffset) -> FunctionInfo? {
    guard let first = try? unit.entry(at: offset) else { return nil }
    var info = FunctionInfo(origin: first)
    var naming = NamingAttributes()
    var entry = first
    for _ in 0...limits.references {
      info.origin = entry
      var reader = entry.attributes
      while let (attribute, value) = try? reader.next() {
        switch attribute {
        case .external: info.isExternal = info.isExternal || value.flagValue == true
        case .artificial: info.isArtificial = info.isArtificial || value.flagValue == true
        case .noreturn: info.isNoReturn = info.isNoReturn || value.flagValue == true
        default: naming.take(attribute, value, of: entry.unit)
        }
      }
      guard let next = naming.endEntry(of: entry.unit), let target = self.entry(next, from: entry.unit) else { break }
      entry = target
    }
    info.name = naming.name
    info.linkageName = naming.linkageName
    info.declaration = naming.declaration
    info.language = info.origin.unit.root.language
    return info
  }

  /// What `function` is called, and so on.
  public func info(_ function: Function) -> FunctionInfo? { info(function.unit, at: function.offset) }

  /// What the function of `frame` is called, and so on.
  public func info(_ frame: InlinedFrame) -> FunctionInfo? { info(frame.unit, at: frame.offset) }

  /// The function's name with the names of its scopes, as its language writes them: `a::(anonymous namespace)::B::f`.
  ///
  /// The first such question about a unit reads all of that unit's entries.
  public func qualifiedName(_ info: FunctionInfo) -> String? {
    guard let name = info.name else { return nil }
    let scopes = scopes(around: info.origin, besides: name.utf8.count).map(\.name)
    return (scopes.reversed() + [name]).joined(separator: info.language?.scopeSeparator ?? "::")
  }

  /// A scope that an entry is declared in.
  struct EnclosingScope {
    let name: String
    /// Whether names in it are used without its own: inline and anonymous namespaces.
    let isTransparent: Bool
  }

  /// The scopes around `entry`, the innermost first, as far as the limits allow for a name that has `size` bytes already.
  func scopes(around entry: Entry, besides size: Int) -> [EnclosingScope] {
    var found: [EnclosingScope] = []
    var size = size
    var entry = entry
    // A scope may have been declared elsewhere, in scopes of its own.
    for _ in 0...limits.references {
      var next: Entry?
      for offset in entry.unit.scopes.enclosing(entry.offset, limit: limits.nesting) {
        guard let scope = try? entry.unit.entry(at: offset) else { break }
        let declared = declaration(of: scope)
        let name = scopeName(declared)
        size += name.utf8.count
        guard size <= limits.nameBytes, found.count < limits.nesting else { break }
        let isTransparent =
          declared.tag == .namespace && (declared[.name] == nil || declared[.exportSymbols]?.flagValue == true)
        found.append(EnclosingScope(name: name, isTransparent: isTransparent))
        if declared != scope {
          next = declared
          break
        }
      }
      guard let next else { break }
      entry = next
    }
    return found
  }

  /// The entry that declares `scope` where it was, if `scope` itself only completes it; or that describes its type.
  func declaration(of scope: Entry) -> Entry {
    var entry = scope
    for _ in 0...limits.references {
      guard
        let reference = entry[.specification] ?? entry[.abstractOrigin]
          ?? (entry[.name] == nil ? entry[.signature] : nil),
        let next = self.entry(reference, from: entry.unit)
      else { break }
      entry = next
    }
    return entry
  }

  private func scopeName(_ scope: Entry) -> String {
    if let name = scope[.name].flatMap({ scope.unit.string($0) }), !name.isEmpty { return name }
    switch scope.tag {
    case .namespace: return "(anonymous namespace)"
    case .structureType: return "(anonymous struct)"
    case .classType: return "(anonymous class)"
    case .unionType: return "(anonymous union)"
    case .enumerationType: return "(anonymous enum)"
    default: return "(anonymous)"
    }
  }
}

extension DwLanguage {
  /// What stands between the names of scopes.
  var scopeSeparator: String {
    switch self {
    case .swift, .zig, .d, .go, .java, .python, .kotlin, .cSharp, .ocaml, .modula2, .modula3, .haskell: return "."
    default: return "::"
    }
  }
}
