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

  /// Whether another thread has frames of a thread's instances: the globals are one thread's then, and nobody knows whose.
  func hasGlobalsOfSeveralThreads(_ thread: Int) -> Bool {
    guard dump.threads.count > 1, dump.threads.indices.contains(thread) else { return false }
    if let known = sharedGlobals[thread] { return known }
    let own = Set(dump.threads[thread].frames.map(\.instance))
    let isShared = dump.threads.enumerated().contains { number, other in
      number != thread && other.frames.contains { own.contains($0.instance) }
    }
    sharedGlobals[thread] = isShared
    return isShared
  }
}

/// Puts together what `ThreadRecovery` works with.
struct RecoveryBuilder {
  let session: Session
  let thread: Int
  let frames: [CoreDump.Frame]
  private(set) var modules: [DebugModule?] = []
  private(set) var offsets: [CodeOffset?] = []

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
    return RecoverySolver(builder: self, knowledge: knowledge, links: links, stackLinks: stackLinks).solve()
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
  func isUnknown(_ index: Int) -> Bool { modules[index] == nil || frames[index].functionIndex == nil }

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
    // An indirect call may lead elsewhere each time that its operand is recorded.
    let isOwn = frames[index + 1].operandStack.absence == nil
    if !isOwn, let found = known[key] { return found }
    let made = makeLink(index, module, callee, graph)
    if !isOwn { known[key] = made }
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
}
