import ByteCursor
import Synchronization

/// The split units of one file: joins them with their skeletons and finds their type units.
final class SplitUnits: Sendable {
  private let source: SplitSource
  private let limits: Limits
  private let log: DiagnosticLog
  private let indexMemo = Memo<Box<(units: PackageIndex, types: PackageIndex)>>()
  private struct State {
    /// The lists of units of the files that were opened, by their contexts.
    var lists: [ObjectIdentifier: UnitList] = [:]
    /// Of the packages' type units those that were asked for.
    var types: [UInt64: UnitList] = [:]
  }
  private let state = Mutex(State())

  init(_ source: SplitSource, limits: Limits, log: DiagnosticLog) {
    self.source = source
    self.limits = limits
    self.log = log
  }

  /// The list that holds `unit`; nil where it is no split unit of ours.
  func list(of unit: Unit) -> UnitList? {
    let key = ObjectIdentifier(unit.origin ?? unit.context)
    return state.withLock { $0.lists[key] }
  }

  /// All lists that have been opened, in no order.
  var opened: [UnitList] { state.withLock { Array($0.lists.values) } }

  /// The split unit of `skeleton`, joined with it; nil where it is missing or is another one's.
  func join(_ skeleton: Unit) -> Unit? {
    let reference = SplitReference(
      name: skeleton.dwoName, compilationDirectory: skeleton.compDir, id: skeleton.root.dwoID)
    guard let sections = sections(reference) else {
      log.add(Diagnostic("the split unit \(reference.name ?? "without a name") is missing"))
      return nil
    }
    let context = DwarfContext(sections, limits: limits, log: log)
    let list = UnitList(context)
    let match = list.units.first {
      !$0.header.isTypeUnit && (reference.id == nil || $0.root.dwoID == nil || $0.root.dwoID == reference.id)
    }
    guard let match else {
      log.add(Diagnostic("the split unit \(reference.name ?? "without a name") is of another build"))
      return nil
    }
    state.withLock { $0.lists[ObjectIdentifier(context)] = list }
    let linked = skeleton.context.sections
    let joined = DwarfContext(sections.joined(with: linked), limits: limits, log: log)
    return Unit(match.header, index: skeleton.index, context: joined, skeleton: Skeleton(skeleton), origin: context)
  }

  /// The type units of the package and of all files that have been opened.
  var typeUnits: [Unit] {
    var units = opened.flatMap { $0.units.filter(\.header.isTypeUnit) }
    if let package = source.package {
      let known = Set(units.compactMap(\.header.typeSignature))
      units += index(package).types.ids.filter { !known.contains($0) }.compactMap { typeUnit(signature: $0) }
    }
    return units.sorted { ($0.header.typeSignature ?? 0) < ($1.header.typeSignature ?? 0) }
  }

  /// The type unit with `signature` of the package.
  func typeUnit(signature: UInt64) -> Unit? {
    guard let package = source.package else { return nil }
    if let known = state.withLock({ $0.types[signature] }) { return known.typeUnit(signature: signature) }
    guard let sections = index(package).types.sections(of: signature, in: package) else { return nil }
    let context = DwarfContext(sections, limits: limits, log: log)
    let list = UnitList(context)
    let kept = state.withLock { state in
      if let known = state.types[signature] { return known }
      state.types[signature] = list
      state.lists[ObjectIdentifier(context)] = list
      return list
    }
    return kept.typeUnit(signature: signature)
  }

  private func sections(_ reference: SplitReference) -> DwarfSections? {
    if let package = source.package, let id = reference.id,
      let sections = index(package).units.sections(of: id, in: package)
    {
      return sections
    }
    return source.file?(reference)
  }

  private func index(_ package: DwarfSections) -> (units: PackageIndex, types: PackageIndex) {
    indexMemo.get {
      func read(_ bytes: Bytes, _ name: String) -> PackageIndex {
        do throws(ReadError) {
          return try PackageIndex(bytes, section: name)
        } catch {
          log.add(error, lost: "the units of a package")
          return PackageIndex()
        }
      }
      return Box(
        (
          read(package.unitIndex, DwarfSections.unitIndexName), read(package.typeIndex, DwarfSections.typeIndexName)
        ))
    }.value
  }
}
