import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

extension Session {
  /// What can be worked out of a thread's frames; made when first asked for.
  func recovered(thread: Int) -> RecoveredThread? {
    if let known = recoveries[thread] { return known }
    guard dump.threads.indices.contains(thread), !dump.threads[thread].frames.isEmpty else { return nil }
    var builder = RecoveryBuilder(session: self, thread: thread)
    let made = RecoveredThread(builder.solve())
    recoveries[thread] = made
    return made
  }
}

/// Puts together what `ThreadRecovery` works with.
struct RecoveryBuilder {
  private let session: Session
  private let thread: Int
  private let frames: [CoreDump.Frame]
  private var modules: [DebugModule?] = []
  private var offsets: [CodeOffset?] = []

  /// Frames beyond these, and nodes beyond these, are left out.
  private static let mostFrames = 100_000
  private static let mostNodes = 8_000_000
  /// Different places in the code beyond these are left out.
  private static let mostSites = 4096

  init(session: Session, thread: Int) {
    self.session = session
    self.thread = thread
    frames = Array(session.dump.threads[thread].frames.prefix(Self.mostFrames))
    let onEntry = session.stoppedOnEntry(session.dump.threads[thread].frames)
    for (index, frame) in frames.enumerated() {
      let module = session.debugModule(of: frame)
      modules.append(module)
      // On entry nothing has been executed: the state is that before the first instruction.
      let first = index == 0 && onEntry ? frame.functionIndex.flatMap { module?.code.firstInstruction($0) } : nil
      offsets.append(first ?? frame.codeOffset)
    }
  }

  /// Works out the thread's frames.
  mutating func solve() -> ThreadRecovery {
    let knowledge = makeFrames()
    let stackLinks = makeStackLinks()
    var links: [ThreadRecovery.Link?] = []
    var known: [LinkKey: ThreadRecovery.Link?] = [:]
    for index in frames.indices { links.append(link(index, &known, knowledge)) }
    return Solver(
      builder: self, knowledge: knowledge, links: links, stackLinks: stackLinks
    ).solve()
  }

  /// Whether the dump says that the youngest frame's call itself has trapped: what it calls has not begun.
  private var hasCallTrapped: Bool {
    switch session.dump.trap.flatMap({ TrapKind(rawValue: $0.kind) }) {
    case .indirectCallNull, .indirectCallType, .tableOutOfBounds, .nullReference, .stackExhausted: true
    default: false
    }
  }

  private func makeFrames() -> [FrameKnowledge?] {
    var nodes = 0
    let hasCallTrapped = hasCallTrapped
    var sites: [Int: (module: DebugModule, sites: Set<DebugModule.GraphSite>)] = [:]
    var isAdmitted = [Bool](repeating: false, count: frames.count)
    var (siteCount, cost) = (0, 0)
    for index in frames.indices {
      guard let module = modules[index], let function = frames[index].functionIndex, let offset = offsets[index] else {
        continue
      }
      let site = DebugModule.GraphSite(function: function, offset: offset, hasCalled: index > 0 || !hasCallTrapped)
      if sites[module.info.index]?.sites.contains(site) != true {
        // A graph has at least a place for each local.
        cost += 64 + (module.localTypes(of: function)?.count ?? 0)
        guard siteCount < Self.mostSites, cost < Self.mostNodes else { continue }
        siteCount += 1
        sites[module.info.index, default: (module, [])].sites.insert(site)
      }
      isAdmitted[index] = true
    }
    for (_, found) in sites { found.module.preparePointGraphs(found.sites) }
    let isShared = session.dump.threads.count > 1
    return frames.indices.map { index in
      guard let module = modules[index], let function = frames[index].functionIndex, let offset = offsets[index],
        nodes < Self.mostNodes,
        let graph = module.pointGraph(function: function, at: offset, hasCalled: index > 0 || !hasCallTrapped)
      else { return nil }
      nodes += graph.nodes.count
      let instance = frames[index].instance
      let dump = session.dump
      return FrameKnowledge(
        graph, physical: index, stackPointerGlobal: module.stackPointerGlobal, isShared: isShared,
        read: { memory, address, count in
          guard let image = dump.memory(Int(memory), of: instance),
            let bytes = try? image.read(at: address, count: count)
          else { return nil }
          return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        },
        isConstantData: { memory, address, count in
          guard let image = dump.memory(Int(memory), of: instance) else { return false }
          return module.constantData.holds(memory, address, count) { try? image.read(at: $0, count: $1) }
        },
        memoryPages: { memory in
          guard let image = dump.memory(Int(memory), of: instance),
            module.wasm.memories.indices.contains(Int(memory))
          else { return nil }
          let pages = image.size >> UInt64(module.wasm.memories[Int(memory)].pageSizeLog2)
          // One that may grow to no more than it begins with cannot have grown.
          let limits = module.wasm.memories[Int(memory)].limits
          return (pages, limits.maximum == limits.minimum)
        })
    }
  }

