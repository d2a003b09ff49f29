import ByteCursor
import TestSupport
import Testing
import WasmBinary

/// Modules that are put together of others' sections.
@Suite struct ModuleWriterTests {
  /// Two functions, a memory, names and a custom section; sizes in the code section take five bytes.
  private static func module() throws -> WasmModule {
    var builder = ModuleBuilder()
    builder.bodySizeWidth = 5
    builder.importFunction("env", "log")
    builder.function(body: [0x01, 0x0b], name: "one", export: "one")
    builder.function(body: [0x01, 0x01, 0x0b], name: "two")
    builder.memory(MemoryType(SizeLimits(1)))
    builder.customSection("notes") { $0.raw([1, 2, 3]) }
    return try WasmModule(builder.bytes)
  }

  @Test func allSectionsMakeTheSameModule() throws {
    let module = try Self.module()
    var writer = ModuleWriter()
    for section in module.sections { writer.append(section, of: module) }
    #expect(writer.bytes == module.file.array)
    #expect(writer.count == module.file.count)
    // Sections that follow each other in the file are one piece behind the preamble.
    #expect(writer.parts.count == 2)
    #expect(writer.parts[1].storage === module.file.storage)
  }

  @Test func sectionsAreCopiedByteForByte() throws {
    // A section whose size is written in five bytes, as linkers write it before they compress.
    let padded: [UInt8] = [0x05, 0x83, 0x80, 0x80, 0x80, 0x00, 0x01, 0x00, 0x02]
    let module = try WasmModule(
      Bytes(
        copying: [0xff, 0xff] + ModuleWriter.preamble + [0x00, 0x02, 0x01, 0x61] + padded + [0x00, 0x02, 0x01, 0x62]
      )
      .clamped(2, count: 100))
    #expect(module.sections.map(\.title) == ["a", "memory", "b"])
    var writer = ModuleWriter()
    writer.append(module.sections[1], of: module)
    writer.append(module.sections[0], of: module)
    #expect(writer.bytes == ModuleWriter.preamble + padded + [0x00, 0x02, 0x01, 0x61])
    #expect(writer.parts.count == 3)
  }

