import ByteCursor
import TestSupport
import Testing
import WasmBinary

struct CodeTests {
  /// Two imports and three functions, the second with a size LEB128 of `width` bytes.
  private func module(width: Int = 1) throws -> WasmModule {
    var builder = ModuleBuilder()
    builder.bodySizeWidth = width
    builder.importFunction("env", "a")
    builder.importFunction("env", "b")
    builder.function([.i32], [], locals: [], body: [0x01, 0x0b])
    builder.function(
      [.i32, .f64], [.i32],
      locals: [
        LocalGroup(count: 3, type: .i64), LocalGroup(count: 0, type: .f32),
        LocalGroup(count: 200, type: .reference(ReferenceType(.defined(5)))),
      ], body: [UInt8](repeating: 0x01, count: 200) + [0x41, 0, 0x0b])
    builder.function(body: [0x0b])
    return try WasmModule(builder.bytes)
  }

  @Test(arguments: [1, 5]) func bodies(_ width: Int) throws {
    let module = try module(width: width)
    try module.checkForm()
    let code = try #require(module.section(.code)).contents
    #expect(module.bodies.count == 3 && module.bodies.map(\.function) == [2, 3, 4])
    #expect(module.body(0) == nil && module.body(1) == nil && module.body(5) == nil && module.body(.max) == nil)

    let first = try #require(module.body(2))
    #expect(first.contents.array == [0, 0x01, 0x0b])
    #expect(first.header == CodeAddress(1))
    #expect(first.codeAddress == CodeAddress(1 + UInt64(width)))
    #expect(first.end == CodeAddress(4 + UInt64(width)))
    #expect(first.fileOffset.rawValue == code.fileOffset.rawValue + 1 + UInt64(width))
    #expect(!first.isTruncated)

    let second = try #require(module.body(3))
    #expect(second.header == first.end)
    #expect(second.codeAddress.distance(from: second.header) == UInt64(max(width, 2)))
    #expect(second.contents.count == 212)

    // Every address of the section lies in its body, or on a size and so in none.
    for address in 0...UInt64(code.count + 2) {
      let expected = module.bodies.first { $0.codeAddress.rawValue <= address && address < $0.end.rawValue }
      let offset = FileOffset(code.fileOffset.rawValue + address)
      #expect(module.body(containing: CodeAddress(address))?.function == expected?.function)
      #expect(module.body(containing: offset)?.function == expected?.function)
      if address <= code.count {
        #expect(module.codeAddress(of: offset) == CodeAddress(address))
        #expect(module.fileOffset(of: CodeAddress(address)) == offset)
      } else {
        #expect(module.codeAddress(of: offset) == nil && module.fileOffset(of: CodeAddress(address)) == nil)
      }
    }
    #expect(module.body(containing: CodeAddress(.max)) == nil)
    #expect(module.codeAddress(of: FileOffset(code.fileOffset.rawValue - 1)) == nil)
    #expect(module.fileOffset(of: CodeAddress(.max)) == nil)
  }

  @Test func addressesInABody() throws {
    let body = try #require(try module().body(3))
    let start = body.codeAddress.rawValue
    #expect(body.codeAddress(of: CodeOffset(7)) == CodeAddress(start + 7))
    #expect(body.fileOffset(of: CodeOffset(7))?.distance(from: body.fileOffset) == 7)
    #expect(body.codeOffset(of: CodeAddress(start + 7)) == CodeOffset(7))
    #expect(body.codeOffset(of: FileOffset(body.fileOffset.rawValue + 7)) == CodeOffset(7))
    // The end counts, since ranges end there; what lies behind or before does not.
    #expect(body.codeAddress(of: CodeOffset(212)) == body.end)
    #expect(body.codeOffset(of: body.end) == CodeOffset(212))
    #expect(body.codeAddress(of: CodeOffset(213)) == nil && body.fileOffset(of: CodeOffset(.max)) == nil)
    #expect(body.codeOffset(of: CodeAddress(start - 1)) == nil && body.codeOffset(of: CodeAddress(.max)) == nil)
  }

