import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Where variables are: in locals, in memory, in pieces of both, in constants, or nowhere.
@Suite struct StorageTests {
  @Test func localsOfEveryType() throws {
    let stage = try Stage([
      variable("i", "int", local(0)), variable("u", "unsigned int", local(0)), variable("l", "long long", local(1)),
      variable("f", "float", local(2)), variable("d", "double", local(3)), variable("c", "char", local(4)),
      variable("s", "short", local(0)), variable("big", "double", local(8)), variable("less", "long long", local(6)),
    ])
    #expect(stage.text("i") == "-2")
    #expect(stage.text("u") == "4294967294")
    #expect(stage.text("l") == "1234605616436508552")
    #expect(stage.text("f") == "1.5")
    #expect(stage.text("d") == "-2.25")
    #expect(stage.text("c") == "68 'D'")
    #expect(stage.text("s") == "-2")
    #expect(stage.text("big") == "1e+100")
    #expect(stage.text("less") == "-5")
    #expect(stage.nodes().values.allSatisfy { $0.address == nil })
  }

  @Test func memoryFromTheFrameBase() throws {
    let stage = try Stage([
      variable("x", "int", [0x91, 0x08]), variable("below", "int", [0x91, 0x7c]), variable("old", "int", [0x23, 0x10]),
      // The local holds the variable's address.
      variable("far", "int", [0xed, 0, 5]), variable("outside", "int", [0x91, 0x80, 0x80, 0x04]),
      variable("fixed", "int", [0x03, 0x10, 0, 0, 0]),
    ])
    #expect(stage.text("x") == String(0x0b0a0908))
    #expect(stage.nodes()["x"]?.address?.offset == 0x208)
    #expect(stage.text("below") == String(Int32(bitPattern: 0xfffefdfc)))
    #expect(stage.text("old") == String(0x13121110))
    #expect(stage.text("far") == String(0x03020100))
    #expect(stage.text("outside") == "unavailable: address 0x10200 is outside of memory 0")
    #expect(stage.text("fixed") == String(0x13121110))
  }

