import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Locals that were written behind the beginning of the range for which a location names them.
@Suite struct WrittenLocalTests {
  /// A variable in local 4, in all of `run`; the local holds 0x41424344 at the trap.
  private func text(_ code: [UInt8], whole: Bool = true, from first: UInt64 = 0) throws -> (String, String?) {
    let plain = try Stage()
    let start = plain.trapAddress - 8 - plain.body.low.rawValue
    let stage = try Stage(whole ? [variable("x", "int", local(4))] : []) {
      $0.code = code
      guard !whole else { return }
      $0.dwarf = { dwarf in
        let list = dwarf.locationPairs([(start + first, start + UInt64(code.count) + 1, local(4))])
        return (
          [DIE(DwTag.variable, [named("x"), typed("int"), At(DwAttribute.location, DwForm.secOffset, list)])], []
        )
      }
    }
    return (stage.text("x"), stage.nodes()["x"]?.reason)
  }

  @Test func aWrittenLocalIsAssumed() throws {
    // i32.const 7, local.set 4; a block that is left on a condition: block, local.get 0, br_if 0, end.
    let code: [UInt8] = [0x41, 7, 0x21, 4, 0x02, 0x40, 0x20, 0, 0x0d, 0, 0x0b]
    let plain = try Stage()
    let (shown, reason) = try text(code)
    #expect(shown == "1094861636 [assumed]")
    let write = plain.trapAddress - 6
    #expect(reason == "local 4 was written at 0x\(String(write, radix: 16)), within the range of this location")
    // The same in a list's range.
    #expect(try text(code, whole: false).0 == "1094861636 [assumed]")
  }

  /// Without a branch between the write and the place it is another value for sure.
  @Test func whatWasWrittenInTheBlockIsSomethingElse() throws {
    let write = try Stage().trapAddress - 6
    let reason = "unavailable: local 4, which held it, was written at 0x\(String(write, radix: 16))"
    #expect(try text([0x41, 7, 0x21, 4, 1, 1, 1, 1]).0 == reason)
    #expect(try text([0x41, 7, 0x21, 4, 1, 1, 1, 1], whole: false).0 == reason)
  }

  @Test func othersAreNot() throws {
    // Nothing is written, or another local.
    #expect(try text([1, 1, 1, 1, 1, 1, 1, 1]).0 == "1094861636")
    #expect(try text([0x41, 7, 0x21, 5, 1, 1, 1, 1]).0 == "1094861636")
    // The range begins behind the write.
    #expect(try text([0x41, 7, 0x21, 4, 1, 1, 1, 1], whole: false, from: 4).0 == "1094861636")
    // The write ends in a return, from which no path leads to the trap: i32.const 0, if, local.get 0, local.set 4…
    #expect(try text([0x02, 0x40, 0x0c, 0, 0x0b, 1, 1, 1]).0 == "1094861636")
  }

  /// In a loop the write behind the place comes before it.
  @Test func writesOfAnEarlierRoundCount() throws {
    // loop, i32.const 7, local.set 4, local.get 0, br_if 0, end.
    #expect(try text([0x03, 0x40, 0x41, 7, 0x21, 4, 0x20, 0, 0x0d, 0, 0x0b]).0 == "1094861636 [assumed]")
  }
}
