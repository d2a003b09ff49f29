import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// The validation error of a module; nil for a valid one.
private func violation(
  of module: ModuleBuilder, features: Features = .standard, limits: Limits = .standard
) throws -> ValidationError? {
  let opened = try WasmModule(module.bytes)
  do throws(ValidationError) {
    try Validator.validate(opened, features: features, limits: limits)
    return nil
  } catch { return error }
}

/// The rule that a function with this body breaks, in a module with one function of each kind of type that bodies
/// here use, a memory and a mutable and an immutable global.
private func rule(
  _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [LocalGroup] = [], _ body: [UInt8]
) throws -> Rule? {
  var module = ModuleBuilder()
  module.memory(MemoryType(SizeLimits(1)))
  module.global(GlobalType(.i32), .i32(1))
  module.global(GlobalType(.i32, isMutable: true), .i32(1))
  module.function(parameters, results, locals: locals, body: body)
  return try violation(of: module)?.rule
}

struct ValidatorTests {
  @Test func straightCode() throws {
    #expect(try rule([.i32, .i32], [.i32], [0x20, 0, 0x20, 1, 0x6a, 0x0b]) == nil)
    #expect(try rule([.i32, .i64], [.i32], [0x20, 0, 0x20, 1, 0x6a, 0x0b]) == .typeMismatch)
    #expect(try rule([.i32], [.i32], [0x20, 0, 0x6a, 0x0b]) == .typeMismatch)
    #expect(try rule([], [.i32], [0x0b]) == .typeMismatch)
    #expect(try rule([], [], [0x41, 0, 0x0b]) == .typeMismatch)
    #expect(try rule([], [], [0x20, 0, 0x0b]) == .unknownLocal)
    #expect(try rule([], [], [0x10, 1, 0x0b]) == .unknownFunction)
    #expect(try rule([], [], [0x41, 0, 0x24, 0, 0x0b]) == .immutableGlobal)
    #expect(try rule([], [], [0x41, 0, 0x24, 1, 0x0b]) == nil)
    #expect(try rule([], [.i32], [0x23, 2, 0x0b]) == .unknownGlobal)
    #expect(try rule([], [], [0x0b, 0x0b]) == .bodyTooShort)
    #expect(try rule([], [], [0x01]) == .unexpectedEnd)
    #expect(try rule([], [], [0x06, 0x40, 0x19, 0x0b, 0x0b]) == .disabledInstruction)
  }

  @Test func memoryAccesses() throws {
    #expect(try rule([], [.i32], [0x41, 0, 0x28, 2, 0, 0x0b]) == nil)
    #expect(try rule([], [.i32], [0x41, 0, 0x28, 3, 0, 0x0b]) == .alignmentTooLarge)
    #expect(try rule([], [.i32], [0x41, 0, 0x28, 0x42, 1, 0, 0x0b]) == .unknownMemory)
    #expect(try rule([], [.i32], [0x41, 0, 0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x0b]) == .offsetOutOfRange)
    #expect(try rule([], [.i32], [0x41, 0, 0xfe, 0x10, 1, 0, 0x0b]) == .atomicAlignment)
    #expect(try rule([], [.i32], [0x41, 0, 0xfe, 0x10, 2, 0, 0x0b]) == nil)
    #expect(try rule([], [], [0xfc, 9, 0, 0x0b]) == .dataCountRequired)
    // i8x16.extract_lane_s with lane 15 and 16, of a vector that v128.load8_splat made.
    #expect(try rule([], [.i32], [0x41, 0, 0xfd, 7, 0, 0, 0xfd, 0x15, 15, 0x0b]) == nil)
    #expect(try rule([], [.i32], [0x41, 0, 0xfd, 7, 0, 0, 0xfd, 0x15, 16, 0x0b]) == .invalidLane)
  }

