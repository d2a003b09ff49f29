import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Programs that were shrunk, debugged with what the unshrunk ones know.
@Suite struct CompanionTests {
  /// Dumps of the samples with the modules that they are of.
  static let samples = [
    ("crash-c/crash.core", "crash-c/crash.wasm"), ("classes/classes.core", "classes/classes.wasm"),
    ("deep/deep.core", "deep/deep.wasm"), ("dwarf5/dwarf5.core", "dwarf5/dwarf5.wasm"),
    ("embeddedswift/embeddedswift.core", "embeddedswift/embeddedswift.wasm"),
    ("inventory/inventory.core", "inventory/inventory.wasm"), ("recursion/recursion.core", "recursion/recursion.wasm"),
    ("rustpanic/rustpanic.core", "rustpanic/rustpanic.wasm"), ("structs/structs.core", "structs/structs.wasm"),
    ("values-c/values.core", "values-c/values.wasm"), ("values-cxx/values.core", "values-cxx/values.wasm"),
    ("values-rust/values.core", "values-rust/values.wasm"), ("zigparse/zigparse.core", "zigparse/zigparse.wasm"),
  ]

  /// A dump of a module as if the shrunk one had left it, with that module and both forms of debug file.
  struct Production {
    let folder: TemporaryFolder
    let full: Session
    let dump: String
    let companion: String
    let debugFile: String

    init(dump core: String, module: String) throws {
      folder = try TemporaryFolder()
      companion = Places.samples + "/" + module
      var options = SessionOptions()
      options.modulePaths = [companion]
      full = try Session(path: Places.samples + "/" + core, options: options)
      let wasm = try WasmModule(Places.bytes(companion))
      let shrunk = try ShrunkModule(wasm)
      try folder.write("app.wasm", shrunk.bytes)
      debugFile = folder.path + "/debug/app.debug.wasm"
      try folder.write(
        "debug/app.debug.wasm",
        Self.debugFile(of: wasm, for: WasmModule(Bytes(copying: shrunk.bytes))))
      var moved = full.dump
      let imported = Int(wasm.bodies.firstFunction)
      for thread in moved.threads.indices {
        moved.threads[thread].frames = CoreDump.FrameList(
          moved.threads[thread].frames.map { frame in
            var frame = frame
            // A program that was stopped on entering a function stands in front of its instructions.
            if let function = frame.functionIndex, let offset = frame.codeOffset, Int(function) >= imported,
              case let position = Int(function) - imported,
              Int(offset.rawValue) >= shrunk.offsets[position].first?.padded ?? 0
            {
              frame.codeOffset = shrunk.offset(function: position, offset.rawValue).map { CodeOffset($0) }
            }
            return frame
          })
      }
      dump = try folder.write("app.core", CoreDumpWriter.bytes(of: moved))
    }

    /// What of the companion a debug file needs: no code, a map in its place.
    static func debugFile(of companion: WasmModule, for shipped: WasmModule) throws -> [UInt8] {
      let map = try CodeMap(companion: companion, shipped: shipped)
      var file = ByteBuilder()
      file.moduleHeader()
      file.customSection(CodeMap.sectionName) { $0.raw(map.encoded()) }
      for section in companion.sections {
        guard let name = section.name, name.hasPrefix(".debug") || name == "name" else { continue }
        file.customSection(name) { $0.raw(section.contents.array) }
      }
      return file.bytes
    }

    func session(debugFile: String?) throws -> Session {
      var options = SessionOptions()
      options.modulePaths = [folder.path + "/app.wasm"]
      options.debugFilePaths = debugFile.map { [$0] } ?? []
      return try Session(path: dump, options: options)
    }
  }

  /// A frame as it is shown, but for addresses of code.
  private static func text(_ frame: Frame) -> String {
    let source = frame.source.map { "\($0.file):\($0.line ?? 0):\($0.column ?? 0)" } ?? "-"
    return
      "\(frame.function.display) \(frame.function.linkageName ?? "-") \(source) \(frame.inlined) \(frame.functionIndex ?? 0)"
  }

