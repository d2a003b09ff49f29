import ByteCursor
import TestSupport
import Testing
import WasmBinary

struct TypeTests {
  private func read<Value>(
    _ bytes: [UInt8], _ read: (inout Cursor) throws(ReadError) -> Value
  ) throws(ReadError) -> Value {
    var cursor = Bytes(copying: bytes).cursor()
    let value = try read(&cursor)
    #expect(cursor.isAtEnd)
    return value
  }

  private func valueType(_ bytes: [UInt8]) throws(ReadError) -> ValueType {
    try read(bytes) { (cursor) throws(ReadError) in try cursor.valueType() }
  }

  @Test(
    arguments: [
      ([0x7f], "i32"), ([0x7e], "i64"), ([0x7d], "f32"), ([0x7c], "f64"), ([0x7b], "v128"),
      ([0x70], "funcref"), ([0x6f], "externref"), ([0x6e], "anyref"), ([0x6d], "eqref"), ([0x6c], "i31ref"),
      ([0x6b], "structref"), ([0x6a], "arrayref"), ([0x69], "exnref"), ([0x71], "nullref"), ([0x73], "nullfuncref"),
      ([0x72], "nullexternref"), ([0x74], "nullexnref"), ([0x63, 0x70], "funcref"), ([0x64, 0x70], "(ref func)"),
      ([0x64, 0x6b], "(ref struct)"), ([0x63, 0x05], "(ref null 5)"), ([0x64, 0xc0, 0x00], "(ref 64)"),
      ([0x64, 0xff, 0xff, 0xff, 0xff, 0x0f], "(ref 4294967295)"),
    ] as [([UInt8], String)])
  func valueTypes(_ bytes: [UInt8], _ text: String) throws {
    let type = try valueType(bytes)
    #expect("\(type)" == text)
    var written = ByteBuilder()
    written.valueType(type)
    #expect(try valueType(written.bytes) == type)
  }

  @Test(
    arguments: [
      ([0x40], .malformedValueType), ([0x00], .malformedValueType), ([0x7a], .malformedValueType),
      ([0x78], .malformedValueType), ([0x60], .malformedValueType), ([0x64, 0x40], .malformedHeapType),
      ([0x64, 0x7f], .malformedHeapType), ([0x64, 0xf0, 0x7f], .malformedHeapType), ([], .unexpectedEnd),
      ([0x63], .unexpectedEnd), ([0x64, 0xff, 0xff, 0xff, 0xff, 0x1f], .overflowingLEB128),
    ] as [([UInt8], Rule)])
  func malformedValueTypes(_ bytes: [UInt8], _ rule: Rule) {
    do throws(ReadError) {
      let type = try valueType(bytes)
      Issue.record("read \(type)")
    } catch {
      #expect(error.rule == rule)
    }
  }

  @Test func blockTypes() throws {
    func blockType(_ bytes: [UInt8]) throws(ReadError) -> BlockType {
      try read(bytes) { (cursor) throws(ReadError) in try cursor.blockType() }
    }
    #expect(try blockType([0x40]) == .empty)
    #expect(try blockType([0x7f]) == .value(.i32))
    #expect(try blockType([0x63, 0x6e]) == .value(.reference(ReferenceType(.any))))
    #expect(try blockType([0x03]) == .type(3))
    #expect(try blockType([0xc0, 0x00]) == .type(64))
    #expect(throws: ReadError.self) { try blockType([0xff, 0x7f]) }
    #expect(throws: ReadError.self) { try blockType([]) }
  }