  @Test func blocksAndBranches() throws {
    // if with and without else
    #expect(try rule([.i32], [.i32], [0x20, 0, 0x04, 0x7f, 0x41, 1, 0x05, 0x41, 2, 0x0b, 0x0b]) == nil)
    #expect(try rule([.i32], [.i32], [0x20, 0, 0x04, 0x7f, 0x41, 1, 0x0b, 0x0b]) == .typeMismatch)
    #expect(try rule([], [], [0x02, 0x40, 0x05, 0x0b, 0x0b]) == .unexpectedElse)
    // br out of two blocks, and too far
    #expect(try rule([], [], [0x02, 0x40, 0x02, 0x40, 0x0c, 2, 0x0b, 0x0b, 0x0b]) == nil)
    #expect(try rule([], [], [0x02, 0x40, 0x02, 0x40, 0x0c, 3, 0x0b, 0x0b, 0x0b]) == .unknownLabel)
    // a branch to a loop takes its parameters along, of which there are none
    #expect(try rule([], [.i32], [0x03, 0x7f, 0x0c, 0, 0x0b, 0x0b]) == nil)
    #expect(try rule([], [.i32], [0x02, 0x7f, 0x0c, 0, 0x0b, 0x0b]) == .typeMismatch)
    // br_table with labels of different arity
    #expect(try rule([], [.i32], [0x02, 0x40, 0x41, 0, 0x41, 0, 0x0e, 1, 0, 1, 0x0b, 0x41, 0, 0x0b]) == .typeMismatch)
    #expect(try rule([], [], [0x02, 0x40, 0x41, 0, 0x0e, 1, 0, 1, 0x0b, 0x0b]) == nil)
  }

  @Test func unreachableCodeIsPolymorphic() throws {
    #expect(try rule([], [.i32], [0x00, 0x6a, 0x0b]) == nil)
    #expect(try rule([], [.i32], [0x00, 0x1b, 0x0b]) == nil)
    #expect(try rule([], [.i32], [0x00, 0x42, 0, 0x6a, 0x0b]) == .typeMismatch)
    // Unreachable in a block ends with it.
    #expect(try rule([], [.i32], [0x02, 0x40, 0x00, 0x0b, 0x0b]) == .typeMismatch)
    // Operands below a block are out of its reach.
    #expect(try rule([], [], [0x41, 0, 0x02, 0x40, 0x1a, 0x0b, 0x1a, 0x0b]) == .typeMismatch)
    // ref.is_null and br_on_null of a reference that is not there
    #expect(try rule([], [.i32], [0x00, 0xd1, 0x0b]) == nil)
    #expect(try rule([], [], [0x00, 0xd5, 0, 0x1a, 0x0b]) == nil)
  }

  @Test func localsWithoutDefaultNeedAValue() throws {
    let reference = ValueType.reference(ReferenceType(.i31, isNullable: false))
    let locals = [LocalGroup(count: 1, type: reference)]
    let set: [UInt8] = [0x41, 0, 0xfb, 0x1c, 0x21, 0]
    #expect(try rule([], [], locals: locals, [0x20, 0, 0x1a, 0x0b]) == .uninitializedLocal)
    #expect(try rule([], [], locals: locals, set + [0x20, 0, 0x1a, 0x0b]) == nil)
    // What a block sets is not set behind it.
    #expect(try rule([], [], locals: locals, [0x02, 0x40] + set + [0x0b, 0x20, 0, 0x1a, 0x0b]) == .uninitializedLocal)
    #expect(try rule([reference], [], [0x20, 0, 0x1a, 0x0b]) == nil)
  }

  @Test func functionsAreReferredToWhenTheyAreDeclared() throws {
    var module = ModuleBuilder()
    let function = module.function(body: [0xd2, 0, 0x1a, 0x0b])
    #expect(try violation(of: module)?.rule == .undeclaredReference)
    module.export("f", .function, function)
    #expect(try violation(of: module) == nil)
  }