  // MARK: Links

  /// Whether nothing is known of what a frame's function may do.
  private func isUnknown(_ index: Int) -> Bool { modules[index] == nil || frames[index].functionIndex == nil }

  /// The stack pointer that a frame's function uses, as a global of the dump; nil where it has none.
  func stackPointer(of index: Int) -> UInt32? {
    guard let global = modules[index]?.stackPointerGlobal,
      session.dump.instances.indices.contains(frames[index].instance)
    else { return nil }
    let globals = session.dump.instances[frames[index].instance].globals
    return globals.indices.contains(Int(global)) ? globals[Int(global)] : nil
  }

  /// For each frame the next older one with the same stack pointer.
  private func makeStackLinks() -> [Int?] {
    var links = [Int?](repeating: nil, count: frames.count)
    var last: [UInt32: Int] = [:]
    for index in frames.indices {
      // What a frame that is not understood does to the stack pointers is not known.
      if isUnknown(index) {
        last = [:]
        continue
      }
      guard let pointer = stackPointer(of: index) else { continue }
      if let younger = last[pointer] { links[younger] = index }
      last[pointer] = index
    }
    return links
  }

  private struct LinkKey: Hashable {
    var caller: UInt32
    var offset: CodeOffset
    var callerInstance: Int
    var callee: UInt32
    var instance: Int
  }

  private func link(
    _ index: Int, _ known: inout [LinkKey: ThreadRecovery.Link?], _ knowledge: [FrameKnowledge?]
  ) -> ThreadRecovery.Link? {
    guard index + 1 < frames.count, let module = modules[index], let callee = frames[index].functionIndex,
      let caller = frames[index + 1].functionIndex, let offset = offsets[index + 1],
      let graph = knowledge[index + 1]?.graph
    else { return nil }
    let key = LinkKey(
      caller: caller, offset: offset, callerInstance: frames[index + 1].instance, callee: callee,
      instance: frames[index].instance)
    if let found = known[key] { return found }
    let made = makeLink(index, module, callee, graph)
    known[key] = made
    return made
  }

  private func makeLink(
    _ index: Int, _ module: DebugModule, _ callee: UInt32, _ graph: PointGraph
  ) -> ThreadRecovery.Link? {
    guard let type = module.wasm.functionType(callee),
      case .success(let call) = session.call(from: frames[index + 1], to: frames[index], of: module)
    else { return nil }
    let end = graph.operands.count - call.above
    guard end >= type.parameters.count else { return nil }
    return ThreadRecovery.Link(
      arguments: Array(graph.operands[(end - type.parameters.count)..<end]),
      index: call.above == 1 ? graph.operands.last : nil,
      assumption: call.assurance.trust >= .derived ? nil : call.assurance.reason ?? "",
      keepsGlobals: frames[index].instance == frames[index + 1].instance)
  }

  // MARK: Facts

