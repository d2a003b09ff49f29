import ByteCursor
import Synchronization

/// The debugging information of one file: what a debugger asks about code addresses.
///
/// Nothing is read before it is asked for, and what was read is kept. May be used from several threads.
public final class Dwarf: Sendable {
  /// The sections that are read.
  public let sections: DwarfSections
  /// The caps on what the file may make us do.
  public let limits: Limits
  private let context: DwarfContext
  private let list: UnitList
  let splits: SplitUnits
  /// What is known about types.
  let types: TypeStore
  /// Where things are declared, by their names.
  let indexMemo = Memo<Box<NameIndex>>()
  /// The tables of functions that Rust's trait objects point to, by their addresses.
  let traitTablesMemo = Memo<Box<[UInt64: [Entry]]>>()
  private let contentsMemo = Memo<[Unit]>()
  private let addressesMemo = Memo<Box<AddressIndex>>()
  private let unclaimedMemo = Memo<Box<RangeMap>>()

  /// The information in `sections`, of which nothing is read yet. Split units come from `split`.
  public init(_ sections: DwarfSections, split: SplitSource = SplitSource(), limits: Limits = .standard) {
    self.sections = sections
    self.limits = limits
    context = DwarfContext(sections, limits: limits)
    list = UnitList(context)
    splits = SplitUnits(split, limits: limits, log: context.log)
    types = TypeStore()
  }

  /// What could not be read, of all that has been read so far.
  public var diagnostics: [Diagnostic] { context.log.diagnostics }

  func log(_ error: ReadError, lost: String) { context.log.add(error, lost: lost) }

  // MARK: Units

  /// All units: those of `.debug_info`, then those of `.debug_types`, in the order in which they stand. Reads the headers.
  ///
  /// Skeleton units stand for themselves here; `contents(of:)` leads to their split units.
  public var units: [Unit] { list.units }

  /// The unit that holds the entries which `unit` stands for: of a skeleton unit its split unit, if the source has it,
  /// else `unit` itself.
  public func contents(of unit: Unit) -> Unit {
    guard unit.skeleton == nil, unit.root.isSkeleton else { return unit }
    return unit.split { splits.join(unit) } ?? unit
  }

  /// All units that entries are read from: `units`, the split ones in place of their skeletons.
  public var contentUnits: [Unit] { contentsMemo.get { units.map { contents(of: $0) } } }

  /// The unit of `.debug_info` that holds the entry at `offset`.
  public func unit(holding offset: DebugInfoOffset) -> Unit? { list.unit(holding: offset) }

  /// The unit that holds the entry at `offset` of the section that `unit` stands in: split files have one each.
  func unit(holding offset: DebugInfoOffset, beside unit: Unit) -> Unit? {
    guard let splitList = splits.list(of: unit) else { return list.unit(holding: offset) }
    guard let found = splitList.unit(holding: offset) else { return nil }
    return found.header.offset == unit.header.offset ? unit : found
  }

  /// The type unit with `signature`, of the linked file, the package, or a split file that is open.
  public func typeUnit(signature: UInt64) -> Unit? {
    if let unit = list.typeUnit(signature: signature) ?? splits.typeUnit(signature: signature) { return unit }
    for list in splits.opened {
      if let unit = list.typeUnit(signature: signature) { return unit }
    }
    return nil
  }

  /// The type unit with `signature`, that of the split file which `unit` stands in first.
  func typeUnit(signature: UInt64, beside unit: Unit) -> Unit? {
    splits.list(of: unit)?.typeUnit(signature: signature) ?? typeUnit(signature: signature)
  }

  // MARK: Addresses

  /// The units whose code may hold `address` as their first entries say, the likeliest first; where none claims it,
  /// the one that has a function there all the same.
  func candidates(_ address: CodeAddress) -> [Unit] {
    let units = units
    let claiming = addressIndex.value.units(claiming: address)
    if !claiming.isEmpty { return claiming.map { contents(of: units[Int($0)]) } }
    return unclaimed(address).map { [$0] } ?? []
  }

  /// Of the units that do not say where their code is the one that has a function at `address`. Reads all of them.
  private func unclaimed(_ address: CodeAddress) -> Unit? {
    let units = units
    let index = addressIndex
    guard !index.value.unclaiming.isEmpty else { return nil }
    let map = unclaimedMemo.get { Box(Self.functions(of: index.value.unclaiming.map { contents(of: units[Int($0)]) })) }
    return map.value.narrowest(containing: address.rawValue).map { contents(of: units[Int($0)]) }
  }

  private var addressIndex: Box<AddressIndex> {
    let units = units
    return addressesMemo.get { Box(AddressIndex(units, context: context)) }
  }

