import ByteCursor

/// What the instructions of a body write, as they are met.
struct WriteLog: Sendable {
  private(set) var locals: [(local: UInt32, at: UInt32)] = []
  /// The globals that the body mentions, each with its writes.
  private(set) var globals: [UInt32: [UInt32]] = [:]
  private(set) var memory: [UInt32] = []
  private(set) var calls: [UInt32] = []

  mutating func local(_ index: UInt32, _ at: CodeOffset) { locals.append((index, at.short)) }
  mutating func global(_ index: UInt32, _ at: CodeOffset?) {
    if let at { globals[index, default: []].append(at.short) } else if globals[index] == nil { globals[index] = [] }
  }
  mutating func memory(_ at: CodeOffset) { memory.append(at.short) }
  mutating func call(_ at: CodeOffset) {
    calls.append(at.short)
    memory.append(at.short)
  }
}

extension CodeOffset {
  /// In bodies of less than 4 GiB, which all are that data flow looks at.
  var short: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
  init(short: UInt32) { self.init(UInt64(short)) }
}

/// Where a body writes each local, in the order of the code.
struct LocalWrites: Sendable {
  private let first: [UInt32]
  private let offsets: [UInt32]

  init(_ log: WriteLog, localCount: Int) {
    var first = [UInt32](repeating: 0, count: localCount + 1)
    for write in log.locals { first[Int(write.local) + 1] += 1 }
    for index in 0..<localCount { first[index + 1] += first[index] }
    var next = first
    var offsets = [UInt32](repeating: 0, count: log.locals.count)
    for write in log.locals {
      offsets[Int(next[Int(write.local)])] = write.at
      next[Int(write.local)] += 1
    }
    self.first = first
    self.offsets = offsets
  }

  subscript(local: Int) -> ArraySlice<UInt32> { offsets[Int(first[local])..<Int(first[local + 1])] }
}

extension RandomAccessCollection<UInt32> where Index == Int {
  /// Whether a sorted collection has an element in a range.
  func hasElement(from lower: UInt32, below upper: UInt32) -> Bool {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < lower { low = middle + 1 } else { high = middle }
    }
    return low < endIndex && self[low] < upper
  }
}
