import WasmBinary

/// Where the parts of an abstract state stand in a row: memory, the globals that are followed, the locals.
struct SlotLayout: Sendable {
  /// The globals that are followed, ascending.
  let globals: [UInt32]
  let localCount: Int

  static let memory = 0
  var firstLocal: Int { 1 + globals.count }
  var count: Int { 1 + globals.count + localCount }

  /// The slot of a global; nil for those that are not followed.
  func slot(ofGlobal index: UInt32) -> Int? {
    // A few dozen at the most.
    globals.firstIndex(of: index).map { $0 + 1 }
  }

  func slot(_ index: Int) -> StateSlot {
    if index >= firstLocal { return .local(UInt32(index - firstLocal)) }
    return index == Self.memory ? .memory : .global(globals[index - 1])
  }
}

/// The slots of many states, in chunks that states share as long as they agree on all of a chunk: a function may have
/// 50 000 locals and as many blocks, and most of these write a few locals.
struct SlotChunks: Sendable {
  static let size = 32
  private(set) var values: [ValueID] = []

  /// How many chunks there are.
  var count: Int { values.count / Self.size }

  mutating func append(_ chunk: some Collection<ValueID>, fill: ValueID) -> UInt32 {
    let number = UInt32(count)
    values.append(contentsOf: chunk)
    while values.count % Self.size != 0 { values.append(fill) }
    return number
  }

  @inline(__always)
  func value(_ chunk: UInt32, _ position: Int) -> ValueID { values[Int(chunk) * Self.size + position] }

  mutating func set(_ chunk: UInt32, _ position: Int, _ value: ValueID) {
    values[Int(chunk) * Self.size + position] = value
  }

  /// A copy of a chunk, at the end.
  mutating func copy(_ chunk: UInt32) -> UInt32 {
    let number = UInt32(count)
    let start = Int(chunk) * Self.size
    for position in start..<start + Self.size { values.append(values[position]) }
    return number
  }

  func areEqual(_ chunk: UInt32, _ other: UInt32) -> Bool {
    let (start, otherStart) = (Int(chunk) * Self.size, Int(other) * Self.size)
    for position in 0..<Self.size where values[start + position] != values[otherStart + position] { return false }
    return true
  }

  mutating func removeLast(_ count: Int = 1) { values.removeLast(count * Self.size) }
}

/// An abstract state as the interpreter changes it.
struct WorkingState {
  /// The chunks of the slots.
  var chunks: [UInt32]
  var stack: [ValueID]
}