  @Test func memoryAndTableTypes() throws {
    func memory(_ bytes: [UInt8]) throws(ReadError) -> MemoryType {
      try read(bytes) { (cursor) throws(ReadError) in try cursor.memoryType() }
    }
    func table(_ bytes: [UInt8]) throws(ReadError) -> TableType {
      try read(bytes) { (cursor) throws(ReadError) in try cursor.tableType() }
    }
    #expect("\(try memory([0x00, 0x01]))" == "1")
    #expect("\(try memory([0x01, 0x01, 0x80, 0x01]))" == "1 128")
    #expect("\(try memory([0x03, 0x01, 0x04]))" == "1 4 shared")
    #expect("\(try memory([0x05, 0x02, 0x0a]))" == "i64 2 10")
    #expect("\(try memory([0x0f, 0x02, 0x0a, 0x00]))" == "i64 2 10 shared (pagesize 1)")
    let small = try memory([0x08, 0x07, 0x00])
    #expect(small.pageSize == 1 && small.minimumBytes == 7 && !small.is64Bit && small.limits.maximum == nil)
    #expect(try memory([0x00, 0x03]).minimumBytes == 196_608)
    var huge = ByteBuilder()
    huge.u8(4)
    huge.uleb(.max)
    #expect(try memory(huge.bytes).limits.minimum == .max)
    #expect(try memory(huge.bytes).minimumBytes == nil)
    #expect("\(try table([0x70, 0x00, 0x0a]))" == "10 funcref")
    #expect("\(try table([0x64, 0x00, 0x05, 0x0a, 0x14]))" == "i64 10 20 (ref 0)")
    // Flags that mean nothing, a page size beyond 64 bits, mutability of other values.
    #expect(throws: ReadError(.malformedLimits, value: 0x10, offset: FileOffset(0))) { try memory([0x10, 0x01]) }
    #expect(throws: ReadError(.malformedLimits, value: 0x02, offset: FileOffset(1))) { try table([0x70, 0x02, 0x01]) }
    #expect(throws: ReadError(.malformedPageSize, value: 64, offset: FileOffset(2))) { try memory([8, 1, 64]) }
    #expect(throws: ReadError(.malformedMutability, value: 2, offset: FileOffset(1))) {
      try read([0x7f, 0x02]) { (cursor) throws(ReadError) in try cursor.globalType() }
    }
  }

  @Test func typeSection() throws {
    var builder = ModuleBuilder()
    builder.type([.i32, .i64], [.f32])
    builder.rawType {
      // (type (struct (field i8) (field (mut i16)) (field (mut (ref null 1)))))
      $0.raw([0x5f, 3, 0x78, 0, 0x77, 1, 0x63, 1, 1])
    }
    builder.rawType(defining: 3) {
      // (rec (type (sub (array (mut f64)))) (type (sub final 2 (array (mut f64)))) (type (func)))
      $0.raw([0x4e, 3])
      $0.raw([0x50, 0, 0x5e, 0x7c, 1])
      $0.raw([0x4f, 1, 2, 0x5e, 0x7c, 1])
      $0.raw([0x60, 0, 0])
    }
    builder.rawType { $0.raw([0x4e, 0]) }
    let module = try WasmModule(builder.bytes)
    let double = CompositeType.array(FieldType(.value(.f64), isMutable: true))
    #expect(
      module.types == [
        SubType(.function(FunctionType([.i32, .i64], [.f32])), group: 0..<1),
        SubType(
          .structure([
            FieldType(.i8), FieldType(.i16, isMutable: true),
            FieldType(.value(.reference(ReferenceType(.defined(1)))), isMutable: true),
          ]), group: 1..<2),
        SubType(double, isFinal: false, group: 2..<5),
        SubType(double, isFinal: true, supertypes: [2], group: 2..<5),
        SubType(.function(FunctionType()), group: 2..<5),
      ])
    #expect(module.functionType(ofType: 0)?.description == "[i32 i64] -> [f32]")
    #expect(module.functionType(ofType: 1) == nil)
    #expect(module.functionType(ofType: 5) == nil)
    #expect(module.diagnostics.isEmpty)
    try module.checkForm()
  }

  @Test func damagedTypeKeepsThoseBefore() throws {
    var builder = ModuleBuilder()
    builder.type([.i32])
    builder.rawType { $0.raw([0x61]) }
    builder.type([.i64])
    let module = try WasmModule(builder.bytes)
    #expect(module.diagnostics.isEmpty)
    #expect(module.types.map(\.function) == [FunctionType([.i32])])
    #expect(
      module.diagnostics.map(\.description) == [
        "type: offset 0xf: the section was not read whole: malformed type (0x61)"
      ])
    #expect(throws: ReadError(.malformedType, value: 0x61, section: "type", offset: FileOffset(15))) {
      try module.checkForm()
    }
  }

  @Test func capsOnTypes() throws {
    var limits = Limits()
    limits.typeParts = 3
    limits.entities = 2
    var builder = ModuleBuilder()
    builder.type([.i32, .i32, .i32])
    builder.type([.i32, .i32, .i32, .i32])
    var module = try WasmModule(builder.bytes, limits: limits)
    #expect(module.types.count == 1)
    #expect(throws: ReadError(.overLimit, value: 4, section: "type", offset: FileOffset(18))) {
      try module.checkForm()
    }
    builder = ModuleBuilder()
    builder.rawType(defining: 3) { $0.raw([0x4e, 3] + [0x60, 0, 0] + [0x60, 0, 0] + [0x60, 0, 0]) }
    module = try WasmModule(builder.bytes, limits: limits)
    #expect(module.types.isEmpty)
    #expect(throws: ReadError(.overLimit, value: 3, section: "type", offset: FileOffset(12))) {
      try module.checkForm()
    }
  }
}
