import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Maps of two links of the same objects.
@Suite struct CodeMapTests {
  /// Modules of the samples that linkers padded.
  static let samples = [
    "crash-c/crash", "classes/classes", "deep/deep", "dwarf5/dwarf5", "embeddedswift/embeddedswift",
    "inventory/inventory", "recursion/recursion", "rustpanic/rustpanic", "structs/structs", "values-c/values",
    "values-cxx/values", "values-cxx-gnu/values", "values-rust/values", "values-swift/values", "zigparse/zigparse",
  ]

  /// All that a map says of a function's offsets, against what the linker did.
  private func check(
    _ map: CodeMap, _ companion: FunctionBody, _ shipped: FunctionBody, _ truth: [(padded: Int, shrunk: Int)]
  )
    throws
  {
    let function = try map.map(of: shipped.function)
    #expect(map.companionFunction(of: shipped.function) == companion.function)
    let range = try map.companionRange(of: shipped.function)
    #expect(range == companion.codeAddress.rawValue..<companion.end.rawValue)
    let forward = Dictionary(uniqueKeysWithValues: truth.map { ($0.shrunk, $0.padded) })
    let backward = Dictionary(uniqueKeysWithValues: truth.map { ($0.padded, $0.shrunk) })
    var wrong = 0
    for offset in 0...shipped.contents.count + 1 {
      let mapped = function.companionOffset(of: CodeOffset(UInt64(offset))).map { Int($0.rawValue) }
      if mapped != forward[offset] { wrong += 1 }
    }
    for offset in 0...companion.contents.count + 1 {
      let mapped = function.shippedOffset(of: CodeOffset(UInt64(offset))).map { Int($0.rawValue) }
      if mapped != backward[offset] { wrong += 1 }
    }
    #expect(wrong == 0, "function \(shipped.function)")
    #expect(function.instructionOffsets.map { Int($0.rawValue) } == truth.dropLast().map(\.shrunk))
  }

  @Test(arguments: samples) func everyOffsetOfShrunkSamples(_ name: String) throws {
    let companion = try WasmModule(Places.bytes("\(Places.samples)/\(name).wasm"))
    let shrunk = try ShrunkModule(companion)
    let shipped = try WasmModule(Bytes(copying: shrunk.bytes))
    let map = try CodeMap(companion: companion, shipped: shipped)
    #expect(map.survey.relation == .sameObjects)
    #expect(map.survey.mappedFunctions == shipped.bodies.count)
    #expect(map.hasSameMemory)
    #expect(map.hasSameOrder)
    let encoded = map.encoded()
    let code = try #require(shipped.code).count
    #expect(encoded.count * 100 < code * 3 || encoded.count < 200, "\(encoded.count) of \(code)")
    let read = try CodeMap(section: Bytes(copying: encoded), shipped: shipped)
    #expect(read.survey.relation == .sameObjects)
    #expect(read.survey.mappedBytes == map.survey.mappedBytes)
    #expect(read.hasSameMemory)
    #expect(read.hasSameOrder)
    for (position, truth) in shrunk.offsets.enumerated() {
      try check(map, companion.bodies[position], shipped.bodies[position], truth)
      try check(read, companion.bodies[position], shipped.bodies[position], truth)
    }
  }

  @Test(.enabled(if: Places.hasCorpus, "without ../shared")) func twoLinksOfTheCorpus() throws {
    let companion = try WasmModule(Places.bytes(Places.corpus + "/companion-O2.wasm"))
    let shipped = try WasmModule(Places.bytes(Places.corpus + "/shipped-O2.wasm"))
    let map = try CodeMap(companion: companion, shipped: shipped)
    #expect(map.survey.relation == .sameObjects)
    #expect(map.survey.comparedNames == 67)
    #expect(map.survey.agreeingNames == 67)
    let truth = try ShrunkModule(companion)
    for (position, offsets) in truth.offsets.enumerated() {
      try check(map, companion.bodies[position], shipped.bodies[position], offsets)
    }
    // Other flags: the C library is the same, the program is not.
    let other = try CodeMap(companion: WasmModule(Places.bytes(Places.corpus + "/traps-O0.wasm")), shipped: shipped)
    #expect(other.survey.relation == .different)
    #expect(other.survey.mappedFunctions == 54)
    #expect(other.survey.missing.count == 12)
  }