  @Test func newSectionsReadBack() throws {
    let module = try Self.module()
    var writer = ModuleWriter()
    for section in module.sections where section.name != "notes" { writer.append(section, of: module) }
    try writer.appendBuildID([0xde, 0xad, 0xbe, 0xef])
    try writer.appendExternalDebugInfo("symbols/a b.wasm")
    try writer.appendCustom("made") { $0.sleb(-65) }
    try writer.appendCustom("again", #require(module.customSection("notes")))
    let made = try WasmModule(Bytes(copying: writer.bytes))
    #expect(made.buildID?.array == [0xde, 0xad, 0xbe, 0xef])
    #expect(made.externalDebugInfo == "symbols/a b.wasm")
    #expect(made.customSection("made")?.array == [0xbf, 0x7f])
    #expect(made.customSection("again")?.array == [1, 2, 3])
    #expect(made.names.functions[2] == "two")
    #expect(made.bodies.count == 2)
    #expect(made.diagnostics.isEmpty)
    #expect(throws: Never.self) { try made.checkForm() }
  }

  @Test func numbersReadBack() throws {
    var encoder = SectionEncoder()
    let unsigned: [UInt64] = [0, 1, 127, 128, 16383, 16384, UInt64(UInt32.max), .max]
    let signed: [Int64] = [0, -1, 63, 64, -64, -65, 8191, 8192, -8193, .max, .min]
    for value in unsigned { encoder.uleb(value) }
    for value in signed { encoder.sleb(value) }
    encoder.little(0x0102_0304, size: 4)
    encoder.name("né")
    var cursor = Bytes(copying: encoder.bytes).cursor()
    for value in unsigned { #expect(try cursor.uleb64() == value) }
    for value in signed { #expect(try cursor.sleb64() == value) }
    #expect(try cursor.u32() == 0x0102_0304)
    #expect(try cursor.name() == "né")
    #expect(cursor.isAtEnd)
  }

  @Test func sectionsThatTheFormatCannotHold() {
    var encoder = SectionEncoder()
    #expect(throws: SectionTooLarge(section: "data")) {
      try encoder.sectionHeader(.data, "data", size: Int(UInt32.max) + 1)
    }
    #expect(encoder.bytes.isEmpty)
    #expect(
      SectionTooLarge(section: "data").description
        == "data: the section is larger than 4 GiB, which the format cannot hold")
  }

  // MARK: Names of debug files

  @Test func namesOfADebugFile() throws {
    let module = try Self.module()
    var (stripped, debug) = (ModuleWriter(), ModuleWriter())
    for section in module.sections where section.name != "name" { stripped.append(section, of: module) }
    try debug.appendCustom(NameSection.debugFileSectionName, #require(module.customSection("name")))
    let bare = try WasmModule(Bytes(copying: stripped.bytes))
    let names = try WasmModule(Bytes(copying: debug.bytes))
    #expect(!bare.hasNames && names.hasNames)
    #expect(bare.names.functions[1] == nil)
    let named = bare.named(by: names)
    #expect(named.names.functions[1] == "one")
    #expect(named.bodies.count == 2)
    #expect(named.name(.function, 2) == "two")
    // A module's own names go first.
    #expect(module.named(by: names) === module)
    #expect(bare.named(by: bare) === bare)
  }
}

/// The section in which a debug file without code says where functions are.
@Suite struct FunctionBoundsTests {
  private static func file(_ contents: [UInt8]) throws -> WasmModule {
    var writer = ModuleWriter()
    try writer.appendCustom(FunctionBounds.sectionName) { $0.raw(contents) }
    return try WasmModule(Bytes(copying: writer.bytes))
  }

  private static func module(width: Int, functions: Int = 3) throws -> WasmModule {
    var builder = ModuleBuilder()
    builder.bodySizeWidth = width
    builder.importFunction("env", "log")
    builder.importFunction("env", "exit")
    for index in 0..<functions { builder.function(body: [UInt8](repeating: 0x01, count: index * 100) + [0x0b]) }
    return try WasmModule(builder.bytes)
  }

  @Test(arguments: [1, 2, 5]) func readBack(_ width: Int) throws {
    let module = try Self.module(width: width)
    var encoder = SectionEncoder()
    FunctionBounds.write(module.bodies, to: &encoder)
    let bounds = try #require(try Self.file(encoder.bytes).recordedBounds)
    #expect(Array(bounds) == Array(FunctionBounds(module.bodies)))
    #expect(bounds.map(\.size) == [2, 102, 202])
    #expect(bounds.map(\.function) == [2, 3, 4])
    for body in module.bodies {
      #expect(bounds.extent(of: body.function)?.codeAddress == body.codeAddress)
      #expect(bounds.extent(of: body.function)?.end == body.end)
      #expect(bounds.extent(containing: body.codeAddress)?.function == body.function)
      #expect(bounds.extent(containing: CodeAddress(body.end.rawValue - 1))?.function == body.function)
      #expect(bounds.extent(containing: body.header) == nil)
      #expect(bounds.extent(containing: body.end) == nil)
    }
    #expect(bounds.firstFunction == 2)
    #expect(bounds.extent(of: 1) == nil)
    #expect(bounds.extent(of: 5) == nil)
    #expect(Int(bounds.codeSize) == module.code?.count)
    #expect(bounds.codeHash == module.code.map { MurmurHash3(of: $0) })
  }

  @Test func withoutFunctions() throws {
    let module = try Self.module(width: 1, functions: 0)
    var encoder = SectionEncoder()
    FunctionBounds.write(module.bodies, to: &encoder)
    let bounds = try #require(try Self.file(encoder.bytes).recordedBounds)
    #expect(bounds.isEmpty)
    #expect(bounds.extent(containing: CodeAddress(0)) == nil)
  }

  /// The whole section is given up with its reason: half of it would be bounds of other functions.
  @Test func damage() throws {
    var encoder = SectionEncoder()
    FunctionBounds.write(try Self.module(width: 1).bodies, to: &encoder)
    let whole = encoder.bytes
    func problem(_ contents: [UInt8]) throws -> String? {
      let file = try Self.file(contents)
      #expect(file.recordedBounds == nil)
      return file.diagnostics.first?.message
    }
    #expect(try problem([])?.contains("unexpected end") == true)
    for count in 1..<whole.count { #expect(try problem(Array(whole[..<count])) != nil, "\(count) bytes") }
    #expect(try problem([2] + whole.dropFirst())?.contains("unknown version of the functions' bounds (0x2)") == true)
    #expect(try problem(whole + [0])?.contains("behind its contents") == true)
    // A last function that ends behind the code.
    var long = whole
    long[long.count - 2] |= 0x78
    long[long.count - 1] = 0x7f
    #expect(try problem(long)?.contains("bounds lie behind the code's end") == true)
  }

  @Test func anyBytesAreSurvived() throws {
    var encoder = SectionEncoder()
    FunctionBounds.write(try Self.module(width: 5).bodies, to: &encoder)
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<3000 {
      var bytes = encoder.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let bounds = try Self.file(bytes).recordedBounds else { continue }
      for extent in bounds { #expect(extent.end.rawValue <= UInt64(bounds.codeSize)) }
      _ = bounds.extent(containing: CodeAddress(UInt64.random(in: 0...1000, using: &generator)))
    }
  }
}