  @Test func locals() throws {
    let module = try module()
    let body = try #require(module.body(3))
    let declarations = try body.localDeclarations()
    let reference = ValueType.reference(ReferenceType(.defined(5)))
    #expect(
      declarations.groups == [LocalGroup(count: 3, type: .i64), LocalGroup(count: 200, type: reference)])
    #expect(declarations.count == 203)
    #expect(declarations.firstInstruction == CodeOffset(9))
    #expect(declarations.instructions.count == 203 && declarations.instructions[202] == 0x0b)

    let locals = try module.locals(of: body)
    #expect(locals.count == 205)
    #expect((0..<6).map { locals[$0] } == [.i32, .f64, .i64, .i64, .i64, reference])
    #expect(locals[204] == reference && locals[205] == nil && locals[.max] == nil)
    #expect(locals.types == (0..<205).map { locals[$0] })
    #expect(try module.locals(of: try #require(module.body(4))).count == 0)
  }

  @Test func tooManyLocals() throws {
    for counts: [UInt32] in [[50_001], [.max], [.max, .max], [50_000, 1]] {
      var builder = ModuleBuilder()
      builder.function(locals: counts.map { LocalGroup(count: $0, type: .i32) })
      let module = try WasmModule(builder.bytes)
      let body = try #require(module.body(0))
      do throws(ReadError) {
        _ = try module.locals(of: body)
        Issue.record("has locals")
      } catch {
        #expect(error.rule == .overLimit && error.value == UInt64(counts.last!) && error.section == "code")
      }
    }
    var builder = ModuleBuilder()
    builder.function(type: builder.type([]), rawBody: [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0x7f])
    builder.function(type: 0, rawBody: [1, 1, 0x40])
    builder.function(type: 0, rawBody: [])
    let module = try WasmModule(builder.bytes)
    for body in module.bodies {
      #expect(throws: ReadError.self) { try body.localDeclarations() }
    }
  }

  @Test func functionWithoutAType() throws {
    var builder = ModuleBuilder()
    builder.function(type: 9, rawBody: [0, 0x0b])
    let module = try WasmModule(builder.bytes)
    let body = try #require(module.body(0))
    #expect(
      throws: ReadError(.unknownFunctionType, value: 0, section: "code", offset: body.fileOffset)
    ) { try module.locals(of: body) }
    #expect(try body.localDeclarations().count == 0)
  }

  @Test func cutOffBody() throws {
    var builder = ModuleBuilder()
    builder.function(body: [0x01, 0x0b])
    builder.function(body: [0x01, 0x01, 0x01, 0x0b])
    builder.function(body: [0x0b])
    let bytes = builder.fileBytes
    // The last body and its size are lost, and two bytes of the one before.
    let module = try WasmModule(Bytes(copying: bytes.dropLast(5)))
    #expect(module.bodies.count == 2 && module.functionCount == 3)
    let last = try #require(module.body(1))
    #expect(last.isTruncated && last.contents.array == [0, 0x01, 0x01])
    #expect(module.body(containing: CodeAddress(last.end.rawValue - 1))?.function == 1)
    #expect(module.body(2) == nil)
    #expect(
      module.diagnostics.map(\.description) == [
        "code: offset 0x14: the file is cut off: section is longer than the file",
        "code: offset 0x1b: the section was not read whole: function body is longer than the code section (0x5)",
      ])
  }

  /// Questions from several threads at once have one answer.
  @Test func severalThreads() async throws {
    var builder = ModuleBuilder()
    for index in 0..<2000 {
      builder.function([.i32], body: [UInt8](repeating: 0x01, count: index % 7) + [0x0b], name: "f\(index)")
    }
    let module = try WasmModule(builder.bytes)
    await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var wrong = 0
          for index in stride(from: UInt32(task), to: 2000, by: 3) {
            if module.body(index)?.contents.count != Int(index) % 7 + 2 { wrong += 1 }
            if module.names.functions[index] != "f\(index)" { wrong += 1 }
            if module.functionType(index) != FunctionType([.i32]) { wrong += 1 }
          }
          return wrong
        }
      }
      for await wrong in group { #expect(wrong == 0) }
    }
  }
}
