import ByteCursor

extension CoreDumpFile {
  /// Makes the dump of the file: picks the layout of its frames by how well each fits the modules at hand, turns
  /// their numbers into functions and code offsets, and puts memories and globals together.
  ///
  /// Without knowledge of any module, the dump's form and its producer's habits decide; offsets that count from
  /// a place that only the module can tell are missing then, with `rawOffset` in place.
  public func resolve(using knowledge: (any ModuleKnowledge)? = nil) -> CoreDump {
    var resolver = Resolver(file: self, knowledge: knowledge)
    return resolver.resolve()
  }
}

/// The second step of reading a dump.
private struct Resolver {
  let file: CoreDumpFile
  let knowledge: (any ModuleKnowledge)?
  var dump: CoreDump
  var traits = FrameTraits()
  var valuesLeft: Int
  var saidValuesLost = false

  init(file: CoreDumpFile, knowledge: (any ModuleKnowledge)?) {
    self.file = file
    self.knowledge = knowledge
    valuesLeft = file.limits.frameValues
    dump = CoreDump(
      executableName: file.executableName, instances: file.instances, globals: file.state.globals,
      diagnostics: file.diagnostics)
    dump.modules = file.moduleNames.map { CoreDump.Module(name: $0) }
    if dump.modules.isEmpty { dump.modules = [CoreDump.Module(name: nil)] }
  }

  mutating func note(_ diagnostic: Diagnostic) {
    if dump.diagnostics.count < file.limits.diagnostics { dump.diagnostics.append(diagnostic) }
  }

  mutating func resolve() -> CoreDump {
    let reading = pickReading()
    observeFrames(reading.layout)
    let name = file.form.dialectName(reading.layout, reading.base, frames: traits)
    dump.dialect = Dialect(
      name: name, layout: reading.layout, offsetBase: reading.base, isOldestFirst: reading.isOldestFirst,
      evidence: reading.evidence)
    if let evidence = reading.evidence, evidence.applicable > 0, evidence.score < 0.75 {
      let percent = Int(evidence.score * 100)
      note(
        Diagnostic("the frames do not fit the modules at hand (\(percent) % of the checks hold)", section: "corestack"))
    }
    for (index, stack) in file.stacks.enumerated() { readThread(index, stack, reading) }
    noteHabits(name, reading)
    alignInstances(name)
    var builder = MemoryBuilder(file: file, dialect: name)
    dump.memories = builder.build(instances: dump.instances, knowledge: knowledge)
    for diagnostic in builder.diagnostics { note(diagnostic) }
    if name == DialectName.wasmpm {
      file.process?.apply(to: &dump)
      nameReferenceTypes()
    }
    return dump
  }

  /// Gives globals that are references the types that their modules say they have: the document's form has few.
  private mutating func nameReferenceTypes() {
    for instance in dump.instances {
      guard let types = knowledge?.globals(module: instance.module), types.count == instance.globals.count else {
        continue
      }
      for (index, type) in zip(instance.globals, types) where type.isReference {
        guard let index = index.flatMap({ Int(exactly: $0) }), dump.globals.indices.contains(index),
          dump.globals[index].type.isReference
        else { continue }
        dump.globals[index].type = type
      }
    }
  }

  /// The layout, base and order with the best evidence; by habit where there is none.
  private func pickReading() -> Reading {
    let byHabit = file.candidates.flatMap { candidate in
      file.form.bases(of: candidate.layout).map { Reading(layout: candidate.layout, base: $0) }
    }
    // `candidates` is never empty, nor are a layout's bases.
    guard let knowledge else { return byHabit[0] }
    var scorer = Scorer(knowledge: knowledge, instances: file.instances)
    var readings: [Reading] = []
    for candidate in file.candidates {
      readings += scorer.readings(
        layout: candidate.layout, bases: file.form.bases(of: candidate.layout), stacks: file.stacks,
        limits: file.limits)
    }
    return Scorer.pick(from: readings) ?? byHabit[0]
  }

  /// Looks over all frames for what they have at all.
  private mutating func observeFrames(_ layout: StackLayout) {
    for stack in file.stacks {
      guard var reader = try? FrameReader(stack.contents, layout: layout, limits: file.limits) else {
        traits.threadNames.append(nil)
        continue
      }
      traits.threadNames.append(reader.threadName)
      var count = 0
      while count < file.limits.frames, let frame = try? reader.next() {
        count += 1
        if frame.localCount > 0 { traits.haveLocals = true }
        if frame.stackCount > 0 { traits.haveStack = true }
        if frame.offset != 0 { traits.haveOffsets = true }
      }
      traits.count += count
    }
  }

  // MARK: Frames

