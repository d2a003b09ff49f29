import ByteCursor

/// All frames of a thread, youngest first, inlined ones included.
///
/// A dump may hold hundreds of thousands of frames at a handful of places, so frames are kept as numbers
/// of places and put together when asked for.
public struct Backtrace: Sendable, RandomAccessCollection {
  /// What all frames at one place share.
  struct Site: Sendable {
    var chain: [SourceFrame]
    var module: Int?
    var instance: Int?
    var functionIndex: UInt32?
    var codeOffset: CodeOffset?
    var codeAddress: CodeAddress?
    var fileOffset: FileOffset?
    var note: String?
  }

  private var sites: [Site] = []
  /// For each physical frame, its place.
  private var siteOf: [UInt32] = []
  /// For each physical frame, the index of its innermost frame.
  private var firstIndex: [UInt32] = []
  private var total = 0

  init() {}

  init(sites: [Site], siteOf: [UInt32]) {
    self.sites = sites
    self.siteOf = siteOf
    firstIndex.reserveCapacity(siteOf.count)
    for site in siteOf {
      firstIndex.append(UInt32(truncatingIfNeeded: total))
      total += Swift.max(1, sites[Int(site)].chain.count)
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { total }

  /// How many frames the dump has of the thread.
  public var physicalCount: Int { siteOf.count }

  /// The frame with number `index` (inlined frames counted).
  public subscript(index: Int) -> Frame {
    precondition(index >= 0 && index < total, "frame index out of range")
    // The last physical frame that starts at or before `index`.
    var low = 0
    var high = firstIndex.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(firstIndex[middle]) <= index { low = middle } else { high = middle }
    }
    return frame(physical: low, inline: index - Int(firstIndex[low]))
  }

  /// The index of the outermost source frame of a physical frame: the Wasm function itself.
  public func index(ofPhysical physical: Int) -> Int {
    (physical + 1 < firstIndex.count ? Int(firstIndex[physical + 1]) : total) - 1
  }

  private func frame(physical: Int, inline: Int) -> Frame {
    let site = sites[Int(siteOf[physical])]
    let source = site.chain[inline]
    return Frame(
      index: Int(firstIndex[physical]) + inline, physicalIndex: physical, inlined: source.inlined,
      function: source.function, source: source.source, module: site.module, instance: site.instance,
      functionIndex: site.functionIndex, codeOffset: site.codeOffset, codeAddress: site.codeAddress,
      fileOffset: site.fileOffset, note: site.note)
  }

  // MARK: Folding

  /// A stretch of a backtrace as a person wants to see it.
  public enum Run: Sendable, Hashable {
    /// These frames, one by one.
    case frames(Range<Int>)
    /// These frames repeat the ones just before, by the same functions in the same order; `period` is how
    /// many physical frames one repetition has and `functions` those of one repetition.
    case repeated(Range<Int>, period: Int, functions: [FunctionName])
  }

  /// The backtrace with repetitions folded: a cycle of up to `longest` physical frames that comes again and
  /// again is shown `shown` times at its start; what lies between that and its last time becomes one run. Fewer
  /// than `least` frames are never folded. The frames after the repetition are kept, so that the entry into
  /// the recursion is seen.
  public func folded(longest: Int = 8, shown: Int = 3, least: Int = 12) -> [Run] {
    guard siteOf.count > least else { return total == 0 ? [] : [.frames(0..<total)] }
    let keys = functionKeys()
    var runs: [Run] = []
    var plain = 0  // the first physical frame that is in no run yet
    var position = 0
    func start(_ physical: Int) -> Int { physical < firstIndex.count ? Int(firstIndex[physical]) : total }
    while position < keys.count {
      guard let (period, end) = longestRepetition(in: keys, from: position, longest: longest) else {
        position += 1
        continue
      }
      let from = position + period * shown
      // Leave the oldest repetition visible: it shows where the recursion was entered.
      let to = end - period
      guard to - from >= least else {
        position = Swift.max(position + 1, end)
        continue
      }
      runs.append(.frames(start(plain)..<start(from)))
      let functions = (from..<from + period).map { sites[Int(siteOf[$0])].chain.last!.function }
      runs.append(.repeated(start(from)..<start(to), period: period, functions: functions))
      plain = to
      position = end
    }
    if start(plain) < total { runs.append(.frames(start(plain)..<total)) }
    return runs
  }

  /// Fewer repeating frames than this are not worth a word.
  public static let deepRecursion = 50

  /// The cycle of functions at the beginning of the deepest repetition, for "recursion through a, b": the
  /// functions of one period and how many physical frames repeat.
  public func recursion(longest: Int = 8, least: Int = Self.deepRecursion) -> (names: [String], frames: Int)? {
    let keys = functionKeys()
    var best: (names: [String], frames: Int)?
    var position = 0
    while position < keys.count {
      guard let (period, end) = longestRepetition(in: keys, from: position, longest: longest) else {
        position += 1
        continue
      }
      if end - position >= least, end - position > best?.frames ?? 0 {
        let names = (position..<position + period).map { sites[Int(siteOf[$0])].chain.last!.function.display }
        best = (names, end - position)
      }
      position = Swift.max(position + 1, end)
    }
    return best ?? frequentFunctions(keys)
  }

  /// Recursion without a fixed period (a parser's, a visitor's): the few functions that make up most of a deep stack.
  private func frequentFunctions(_ keys: [UInt32]) -> (names: [String], frames: Int)? {
    guard keys.count >= 1000 else { return nil }
    var counts: [UInt32: (first: Int, count: Int)] = [:]
    for (position, key) in keys.enumerated() { counts[key, default: (position, 0)].count += 1 }
    let frequent = counts.values.filter { $0.count >= keys.count / 16 }.sorted {
      ($1.count, $0.first) < ($0.count, $1.first)
    }
    let frames = frequent.reduce(0) { $0 + $1.count }
    guard frames > keys.count / 2 else { return nil }
    return (frequent.prefix(8).map { sites[Int(siteOf[$0.first])].chain.last!.function.display }, frames)
  }

  /// A number for each physical frame's function, so that frames of one function at different offsets fold.
  private func functionKeys() -> [UInt32] {
    var numbers: [UInt64: UInt32] = [:]
    let siteKeys = sites.map { site -> UInt32 in
      let key = UInt64(site.functionIndex ?? .max) | UInt64(truncatingIfNeeded: site.instance ?? -1) << 32
      if let number = numbers[key] { return number }
      let number = UInt32(numbers.count)
      numbers[key] = number
      return number
    }
    return siteOf.map { siteKeys[Int($0)] }
  }

  /// The cycle that starts at `from` and covers most: its period and where it stops holding. Nil where
  /// nothing comes at least three times.
  private func longestRepetition(in keys: [UInt32], from: Int, longest: Int) -> (period: Int, end: Int)? {
    var best: (period: Int, end: Int)?
    for period in 1...longest {
      // Cheap refusal first: most positions are not the start of a cycle.
      guard from + 3 * period <= keys.count, keys[from] == keys[from + period] else { continue }
      var end = from + period
      while end < keys.count, keys[end] == keys[end - period] { end += 1 }
      end -= (end - from) % period
      if end - from >= 3 * period, end > (best?.end ?? 0) { best = (period, end) }
    }
    return best
  }
}
