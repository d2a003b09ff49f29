import ByteCursor
import Testing
import WasmInterp

@Suite struct FormatterTests {
  func text(_ bytes: [UInt8], _ formatter: InstructionFormatter = InstructionFormatter()) throws -> String {
    let body = Bytes(copying: bytes)
    var decoder = try InstructionDecoder(body)
    return formatter.text(try decoder.next(), in: body)
  }

  @Test(
    arguments: [
      ([0x00], "unreachable"), ([0x02, 0x40], "block"), ([0x03, 0x7f], "loop (result i32)"),
      ([0x04, 0x03], "if (type 3)"), ([0x02, 0x63, 0x04], "block (result (ref null 4))"), ([0x0d, 1], "br_if 1"),
      ([0x0e, 2, 0, 1, 2], "br_table 0 1 2"), ([0x0e, 0, 7], "br_table 7"), ([0x10, 12], "call 12"),
      ([0x11, 3, 0], "call_indirect (type 3)"), ([0x13, 3, 2], "return_call_indirect 2 (type 3)"),
      ([0x1b], "select"), ([0x1c, 1, 0x7c], "select (result f64)"), ([0x22, 5], "local.tee 5"),
      ([0x28, 1, 16], "i32.load offset=16 align=2"), ([0x28, 2, 0], "i32.load"),
      ([0x37, 0x43, 1, 8], "i64.store 1 offset=8"), ([0x28, 0x3f, 0], "i32.load align=9223372036854775808"),
      ([0x3f, 0], "memory.size"), ([0x40, 1], "memory.grow 1"), ([0x41, 0x7f], "i32.const -1"),
      ([0x42, 0x80, 0x01], "i64.const 128"), ([0xd0, 0x6f], "ref.null extern"), ([0xd0, 2], "ref.null 2"),
      ([0xfc, 8, 1, 0], "memory.init 1"), ([0xfc, 8, 1, 2], "memory.init 2 1"), ([0xfc, 10, 0, 0], "memory.copy"),
      ([0xfc, 10, 0, 1], "memory.copy 0 1"), ([0xfc, 12, 5, 1], "table.init 1 5"),
      ([0xfc, 14, 0, 0], "table.copy"), ([0xfc, 14, 1, 0], "table.copy 1 0"), ([0x25, 0], "table.get 0"),
      (
        [0xfd, 12, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        "v128.const i32x4 0x00000001 0x00000002 0x00000003 0xffffffff"
      ),
      (
        [0xfd, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31],
        "i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31"
      ),
      ([0xfd, 84, 0, 3, 15], "v128.load8_lane offset=3 15"), ([0xfd, 21, 4], "i8x16.extract_lane_s 4"),
      ([0xfb, 8, 1, 9], "array.new_fixed 1 9"), ([0xfb, 2, 1, 9], "struct.get 1 9"),
      ([0xfb, 20, 1], "ref.test (ref 1)"), ([0xfb, 23, 0x6b], "ref.cast structref"),
      ([0xfb, 24, 1, 2, 0x6e, 0x6c], "br_on_cast 2 anyref (ref i31)"),
      ([0x1f, 0x40, 3, 0, 4, 1, 1, 5, 2, 3, 9], "try_table (catch 4 1) (catch_ref 5 2) (catch_all_ref 9)"),
      ([0x1f, 0x7f, 1, 2, 0], "try_table (result i32) (catch_all 0)"), ([0xfe, 3, 0], "atomic.fence"),
    ] as [([UInt8], String)])
  func instructions(bytes: [UInt8], expected: String) throws {
    #expect(try text(bytes) == expected)
  }

  @Test func names() throws {
    let formatter = InstructionFormatter { reference in
      switch (reference.space, reference.index) {
      case (.function, 1): "main"
      case (.function, 2): "std::vec<\u{202e}\"a b\">\u{1b}[0m"
      case (.function, 3): ""
      case (.function, 4): "größe"
      case (.local, _): "x\(reference.index)"
      case (.memory, _): "heap"
      case (.type, 7): "point"
      case (.field, 1): reference.type == 7 ? "y" : nil
      case (.label, 0): "loop"
      default: nil
      }
    }
    #expect(try text([0x10, 1], formatter) == "call $main")
    #expect(try text([0x10, 2], formatter) == "call $\"std::vec<\\u{202e}\\\"a b\\\">\\u{1b}[0m\"")
    #expect(try text([0x10, 3], formatter) == "call $\"\"")
    #expect(try text([0x10, 4], formatter) == "call $\"größe\"")
    #expect(try text([0x10, 5], formatter) == "call 5")
    #expect(try text([0x20, 3], formatter) == "local.get $x3")
    // Memory 0 is left out even when it has a name.
    #expect(try text([0x28, 2, 4], formatter) == "i32.load offset=4")
    #expect(try text([0x28, 0x42, 1, 4], formatter) == "i32.load $heap offset=4")
    #expect(try text([0xfb, 2, 7, 1], formatter) == "struct.get $point $y")
    #expect(try text([0xfb, 2, 6, 1], formatter) == "struct.get 6 1")
    #expect(try text([0x0e, 1, 0, 1], formatter) == "br_table $loop 1")
    #expect(try text([0xd0, 7], formatter) == "ref.null $point")
    #expect(try text([0x02, 0x63, 7], formatter) == "block (result (ref null $point))")
  }

  @Test func longListsAreCut() throws {
    let formatter = InstructionFormatter(listLimit: 2)
    #expect(try text([0x0e, 3, 0, 1, 2, 3], formatter) == "br_table 0 1 …")
    #expect(try text([0x0e, 1, 0, 1], formatter) == "br_table 0 1")
  }

  @Test(
    arguments: [
      (0x0000_0000, "0"), (0x8000_0000, "-0"), (0x3f80_0000, "1"), (0x4048_f5c3, "3.14"), (0x3dcc_cccd, "0.1"),
      (0x7f80_0000, "inf"), (0xff80_0000, "-inf"), (0x7fc0_0000, "nan"), (0xffc0_0000, "-nan"),
      (0x7fa0_0001, "nan:0x200001"), (0xff80_0001, "-nan:0x1"), (0x7fc0_0001, "nan:0x400001"),
      (0x0000_0001, "1e-45"), (0x7f7f_ffff, "3.4028235e+38"),
    ] as [(UInt32, String)])
  func singles(bits: UInt32, expected: String) throws {
    #expect(try text([0x43] + withUnsafeBytes(of: bits.littleEndian, Array.init)) == "f32.const " + expected)
  }

  @Test(
    arguments: [
      (0x4009_21fb_5444_2d18, "3.141592653589793"), (0x7ff8_0000_0000_0000, "nan"),
      (0xfff4_0000_0000_0000, "-nan:0x4000000000000"), (0x0000_0000_0000_0001, "5e-324"),
      (0x433f_ffff_ffff_ffff, "9007199254740991"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    ] as [(UInt64, String)])
  func doubles(bits: UInt64, expected: String) throws {
    #expect(try text([0x44] + withUnsafeBytes(of: bits.littleEndian, Array.init)) == "f64.const " + expected)
  }
}
