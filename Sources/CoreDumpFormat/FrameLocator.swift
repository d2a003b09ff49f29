import ByteCursor

/// Where a frame stands, made of its numbers by one layout and base.
struct FrameLocation {
  var module: Int?
  var function: UInt32?
  var offset: CodeOffset?
  var missingOffset = MissingOffset.notRecorded
  /// The function's body, where a module at hand has it.
  var body: BodyShape?
}

/// Makes functions and code offsets of frames' numbers, asking the modules at hand.
struct FrameLocator {
  private struct FunctionKey: Hashable {
    var module: Int
    var function: UInt32
  }

  let knowledge: (any ModuleKnowledge)?
  let instances: [CoreDump.Instance]
  private var bodies: [FunctionKey: BodyShape?] = [:]
  private var lastBody: (key: FunctionKey, body: BodyShape?)?
  private var lastKnown: (module: Int, isKnown: Bool)?

  init(knowledge: (any ModuleKnowledge)?, instances: [CoreDump.Instance]) {
    self.knowledge = knowledge
    self.instances = instances
  }

  /// The module of an instance; nil where there is no such instance.
  func module(of instance: UInt32) -> Int? {
    let index = Int(instance)
    return instances.indices.contains(index) ? instances[index].module : nil
  }

  /// Whether a module is at hand.
  mutating func knows(_ module: Int) -> Bool {
    guard let knowledge else { return false }
    if let last = lastKnown, last.module == module { return last.isKnown }
    let isKnown = knowledge.functionCount(module: module) != nil
    lastKnown = (module, isKnown)
    return isKnown
  }

  /// A function's body; nil for imports, for functions that do not exist and where the module is not at hand.
  mutating func body(_ module: Int, _ function: UInt32) -> BodyShape? {
    guard let knowledge else { return nil }
    let key = FunctionKey(module: module, function: function)
    // A deep recursion asks for one function again and again.
    if let last = lastBody, last.key == key { return last.body }
    let body: BodyShape?
    if let known = bodies[key] {
      body = known
    } else {
      body = knowledge.body(module: module, function: function)
      // The index is the file's word: a hostile one names another function in every frame.
      if bodies.count >= 4096 { bodies.removeAll(keepingCapacity: true) }
      bodies[key] = .some(body)
    }
    lastBody = (key, body)
    return body
  }

  /// Where `frame` stands; `younger` is the frame before it, nil for the youngest.
  mutating func locate(
    _ frame: RawFrame, younger: RawFrame?, layout: StackLayout, base: CodeOffsetBase
  ) -> FrameLocation {
    var location = FrameLocation(module: module(of: frame.instance))
    if layout.offsetIsCallers {
      locateByYounger(frame, younger, &location)
      return location
    }
    switch layout.location {
    case .functionOnly:
      location.function = frame.function
      if let module = location.module { location.body = body(module, frame.function) }
    case .offsetOnly:
      location.missingOffset = .needsModule
      guard let module = location.module,
        let file = knowledge?.codeSection(module: module)?.advanced(by: UInt64(frame.offset))
      else { break }
      locate(at: file, in: module, &location)
    case .functionAndOffset:
      location.function = frame.function
      if let module = location.module { location.body = body(module, frame.function) }
      // Only where offsets count from the first instruction does 0 stand for one.
      if frame.offset == 0, base != .firstInstruction {
        location.missingOffset = .recordedAsUnknown
      } else if let body = location.body {
        location.offset = body.codeOffset(frame.offset, from: base)
        location.missingOffset = .outsideOfFunction
      } else if let module = location.module, knows(module) {
        location.missingOffset = .outsideOfFunction
      } else if base == .localsVector {
        location.offset = CodeOffset(UInt64(frame.offset))
      } else {
        location.missingOffset = .needsModule
      }
    }
    return location
  }

  private mutating func locate(at file: FileOffset, in module: Int, _ location: inout FrameLocation) {
    guard knows(module) else { return }
    location.missingOffset = .outsideOfFunction
    guard let function = knowledge?.function(module: module, containing: file) else { return }
    location.function = function
    location.body = body(module, function)
    guard let body = location.body, let distance = file.distance(from: body.start), distance < body.length else {
      return
    }
    location.offset = CodeOffset(distance)
  }

  /// For dialects in which each frame has its caller's offset, and the immediate of that call in place of a
  /// function index: right for a direct call, a type or table index for an indirect one.
  private mutating func locateByYounger(
    _ frame: RawFrame, _ younger: RawFrame?, _ location: inout FrameLocation
  ) {
    // The entry frame has no caller: 0 and 0 stand for nothing.
    let isEntry = frame.function == 0 && frame.offset == 0
    location.function = isEntry ? nil : frame.function
    guard let module = location.module else { return }
    guard let younger else {
      var caller = FrameLocation(module: module)
      locate(at: FileOffset(UInt64(frame.offset)), in: module, &caller)
      if let function = caller.function, let offset = caller.offset,
        case .call(let callee) = knowledge?.instruction(module: module, function: function, at: offset)
      {
        location.function = callee
      }
      if let function = location.function { location.body = body(module, function) }
      return
    }
    guard younger.offset != 0 else {
      location.missingOffset = .recordedAsUnknown
      return
    }
    location.missingOffset = .needsModule
    locate(at: FileOffset(UInt64(younger.offset)), in: module, &location)
  }
}