  private mutating func readThread(_ index: Int, _ stack: CoreDumpFile.StackSection, _ reading: Reading) {
    let section = "corestack"
    var thread = CoreDump.Thread(name: nil, frames: CoreDump.FrameList())
    defer { dump.threads.append(thread) }
    let layout = reading.layout
    do throws(ReadError) {
      var reader = try FrameReader(stack.contents, layout: layout, limits: file.limits)
      thread.name = reader.threadName
      thread.declaredFrameCount = Int(reader.declaredCount)
      // A frame takes four bytes at the least.
      thread.frames.reserveCapacity(
        min(thread.declaredFrameCount, stack.contents.count / 4, file.limits.frames))
      var locator = FrameLocator(knowledge: knowledge, instances: dump.instances)
      var values = FrameValues(
        layout: layout, traits: traits, isComplete: dump.dialect?.name == DialectName.wasmpm,
        hasMadeUpParameters: layout.values == .littleEndian && layout.counts != .each && !file.form.hasInstances)
      var previous: RawFrame?
      do throws(ReadError) {
        while let frame = try reader.next() {
          guard thread.frames.count < file.limits.frames else {
            throw ReadError(.overLimit, value: UInt64(reader.declaredCount), offset: reader.fileOffset)
          }
          let location = locator.locate(frame, younger: previous, layout: layout, base: reading.base)
          append(frame, location, reader.values, isYoungest: previous == nil, &values, to: &thread)
          previous = frame
        }
      } catch {
        let isCut = stack.isTruncated && error.rule == .unexpectedEnd
        if isCut, let frame = reader.partial {
          // Where the file ends inside of a frame's values, its place in the code is known all the same.
          let location = locator.locate(frame, younger: previous, layout: layout, base: reading.base)
          append(frame, location, reader.values, isYoungest: previous == nil, isCut: true, &values, to: &thread)
        }
        thread.missingFrames = isCut ? .truncated : error.rule == .overLimit ? .overLimit : .damaged
        let lost = thread.declaredFrameCount - thread.frames.count
        note(
          Diagnostic(error.within(section), lost: "\(lost) of \(thread.declaredFrameCount) frames are lost"))
      }
      if thread.missingFrames == nil {
        if thread.frames.count < thread.declaredFrameCount {
          thread.missingFrames = .notRecorded
          note(
            Diagnostic(
              "the section counts \(thread.declaredFrameCount) frames and holds \(thread.frames.count)",
              section: section, offset: reader.fileOffset))
        } else if reader.remaining > 0 {
          note(
            Diagnostic(
              "\(reader.remaining) bytes behind the last frame are not understood", section: section,
              offset: reader.fileOffset))
        }
      }
    } catch {
      thread.missingFrames = stack.isTruncated ? .truncated : .damaged
      note(Diagnostic(error.within(section), lost: "thread \(index) is lost"))
    }
    if reading.isOldestFirst { thread.frames.reverse() }
    thread.mayBeCut = dump.dialect?.name == DialectName.wasmtime && thread.frames.count == 20
  }

  private mutating func append(
    _ frame: RawFrame, _ location: FrameLocation, _ raw: [RecordedValue], isYoungest: Bool, isCut: Bool = false,
    _ values: inout FrameValues, to thread: inout CoreDump.Thread
  ) {
    var (locals, stack) = values.values(of: frame, raw, isYoungest: isYoungest, body: location.body)
    if isCut {
      let lost = repeatElement(RecordedValue.missing(.truncated), count: max(frame.localCount - locals.count, 0))
      locals = CoreDump.Values(locals.values + lost, absence: frame.localCount == 0 ? .truncated : nil)
      stack = CoreDump.Values(absence: .truncated)
    }
    if locals.count + stack.count > valuesLeft {
      if !saidValuesLost {
        note(Diagnostic("values of frames from number \(thread.frames.count) on are not kept", section: "corestack"))
      }
      saidValuesLost = true
      valuesLeft = 0
      locals = CoreDump.Values(absence: .overLimit)
      stack = CoreDump.Values(absence: .overLimit)
    }
    valuesLeft -= locals.count + stack.count
    thread.frames.append(
      CoreDump.Frame(
        instance: Int(frame.instance), functionIndex: location.function, codeOffset: location.offset,
        missingOffset: location.missingOffset, rawOffset: frame.offset, locals: locals, operandStack: stack))
  }

  /// Says what a reader of the backtrace should know about the dialect.
  private mutating func noteHabits(_ name: String, _ reading: Reading) {
    func say(_ message: String) { note(Diagnostic(message, section: "corestack")) }
    if reading.isOldestFirst { say("the frames stand oldest first and were turned around") }
    if reading.layout.offsetIsCallers, traits.count > 0 {
      say("this producer does not record where the youngest frame stands")
    }
    if reading.layout.location == .functionOnly, reading.evidence == nil {
      say("frames have one number, which is taken for the function's index")
    }
    if file.form.moduleNamesLackLengths {
      note(Diagnostic("module names lack their lengths", section: "coremodules"))
    }
    if file.instances.contains(where: \.isAssumed), file.moduleNames.count > 1 {
      note(
        Diagnostic("there are no instances: one of each module is assumed, without memories", section: "coreinstances"))
    }
  }