  @Test func errorsSayWhere() throws {
    var module = ModuleBuilder()
    module.function()
    module.function([], [.i32], locals: [LocalGroup(count: 2, type: .i64)], body: [0x01, 0x20, 1, 0x0b])
    let error = try #require(try violation(of: module))
    #expect(error.function == 1)
    // One group of locals, nop, local.get 1, and the end that misses an i32.
    #expect(error.codeOffset == CodeOffset(6))
    let body = try #require(try WasmModule(module.bytes).body(1))
    #expect(error.offset == body.fileOffset(of: CodeOffset(6)))
    #expect(error.section == "code")
    #expect(error.detail == "expected i32, found i64")
    #expect(!error.isMalformed)
    #expect("\(error)".hasPrefix("code: function 1 at "))

    var broken = ModuleBuilder()
    broken.function(body: [0x01, 0xff, 0x0b])
    let malformed = try #require(try violation(of: broken))
    #expect(malformed.isMalformed)
    #expect(malformed.rule == .unknownOpcode)
    #expect(malformed.codeOffset == CodeOffset(2))
  }

  // MARK: Modules

  @Test func sizesOfMemoriesAndTables() throws {
    func rule(memory: MemoryType, features: Features = .standard) throws -> Rule? {
      var module = ModuleBuilder()
      module.memory(memory)
      return try violation(of: module, features: features)?.rule
    }
    #expect(try rule(memory: MemoryType(SizeLimits(65536))) == nil)
    #expect(try rule(memory: MemoryType(SizeLimits(65537))) == .memorySize)
    #expect(try rule(memory: MemoryType(SizeLimits(1 << 48), is64Bit: true)) == nil)
    #expect(try rule(memory: MemoryType(SizeLimits(1 << 48 + 1), is64Bit: true)) == .memorySize64)
    #expect(try rule(memory: MemoryType(SizeLimits(2, 1))) == .minimumAboveMaximum)
    #expect(try rule(memory: MemoryType(SizeLimits(1), isShared: true)) == .sharedMemoryMaximum)
    let bytes = MemoryType(SizeLimits(1 << 32), pageSizeLog2: 0)
    #expect(try rule(memory: bytes) == .invalidPageSize)
    var features = Features.standard
    features.customPageSizes = true
    #expect(try rule(memory: bytes, features: features) == nil)

    var module = ModuleBuilder()
    module.table(TableType(ReferenceType(.func, isNullable: false), SizeLimits(1)))
    #expect(try violation(of: module)?.rule == .typeMismatch)
    module = ModuleBuilder()
    module.table(TableType(.funcref, SizeLimits(1 << 32)))
    #expect(try violation(of: module)?.rule == .tableSize)
  }

  @Test func constantExpressions() throws {
    func rule(_ initializer: [UInt8], type: ValueType = .i32) throws -> Rule? {
      var module = ModuleBuilder()
      module.importGlobal("m", "g", GlobalType(.i32))
      module.importGlobal("m", "h", GlobalType(.i32, isMutable: true))
      module.global(GlobalType(type), initializer: initializer)
      return try violation(of: module)?.rule
    }
    #expect(try rule([0x23, 0, 0x41, 1, 0x6a, 0x0b]) == nil)
    #expect(try rule([0x23, 1, 0x0b]) == .constantExpressionRequired)
    #expect(try rule([0x23, 2, 0x0b]) == .unknownGlobal)
    #expect(try rule([0x41, 1, 0x67, 0x0b]) == .constantExpressionRequired)
    #expect(try rule([0x41, 1, 0x0b], type: .i64) == .typeMismatch)
    #expect(try rule([0x0b]) == .typeMismatch)
    #expect(try rule([0xd0, 0x70, 0x0b], type: .funcref) == nil)
    #expect(try rule([0xd2, 0, 0x0b], type: .funcref) == .unknownFunction)
  }

