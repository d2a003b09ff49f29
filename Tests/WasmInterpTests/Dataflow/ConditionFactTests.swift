import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Facts of small functions: which conditions were passed.
@Suite struct ConditionFactTests {
  @Test func armsOfAnIf() throws {
    let function = try FactFunction { c in
      c.get(0)
      c.op(0x04, 0x40)
      c.mark("then")
      c.op(0x05)
      c.mark("else")
      c.op(0x0b)
      c.mark("after")
    }
    #expect(function.conditions("then") == ["p0 != 0"])
    #expect(function.conditions("else") == ["p0 == 0"])
    #expect(function.conditions("after") == [])
  }

  @Test func branches() throws {
    let function = try FactFunction { c in
      c.block { c in
        c.get(0)
        c.op(0x0d, 0)
        c.mark("passed")
        c.get(1)
        c.i32(5)
        c.op(0x46, 0x0d, 0)
        c.mark("both")
        c.op(0x00)
      }
      c.mark("behind")
    }
    #expect(function.conditions("passed") == ["p0 == 0"])
    #expect(function.conditions("both") == ["p0 == 0", "(i32.eq p1 5) == 0"])
    #expect(function.conditions("behind") == [])
  }

  /// The only way to what follows a block is the branch out of it.
  @Test func onlyTheBranchLeadsThere() throws {
    let function = try FactFunction { c in
      c.block { c in
        c.get(0)
        c.op(0x0d, 0)
        c.get(1)
        c.op(0x1a, 0x00)
      }
      c.mark("behind")
      c.get(1)
      c.if { c in c.op(0x00) }
      c.mark("end")
    }
    #expect(function.conditions("behind") == ["p0 != 0"])
    #expect(function.conditions("end") == ["p0 != 0", "p1 == 0"])
  }

  /// Where all ways pass the same condition, it holds.
  @Test func theSameConditionOnBothWays() throws {
    let function = try FactFunction { c in
      c.block { c in
        c.get(0)
        c.op(0x0d, 0)
        c.get(1)
        c.op(0x1a)
        c.get(0)
        c.op(0x0d, 0)
        c.op(0x00)
      }
      c.mark("behind")
    }
    #expect(function.conditions("behind") == ["p0 != 0"])
  }

  /// A branch to where control goes anyway says nothing.
  @Test func branchesThatDecideNothing() throws {
    let function = try FactFunction { c in
      c.block { c in
        c.get(0)
        c.op(0x0d, 0)
      }
      c.mark("behind")
      c.i32(1)
      c.if { c in c.mark("constant") }
    }
    #expect(function.conditions("behind") == [])
    #expect(function.conditions("constant") == [])
  }

  @Test func tables() throws {
    let function = try FactFunction { c in
      c.block { c in
        c.block { c in
          c.block { c in
            c.get(0)
            // Cases 0 and 2 lead to the inner block, 1 to the next one, all others to the outer one.
            c.op(0x0e, 3, 0, 1, 0, 2)
          }
          c.mark("zero or two")
          c.op(0x0f)
        }
        c.mark("one")
        c.op(0x0f)
      }
      c.mark("others")
    }
    #expect(function.conditions("one") == ["p0 is 1"])
    #expect(function.conditions("zero or two") == [])
    #expect(function.conditions("others") == [])
  }

  @Test func loopsGiveNamesToOtherValues() throws {
    let function = try FactFunction { c in
      c.block { c in
        c.loop { c in
          c.mark("top")
          c.get(3)
          c.op(0x0d, 1)
          c.mark("zero")
          c.get(3)
          c.add(-1)
          c.set(3)
          c.get(1)
          c.op(0x0d, 0)
          c.mark("left")
        }
      }
      c.mark("after")
    }
    #expect(function.conditions("top") == [])
    #expect(function.conditions("zero") == ["join1.local3 == 0"])
    #expect(function.conditions("left") == ["join1.local3 == 0", "p1 == 0"])
    #expect(function.conditions("after") == [])
  }

  @Test func whatLoopsDoNotWriteStaysTrue() throws {
    let function = try FactFunction { c in
      c.get(0)
      c.if { c in
        c.loop { c in
          c.mark("top")
          c.get(1)
          c.op(0x0d, 0)
        }
      }
    }
    #expect(function.conditions("top") == ["p0 != 0"])
  }
}
