import ByteCursor
import CoreDumpFormat
import TestSupport
import WasmBinary

/// What modules that a test makes up answer to the reader's questions.
struct StoryKnowledge: ModuleKnowledge {
  var modules: [StoryModule]
  var memoryShapes: [Int: [MemoryType]] = [:]
  var globalTypes: [Int: [RecordedType]] = [:]

  init(_ modules: [StoryModule]) { self.modules = modules }

  private func module(_ index: Int) -> StoryModule? { modules.indices.contains(index) ? modules[index] : nil }

  func functionCount(module: Int) -> Int? { self.module(module).map { $0.importCount + $0.functions.count } }

  func body(module: Int, function: UInt32) -> BodyShape? {
    guard let module = self.module(module), let function = module.function(function) else { return nil }
    return BodyShape(
      sizeField: FileOffset(UInt64(function.sizeField)), start: FileOffset(UInt64(function.start)),
      length: UInt64(function.length), firstInstruction: CodeOffset(UInt64(function.localsLength)),
      codeSection: FileOffset(UInt64(module.codeSection)), parameterCount: function.parameters.count,
      localTypes: (function.parameters + function.locals).map(RecordedType.init(rawValue:)))
  }

  func instruction(module: Int, function: UInt32, at offset: CodeOffset) -> InstructionShape? {
    guard let function = self.module(module)?.function(function) else { return nil }
    switch function.instructions[Int(offset.rawValue)] {
    case .call(let callee): return .call(callee: callee)
    case .callIndirect: return .call(callee: nil)
    case .other: return .other
    case nil: return .notAnInstruction
    }
  }

  func function(module: Int, containing offset: FileOffset) -> UInt32? {
    guard let module = self.module(module) else { return nil }
    let offset = Int(offset.rawValue)
    return module.functions.firstIndex { ($0.start..<$0.start + $0.length).contains(offset) }
      .map { UInt32($0 + module.importCount) }
  }

  func codeSection(module: Int) -> FileOffset? { self.module(module).map { FileOffset(UInt64($0.codeSection)) } }
  func memories(module: Int) -> [MemoryType]? { memoryShapes[module] }
  func globals(module: Int) -> [RecordedType]? { globalTypes[module] }
}

/// A crash three calls deep: function 1 called 2, which called 3, which trapped. Function 0 is imported. No
/// two of the bases that offsets may count from agree on where the instructions are.
enum Story {
  static let module = StoryModule(
    name: "app.wasm", importCount: 1,
    functions: [
      StoryFunction(
        sizeField: 0x100, length: 40, localsLength: 5, locals: [0x7f, 0x7e],
        instructions: [5: .other, 9: .call(2), 20: .callIndirect(type: 1), 39: .other]),
      StoryFunction(
        sizeField: 0x200, length: 60, sizeFieldLength: 2, localsLength: 5, parameters: [0x7f, 0x7e],
        locals: [0x7d, 0x7c], instructions: [5: .other, 7: .other, 30: .call(3), 33: .other, 59: .other]),
      StoryFunction(
        sizeField: 0x300, length: 20, localsLength: 1, parameters: [0x7f],
        instructions: [1: .other, 3: .other, 6: .other, 19: .other]),
    ], codeSection: 0x40)

  static let crash: CrashStory = {
    var story = CrashStory(
      modules: [module],
      frames: [
        StoryFrame(function: 3, codeOffset: 6, locals: [.i32(-5)], stack: [.i32(100), .i32(-200)]),
        StoryFrame(
          function: 2, codeOffset: 30,
          locals: [.i32(1_234_567), .i64(-1 << 40), .f32(1.5), .f64(-0.25)]),
        StoryFrame(function: 1, codeOffset: 9, locals: [.i32(7), .i64(.max)], stack: [.missing]),
      ])
    story.memory = [(0x1000, [1, 2, 3, 4]), (0x8000, Array("hello".utf8))]
    return story
  }()

  /// A crash that goes through an indirect call, whose immediate is a type.
  static let indirect: CrashStory = {
    var story = crash
    story.modules[0].functions[0].instructions[9] = .callIndirect(type: 77)
    story.frames =
      [StoryFrame(function: 3, codeOffset: 6, locals: [.i32(1)])] + [
        StoryFrame(function: 1, codeOffset: 9, locals: [.i32(2), .i64(3)])
      ]
    return story
  }()

  static func file(_ dialect: DumpDialect, _ story: CrashStory = crash) throws -> CoreDumpFile {
    try CoreDumpFile(Bytes(copying: DumpBuilder.bytes(story, as: dialect)))
  }
}

extension CoreDump.Thread {
  var functions: [UInt32?] { frames.map(\.functionIndex) }
  var offsets: [UInt64?] { frames.map { $0.codeOffset?.rawValue } }
}