  @Test func exportsAndStart() throws {
    var module = ModuleBuilder()
    let function = module.function()
    let takes = module.function([.i32])
    // The same text in the eyes of Unicode, and different names.
    module.export("e\u{301}", .function, function)
    module.export("\u{e9}", .function, function)
    module.start(function)
    #expect(try violation(of: module) == nil)
    var again = module
    again.export("\u{e9}", .function, takes)
    #expect(try violation(of: again)?.rule == .duplicateExport)
    module.start(takes)
    #expect(try violation(of: module)?.rule == .badStart)
    module.start(7)
    #expect(try violation(of: module)?.rule == .unknownFunction)
    var tag = ModuleBuilder()
    tag.type([], [.i32])
    tag.export("t", .tag, 0)
    #expect(try violation(of: tag)?.rule == .unknownTag)
  }

  // MARK: Types

  @Test func equalGroupsAreEqualTypes() throws {
    var module = ModuleBuilder()
    // Twice the group of a structure and a function that mention each other.
    for base: UInt8 in [0, 2] {
      module.rawType(defining: 2) {
        $0.raw([0x4e, 2, 0x5f, 1, 0x64, base + 1, 0, 0x60, 1, 0x63, base, 0])
      }
    }
    // And one with a field that can be set.
    module.rawType(defining: 2) { $0.raw([0x4e, 2, 0x5f, 1, 0x64, 5, 1, 0x60, 1, 0x63, 4, 0]) }
    let reference = ValueType.reference(ReferenceType(.defined(0)))
    module.function([reference], [.reference(ReferenceType(.defined(2)))], body: [0x20, 0, 0x0b])
    #expect(try violation(of: module) == nil)
    module.function([reference], [.reference(ReferenceType(.defined(4)))], body: [0x20, 0, 0x0b])
    #expect(try violation(of: module)?.rule == .typeMismatch)

    var types = CanonicalTypes()
    let definitions = try WasmModule(module.bytes).types
    let added = types.add(definitions)
    let numbers = try #require(added)
    #expect(numbers[0] == numbers[2] && numbers[1] == numbers[3])
    #expect(numbers[0] != numbers[4] && numbers[1] != numbers[5])
    // Another module's types get the same numbers.
    let again = types.add(definitions)
    #expect(again == numbers)
  }

  @Test func subtypes() throws {
    func rule(_ definitions: [[UInt8]]) throws -> Rule? {
      var module = ModuleBuilder()
      for definition in definitions { module.rawType { $0.raw(definition) } }
      return try violation(of: module)?.rule
    }
    let open: [UInt8] = [0x50, 0, 0x5f, 1, 0x7f, 0]
    #expect(try rule([open, [0x50, 1, 0, 0x5f, 2, 0x7f, 0, 0x7e, 1]]) == nil)
    #expect(try rule([open, [0x50, 1, 0, 0x5f, 1, 0x7e, 0]]) == .badSubtype)
    #expect(try rule([open, [0x50, 1, 0, 0x5e, 0x7f, 0]]) == .badSubtype)
    #expect(try rule([[0x5f, 0], [0x50, 1, 0, 0x5f, 0]]) == .badSubtype)
    #expect(try rule([[0x50, 1, 0, 0x5f, 0]]) == .badSubtype)
    #expect(try rule([[0x50, 1, 9, 0x5f, 0]]) == .unknownType)
    #expect(try rule([[0x60, 1, 0x63, 1, 0], [0x60, 0, 0]]) == .unknownType)
    // A chain that is too long.
    let chain = [[0x50, 0, 0x5f, 0]] + (0..<70).map { [0x50, 1, UInt8($0), 0x5f, 0] }
    #expect(try rule(Array(chain.prefix(64))) == nil)
    #expect(try rule(chain) == .overLimit)
  }