  @Test func pieces() throws {
    let stage = try Stage([
      // A local's four bytes, then four of memory.
      variable("joined", "pair", local(4) + [0x93, 4, 0x91, 0x08, 0x93, 4]),
      // The upper half of a 64-bit local behind its lower one, by bits.
      variable("swapped", "pair", local(1) + [0x9d, 32, 32] + local(1) + [0x9d, 32, 0]),
      variable("half", "pair", [0x93, 4, 0x91, 0x08, 0x93, 4]),
      variable("short", "pair", local(4) + [0x93, 4]),
      // 5 in three bits, 2 in the next five.
      variable("bits", "char", [0x35, 0x9f, 0x9d, 3, 0, 0x32, 0x9f, 0x9d, 5, 0]),
      // A part of a value in memory that starts within a byte: bits 4 to 11 of 08 09 are 0x90.
      variable("shifted", "char", [0x91, 0x08, 0x9d, 8, 4]),
      // A float in a piece beside an integer.
      variable("mixed", "mixed", local(2) + [0x93, 4] + local(0) + [0x93, 4]),
    ]) { options in
      options.unitEntries = [record("mixed", 8, [member("f", "float", 0), member("i", "int", 4)])]
    }
    #expect(stage.text("joined") == "{a \(0x41424344), b \(0x0b0a0908)}")
    #expect(stage.text("swapped") == "{a \(0x11223344), b \(0x55667788)}")
    #expect(stage.text("half") == "{a unavailable: optimized out, b \(0x0b0a0908)}")
    #expect(
      stage.text("short")
        == "{a \(0x41424344), b unavailable: the debug information describes fewer bytes than the type has}")
    #expect(stage.text("bits") == "21 '\\x15'")
    #expect(stage.text("shifted") == "-112 '\\x90'")
    #expect(stage.text("mixed") == "{f 1.5, i -2}")
  }

  @Test func impossiblePieces() throws {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]
    let stage = try Stage([
      variable("a", "int", local(0) + [0x9d] + huge + huge), variable("b", "int", [0x91, 0, 0x9d, 32] + huge),
      variable("c", "int", local(0) + [0x9d, 32] + huge), variable("d", "int", [0x91, 0, 0x93] + huge),
      variable("e", "pair", local(0) + [0x9d] + huge + [0] + local(1) + [0x9d] + huge + [0]),
    ])
    for name in ["a", "b", "c", "d", "e"] { #expect(stage.text(name).hasPrefix("unavailable: "), "\(name)") }
  }

  @Test func constants() throws {
    let stage = try Stage([
      variable("implicit", "int", [0x9e, 4, 1, 2, 0, 0]), variable("tooFew", "int", [0x9e, 2, 1, 2]),
      variable("literal", "int", [0x3a, 0x9f]),
      variable("small", "char", nil, [At(DwAttribute.constValue, DwForm.data1, .number(0xfe))]),
      variable("minus", "long long", nil, [At(DwAttribute.constValue, DwForm.sdata, .signed(-3))]),
      variable("pi", "float", nil, [At(DwAttribute.constValue, DwForm.data4, .number(UInt64(Float(3.25).bitPattern)))]),
      variable("block", "pair", nil, [At(DwAttribute.constValue, DwForm.block1, .bytes([1, 0, 0, 0, 2, 0, 0, 0]))]),
      variable("gone", "int", nil), variable("empty", "int", []),
    ])
    #expect(stage.text("implicit") == "513")
    #expect(stage.text("tooFew") == "unavailable: the value ends before")
    #expect(stage.text("literal") == "10")
    #expect(stage.text("small") == "-2 '\\xfe'")
    #expect(stage.text("minus") == "-3")
    #expect(stage.text("pi") == "3.25")
    #expect(stage.text("block") == "{a 1, b 2}")
    #expect(stage.text("gone") == "unavailable: optimized out")
    #expect(stage.text("empty") == "unavailable: optimized out")
  }

  /// What tools leave that rewrite code and keep its description.
  @Test func damagedLocations() throws {
    let unfit = "the debug information does not fit the"
    let stage = try Stage([
      variable("pointer", "int*", local(1)), variable("number", "int", local(3)), variable("narrow", "int", local(1)),
      variable("real", "float", local(3)), variable("double", "double", local(2)), variable("half", "float", local(1)),
      variable("vector", "int", local(9)), variable("none", "int", local(77)), variable("wide", "long long", local(0)),
      // An address in a local that holds none.
      variable("there", "int", [0xed, 0, 7]), variable("wideAddress", "int", [0xed, 0, 6]),
      variable("huge", "__int128", local(1)), variable("parts", "pair", local(3) + [0x93, 4] + local(0) + [0x93, 4]),
    ]) {
      $0.unitEntries = [base("__int128", .signed, 16)]
    }
    #expect(
      stage.text("pointer") == "unavailable: local 1 holds an integer of 8 bytes and cannot be a int *: \(unfit) code")
    #expect(
      stage.text("number")
        == "unavailable: local 3 holds a floating-point number of 8 bytes and cannot be a int: \(unfit) code")
    #expect(
      stage.text("narrow") == "unavailable: local 1 holds an integer of 8 bytes and cannot be a int: \(unfit) code")
    #expect(
      stage.text("real")
        == "unavailable: local 3 holds a floating-point number of 8 bytes and cannot be a float: \(unfit) code")
    #expect(
      stage.text("double")
        == "unavailable: local 2 holds a floating-point number of 4 bytes and cannot be a double: \(unfit) code")
    #expect(
      stage.text("half") == "unavailable: local 1 holds an integer of 8 bytes and cannot be a float: \(unfit) code")
    // Dumps have no vectors in their frames, and these locals are not what the code leaves in them.
    #expect(
      stage.text("vector") == "unavailable: local 9: what the dump says of this frame contradicts its code")
    #expect(stage.text("none") == "unavailable: local 77 does not exist: \(unfit) module")
    #expect(stage.text("wide") == "unavailable: local 0 has fewer bytes than its type")
    #expect(stage.text("huge") == "unavailable: local 1 has fewer bytes than its type")
    #expect(
      stage.text("parts")
        == "{a unavailable: local 3 holds a floating-point number of 8 bytes: \(unfit) code, b -2}")
    #expect(stage.text("there").hasPrefix("unavailable: "))
    #expect(stage.text("wideAddress").hasPrefix("unavailable: "))
  }
}
