import ByteCursor
import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Variables whose location list says nothing at the place of a frame, in programs of a few instructions.
@MainActor @Suite struct CarriedLocationTests {
  /// How `run`'s first instruction is counted from the start of its body, where DWARF counts from.
  private static let first: Result<UInt64, any Error> = Result { try Stage().trap.rawValue - 8 }

  /// Local 4, a number; local 5, an address; the condition of all branches is local 0.
  private static let four = "\(0x41424344)"
  private static let five = "\(0x200)"
  private static let nothing =
    "unavailable: optimized out here: the debug information has no location for it at this place"

  /// What is shown of `x`, whose list has these ranges, at a place of some code. All are offsets in the code.
  private func stage(
    _ code: [UInt8], at place: Int, _ ranges: [(Range<Int>, [UInt8])], scope: Range<Int>? = nil
  ) throws -> Stage {
    let first = try Self.first.get()
    return try Stage { options in
      options.code = code
      options.place = place
      options.dwarf = { dwarf in
        let list = dwarf.locationPairs(
          ranges.map { (first + UInt64($0.0.lowerBound), first + UInt64($0.0.upperBound), $0.1) })
        let variable = DIE(
          DwTag.variable, [named("x"), typed("int"), At(DwAttribute.location, DwForm.secOffset, list)])
        guard let scope else { return ([variable], []) }
        let pairs = dwarf.pairs([(first + UInt64(scope.lowerBound), first + UInt64(scope.upperBound))])
        let block = DIE(DwTag.lexicalBlock, [At(DwAttribute.ranges, DwForm.secOffset, pairs)], children: [variable])
        return ([block], [])
      }
    }
  }

  private func text(
    _ code: [UInt8], at place: Int, _ ranges: [(Range<Int>, [UInt8])], scope: Range<Int>? = nil
  ) throws -> String {
    try stage(code, at: place, ranges, scope: scope).text("x")
  }

  /// 0 `i32.const 7`, 2 `local.set 4`, 4 `block`, 6 `local.get 0`, 8 `br_if 0`, 10 what is said, `end`, and two `nop`.
  private func branch(_ inner: [UInt8]) -> [UInt8] {
    [0x41, 7, 0x21, 4, 0x02, 0x40, 0x20, 0, 0x0d, 0] + inner + [0x0b, 1, 1]
  }

  // MARK: Ends of ranges