  /// A megabyte of code, as wasm-ld shrank it.
  @Test(.enabled(if: Places.hasSQLite, "without `make sqlite`")) func everyOffsetOfSQLite() throws {
    let companion = try WasmModule(Places.bytes(Places.sqlite + ".wasm"))
    let shipped = try WasmModule(Places.bytes(Places.sqlite + ".shipped.wasm"))
    let code = try #require(shipped.code).count
    #expect(code > 1_000_000)
    let map = try CodeMap(companion: companion, shipped: shipped)
    let encoded = map.encoded()
    #expect(encoded.count * 100 < code, "\(encoded.count) of \(code)")
    let read = try CodeMap(section: Bytes(copying: encoded), shipped: shipped)
    for map in [map, read] {
      #expect(map.survey.relation == .sameObjects)
      #expect(map.survey.mappedFunctions == shipped.bodies.count)
      #expect(map.hasSameMemory && map.hasSameOrder)
    }
    let truth = try ShrunkModule(companion)
    for (position, offsets) in truth.offsets.enumerated() {
      try check(map, companion.bodies[position], shipped.bodies[position], offsets)
      try check(read, companion.bodies[position], shipped.bodies[position], offsets)
    }
  }

  @Test func boundsOfRanges() throws {
    let pair = try ProgramPair()
    let map = try pair.map()
    let function = try map.map(of: 1)
    // local.get 0; call 2; end: the call has six bytes in the companion and two in the shipped module.
    #expect(function.companionSize == 10)
    #expect(function.shippedSize == 6)
    let bounds = (0...11).map { function.shippedBound(of: CodeOffset($0)).rawValue }
    #expect(bounds == [0, 1, 3, 3, 5, 5, 5, 5, 5, 5, 6, 6])
    #expect(function.shippedOffset(of: CodeOffset(3)) == CodeOffset(3))
    #expect(function.shippedOffset(of: CodeOffset(4)) == nil)
    #expect(function.companionOffset(of: CodeOffset(4)) == nil)
    #expect(function.companionOffset(of: CodeOffset(5)) == CodeOffset(9))
    let range = try map.companionRange(of: 1)
    #expect(try map.companionAddress(of: CodeOffset(5), in: 1) == CodeAddress(range.lowerBound + 9))
    #expect(try map.shippedOffset(of: CodeAddress(range.lowerBound + 9), in: 1) == CodeOffset(5))
    #expect(throws: CodeMap.Unmapped.self) { try map.companionAddress(of: CodeOffset(4), in: 1) }
    #expect(throws: CodeMap.Unmapped.self) { try map.map(of: 0) }
    #expect(map.function(holding: CodeAddress(range.lowerBound)) == 1)
    #expect(map.function(holding: CodeAddress(range.lowerBound - 1)) == nil)
  }

  @Test func onlyPaddingIsPassedOver() throws {
    // What looks like a padded number and is none: the survey has to say what a map says.
    for (padded, shrunk, isSame) in [
      ([0x41, 0x85, 0x80, 0x80, 0x80, 0x00], [0x41, 0x05], true),
      ([0x41, 0xff, 0xff, 0xff, 0xff, 0x7f], [0x41, 0x7f], true),
      ([0x41, 0x85, 0x80, 0x80, 0x81, 0x00], [0x41, 0x05], false),
      ([0x41, 0x85, 0x80, 0xff, 0xff, 0x7f], [0x41, 0x05], false),
      ([0x41, 0x85, 0x00], [0x41, 0x06], false),
      ([0x41, 0xc5, 0x00], [0x41, 0x45], false),
    ] as [([UInt8], [UInt8], Bool)] {
      var pair = try ProgramPair()
      pair.companion.append(PairFunction(body: [0x20, 0] + padded + [0x6a, 0x0b]))
      pair.shipped.append(PairFunction(body: [0x20, 0] + shrunk + [0x6a, 0x0b]))
      let map = try pair.map()
      #expect((map.survey.relation == .sameObjects) == isSame, "\(padded)")
      #expect(((try? map.map(of: 6)) != nil) == isSame, "\(padded)")
    }
  }

  // MARK: What differs

