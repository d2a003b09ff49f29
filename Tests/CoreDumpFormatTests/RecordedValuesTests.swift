import ByteCursor
import CoreDumpFormat
import Testing
import WasmBinary

/// A dump without recorded values is what a producer writes that has none.
@Suite struct RecordedValuesTests {
  @Test func onlyMemoriesGlobalsAndFramesAreLeft() throws {
    let complete = ProcessSectionTests.complete
    let stripped = complete.withoutRecordedValues()
    let file = try CoreDumpFile(Bytes(copying: try CoreDumpWriter.bytes(of: stripped)))
    #expect(!file.sections.contains { $0.name == "wasmpm" })
    let read = file.resolve()
    #expect(read.dialect?.name == DialectName.specification)
    #expect(read.trap == nil)
    #expect(read.tables.isEmpty)
    #expect(read.modules.map(\.name) == complete.modules.map(\.name))
    #expect(read.instances.map(\.memories) == complete.instances.map(\.memories))
    #expect(read.instances.allSatisfy { $0.tables.isEmpty })
    #expect(read.threads.map { $0.frames.count } == complete.threads.map { $0.frames.count })
    for (thread, expected) in zip(read.threads, complete.threads) {
      #expect(thread.name == expected.name)
      for (frame, expected) in zip(thread.frames, expected.frames) {
        #expect(frame.functionIndex == expected.functionIndex)
        #expect(frame.rawOffset == expected.rawOffset)
        #expect(frame.instance == expected.instance)
        #expect(frame.locals.isEmpty && frame.locals.absence == .notRecorded)
        #expect(frame.operandStack.isEmpty && frame.operandStack.absence == .notRecorded)
      }
    }
    #expect(read.memories.count == complete.memories.count)
    for (memory, expected) in zip(read.memories, complete.memories) {
      #expect(memory.size == expected.size)
      for segment in expected.segments {
        #expect(try memory.read(at: segment.address, count: segment.bytes.count) == segment.bytes.array)
      }
    }
    #expect(read.globals.count == complete.globals.count)
    for (global, expected) in zip(read.globals, complete.globals) {
      if expected.type.isReference {
        #expect(global.value.isMissing)
      } else {
        #expect(global == expected)
      }
    }
  }
}