  @Test func aRangeThatEndsWithItsBlockLivesOn() throws {
    let stage = try stage(branch([1]), at: 12, [(4..<10, local(4))])
    #expect(stage.text("x") == Self.four + " [assumed]")
    let end = stage.body.low.rawValue + (try Self.first.get()) + 10
    #expect(
      stage.nodes()["x"]?.reason
        == "its location ended at 0x\(String(end, radix: 16)); since then local 4 holds it on all paths")
    #expect(try text(branch([1]), at: 10, [(4..<10, local(4))]) == Self.four + " [assumed]")
  }

  /// LLVM has the markers in the next block: its own ends in front of them.
  @Test func markersBehindARangeAreNothing() throws {
    // Three nops, the end of a block that is branched to, a nop.
    let code: [UInt8] = [0x02, 0x40, 0x20, 0, 0x0d, 0, 1, 0x02, 0x40, 0x0b, 0x0b, 1]
    #expect(try text(code, at: 11, [(0..<7, local(4))]) == Self.four + " [assumed]")
    #expect(try text(code, at: 11, [(0..<6, local(4))]) == Self.four + " [assumed]")
  }

  @Test func aRangeThatEndsWithinItsBlockIsOver() throws {
    #expect(try text(branch([1]), at: 12, [(4..<8, local(4))]) == Self.nothing)
    #expect(try text(branch([1]), at: 8, [(4..<8, local(4))]) == Self.nothing)
  }

  @Test func withoutTheSettingNothingIsCarried() throws {
    let stage = try stage(branch([1]), at: 12, [(4..<10, local(4))])
    stage.session.carriesLocations = false
    #expect(stage.text("x") == Self.nothing)
    stage.session.carriesLocations = true
    #expect(stage.text("x") == Self.four + " [assumed]")
    #expect(
      stage.session.placedVariables(of: stage.session.backtrace(thread: 0)[0], thread: 0).first?.location
        .hasPrefix("in Wasm local 4 here, assumed: its location ended at 0x") == true)
  }

  @Test func operandsConstantsAndPlacesInMemoryAreNotCarried() throws {
    for expression: [UInt8] in [[0xed, 2, 0, 0x9f], [0x37, 0x9f], [0x11, 7, 0x9f], [0xed, 0, 4], [0x91, 8], []] {
      #expect(try text(branch([1]), at: 12, [(4..<10, expression)]) == Self.nothing, "\(expression)")
    }
  }

  // MARK: Writes

  @Test func aLocalThatIsWrittenHoldsItNoMore() throws {
    let written = branch([0x41, 1, 0x21, 4])
    // Behind the write, where a path with the write and one without it meet, and in front of it.
    #expect(try text(written, at: 14, [(4..<10, local(4))]) == Self.nothing)
    #expect(try text(written, at: 15, [(4..<10, local(4))]) == Self.nothing)
    #expect(try text(written, at: 12, [(4..<10, local(4))]) == Self.nothing)
    #expect(try text(written, at: 15, [(4..<10, local(4)), (14..<15, local(4))]) == Self.nothing)
  }

  /// A copy holds the variable too, and goes on to when the original is gone.
  @Test func copiesHoldIt() throws {
    // Behind the branch: local.get 4, local.set 5.
    let copied = branch([1]).dropLast(2) + [0x20, 4, 0x21, 5, 1]
    #expect(try text(Array(copied), at: 16, [(4..<10, local(4))]) == Self.four + " [assumed]")
    // Where all that is written is another local.
    #expect(try text(branch([0x41, 1, 0x21, 5]), at: 15, [(4..<10, local(4))]) == Self.four + " [assumed]")
  }

  /// A range goes on where its local gets something else: LLVM does not look.
  @Test func aLocalThatIsWrittenInItsRangeIsAnotherVariable() throws {
    let stage = try stage([1, 0x41, 1, 0x21, 4, 1, 1], at: 5, [(0..<7, local(4))])
    let place = stage.body.low.rawValue + (try Self.first.get()) + 3
    #expect(stage.text("x") == "unavailable: local 4, which held it, was written at 0x\(String(place, radix: 16))")
    // In front of the write, behind a range that starts with it, and in another block it is not so.
    #expect(try text([1, 0x41, 1, 0x21, 4, 1, 1], at: 3, [(0..<7, local(4))]) == Self.four)
    #expect(try text([1, 0x41, 1, 0x21, 4, 1, 1], at: 5, [(0..<3, local(5)), (5..<7, local(4))]) == Self.four)
    // Nor is it carried from such a range.
    let code: [UInt8] = [0x02, 0x40, 0x41, 1, 0x21, 4, 0x20, 0, 0x0d, 0, 1, 0x0b, 1]
    #expect(try text(code, at: 12, [(2..<10, local(4))]) == Self.nothing)
    #expect(try text(code, at: 12, [(6..<10, local(4))]) == Self.four + " [assumed]")
  }

  // MARK: Where paths meet

  @Test func allPathsHaveToAgree() throws {
    // 0 local.get 0, 2 if, 4 nop, 5 else, 6 nop, 7 end, 8 nop
    let code: [UInt8] = [0x20, 0, 0x04, 0x40, 1, 0x05, 1, 0x0b, 1]
    #expect(try text(code, at: 8, [(4..<6, local(4)), (6..<8, local(4))]) == Self.four + " [assumed]")
    #expect(try text(code, at: 8, [(4..<6, local(4)), (6..<8, local(5))]) == Self.nothing)
    #expect(try text(code, at: 8, [(4..<6, local(4))]) == Self.nothing)
    // What does not come back counts for nothing: unreachable instead of the second nop.
    #expect(
      try text([0x20, 0, 0x04, 0x40, 1, 0x05, 0, 0x0b, 1], at: 8, [(4..<6, local(4))]) == Self.four + " [assumed]")
  }

  @Test func anotherRangeBegins() throws {
    #expect(try text(branch([1]), at: 12, [(4..<10, local(4)), (10..<11, local(5))]) == Self.nothing)
    #expect(
      try text(branch([1]), at: 12, [(4..<6, local(5)), (6..<10, local(4))]) == Self.four + " [assumed]")
    // It is the last one that counts.
    let two: [UInt8] = [0x02, 0x40, 0x20, 0, 0x0d, 0, 1, 0x0b, 1, 0x02, 0x40, 0x20, 0, 0x0d, 0, 1, 0x0b, 1]
    #expect(try text(two, at: 17, [(0..<6, local(4)), (9..<15, local(5))]) == Self.five + " [assumed]")
  }

  // MARK: Loops

  /// 0 `i32.const 0`, 2 `local.set 4`, 4 `loop`, 6 `nop`, 7 `local.get 4`, 9 `i32.const 1`, 11 `i32.add`, 12 `local.set 4`,
  /// 14 `local.get 0`, 16 `br_if 0`, 18 `end`, 19 `nop`
  private static let loop: [UInt8] = [
    0x41, 0, 0x21, 4, 0x03, 0x40, 1, 0x20, 4, 0x41, 1, 0x6a, 0x21, 4, 0x20, 0, 0x0d, 0, 0x0b, 1,
  ]

  /// The usual case: LLVM says what a variable is before a loop and at its end, and not at its start.
  @Test func aLocalThatHasTheConstantOnTheWayInHoldsTheVariable() throws {
    #expect(try text(Self.loop, at: 6, [(2..<6, [0x30, 0x9f]), (14..<18, local(4))]) == Self.four + " [assumed]")
    // It is another constant; there is no other than the constant.
    #expect(try text(Self.loop, at: 6, [(2..<6, [0x35, 0x9f]), (14..<18, local(4))]) == Self.nothing)
    #expect(try text(Self.loop, at: 6, [(2..<6, [0x30, 0x9f])]) == Self.nothing)
    #expect(try text(Self.loop, at: 6, [(14..<18, local(4))]) == Self.nothing)
    #expect(try text(Self.loop, at: 19, [(2..<6, [0x30, 0x9f])]) == Self.nothing)
  }

  @Test func aLoopThatWritesTheLocalEndsIt() throws {
    #expect(try text(Self.loop, at: 6, [(4..<6, local(4))]) == Self.nothing)
    #expect(try text(Self.loop, at: 6, [(4..<6, local(5))]) == Self.five + " [assumed]")
    #expect(try text(Self.loop, at: 19, [(4..<6, local(5))]) == Self.five + " [assumed]")
  }

  /// `left = size` before a loop that counts `left` down: the copy is what the variable is.
  @Test func aCopyThatALoopChangesWasMadeForThat() throws {
    let code = [0x20, 5, 0x21, 4] + Self.loop.dropFirst(4)
    #expect(try text(Array(code), at: 6, [(2..<6, local(5))]) == Self.nothing)
  }

  /// Each turn of a loop has a variable of its own of what is declared in it.
  @Test func aScopeWithinALoopEndsWithTheTurn() throws {
    let ranges: [(Range<Int>, [UInt8])] = [(2..<6, [0x30, 0x9f]), (14..<18, local(4))]
    #expect(try text(Self.loop, at: 7, ranges, scope: 0..<20) == Self.four + " [assumed]")
    #expect(try text(Self.loop, at: 7, ranges, scope: 7..<18) == Self.nothing)
  }

  /// A variable that is not the parameter, but has its value, was made to be changed.
  @Test func aParametersLocalIsNobodyElses() throws {
    #expect(try text(branch([1]), at: 12, [(4..<10, local(0))]) == Self.nothing)
  }

  /// `x = a; point(); local = x`: the source has changed what the code changes later.
  @Test func whatIsKnownAlreadyMayBeTheVariablesValue() throws {
    // Behind the branch: nop, local.get 5, local.set 4.
    let code = Array(branch([1]).dropLast(2)) + [1, 0x20, 5, 0x21, 4]
    #expect(try text(code, at: 12, [(4..<10, local(4))]) == Self.nothing)
  }

  @Test func damagedCodeAndListsEndInNothing() throws {
    // A branch to a label that is not there: the module is not valid, the dump says that it ran.
    #expect(try text([0x20, 0, 0x0d, 9, 1], at: 4, [(0..<4, local(4))]) == Self.nothing)
    // Ranges that overlap, which are both true, that are far away and that begin in the middle of instructions.
    #expect(
      try text(branch([1]), at: 12, [(4..<10, local(4)), (3..<9, local(5)), (90_000..<99_999, local(4))])
        == Self.four + " [assumed]")
  }
}