  @Test func aChangedFunctionIsTold() throws {
    var pair = try ProgramPair()
    pair.shipped[1].body = [0x20, 0, 0x41, 8, 0x6a, 0x0b]
    let map = try pair.map()
    #expect(map.survey.relation == .different)
    #expect(map.survey.unmapped.map(\.function) == [2])
    #expect(map.survey.unmapped.first?.reason.contains("i32.const at offset 0x3 has another immediate") == true)
    #expect(map.survey.missing.count == 1)
    // The others work, and what is written down says the same.
    _ = try map.map(of: 1)
    _ = try map.map(of: 3)
    #expect(throws: CodeMap.Unmapped.self) { try map.map(of: 2) }
    let read = try CodeMap(section: Bytes(copying: map.encoded()), shipped: map.shipped)
    #expect(read.survey.relation == .different)
    #expect(read.survey.missing == map.survey.missing)
    #expect(read.companionFunction(of: 2) == 2)
    #expect(throws: CodeMap.Unmapped.self) { try read.map(of: 2) }
    #expect(try read.companionRange(of: 3) == map.companionRange(of: 3))
  }

  @Test func functionsCallTheSame() throws {
    var pair = try ProgramPair()
    // Calls function 3 in place of function 2, which has the same type.
    pair.shipped[0].callee = 3
    let map = try pair.map()
    #expect(map.survey.unmapped.map(\.function) == [1])
    #expect(map.survey.unmapped.first?.reason.contains("call at offset 0x3 is of something else") == true)
  }

  @Test func reorderedAndDroppedFunctionsAreFound() throws {
    var pair = try ProgramPair()
    // The last first, and without the third.
    let functions = pair.companion
    pair.shipped = [functions[4], functions[0], functions[1], functions[3]]
    // `call 2` is `call 3` now.
    pair.shipped[1].callee = 3
    let map = try pair.map()
    #expect(map.survey.relation == .sameObjects)
    #expect(!map.hasSameOrder)
    #expect((1...4).map { map.companionFunction(of: $0) } == [5, 1, 2, 4])
    #expect(map.survey.missing.count == 1)
    let read = try CodeMap(section: Bytes(copying: map.encoded()), shipped: map.shipped)
    for function in UInt32(1)...4 {
      #expect(read.companionFunction(of: function) == map.companionFunction(of: function))
      #expect(try read.companionRange(of: function) == map.companionRange(of: function))
      let start = CodeAddress(try map.companionRange(of: function).lowerBound)
      #expect(map.function(holding: start) == function)
      #expect(read.function(holding: start) == function)
    }
  }

  @Test func whatSeveralCouldBeIsNothing() throws {
    var pair = try ProgramPair()
    // Two of one code, of which the shipped module has one, between functions that it has not.
    let twin = PairFunction(body: [0x20, 0, 0x41, 3, 0x6c, 0x0b])
    let other = PairFunction(body: [0x20, 0, 0x41, 4, 0x6b, 0x0b])
    pair.companion += [other, twin, other, twin]
    pair.shipped = Array(pair.companion[..<5]) + [PairFunction(body: [0x20, 0, 0x45, 0x0b]), twin]
    let map = try pair.map()
    #expect(map.companionFunction(of: 7) == nil)
    #expect(throws: CodeMap.Unmapped.self) { try map.map(of: 7) }
  }