  /// A variable as it is shown, but for reasons, in which code addresses stand.
  private static func text(_ node: ValueNode) -> String {
    let children = node.children.map(text).joined(separator: ", ")
    return
      "\(node.name ?? "") \(node.type) \(node.value ?? "-") \(node.summary ?? "-") \(node.trust) \(node.scope ?? -1) {\(children)}"
  }

  /// Compares all that is shown of two crashes, but for addresses of code; how many values that were.
  @MainActor static func compare(_ shrunk: Session, with full: Session) -> Int {
    let (mine, theirs) = (shrunk.backtrace(thread: 0), full.backtrace(thread: 0))
    #expect(mine.count == theirs.count)
    var values = 0
    for (frame, expected) in zip(mine, theirs).prefix(60) {
      #expect(Self.text(frame) == Self.text(expected), "frame \(expected.index)")
      #expect(frame.source == expected.source)
      let limits = DescriptionLimits.report
      for (nodes, others) in [
        (
          shrunk.argumentNodes(of: frame, thread: 0, limits: limits),
          full.argumentNodes(of: expected, thread: 0, limits: limits)
        ),
        (
          shrunk.localNodes(of: frame, thread: 0, limits: limits),
          full.localNodes(of: expected, thread: 0, limits: limits)
        ),
      ] {
        #expect(nodes?.count == others?.count)
        for (node, other) in zip(nodes ?? [], others ?? []) {
          #expect(Self.text(node) == Self.text(other), "frame \(expected.index)")
          values += 1
        }
      }
    }
    #expect(shrunk.trap.kind == full.trap.kind)
    #expect(shrunk.trap.instruction == full.trap.instruction)
    #expect(shrunk.ending?.summary == full.ending?.summary)
    #expect((shrunk.globalNodes() ?? []).map(Self.text) == (full.globalNodes() ?? []).map(Self.text))
    return values
  }

  @Test(arguments: samples.indices, [true, false]) @MainActor
  func sameStackSameVariables(_ sample: Int, hasCompanion: Bool) throws {
    let (core, module) = Self.samples[sample]
    let production = try Production(dump: core, module: module)
    let full = production.full
    let shrunk = try production.session(debugFile: hasCompanion ? production.companion : production.debugFile)
    #expect(shrunk.modules[0].debugInfo.kind == .mapped)
    #expect(shrunk.modules[0].debugInfo.path == (hasCompanion ? production.companion : production.debugFile))
    #expect(shrunk.modules[0].problems.isEmpty, "\(shrunk.modules[0].problems)")
    let values = Self.compare(shrunk, with: full)
    #expect(values > 0 || core.hasPrefix("zigparse") || core.hasPrefix("rustpanic") || core.hasPrefix("embeddedswift"))
  }