  /// Where the functions of `units` are, by the units' numbers.
  private static func functions(of units: [Unit]) -> RangeMap {
    inParallel(units) { _ = $0.functionTable }
    var elements: [RangeMap.Element] = []
    for unit in units {
      for element in unit.functionTable.ranges {
        elements.append(
          RangeMap.Element(low: element.low, high: element.high, value: UInt32(truncatingIfNeeded: unit.index)))
      }
    }
    return RangeMap(elements)
  }

  /// The unit whose code holds `address`.
  ///
  /// Reads the units' first entries; the others of a unit only where several units claim the address, or where none
  /// does and some do not say where their code is.
  public func unit(containing address: CodeAddress) -> Unit? {
    let candidates = candidates(address)
    guard candidates.count > 1 else { return candidates.first }
    return candidates.first { $0.functionTable.function(containing: address) != nil } ?? candidates.first
  }

  /// The function whose code holds `address`.
  ///
  /// Where two objects define one inline function a linker keeps one's code and relocates both ones' debugging
  /// information to it, with lengths that may differ. So several functions can claim an address, of which one is true:
  /// that which begins and ends where the code's container says that the function's `body` does, else that which
  /// begins there, else that of the first unit.
  /// - Parameter body: where the function that holds the address begins and ends, if that is known.
  public func function(containing address: CodeAddress, body: CodeRange? = nil) -> Function? {
    var best: Function?
    var bestScore = -1
    func consider(_ unit: Unit) {
      guard let number = unit.functionTable.function(containing: address) else { return }
      let function = Function(unit: unit, number: number)
      let score = body.map { body in function.ranges.map { $0 == body ? 2 : $0.low == body.low ? 1 : 0 }.max() ?? 0 }
      guard score ?? 0 > bestScore else { return }
      best = function
      bestScore = score ?? 0
    }
    let candidates = candidates(address)
    for unit in candidates {
      consider(unit)
      // Nothing beats a perfect fit, or the first one where there is nothing to fit.
      if bestScore == 2 || (body == nil && best != nil) { return best }
    }
    if best == nil, let unit = unclaimed(address) { consider(unit) }
    return best
  }

  /// The functions that `address` belongs to: what was inlined there, innermost first, and last the function
  /// with code of its own. Empty where no function holds the address. `body` as in `function(containing:body:)`.
  public func inlineChain(at address: CodeAddress, body: CodeRange? = nil) -> [InlinedFrame] {
    guard let function = function(containing: address, body: body) else { return [] }
    let unit = function.unit
    var frames = [InlinedFrame(unit: unit, offset: function.offset, callSite: nil)]
    for node in unit.inlined(at: address, function: function.number) {
      frames.append(InlinedFrame(unit: unit, offset: UnitOffset(UInt64(node.offset)), callSite: node.callSite))
    }
    frames.reverse()
    return frames
  }

  // MARK: Many at once

  /// Reads what questions about `addresses` need, a task for each unit.
  public func preload(_ addresses: some Sequence<CodeAddress>) {
    var wanted: [Int: (unit: Unit, addresses: [CodeAddress])] = [:]
    for address in addresses {
      for unit in candidates(address) { wanted[unit.index, default: (unit, [])].addresses.append(address) }
    }
    let work = Array(wanted.values)
    Parallel.forEach(work, size: { $0.unit.header.bytes.count }) { unit, addresses in
      let table = unit.functionTable
      for address in addresses {
        if let number = table.function(containing: address) { _ = unit.inlined(at: address, function: number) }
      }
      _ = unit.lineTable
    }
  }

  /// All functions with code in `unit`, in the order of their entries; of a skeleton unit those of its split unit.
  public func functions(in unit: Unit) -> [Function] {
    let unit = contents(of: unit)
    return unit.functionTable.offsets.indices.map { Function(unit: unit, number: $0) }
  }

  /// All functions with code whose name, linkage name or qualified name is `name`. Reads all units.
  public func functions(named name: String) -> [Function] {
    let units = units
    let found = Mutex<[Function]>([])
    Self.inParallel(units) { unit in
      let matches = self.functions(in: unit).filter { function in
        self.info(function).map { self.isNamed($0, name) } ?? false
      }
      if !matches.isEmpty { found.withLock { $0 += matches } }
    }
    return found.withLock { $0 }.sorted { ($0.unit.index, $0.number) < ($1.unit.index, $1.number) }
  }

  static func inParallel(_ units: [Unit], _ body: @Sendable (Unit) -> Void) {
    Parallel.forEach(units, size: { $0.header.bytes.count }, body)
  }
}
