import PostMortem

/// The version of the report's schema, `wasmpm-report`.
let reportSchemaVersion = 1

extension JSONWriter {
  /// A report object (`report --format json`), one line.
  func report(_ session: Session) {
    object {
      member("schema", "wasmpm-report")
      member("version", reportSchemaVersion)
      member("core") { self.core(session.core) }
      member("modules", session.modules, module)
      member("trap") { self.trap(session.trap) }
      member("analysis", session.findings, finding)
      member("threads", session.threads) { self.thread($0, of: session) }
      if let globals = session.globalNodes(), !globals.isEmpty {
        member("globals", globals) { node in self.object { self.variable(node) } }
      }
    }
    endLine()
  }

  private func core(_ core: CoreInfo) {
    member("path", core.path)
    member("size", core.size)
    member("dialect", core.dialect)
    member("executable", core.executable)
    member("diagnostics", strings: core.diagnostics.map(\.description))
  }

  private func module(_ module: ModuleInfo) {
    object {
      member("index", module.index)
      member("name", module.name)
      member("path", module.path)
      member("buildId", module.buildID)
      member("debugInfo") {
        member("kind", module.debugInfo.kind.rawValue)
        member("path", module.debugInfo.path)
        member("dwarfVersion", module.debugInfo.dwarfVersion)
        member("sourceMap", module.debugInfo.sourceMap)
      }
    }
  }

  private func trap(_ trap: Trap) {
    member("kind", trap.kind.rawValue)
    member("trust", trap.trust.rawValue)
    if !trap.possibleKinds.isEmpty { member("possibleKinds", strings: trap.possibleKinds.map(\.rawValue)) }
    member("instruction", trap.instruction)
    member("address", trap.address.map { hex($0.offset) })
    // Nearly every module has one memory, which needs no number.
    if let memory = trap.address?.memory, memory != 0 { member("memory", Int(memory)) }
    member("message", trap.message.isEmpty ? nil : trap.message)
  }

  private func finding(_ finding: Finding) {
    object {
      member("id", finding.id)
      member("severity", finding.severity.rawValue)
      member("summary", finding.summary)
      member("detail", finding.detail)
    }
  }

  private func thread(_ thread: ThreadInfo, of session: Session) {
    object {
      member("index", thread.index)
      member("name", thread.name)
      member("crashed", thread.crashed)
      member("truncated", thread.truncated)
      let backtrace = session.backtrace(thread: thread.index)
      member("frames", backtrace.indicesWithContext(in: backtrace.indices)) { index, hasContext in
        self.frame(
          backtrace[index], of: session, thread: thread.index, hasContext: hasContext,
          hasVariables: hasContext && Self.hasVariables(index, of: backtrace.count))
      }
    }
  }

  /// Whether a frame has its variables in a report: a stack without repetitions may have hundreds of thousands of frames,
  /// and somebody looks at the youngest and the oldest.
  static func hasVariables(_ index: Int, of count: Int) -> Bool { index < 200 || index >= count - 50 }

  /// A FRAME of the contract.
  /// - Parameter hasContext: with the lines around its place.
  /// - Parameter hasVariables: with its arguments and locals.
  func frame(_ frame: Frame, of session: Session, thread: Int, hasContext: Bool, hasVariables: Bool = false) {
    object {
      member("index", frame.index)
      member("inlined", frame.inlined)
      member("function", frame.function.display)
      member("linkageName", frame.function.linkageName)
      member("module", frame.module)
      member("instance", frame.instance)
      member("functionIndex", frame.functionIndex.map(Int.init))
      member("codeOffset", frame.codeOffset?.description)
      if hasVariables, session.hasTailCalls(frame, thread: thread) { member("tailCalls", true) }
      member("fileOffset", frame.fileOffset?.description)
      source(frame.source, sources: hasContext ? session.sources : nil)
      if hasVariables {
        for (name, nodes) in [
          ("arguments", session.argumentNodes(of: frame, thread: thread, limits: .report)),
          ("locals", session.localNodes(of: frame, thread: thread, limits: .report)),
        ] {
          guard let nodes else { continue }
          member(name, nodes) { node in self.object { self.variable(node) } }
        }
      }
      // Inlined frames share those of the function that they are inlined into.
      guard !frame.inlined, hasVariables || session.hasWasmLocals(frame, thread: thread) else { return }
      let locals = session.wasmLocals(of: frame, thread: thread)
      // A list of nothing but "unavailable" tells nobody anything.
      guard locals.contains(where: { $0.trust > .unavailable }) || session.hasWasmLocals(frame, thread: thread) else {
        return
      }
      member("wasmLocals", locals, wasmValue)
    }
  }

  private func wasmValue(_ value: WasmValue) {
    object {
      member("index", value.index)
      member("name", value.name)
      member("type", value.type)
      if !value.value.isMissing { member("value", value.value.description) }
      member("trust", value.trust.rawValue)
      member("reason", value.reason)
    }
  }

  /// The members of a VARIABLE of the contract.
  func variable(_ node: ValueNode) {
    member("name", node.name)
    member("type", node.type)
    member("value", node.value)
    member("summary", node.summary)
    if !node.children.isEmpty { member("children", node.children) { child in self.object { self.variable(child) } } }
    member("omitted", node.omitted.map { Int(clamping: $0) })
    member("address", node.address.map { hex($0.offset) })
    if let memory = node.address?.memory, memory != 0 { member("memory", Int(memory)) }
    if let scope = node.scope, scope > 0 { member("scope", scope) }
    member("trust", node.trust.rawValue)
    member("reason", node.reason)
  }

  /// The member `source`.
  func source(_ source: SourcePosition?, sources: SourceFiles?) {
    guard let source else { return }
    member("source") {
      member("file", source.file)
      member("line", source.line)
      member("column", source.column)
      guard let sources, let excerpt = SourceExcerpt(sources, around: source, before: 3, after: 3) else { return }
      // The lines shown may not be those that were compiled.
      member("changed", excerpt.text.change?.message)
      member("context", excerpt.lines) { number in
        object {
          member("line", number)
          member("text", excerpt.text.line(number))
        }
      }
    }
  }
}

extension Backtrace {
  /// The numbers of these frames, each with whether it is one that a folded backtrace shows: source lines are worth
  /// their space there, not in each of thousands of repetitions. A single frame is one that was asked for.
  func indicesWithContext(in wanted: Range<Int>) -> [(Int, Bool)] {
    guard wanted.count > 1 else { return wanted.map { ($0, true) } }
    return folded().flatMap { run in
      switch run {
      case .frames(let range): range.clamped(to: wanted).map { ($0, true) }
      case .repeated(let range, _, _): range.clamped(to: wanted).map { ($0, false) }
      }
    }
  }
}