  @Test func legacyExceptionsOnRequest() throws {
    var module = ModuleBuilder()
    module.tag([.i32])
    // try (result i32) i32.const 1 catch 0 end; rethrow in a catch_all; delegate
    module.function([], [.i32], body: [0x06, 0x7f, 0x41, 1, 0x07, 0, 0x0b, 0x0b])
    module.function(body: [0x06, 0x40, 0x19, 0x09, 0, 0x0b, 0x0b])
    module.function(body: [0x06, 0x40, 0x01, 0x18, 0, 0x0b])
    var features = Features.standard
    features.proposals.insert(.legacyExceptions)
    #expect(try violation(of: module, features: features) == nil)
    #expect(try violation(of: module)?.rule == .disabledInstruction)
    var rethrow = module
    rethrow.function(body: [0x09, 0, 0x0b])
    #expect(try violation(of: rethrow, features: features)?.rule == .invalidRethrow)
    module.function(body: [0x07, 0, 0x0b])
    #expect(try violation(of: module, features: features)?.rule == .unexpectedCatch)
  }
}

/// Modules that want to cost more than they are worth.
struct ValidatorLimitTests {
  @Test func deepNesting() throws {
    let depth = 200_000
    let body =
      Array([[UInt8]](repeating: [0x02, 0x40], count: depth).joined()) + [UInt8](repeating: 0x0b, count: depth + 1)
    var module = ModuleBuilder()
    module.function(body: body)
    #expect(try violation(of: module) == nil)
    var limits = Limits.standard
    limits.blockNesting = 1000
    #expect(try violation(of: module, limits: limits)?.rule == .overLimit)
  }

  @Test func manyLocalsInManyFunctions() throws {
    var module = ModuleBuilder()
    let locals = [LocalGroup(count: 49_999, type: .i32), LocalGroup(count: 1, type: .i64)]
    for _ in 0..<20_000 {
      module.function([], [.i64], locals: locals, body: [0x20, 0xce, 0x86, 0x03, 0x1a, 0x20, 0xcf, 0x86, 0x03, 0x0b])
    }
    #expect(try violation(of: module) == nil)
    module.function(locals: locals, body: [0x20, 0xd0, 0x86, 0x03, 0x0b])
    #expect(try violation(of: module)?.rule == .unknownLocal)
  }

  @Test func manyOperands() throws {
    // A call of a function with 1000 results, again and again.
    var module = ModuleBuilder()
    let results = [ValueType](repeating: .i32, count: 1000)
    module.importFunction("m", "f", [], results)
    module.function(body: Array([[UInt8]](repeating: [0x10, 0], count: 2000).joined()) + [0x00, 0x0b])
    #expect(try violation(of: module)?.rule == .overLimit)
    var wide = ModuleBuilder()
    wide.importFunction("m", "f", [], results + results)
    #expect(try violation(of: wide)?.rule == .overLimit)
  }

  @Test func tablesOfManyLabels() throws {
    var body = ByteBuilder()
    let depth = 1000
    for _ in 0..<depth { body.raw([0x02, 0x40]) }
    body.raw([0x41, 0, 0x0e])
    body.vector(0..<300_000) { $0.uleb(UInt64($1 % depth)) }
    body.u8(0)
    for _ in 0...depth { body.u8(0x0b) }
    var module = ModuleBuilder()
    module.function(body: body.bytes)
    #expect(try violation(of: module) == nil)
  }

  @Test func arraysOfManyElementsInUnreachableCode() throws {
    var module = ModuleBuilder()
    module.rawType { $0.raw([0x5e, 0x7f, 0]) }
    let new: [UInt8] = [0xfb, 8, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]
    module.function(body: [0x00] + new + [0x1a, 0x0b])
    #expect(try violation(of: module) == nil)
    module.function(body: new + [0x1a, 0x0b])
    #expect(try violation(of: module)?.rule == .typeMismatch)
  }
}

