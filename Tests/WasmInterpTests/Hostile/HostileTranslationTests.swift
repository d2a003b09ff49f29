import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Bodies and types whose translation would take more than its time or room: it takes neither, or is refused.
@Suite struct HostileTranslationTests {
  /// How `f` of a module with this body ends; nil where it returns.
  private func end(
    results: [ValueType] = [], locals: [LocalGroup] = [], _ body: [UInt8],
    _ prepare: (inout ModuleBuilder) -> Void = { _ in }
  ) throws -> Trap.Kind? {
    var module = ModuleBuilder()
    prepare(&module)
    module.function([], results, locals: locals, body: body, export: "f")
    switch HostileRun.run(module.bytes) {
    case .ran(let ends): return try #require(ends["f"])
    case .refused: throw Failure.refused
    case .notInstantiated: throw Failure.notInstantiated
    }
  }

  enum Failure: Error { case refused, notInstantiated }

  private func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] { [UInt8]((0..<count).map { _ in bytes }.joined()) }

  // MARK: Depth and number

  @Test(arguments: [[0x02, 0x40], [0x03, 0x40], [0x41, 1, 0x04, 0x40]] as [[UInt8]])
  func deepNesting(_ opening: [UInt8]) throws {
    let body = repeated(opening, 100_000) + repeated([0x0b], 100_000) + [0x0b]
    #expect(try end(body) == nil)
  }

  @Test func deepTryTables() throws {
    let body = repeated([0x1f, 0x40, 1, 0, 0, 0], 50_000) + [0x08, 1] + repeated([0x0b], 50_000) + [0x0b]
    let kind = try end(body) {
      $0.tag([])
      $0.tag([])
    }
    #expect(kind == .uncaughtException)
  }

  @Test func manyLocals() throws {
    // 50 000 are the most.
    #expect(
      try end(results: [.i64], locals: [LocalGroup(count: 50_000, type: .i64)], [0x20, 0xcf, 0x86, 3, 0x0b]) == nil)
    for count: UInt32 in [50_001, .max] {
      #expect(throws: Failure.refused) { try end(locals: [LocalGroup(count: count, type: .i64)], [0x0b]) }
    }
    #expect(throws: Failure.refused) {
      try end(locals: [LocalGroup](repeating: LocalGroup(count: .max, type: .v128), count: 3), [0x0b])
    }
  }

  @Test func aBranchTableWithAMillionTargets() throws {
    var body = ByteBuilder()
    body.raw([0x02, 0x40, 0x02, 0x40, 0x41])
    body.sleb(999_999)
    body.u8(0x0e)
    body.uleb(1_000_000)
    for index in 0..<1_000_001 { body.uleb(index == 999_999 ? 1 : 0) }
    body.raw([0x0b, 0x00, 0x0b, 0x0b])
    #expect(try end(body.bytes) == nil)
  }

  @Test func manyBranchesToOneBlock() throws {
    let body = [0x02, 0x40] + repeated([0x20, 0, 0x0d, 0], 500_000) + [0x0b, 0x0b]
    #expect(try end(locals: [LocalGroup(count: 1, type: .i32)], body) == nil)
  }

  @Test func aDeepOperandStack() throws {
    // Many copies of a local that is set all the time, and sums of them.
    let body = repeated([0x20, 0], 200_000) + repeated([0x41, 1, 0x21, 0], 200_000) + repeated([0x6a], 199_999)
    #expect(try end(results: [.i32], locals: [LocalGroup(count: 1, type: .i32)], body + [0x0b]) == nil)
  }

  @Test func copiesOfALocalThatIsSetAllTheTime() throws {
    // 200 operands that are constants, above them a copy of local 0, which is flushed and made again.
    let body =
      repeated([0x41, 1], 200) + repeated([0x20, 0, 0x41, 1, 0x21, 0, 0x1a], 200_000) + repeated([0x1a], 200) + [0x0b]
    #expect(try end(locals: [LocalGroup(count: 1, type: .i32)], body) == nil)
  }

  // MARK: Much that hangs on few bytes

  private static let thousand = [ValueType](repeating: .i32, count: 1000)

  /// Each `br_if` takes a thousand operands along that are not where its label wants them.
  @Test func branchesWithManyOperands() throws {
    let type: [UInt8] = [0]
    let body =
      [0x02] + type + [0x41, 0] + repeated([0x20, 0], 1000) + repeated([0x20, 0, 0x0d, 0], 200_000) + [
        0x00, 0x0b, 0x0f,
      ]
    #expect(
      try end(results: Self.thousand, locals: [LocalGroup(count: 1, type: .i32)], body + [0x0b]) {
        $0.type([], Self.thousand)
      } == .unsupported)
  }

  /// Each target of the table would get code of its own that moves a thousand operands.
  @Test func aBranchTableWithManyOperands() throws {
    let type: [UInt8] = [0]
    let depth = 20_000
    var body = ByteBuilder()
    for _ in 0..<depth { body.raw([0x02] + type) }
    body.raw([0x41, 0])
    body.raw(repeated([0x20, 0], 1001))
    body.u8(0x0e)
    body.uleb(UInt64(depth - 1))
    for label in 0..<depth { body.uleb(UInt64(label)) }
    body.raw(repeated([0x0b], depth) + [0x0b])
    #expect(
      try end(results: Self.thousand, locals: [LocalGroup(count: 1, type: .i32)], body.bytes) {
        $0.type([], Self.thousand)
      } == .unsupported)
  }

  /// Blocks that take a thousand operands and give them back: four bytes each.
  @Test func blocksWithManyOperands() throws {
    let body = repeated([0x20, 0], 1000) + repeated([0x02, 0, 0x0b], 300_000) + [0x0b]
    #expect(
      try end(results: Self.thousand, locals: [LocalGroup(count: 1, type: .i32)], body) {
        $0.type(Self.thousand, Self.thousand)
      } == .unsupported)
  }

  /// A few such blocks are fine, and so are calls with as many arguments and results.
  @Test func aThousandOperands() throws {
    let body = repeated([0x20, 0], 1000) + repeated([0x02, 0, 0x0b, 0x10, 0], 20) + [0x0b]
    #expect(
      try end(results: Self.thousand, locals: [LocalGroup(count: 1, type: .i32)], body) {
        $0.function(Self.thousand, Self.thousand, body: (0..<1000).flatMap { leb(0x20, $0) } + [0x0b])
      } == nil)
  }

  private func leb(_ opcode: UInt8, _ number: Int) -> [UInt8] {
    var builder = ByteBuilder()
    builder.u8(opcode)
    builder.uleb(UInt64(number))
    return builder.bytes
  }

  /// One handler after the other, and an exception thrown behind them, again and again.
  @Test func manyHandlers() throws {
    let body =
      repeated([0x1f, 0x40, 1, 2, 0, 0x0b], 100_000)
      + [0x03, 0x40, 0x02, 0x40, 0x1f, 0x40, 1, 2, 0, 0x08, 0, 0x0b, 0x0b, 0x0c, 0, 0x0b, 0x0b]
    #expect(try end(body) { $0.tag([]) } == .outOfFuel)
  }

  // MARK: Types

  /// The type section of so many function types, no two alike.
  private func distinctTypes(_ count: Int) -> [UInt8] {
    var types = ByteBuilder()
    types.uleb(UInt64(count))
    for number in 0..<count {
      var rest = number
      types.u8(0x60)
      types.u8(9)
      for _ in 0..<9 {
        types.u8(0x7c + UInt8(rest % 4))
        rest /= 4
      }
      types.u8(0)
    }
    return types.bytes
  }

  private func module(types: [UInt8], function: UInt64, body: [UInt8]) -> Bytes {
    var file = ByteBuilder()
    file.moduleHeader()
    file.section(1) { $0.raw(types) }
    file.section(3) {
      $0.u8(1)
      $0.uleb(function)
    }
    file.section(7) { $0.raw([1, 1, 0x66, 0, 0]) }
    file.section(10) {
      $0.u8(1)
      $0.uleb(UInt64(body.count + 1))
      $0.u8(0)
      $0.raw(body)
    }
    return Bytes(copying: file.bytes)
  }

  @Test func manyTypes() throws {
    let bytes = module(types: distinctTypes(100_000), function: 99_999, body: [0x0b])
    #expect(HostileRun.run(bytes) == .ran(["f": nil]))
  }

  @Test func aLargeRecursiveGroup() throws {
    // Structures, each with a field of the next one's type and the last of the first's; then a function type.
    let count = 10_000
    var types = ByteBuilder()
    types.uleb(2)
    types.u8(0x4e)
    types.uleb(UInt64(count))
    for index in 0..<count {
      types.raw([0x5f, 1, 0x63])
      types.sleb(Int64((index + 1) % count))
      types.u8(0)
    }
    types.raw([0x60, 0, 0])
    let bytes = module(types: types.bytes, function: UInt64(count), body: [0x0b])
    #expect(HostileRun.run(bytes) == .ran(["f": nil]))
    // A type that is its own supertype, and one that stands later, are refused.
    for supertype: UInt8 in [0, 1] {
      let bytes = module(types: [2, 0x50, 1, supertype, 0x5f, 0, 0x60, 0, 0], function: 1, body: [0x0b])
      #expect(HostileRun.run(bytes) == .refused)
    }
  }
}
