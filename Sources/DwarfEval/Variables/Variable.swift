import ByteCursor

/// A variable, parameter or constant of the program (DWARF 5, chapter 4).
public struct Variable: Sendable {
  /// What kind of thing it is.
  public enum Kind: Hashable, Sendable {
    case parameter
    case local
    /// Of a function, but there all the time.
    case staticLocal
    /// Of a file or a namespace.
    case global
    /// A static member of a type.
    case member
  }
  /// The entry that says where it is; of a variable that only exists in the source of an inlined function, the entry
  /// there.
  public let entry: Entry
  /// The entry that all references lead to: it stands in the scopes that qualify the name.
  public let origin: Entry
  public let kind: Kind
  public let name: String?
  /// The name that linkers see, mangled; nil where it is the name itself or unknown.
  public let linkageName: String?
  /// Nil where none is said.
  public let type: DwarfType?
  /// Where it is declared in the source.
  public let declaration: Declaration?
  /// Whether the compiler made it up: `this`, the length of an array.
  public let isArtificial: Bool
  /// Whether other units can use it by name.
  public let isExternal: Bool
  /// Whether this only says that it is somewhere else: `extern int n;` in a function.
  public let isDeclaration: Bool
  /// How many blocks of its function are around it; 0 for the function's own and outside of functions.
  public internal(set) var depth = 0
  /// Whether another one of the same name is declared further inside, or later in the same block.
  public internal(set) var isShadowed = false
  /// The function, inlined subroutine or block in which it is declared, as `localScopes` found it; nil elsewhere.
  public internal(set) var scope: Entry?
  /// Where it is: an expression or a location list of `entry.unit`. Nil where nothing is said.
  public let location: FormValue?
  /// Its value, where it always has the same.
  public let constant: ConstantValue?

  /// Whether the compiler says neither where it is nor what it is worth.
  public var isOptimizedOut: Bool { location == nil && constant == nil && !isDeclaration }

  /// Where the location starts from.
  public var storage: VariableStorage { VariableStorage(location?.expression) }
}

extension Dwarf {
  /// The variable that `entry` describes, with what the entries say that it refers to (DWARF 5, 2.13.2 and 3.3.8).
  func variable(_ entry: Entry, isInFunction: Bool) -> Variable {
    var naming = NamingAttributes()
    var type: DwarfType?
    var hasType = false
    var isArtificial = false
    var isExternal = false
    var isDeclaration = false
    var location: FormValue?
    var place = entry
    var constant: ConstantValue?
    var origin = entry
    for _ in 0...limits.references {
      var reader = origin.attributes
      while let (attribute, value) = try? reader.next() {
        switch attribute {
        case .type:
          if !hasType { type = self.entry(value, from: origin.unit).map { DwarfType(self, $0) } }
          hasType = true
        case .artificial: isArtificial = isArtificial || value.flagValue == true
        case .external: isExternal = isExternal || value.flagValue == true
        case .declaration: isDeclaration = isDeclaration || (origin == entry && value.flagValue == true)
        case .location:
          // The expression is of the unit that has it.
          if location == nil { (location, place) = (value, origin) }
        case .constValue: if constant == nil { constant = origin.unit.constant(value) }
        default: naming.take(attribute, value, of: origin.unit)
        }
      }
      guard let next = naming.endEntry(of: origin.unit), let target = self.entry(next, from: origin.unit) else { break }
      origin = target
    }
    let storage = VariableStorage(location?.expression)
    let kind: Variable.Kind
    if entry.tag == .formalParameter {
      kind = .parameter
    } else if isInFunction {
      kind = storage.isFixed ? .staticLocal : .local
    } else {
      kind = isInRecord(origin) ? .member : .global
    }
    return Variable(
      entry: place, origin: origin, kind: kind, name: naming.name, linkageName: naming.linkageName, type: type,
      declaration: naming.declaration, isArtificial: isArtificial, isExternal: isExternal,
      isDeclaration: isDeclaration && location == nil && constant == nil, location: location,
      constant: constant)
  }

  private func isInRecord(_ entry: Entry) -> Bool {
    if entry.tag == .member { return true }
    guard let scope = entry.unit.scopes.enclosing(entry.offset, limit: 1).first,
      let tag = (try? entry.unit.entry(at: scope))?.tag
    else { return false }
    return [.structureType, .classType, .unionType, .interfaceType].contains(tag)
  }
}
