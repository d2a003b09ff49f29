import ByteCursor
import TestSupport
import Testing
import WasmBinary

struct ConstantExpressionTests {
  private func expression(_ bytes: [UInt8]) throws -> ConstantExpression {
    var cursor = Bytes(copying: bytes + [0xee]).cursor()
    let expression = try cursor.constantExpression()
    // It ends at its `end`, whatever follows.
    #expect(cursor.remaining == 1)
    #expect(expression.bytes.array == bytes)
    return expression
  }

  @Test(
    arguments: [
      .i32(.min), .i32(-1), .i32(77), .i64(.max), .i64(-1), .f32(0x7fa0_0001), .f64(0x8000_0000_0000_0000),
      .v128(low: 0x1122_3344_5566_7788, high: .max), .null(.extern), .null(.defined(70)), .function(300),
    ] as [ConstantValue])
  func literals(_ value: ConstantValue) throws {
    var builder = ByteBuilder()
    builder.constant(value)
    #expect(try expression(builder.bytes).literal == value)
  }

  @Test func extendedConstants() throws {
    // (i32.add (global.get 3) (i32.mul (i32.const 6) (i32.const -2)))
    let sum = try expression([0x23, 3, 0x41, 6, 0x41, 0x7e, 0x6c, 0x6a, 0x0b])
    #expect(sum.evaluate { $0 == 3 ? .i32(100) : nil } == .i32(88))
    #expect(sum.literal == nil)
    #expect(sum.evaluate { _ in .i64(1) } == nil)
    #expect(try expression([0x41, 5, 0x41, 7, 0x6b, 0x0b]).literal == .i32(-2))
    #expect(try expression([0x42, 5, 0x42, 7, 0x7c, 0x0b]).literal == .i64(12))
    #expect(try expression([0x42, 5, 0x42, 7, 0x7d, 0x0b]).literal == .i64(-2))
    #expect(try expression([0x42, 5, 0x42, 7, 0x7e, 0x0b]).literal == .i64(35))
    // Arithmetic wraps.
    var builder = ByteBuilder()
    builder.u8(0x41)
    builder.sleb(Int64(Int32.max))
    builder.raw([0x41, 1, 0x6a, 0x0b])
    #expect(try expression(builder.bytes).literal == .i32(.min))
  }

  @Test(
    arguments: [
      [0x0b], [0x6a, 0x0b], [0x41, 0, 0x6a, 0x0b], [0x41, 0, 0x41, 0, 0x0b], [0x41, 0, 0x42, 0, 0x6a, 0x0b],
      [0x41, 0, 0x41, 0, 0x7c, 0x0b], [0x41, 7, 0xfb, 28, 0x0b], [0xfb, 1, 0, 0x0b], [0xfb, 8, 0, 0, 0x0b],
    ] as [[UInt8]])
  func withoutAKnownValue(_ bytes: [UInt8]) throws { #expect(try expression(bytes).literal == nil) }

  @Test func offsets() {
    #expect(ConstantValue.i32(-1).offset == 0xffff_ffff)
    #expect(ConstantValue.i64(-1).offset == .max)
    #expect(ConstantValue.f32(0).offset == nil)
  }

  @Test func laterGlobalsAreNotKnown() throws {
    var builder = ModuleBuilder()
    builder.global(GlobalType(.i32), initializer: [0x23, 1, 0x0b])
    builder.global(GlobalType(.i32), .i32(4))
    builder.global(GlobalType(.i32), initializer: [0x23, 1, 0x23, 1, 0x6c, 0x0b])
    builder.global(GlobalType(.i32), initializer: [0x23, 3, 0x0b])
    #expect(try WasmModule(builder.bytes).initialGlobalValues() == [nil, .i32(4), .i32(16), nil])
  }
}