  /// A frame's recorded locals and operands, the globals of the youngest, and those that never change.
  func seed(_ recovery: inout ThreadRecovery, stackPointers rank: Basis.Rank) {
    var seen: Set<UInt32> = []
    var isCut = false
    let isAmbiguous = sharesInstances
    for index in frames.indices {
      if isUnknown(index) {
        isCut = true
        continue
      }
      guard let knowledge = recovery.frames[index] else {
        // What such a frame did to the stack pointer is not known: no older one counts from there.
        if let pointer = stackPointer(of: index) { seen.insert(pointer) }
        continue
      }
      let graph = knowledge.graph
      record(frames[index].locals, graph.locals, index, &recovery)
      record(frames[index].operandStack, graph.operands, index, &recovery)
      let isStill = index == 0 && !isCall(index)
      for (global, before) in graph.globals {
        guard let recorded = session.dump.global(Int(global), of: frames[index].instance),
          let bits = recorded.value.numberBits
        else { continue }
        let module = modules[index]
        if global == module?.stackPointerGlobal {
          guard !isCut, let pointer = stackPointer(of: index), seen.insert(pointer).inserted else { continue }
          if isAmbiguous {
            recovery.learn(index, before, bits, .assumed, .otherThread)
          } else if rank == .recorded {
            recovery.record(index, before, bits)
          } else {
            recovery.learn(index, before, bits, rank, .stackMismatch)
          }
        } else if isStill && !isAmbiguous || module?.isUnchanging(global) == true {
          recovery.record(index, before, bits)
        }
      }
    }
    seedTrap(&recovery)
  }

  /// Whether another thread has frames of the same instances: the globals are one thread's then, and nobody knows whose.
  private var sharesInstances: Bool {
    let own = Set(frames.map(\.instance))
    return session.dump.threads.enumerated().contains { number, other in
      number != thread && other.frames.contains { own.contains($0.instance) }
    }
  }

  private func record(
    _ values: CoreDump.Values, _ nodes: [PointGraph.Index], _ index: Int, _ recovery: inout ThreadRecovery
  ) {
    guard values.absence == nil, values.count == nodes.count else { return }
    for (value, node) in zip(values, nodes) {
      if let bits = value.numberBits { recovery.record(index, node, bits) }
    }
  }

  private func instruction(_ index: Int) -> Instruction? {
    guard let function = frames[index].functionIndex, let offset = offsets[index] else { return nil }
    return modules[index]?.code.instruction(function: function, at: offset)
  }

  private func isCall(_ index: Int) -> Bool { instruction(index)?.isCall ?? true }

  /// What the trap itself says of its operands.
  private func seedTrap(_ recovery: inout ThreadRecovery) {
    guard thread == session.crashedThread, let instruction = instruction(0), let graph = recovery.frames[0]?.graph,
      !session.stoppedOnEntry(session.dump.threads[thread].frames)
    else { return }
    let recorded = session.dump.trap.flatMap { TrapKind(rawValue: $0.kind) }
    // A kind that is not known here proves nothing.
    if session.dump.trap != nil, recorded == nil { return }
    // An instruction that traps in one way alone has done so.
    let divides =
      recorded.map { $0 == .integerDivideByZero } ?? (instruction.opcode.possibleTraps == .integerDivideByZero)
    if divides, instruction.opcode.possibleTraps.contains(.integerDivideByZero), let divisor = graph.operands.last {
      recovery.learn(0, divisor, 0, .derived, .trap)
    }
    let isOutside =
      recorded.map { $0 == .memoryOutOfBounds } ?? (instruction.opcode.possibleTraps == .memoryOutOfBounds)
    if isOutside, let argument = instruction.memoryArgument,
      let operands = instruction.opcode.signature?.parameters.count,
      operands <= graph.operands.count, operands > 0,
      let access = NumericAccess(instruction.opcode, offset: argument.offset, memory: argument.memory),
      let size = session.dump.memory(Int(argument.memory), of: frames[0].instance)?.size
    {
      recovery.excludeAddresses(
        of: graph.operands[graph.operands.count - operands]
      ) { operand in
        guard let address = access.address(operand), address <= size else { return false }
        return size - address >= UInt64(access.byteCount)
      }
    }
  }

