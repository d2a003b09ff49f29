import ByteCursor
import WasmBinary

/// The types of a function's locals, and which of those without default have a value.
struct LocalTypes {
  /// The types of the first locals: of all, unless a few bytes declare many.
  private var types: [StackType] = []
  /// The rest: the type of all locals below an index that are above the one before it.
  private var groups: [(end: UInt32, type: StackType)] = []
  private var parameterCount = 0
  /// The locals without default that have a value.
  private var initialized: Set<UInt32> = []

  mutating func removeAll() {
    types.removeAll(keepingCapacity: true)
    groups.removeAll(keepingCapacity: true)
    initialized.removeAll(keepingCapacity: true)
    parameterCount = 0
  }

  /// Takes a function's locals.
  /// - Parameter budget: how many locals may get an entry each; a module of a million functions that declare
  ///   50 000 locals each in six bytes should cost what its bytes cost.
  mutating func declare(
    parameters: ArraySlice<StackType>, _ declarations: LocalDeclarations, budget: Int, context: ValidationContext
  ) throws(Violation) {
    removeAll()
    types.append(contentsOf: parameters)
    parameterCount = parameters.count
    var end = UInt32(parameters.count)
    var budget = budget
    for group in declarations.groups {
      let type = try context.stackType(group.type)
      // The counts' sum is capped where they are read.
      end += group.count
      let part = min(budget, Int(group.count))
      types.append(contentsOf: repeatElement(type, count: part))
      budget -= part
      if part < group.count { groups.append((end, type)) }
    }
  }

  @inline(__always)
  func type(_ index: UInt32) throws(Violation) -> StackType {
    if Int(index) < types.count { return types[Int(index)] }
    return try typeBeyond(index)
  }

  private func typeBeyond(_ index: UInt32) throws(Violation) -> StackType {
    var low = 0
    var high = groups.count
    while low < high {
      let middle = low + (high - low) / 2
      if groups[middle].end <= index { low = middle + 1 } else { high = middle }
    }
    guard low < groups.count else { throw .unknown(.unknownLocal, index) }
    return groups[low].type
  }

  /// Checks that a local without default has a value.
  func checkIsInitialized(_ index: UInt32) throws(Violation) {
    guard index < parameterCount || initialized.contains(index) else { throw .unknown(.uninitializedLocal, index) }
  }

  /// Notes that a local without default has a value now; whether that is news.
  mutating func initialize(_ index: UInt32) -> Bool {
    Int(index) >= parameterCount && initialized.insert(index).inserted
  }

  /// Notes that it has none any more.
  mutating func uninitialize(_ index: UInt32) { initialized.remove(index) }
}
