import CoreDumpFormat
import PostMortem
import WasmBinary

/// What a core dump holds.
struct DumpInspection: Inspection {
  let session: Session
  let module: WasmModule
  private var dump: CoreDump { session.dump }

  // A hostile dump lists as much as fits into its bytes; a person reads so many lines of one kind.
  private static let shown = 64

  func writeText(to output: Output) {
    let core = session.core
    output.line(output.style(.heading, escaped(fileTitle(core.path))) + ": core dump, \(sizeText(core.size))")
    output.line()
    var facts = Facts(output)
    facts.add("form", core.dialect)
    facts.add("program", core.executable)
    for info in session.modules.prefix(Self.shown) {
      facts.add("module \(info.index)", "\(info.title)" + (info.path.map { ", found at \($0)" } ?? ", not found"))
    }
    addMore(dump.modules.count, "modules", to: &facts)
    for (index, instance) in dump.instances.enumerated().prefix(Self.shown) {
      facts.add("instance \(index)", Self.text(of: instance))
    }
    addMore(dump.instances.count, "instances", to: &facts)
    for (index, thread) in dump.threads.enumerated().prefix(Self.shown) {
      facts.add("thread \(index)", Self.text(of: thread))
    }
    addMore(dump.threads.count, "threads", to: &facts)
    for (index, memory) in dump.memories.enumerated().prefix(Self.shown) {
      facts.add("memory \(index)", Self.text(of: memory))
    }
    addMore(dump.memories.count, "memories", to: &facts)
    for (index, global) in dump.globals.enumerated().prefix(Self.shown) {
      let type = global.isMutable ? "(mut \(global.type))" : global.type.description
      facts.add("global \(index)", "\(type) \(Self.text(of: global.value))")
    }
    addMore(dump.globals.count, "globals", to: &facts)
    for diagnostic in core.diagnostics { facts.add("note", diagnostic.description) }
    facts.write()
    output.line()
    SectionTable(sections: Array(module.sections.prefix(1000))).writeText(to: output)
  }

  private func addMore(_ count: Int, _ what: String, to facts: inout Facts) {
    if count > Self.shown { facts.add("", "… \(grouped(count - Self.shown)) more \(what)") }
  }

  func writeJSON(to json: JSONWriter) {
    let core = session.core
    json.object {
      json.member("schema", "wasmpm-inspect")
      json.member("version", inspectSchemaVersion)
      json.member("path", core.path)
      json.member("size", core.size)
      json.member("kind", "core")
      json.member("dialect", core.dialect)
      json.member("executable", core.executable)
      json.member("modules", session.modules) { info in
        json.object {
          json.member("index", info.index)
          json.member("name", info.name)
          json.member("path", info.path)
        }
      }
      json.member("instances", dump.instances) { instance in
        json.object {
          json.member("module", instance.module)
          json.member("memories", instance.memories) { json.value($0.map(Int.init)) }
          json.member("globals", instance.globals) { json.value($0.map(Int.init)) }
          json.member("assumed", instance.isAssumed)
        }
      }
      json.member("threads", dump.threads) { thread in
        json.object {
          json.member("name", thread.name)
          json.member("frames", thread.frames.count)
          json.member("declaredFrames", thread.declaredFrameCount)
          json.member("values", thread.frames.valueCount)
        }
      }
      json.member("memories", dump.memories) { memory in
        json.object {
          json.member("size", hex(memory.size))
          json.member("recorded", hex(memory.recordedSize))
          json.member("segments", memory.segments.count)
          json.member("shared", memory.type.isShared)
          json.member("memory64", memory.type.is64Bit)
        }
      }
      json.member("globals", dump.globals) { global in
        json.object {
          json.member("type", global.type.description)
          json.member("mutable", global.isMutable)
          if !global.value.isMissing { json.member("value", Self.text(of: global.value)) }
        }
      }
      SectionTable(sections: module.sections).writeJSON(to: json)
      json.member("diagnostics", strings: core.diagnostics.map(\.description))
    }
  }

  // MARK: Words

  private static func text(of instance: CoreDump.Instance) -> String {
    func list(_ indices: [UInt32?]) -> String {
      let shown = indices.prefix(12).map { $0.map(String.init) ?? "missing" }.joined(separator: " ")
      return indices.count > 12 ? shown + " …" : shown
    }
    var text = "of module \(instance.module)"
    if !instance.memories.isEmpty { text += ", memories " + list(instance.memories) }
    if !instance.globals.isEmpty { text += ", globals " + list(instance.globals) }
    return instance.isAssumed ? text + " (the dump does not say)" : text
  }

  private static func text(of thread: CoreDump.Thread) -> String {
    var text = (thread.name.map { "\"\($0)\", " } ?? "") + counted(thread.frames.count, "frame")
    if thread.declaredFrameCount > thread.frames.count { text += " of \(grouped(thread.declaredFrameCount))" }
    let values = thread.frames.valueCount
    return text + (values > 0 ? ", \(counted(values, "value")) of locals and operands" : ", no locals or operands")
  }

  private static func text(of memory: MemoryImage) -> String {
    let segments = counted(memory.segments.count, "segment")
    var text = "\(sizeText(memory.size)), \(sizeText(memory.recordedSize)) of it recorded in \(segments)"
    if memory.type.isShared { text += ", shared" }
    if memory.type.is64Bit { text += ", 64-bit" }
    switch memory.gap {
    case .zero: text += ", zeros between"
    case .absent(let reason): text += "; of the rest: \(reason)"
    }
    return text
  }

  /// A value as the text format writes it; integers also in hexadecimal, which tells a pointer.
  private static func text(of value: RecordedValue) -> String {
    switch value {
    case .i32(let number): "\(value) (\(hex(UInt32(bitPattern: number))))"
    case .i64(let number): "\(value) (\(hex(UInt64(bitPattern: number))))"
    case .f32(let bits): "\(value) (\(hex(bits)))"
    case .f64(let bits): "\(value) (\(hex(bits)))"
    case .missing(let reason): "unknown: \(reason)"
    default: value.description
    }
  }
}