  /// The oldest frame of each stack, with what its stack pointer is when a program starts.
  func outerEnds(_ stackLinks: [Int?]) -> [(frame: Int, initial: UInt64, isCertain: Bool)] {
    guard thread == 0, !session.threads[thread].truncated,
      frames.count == session.dump.threads[thread].frames.count
    else { return [] }
    let firstKnown = (frames.indices.last { isUnknown($0) } ?? -1) + 1
    return frames.indices.compactMap { index in
      guard index >= firstKnown, stackLinks[index] == nil, stackPointer(of: index) != nil, let module = modules[index],
        let function = frames[index].functionIndex, module.isEntryPoint(function),
        let global = module.stackPointerGlobal
      else { return nil }
      let values = module.wasm.initialGlobalValues()
      guard Int(global) < values.count else { return nil }
      switch values[Int(global)] {
      case .i32(let value)?: return (index, UInt64(UInt32(bitPattern: value)), module.startsWithEmptyStack(function))
      case .i64(let value)?: return (index, UInt64(bitPattern: value), module.startsWithEmptyStack(function))
      default: return nil
      }
    }
  }

  /// Whether an indirect call whose function's number is known leads to the frame's function.
  func leadsToCallee(_ index: Int, _ bits: UInt64) -> Bool? {
    guard let instruction = instruction(index + 1), case .indices(_, let table) = instruction.immediates,
      instruction.opcode == .callIndirect, let module = modules[index + 1], module.code.isUnchangingTable(table),
      frames[index].instance == frames[index + 1].instance, let callee = frames[index].functionIndex,
      let element = module.code.initialElement(table: table, index: bits)
    else { return nil }
    return element == .function(callee) && !module.code.hasTailCall(callee)
  }
}

/// The order in which things are worked out.
private struct Solver {
  let builder: RecoveryBuilder
  let knowledge: [FrameKnowledge?]
  let links: [ThreadRecovery.Link?]
  let stackLinks: [Int?]

  func solve() -> ThreadRecovery {
    var recovery = ThreadRecovery(frames: knowledge, links: links, stackLinks: stackLinks)
    builder.seed(&recovery, stackPointers: .recorded)
    recovery.solveProved()
    let ends = builder.outerEnds(stackLinks)
    if !stacksFit(recovery, ends) {
      recovery = ThreadRecovery(frames: knowledge, links: links, stackLinks: stackLinks)
      builder.seed(&recovery, stackPointers: .assumed)
      recovery.solveProved()
    } else {
      for end in ends {
        guard let node = recovery.frames[end.frame]?.entryStackPointer, !recovery.frames[end.frame]![node].isKnown
        else {
          continue
        }
        recovery.learn(
          end.frame, node, end.initial, end.isCertain ? .derived : .assumed, .initialStackPointer)
      }
      recovery.solveProved()
    }
    if settleIndirectCalls(&recovery) { recovery.solveProved() }
    recovery.solveAssumed()
    return recovery
  }

  /// Whether the stack pointers are in order: each frame's no higher than its caller's, and the oldest frame's where the
  /// stack starts.
  private func stacksFit(_ recovery: ThreadRecovery, _ ends: [(frame: Int, initial: UInt64, isCertain: Bool)]) -> Bool {
    for frame in recovery.frames.indices {
      guard let knowledge = recovery.frames[frame] else { continue }
      if knowledge.isContradictory { return false }
      guard let entry = knowledge.entryStackPointer.map({ knowledge[$0] }), entry.isKnown,
        let before = knowledge.graph.stackPointer.map({ knowledge[$0] }), before.isKnown
      else { continue }
      // A stack that has grown below address 0 goes on at the other end.
      if Int32(truncatingIfNeeded: entry.bits &- before.bits) < 0 { return false }
    }
    return ends.allSatisfy { end in
      guard let knowledge = recovery.frames[end.frame], let entry = knowledge.entryStackPointer.map({ knowledge[$0] }),
        entry.isKnown
      else { return true }
      return entry.bits == end.initial || !end.isCertain
    }
  }

  private func settleIndirectCalls(_ recovery: inout ThreadRecovery) -> Bool {
    var isNew = false
    for frame in links.indices {
      guard let link = links[frame], link.assumption != nil, let index = link.index,
        let known = recovery.frames[frame + 1]?[index], known.basis.rank >= .derived,
        let leads = builder.leadsToCallee(frame, known.bits)
      else { continue }
      recovery.settle(frame, isCertain: leads)
      isNew = true
    }
    return isNew
  }
}