  @Test @MainActor func linesAndFunctionsLeadBackToTheModule() throws {
    let production = try Production(dump: "crash-c/crash.core", module: "crash-c/crash.wasm")
    let full = production.full
    let wasm = try WasmModule(Places.bytes(production.companion))
    let truth = try ShrunkModule(wasm)
    let shipped = try WasmModule(Bytes(copying: truth.bytes))
    let shrunk = try production.session(debugFile: production.debugFile)
    /// The shrunk module's address of an address of the full one.
    func moved(_ address: CodeAddress, isEnd: Bool = false) throws -> CodeAddress {
      let start = isEnd ? CodeAddress(address.rawValue - 1) : address
      let body = try #require(wasm.body(containing: start))
      let offset = try #require(body.codeOffset(of: address))
      let position = Int(body.function - wasm.bodies.firstFunction)
      let found = offset.rawValue == 0 ? 0 : try #require(truth.offset(function: position, offset.rawValue))
      return CodeAddress(shipped.bodies[position].codeAddress.rawValue + found)
    }
    var places = 0
    for line in 1...80 {
      let (mine, theirs) = (shrunk.code(ofLine: line, file: "crash.c"), full.code(ofLine: line, file: "crash.c"))
      #expect(mine.count == theirs.count, "line \(line)")
      for (place, expected) in zip(mine, theirs) {
        places += 1
        #expect(place.line == expected.line)
        #expect(try place.start == moved(expected.start))
        #expect(try place.end == moved(expected.end, isEnd: true))
        #expect(shrunk.lineCode(at: place.start, module: 0)?.line == full.lineCode(at: expected.start, module: 0)?.line)
      }
    }
    #expect(places > 10)
    let functions = full.backtrace(thread: 0).map(\.function.display)
    for name in Set(functions) {
      let (mine, theirs) = (shrunk.code(ofFunction: name, file: nil), full.code(ofFunction: name, file: nil))
      #expect(try mine.map(\.start) == theirs.map { try moved($0.start) }, "\(name)")
      #expect(shrunk.location(ofFunction: name) == full.location(ofFunction: name))
      let (code, other) = (try #require(shrunk.disassembly(module: 0)), try #require(full.disassembly(module: 0)))
      #expect(code.functions(named: name) == other.functions(named: name))
      #expect(
        shrunk.placedVariables(ofFunction: name, preferring: nil)?.map(\.location)
          == full.placedVariables(ofFunction: name, preferring: nil)?.map(\.location))
    }
    // Each instruction's line.
    for (position, offsets) in truth.offsets.enumerated() {
      let function = wasm.bodies.firstFunction + UInt32(position)
      let mine = try #require(shrunk.disassembly(module: 0)?.listing(of: function))
      let theirs = try #require(full.disassembly(module: 0)?.listing(of: function))
      for entry in offsets.dropLast() {
        let (left, right) = (
          mine.source(at: CodeOffset(UInt64(entry.shrunk))), theirs.source(at: CodeOffset(UInt64(entry.padded)))
        )
        #expect(left?.frame.source == right?.frame.source)
        if let left, let right {
          let end = truth.offset(function: position, right.end.rawValue)
          #expect(left.end.rawValue == end)
        }
      }
    }
  }

  @Test @MainActor func withoutDebugFileThereIsNone() throws {
    let production = try Production(dump: "crash-c/crash.core", module: "crash-c/crash.wasm")
    let session = try production.session(debugFile: nil)
    #expect(session.modules[0].debugInfo.kind == .none)
    // Next to the module it is found without being named.
    try production.folder.write("app.debug.wasm", Places.bytes(production.companion).array)
    let found = try production.session(debugFile: nil)
    #expect(found.modules[0].debugInfo.kind == .mapped)
    #expect(found.backtrace(thread: 0).map(\.source) == production.full.backtrace(thread: 0).map(\.source))
  }

  @Test @MainActor func debugFilesOfOthersAreRefused() throws {
    let production = try Production(dump: "crash-c/crash.core", module: "crash-c/crash.wasm")
    let other = try Production(dump: "values-c/values.core", module: "values-c/values.wasm")
    let session = try production.session(debugFile: other.debugFile)
    #expect(session.modules[0].debugInfo.kind == .none)
    #expect(session.modules[0].problems.contains { $0.contains("its code map is of another module's code") })
    #expect(session.backtrace(thread: 0).allSatisfy { $0.source == nil })
    let damaged = try production.folder.write("bad.wasm", Places.bytes(production.debugFile).array.map { $0 })
    var bytes = try Places.bytes(damaged).array
    // In the map, which is the first section.
    bytes[60] ^= 0x40
    try production.folder.write("bad.wasm", bytes)
    let refused = try production.session(debugFile: damaged)
    #expect(refused.modules[0].debugInfo.kind == .none)
    #expect(
      refused.modules[0].problems.contains { $0.contains("its code map cannot be read") },
      "\(refused.modules[0].problems)")
  }
}
