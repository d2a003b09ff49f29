import ByteCursor

/// A function or a block of it, with the variables that are declared in it.
public struct LocalScope: Sendable {
  /// The entry of the function, inlined subroutine or block.
  public let entry: Entry
  /// How many blocks are around it: 0 for the function.
  public let depth: Int
  /// In the order of the source: parameters first.
  public let variables: [Variable]
}

extension Dwarf {
  /// The blocks of `frame` around `address`, the innermost first and the function itself last, with their variables.
  ///
  /// Variables of an inlined function that have no counterpart where it was inlined are there too, as optimised out.
  /// - Parameter address: an address of the frame's code: of the instruction that a caller is at, its call.
  public func localScopes(of frame: InlinedFrame, at address: CodeAddress) -> [LocalScope] {
    localScopes(frame.unit, frame.offset, at: address)
  }

  /// As `localScopes(of:at:)` of what has no inlined frame.
  public func localScopes(of function: Function, at address: CodeAddress) -> [LocalScope] {
    localScopes(function.unit, function.offset, at: address)
  }

  private func localScopes(_ unit: Unit, _ offset: UnitOffset, at address: CodeAddress) -> [LocalScope] {
    guard let root = try? unit.entry(at: offset) else { return [] }
    var finder = ScopeFinder(root, address: address)
    do throws(ReadError) {
      try finder.run()
    } catch {
      log(error, lost: "variables of a function")
    }
    // Deeper ones hide others; of two blocks of one depth the latter does.
    var order = finder.scopes.indices.sorted {
      (finder.scopes[$0].depth, $0) > (finder.scopes[$1].depth, $1)
    }
    // No person nests so deep; of those who do, the innermost and the function itself are kept.
    if order.count > limits.nesting { order.removeSubrange((limits.nesting - 1)..<(order.count - 1)) }
    var seen: Set<String> = []
    return order.map { number in
      let found = finder.scopes[number]
      var variables = self.variables(of: found)
      for index in variables.indices.reversed() {
        guard let name = variables[index].name else { continue }
        variables[index].isShadowed = !seen.insert(name).inserted
      }
      return LocalScope(entry: found.entry, depth: found.depth, variables: variables)
    }
  }

  /// The variables of a scope, joined with those of the source that it is an instance of.
  private func variables(of scope: ScopeFinder.Scope) -> [Variable] {
    func make(_ entry: Entry) -> Variable {
      var variable = variable(entry, isInFunction: true)
      variable.depth = scope.depth
      variable.scope = scope.entry
      return variable
    }
    let concrete = scope.variables.map { make($0) }
    guard let origin = scope.entry[.abstractOrigin].flatMap({ entry($0, from: scope.entry.unit) }) else {
      return concrete
    }
    var places: [Entry: Int] = [:]
    for (index, variable) in concrete.enumerated() where places[variable.origin] == nil {
      places[variable.origin] = index
    }
    var joined: [Variable] = []
    var used: Set<Int> = []
    forEachVariable(of: origin) { entry in
      if let index = places[entry] {
        if used.insert(index).inserted { joined.append(concrete[index]) }
      } else {
        joined.append(make(entry))
      }
    }
    return joined + concrete.indices.filter { !used.contains($0) }.map { concrete[$0] }
  }

  private func forEachVariable(of scope: Entry, _ body: (Entry) -> Void) {
    forEachChild(of: scope) { child in
      if child.tag.isVariable { body(child) }
      if child.tag == .gnuFormalParameterPack {
        forEachChild(of: child) { if $0.tag.isVariable { body($0) } }
      }
    }
  }
}

extension DwTag {
  /// Whether it describes something that has a value.
  var isVariable: Bool { self == .formalParameter || self == .variable || self == .constant }
  /// Whether it describes a block of a function.
  var isBlock: Bool { self == .lexicalBlock || self == .tryBlock || self == .catchBlock || self == .withStmt }
}

/// Finds the blocks around an address in one pass over a function's entries.
struct ScopeFinder {
  struct Scope {
    let entry: Entry
    let depth: Int
    var variables: [Entry] = []
  }
  private let root: Entry
  private let address: CodeAddress
  private let codeRanges: CodeRangeReader
  private var budget: RangeBudget
  private(set) var scopes: [Scope] = []

  init(_ root: Entry, address: CodeAddress) {
    self.root = root
    self.address = address
    codeRanges = root.unit.codeRanges()
    budget = codeRanges.budget
  }

  mutating func run() throws(ReadError) {
    var reader = try root.unit.entries(from: root.offset)
    _ = try reader.next()
    scopes = [Scope(entry: root, depth: 0)]
    /// The scopes that are open, with the depth of what belongs to them.
    var open: [(scope: Int, depth: Int)] = [(0, 1)]
    while let entry = try reader.next() {
      while let last = open.last, last.depth > reader.depth { open.removeLast() }
      // What belongs to anything but a scope is none of ours.
      guard let last = open.last, last.depth == reader.depth else { continue }
      if entry.tag.isVariable {
        scopes[last.scope].variables.append(entry)
      } else if entry.tag == .gnuFormalParameterPack, entry.hasChildren {
        open.append((last.scope, reader.depth + 1))
      } else if entry.tag.isBlock, try holds(entry) {
        scopes.append(Scope(entry: entry, depth: scopes[last.scope].depth + 1))
        if entry.hasChildren { open.append((scopes.count - 1, reader.depth + 1)) }
      }
    }
  }

  /// Whether the code of a block holds the address. One that says nothing about code has all of what is around it.
  private mutating func holds(_ entry: Entry) throws(ReadError) -> Bool {
    var cursor = entry.values
    let code = try CodeAttributes(&cursor, entry.abbreviation, table: entry.table, encoding: codeRanges.encoding)
    if code.low == nil, code.list == nil { return true }
    var found: [CodeRange] = []
    try codeRanges.append(code, to: &found, budget: &budget)
    return found.contains { $0.contains(address) }
  }
}