  // MARK: Instances

  /// Puts right what a dialect is known to leave out of an instance's index spaces, where the module tells what
  /// should be there: Wasmtime drops shared memories, and wasmi globals that are not numbers.
  private mutating func alignInstances(_ dialect: String) {
    guard let knowledge else { return }
    for index in dump.instances.indices {
      let instance = dump.instances[index]
      if let shapes = knowledge.memories(module: instance.module) {
        let kept = shapes.map { !$0.isShared }
        dump.instances[index].memories = align(instance.memories, to: kept, "memories", of: index)
      }
      if let types = knowledge.globals(module: instance.module), instance.globals.count != types.count {
        let kept = types.map { dialect != DialectName.wasmi || $0.isNumeric }
        dump.instances[index].globals = align(instance.globals, to: kept, "globals", of: index)
      }
    }
  }

  /// `list` with nil in place of each entry that `kept` says was left out, if that explains its length.
  private mutating func align(_ list: [UInt32?], to kept: [Bool], _ what: String, of instance: Int) -> [UInt32?] {
    guard list.count != kept.count else { return list }
    guard list.count == kept.count(where: { $0 }) else {
      note(
        Diagnostic(
          "instance \(instance) has \(list.count) \(what) here and \(kept.count) in its module",
          section: "coreinstances"))
      return list
    }
    var next = list.makeIterator()
    note(
      Diagnostic(
        "\(kept.count - list.count) \(what) of instance \(instance) are not in the dump", section: "coreinstances"))
    return kept.map { $0 ? next.next() ?? nil : nil }
  }
}

/// Makes values of locals and operand stacks of what one layout reads.
private struct FrameValues {
  let layout: StackLayout
  let traits: FrameTraits
  /// Whether the producer records every value, so that an empty vector is an answer.
  let isComplete: Bool
  /// Whether calling frames have made-up values for their parameters.
  let hasMadeUpParameters: Bool

  mutating func values(
    of frame: RawFrame, _ raw: [RecordedValue], isYoungest: Bool, body: BodyShape?
  ) -> (locals: CoreDump.Values, stack: CoreDump.Values) {
    var locals = raw.prefix(frame.localCount)
    let stack = raw.dropFirst(frame.localCount)
    if layout.values == .lowBits { retype(&locals, declared: frame.localCount, body) }
    if hasMadeUpParameters { dropMadeUp(&locals, isYoungest: isYoungest, body) }
    return (
      CoreDump.Values(locals, absence: locals.isEmpty ? absenceOfLocals(body) : nil),
      CoreDump.Values(stack, absence: stack.isEmpty ? absenceOfStack(frame) : nil)
    )
  }

  /// An empty vector is an answer where the function has no locals, or where the producer records any at all.
  private func absenceOfLocals(_ body: BodyShape?) -> MissingReason? {
    if isComplete { return nil }
    if let body { return body.localTypes.isEmpty ? nil : .notRecorded }
    return traits.haveLocals ? nil : .notRecorded
  }

  private func absenceOfStack(_ frame: RawFrame) -> MissingReason? {
    if frame.stackCount > 0 { return .notRecorded }
    if isComplete { return nil }
    return layout == .wasmEdge || traits.haveStack && layout.hasStackValues ? nil : .notRecorded
  }

  /// Gives values of which only 32 bits were written the types that their function says they have.
  private func retype(_ locals: inout ArraySlice<RecordedValue>, declared: Int, _ body: BodyShape?) {
    guard let types = body?.localTypes, types.count == declared else { return }
    for (index, type) in zip(locals.indices, types) {
      guard case .untyped(let bits) = locals[index] else { continue }
      switch type {
      case .i32: locals[index] = .i32(Int32(bitPattern: bits))
      case .f32: locals[index] = .f32(bits: bits)
      default: locals[index] = .missing(.onlyLowBits)
      }
    }
  }

  private func dropMadeUp(_ locals: inout ArraySlice<RecordedValue>, isYoungest: Bool, _ body: BodyShape?) {
    if isYoungest {
      // The first versions made up the trapping frame's as well. Later ones did not: there, a parameter that
      // happens to be 669 is real.
      if layout.numbers == .fourBytes { dropMadeUpByValue(&locals) }
    } else if let body {
      for index in locals.indices.prefix(body.parameterCount) { locals[index] = .missing(.madeUp) }
    } else {
      dropMadeUpByValue(&locals)
    }
  }

  private func dropMadeUpByValue(_ locals: inout ArraySlice<RecordedValue>) {
    for (number, index) in locals.indices.enumerated() {
      guard locals[index] == .madeUpParameter(number) else { return }
      locals[index] = .missing(.madeUp)
    }
  }
}