  @Test func otherProgramsAreRefused() throws {
    var pair = try ProgramPair()
    pair.shipped = (0..<5).map { PairFunction(body: [0x20, 0, 0x41, UInt8($0), 0x76, 0x41, 7, 0x71, 0x0b]) }
    #expect(throws: CodeMap.Unmapped.self) { try pair.map() }
    do { _ = try pair.map() } catch let error as CodeMap.Unmapped {
      #expect(error.description == "none of the module's 5 functions has the same code in it")
    }
    pair.shipped[0] = pair.companion[4]
    do {
      _ = try pair.map()
      Issue.record("a fifth of the code is no program")
    } catch let error as CodeMap.Unmapped {
      #expect(error.description.hasPrefix("only 1 of the module's 5 functions"))
    }
    let empty = try WasmModule(Bytes(copying: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))
    #expect(throws: CodeMap.Unmapped.self) {
      try CodeMap(companion: empty, shipped: pair.module(pair.shipped, width: 1))
    }
  }

  @Test func otherMemoryIsTold() throws {
    var pair = try ProgramPair()
    #expect(try pair.map().hasSameMemory)
    pair.shippedData = [(1024, [1, 2, 3])]
    #expect(try !pair.map().hasSameMemory)
    // A segment cut in two, without the zeros between.
    pair.companionData = [(1024, [1, 2, 0, 0, 0, 3, 4])]
    pair.shippedData = [(1024, [1, 2]), (1029, [3, 4])]
    #expect(try pair.map().hasSameMemory)
    pair.shippedData = [(1024, [1, 2]), (1029, [3, 5])]
    #expect(try !pair.map().hasSameMemory)
    pair.shippedData = [(1024, [1, 2, 0, 0, 9, 3, 4])]
    #expect(try !pair.map().hasSameMemory)
  }

  @Test func renumberedGlobalsAreFound() throws {
    var pair = try ProgramPair()
    let user = PairFunction(body: [0x23, 0x81, 0x80, 0x80, 0x80, 0, 0x24, 0x80, 0x80, 0x80, 0x80, 0, 0x20, 0, 0x0b])
    pair.companion.append(user)
    pair.companionGlobals = 2
    pair.shipped.append(PairFunction(body: [0x23, 0x81, 0, 0x24, 0, 0x20, 0, 0x0b]))
    pair.shippedGlobals = 2
    #expect(try pair.map().survey.relation == .sameObjects)
    // One more in front in the shipped module.
    pair.shippedGlobals = 3
    pair.shipped[5].body = [0x23, 2, 0x24, 1, 0x20, 0, 0x0b]
    let map = try pair.map()
    #expect(map.survey.relation == .sameObjects)
    #expect(map.shippedGlobal(of: 0) == 1)
    #expect(map.shippedGlobal(of: 1) == 2)
    let read = try CodeMap(section: Bytes(copying: map.encoded()), shipped: map.shipped)
    #expect(read.shippedGlobal(of: 0) == 1)
    #expect(read.shippedGlobal(of: 1) == 2)
    #expect(read.shippedGlobal(of: 2) == nil)
  }
}

/// A function of one parameter and one result, both i32, as two links have it: `call` is written at the link's width.
struct PairFunction {
  /// The function that is called behind `local.get 0`; nil for `body`.
  var callee: UInt32?
  var body: [UInt8] = []

  func code(width: Int) -> [UInt8] {
    guard let callee else { return body }
    var code = ByteBuilder()
    code.raw([0x20, 0, 0x10])
    code.uleb(UInt64(callee), width: width)
    code.u8(0x0b)
    return code.bytes
  }
}

/// Two links of a program of five functions behind an import.
struct ProgramPair {
  var companion: [PairFunction]
  var shipped: [PairFunction]
  var companionData: [(Int32, [UInt8])] = [(1024, [1, 2])]
  var shippedData: [(Int32, [UInt8])] = [(1024, [1, 2])]
  var companionGlobals = 0
  var shippedGlobals = 0

  init() throws {
    companion = [
      PairFunction(callee: 2), PairFunction(body: [0x20, 0, 0x41, 7, 0x6a, 0x0b]),
      PairFunction(body: [0x20, 0, 0x41, 7, 0x6b, 0x0b]),
      PairFunction(body: [0x20, 0, 0x41, 7, 0x6c, 0x41, 1, 0x72, 0x0b]),
      PairFunction(body: [0x20, 0, 0x41, 7, 0x71, 0x41, 9, 0x73, 0x0b]),
    ]
    shipped = companion
  }

  func module(_ functions: [PairFunction], width: Int, data: [(Int32, [UInt8])] = [], globals: Int = 0) throws
    -> WasmModule
  {
    var builder = ModuleBuilder()
    builder.bodySizeWidth = width
    builder.importFunction("env", "f", [.i32], [.i32])
    for function in functions { builder.function([.i32], [.i32], body: function.code(width: width)) }
    builder.memory(MemoryType(SizeLimits(1)))
    for index in 0..<globals { builder.global(GlobalType(.i32, isMutable: true), .i32(Int32(index))) }
    for (address, bytes) in data { builder.data(at: .i32(address), bytes) }
    return try WasmModule(builder.bytes)
  }

  func map() throws -> CodeMap {
    try CodeMap(
      companion: module(companion, width: 5, data: companionData, globals: companionGlobals),
      shipped: module(shipped, width: 1, data: shippedData, globals: shippedGlobals))
  }
}