/// Bytes of valid modules, changed: validation says yes or no.
struct ValidatorFuzzTests {
  /// A module that uses much of what can be validated.
  private static let module: [UInt8] = {
    var module = ModuleBuilder()
    module.rawType(defining: 2) { $0.raw([0x4e, 2, 0x50, 0, 0x5f, 1, 0x64, 1, 0, 0x60, 1, 0x63, 0, 0]) }
    module.rawType { $0.raw([0x5e, 0x78, 1]) }
    module.importFunction("m", "f", [.i32], [.i32, .i64])
    module.importGlobal("m", "g", GlobalType(.i32))
    module.table(TableType(.funcref, SizeLimits(2, 5)))
    module.memory(MemoryType(SizeLimits(1, 2)))
    module.memory(MemoryType(SizeLimits(1), is64Bit: true))
    module.tag([.i32])
    module.global(GlobalType(.i32, isMutable: true), initializer: [0x23, 0, 0x41, 1, 0x6a, 0x0b])
    module.passiveData([1, 2, 3])
    module.elements(at: 0, [0, 1])
    module.function([.i32], [.i32], body: [0x20, 0, 0x10, 0, 0x1a, 0x0b], export: "a")
    module.function(
      [.i32], [.i32], locals: [LocalGroup(count: 3, type: .i64)],
      body: [
        0x02, 0x40, 0x03, 0x40, 0x20, 0, 0x0d, 1, 0x20, 0, 0x0e, 2, 0, 1, 0, 0x0b, 0x0b, 0x20, 0, 0x04, 0x7f, 0x41, 1,
        0x05, 0x42, 0, 0x28, 0x42, 1, 0, 0x0b, 0x1a, 0x20, 0, 0x20, 0, 0x11, 5, 0, 0x0b,
      ])
    let last = module.function(
      body: [
        0x02, 0x7f, 0x1f, 0x40, 1, 0, 0, 0, 0x41, 2, 0x08, 0, 0x0b, 0x41, 0, 0x0b, 0x1a, 0x41, 0, 0x41, 1, 0xfb, 7, 2,
        0x41, 0, 0xfb, 0x0d, 2, 0x1a, 0x1a, 0xd2, 0, 0xd1, 0x1a, 0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0, 0x0b,
      ])
    module.start(last)
    return module.fileBytes
  }()

  @Test func theModuleIsValid() throws {
    let module = try WasmModule(Bytes(copying: Self.module))
    do throws(ValidationError) { try Validator.validate(module) } catch { Issue.record("\(error)") }
  }

  @Test func flippedBytesNeverTrap() throws {
    var random = SeededGenerator(seed: 3)
    var valid = 0
    var invalid = 0
    for _ in 0..<40_000 {
      var bytes = Self.module
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let module = try? WasmModule(Bytes(copying: bytes)) else { continue }
      if (try? Validator.validate(module)) == nil { invalid += 1 } else { valid += 1 }
    }
    #expect(valid > 100)
    #expect(invalid > 10_000)
  }

  @Test func everyTruncationIsRefused() throws {
    for length in 8..<Self.module.count {
      guard let module = try? WasmModule(Bytes(copying: Self.module[..<length])) else { continue }
      // Where sections are missing at the end, what is left may be valid.
      if let validation = try? Validator.validate(module) {
        #expect(validation.operandHeights.count == module.bodies.count)
      }
    }
  }

  @Test(.enabled(if: Places.hasCorpus)) func realModulesAreValid() throws {
    var count = 0
    for name in CorpusTests.modules {
      guard let bytes = CorpusTests.module(name) else { continue }
      let module = try WasmModule(bytes)
      do throws(ValidationError) {
        let validation = try Validator.validate(module)
        #expect(validation.operandHeights.count == module.bodies.count)
        count += 1
      } catch { Issue.record("\(name): \(error)") }
    }
    #expect(count > 30)
  }

  @Test(.enabled(if: Places.hasCorpus)) func flippedBytesOfARealModuleNeverTrap() throws {
    let original = try #require(CorpusTests.module("shipped-O2")).array
    var random = SeededGenerator(seed: 5)
    for _ in 0..<600 {
      var bytes = original
      for _ in 0..<4 {
        bytes[Int.random(in: 8..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
      guard let module = try? WasmModule(Bytes(copying: bytes)) else { continue }
      _ = try? Validator.validate(module)
    }
  }
}
