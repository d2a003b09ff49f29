import ByteCursor

/// One way of reading a dump's frames.
struct Reading {
  var layout: StackLayout
  var base: CodeOffsetBase
  var isOldestFirst = false
  var evidence: Evidence?
}

/// Scores ways of reading frames against the modules at hand.
struct Scorer {
  /// What a check is worth: an offset that lands on a call by chance is rarer than an index that exists.
  private enum Weight {
    static let function = 2
    static let instruction = 3
    static let call = 3
    static let callee = 2
    static let locals = 2
    static let types = 2
  }
  /// Frames looked at from the young end of each thread, and about as many more spread over the rest.
  private static let sample = 128

  private var locator: FrameLocator

  init(knowledge: any ModuleKnowledge, instances: [CoreDump.Instance]) {
    locator = FrameLocator(knowledge: knowledge, instances: instances)
  }

  /// Picks a reading: the one with the best evidence, of equals the likeliest by habit (the first). Evidence
  /// that is itself poor means that the modules are not those of the dump; habit decides then, too.
  static func pick(from readings: [Reading]) -> Reading? {
    let best = readings.compactMap(\.evidence?.score).max() ?? 0
    guard best >= 0.75 else { return readings.first }
    return readings.first { ($0.evidence?.score ?? 0) >= best - 0.02 }
  }

  /// The evidence for a layout with each of `bases`, in both orders.
  mutating func readings(
    layout: StackLayout, bases: [CodeOffsetBase], stacks: [CoreDumpFile.StackSection], limits: Limits
  ) -> [Reading] {
    let orders = layout.offsetIsCallers ? [false] : [false, true]
    var readings = orders.flatMap { order in
      bases.map { Reading(layout: layout, base: $0, isOldestFirst: order, evidence: Evidence()) }
    }
    for stack in stacks {
      guard var reader = try? FrameReader(stack.contents, layout: layout, limits: limits) else { continue }
      let declared = Int(reader.declaredCount)
      let stride = max(1, declared / Self.sample)
      var index = 0
      var previous: RawFrame?
      while index < limits.frames, let frame = try? reader.next() {
        if index < Self.sample || index % stride == 0 || index == declared - 1 {
          let values = reader.values.prefix(frame.localCount)
          for number in readings.indices {
            score(
              frame, after: previous, isLast: index == declared - 1, locals: values, into: &readings[number])
          }
        }
        previous = frame
        index += 1
      }
      // The frame at which the file ends is as good a witness, but for its values.
      if stack.isTruncated, let frame = reader.partial {
        for number in readings.indices {
          score(frame, after: previous, isLast: false, locals: [], into: &readings[number])
        }
      }
    }
    return readings
  }

  private mutating func score(
    _ frame: RawFrame, after previous: RawFrame?, isLast: Bool, locals: ArraySlice<RecordedValue>,
    into reading: inout Reading
  ) {
    let layout = reading.layout
    let base = reading.base
    let location = locator.locate(frame, younger: previous, layout: layout, base: base)
    guard let module = location.module else {
      // An instance that does not exist speaks against the layout.
      reading.evidence?.check(false, weight: Weight.function)
      return
    }
    guard locator.knows(module) else { return }
    // The function is not told by these numbers alone: WasmEdge's entry frame.
    if location.function != nil || layout.location == .offsetOnly {
      reading.evidence?.check(location.body != nil, weight: Weight.function)
    }
    let isYoungest = reading.isOldestFirst ? isLast : previous == nil
    var call: UInt32??
    if location.missingOffset == .outsideOfFunction, location.offset == nil {
      reading.evidence?.check(false, weight: Weight.instruction)
      if !isYoungest { reading.evidence?.check(false, weight: Weight.call) }
    } else if let offset = location.offset, let function = location.function,
      let instruction = locator.knowledge?.instruction(module: module, function: function, at: offset)
    {
      reading.evidence?.check(instruction != .notAnInstruction, weight: Weight.instruction)
      if case .call(let callee) = instruction { call = .some(callee) }
      if !isYoungest { reading.evidence?.check(call != nil, weight: Weight.call) }
    }
    if let previous {
      scoreCallee(frame, previous, location: location, call: call, module: module, into: &reading)
    }
    if !locals.isEmpty, let types = location.body?.localTypes {
      reading.evidence?.check(types.count == locals.count, weight: Weight.locals)
      let fits = zip(types, locals).enumerated().allSatisfy { number, pair in
        pair.1 == .madeUpParameter(number) || pair.1.type.map { $0 == pair.0 } ?? true
      }
      reading.evidence?.check(fits, weight: Weight.types)
    }
  }

  /// Whether the caller's call names the callee's function. Said of a direct call to a function of the same
  /// instance only: what an import leads to is not known here, nor are frames of the host.
  private mutating func scoreCallee(
    _ frame: RawFrame, _ previous: RawFrame, location: FrameLocation, call: UInt32??, module: Int,
    into reading: inout Reading
  ) {
    guard previous.instance == frame.instance else { return }
    if reading.isOldestFirst {
      let caller = locator.locate(previous, younger: nil, layout: reading.layout, base: reading.base)
      guard let function = caller.function, let offset = caller.offset,
        case .call(let callee?)? = locator.knowledge?.instruction(module: module, function: function, at: offset),
        locator.body(module, callee) != nil
      else { return }
      reading.evidence?.check(callee == location.function, weight: Weight.callee)
    } else if case .some(.some(let callee)) = call, locator.body(module, callee) != nil {
      let called: UInt32? =
        reading.layout.location == .offsetOnly
        ? locator.locate(previous, younger: nil, layout: reading.layout, base: reading.base).function
        : previous.function
      reading.evidence?.check(callee == called, weight: Weight.callee)
    }
  }
}
