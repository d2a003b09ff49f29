import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Facts of small functions: what memory holds.
@Suite struct MemoryFactTests {
  @Test func loadsAndStores() throws {
    let function = try FactFunction { c in
      c.mark("start")
      c.get(0)
      c.get(1)
      c.store(offset: 4)
      c.mark("stored")
      c.get(0)
      c.load(0x2d, offset: 12)
      c.set(3)
      c.mark("loaded")
    }
    #expect(function.memory("start") == [])
    #expect(function.memory("stored") == ["i32.store p0+4 = p1"])
    #expect(
      function.memory("loaded") == ["i32.store p0+4 = p1", "i32.load8_u p0+12 = i32.load8_u(p0+12)@0xe"])
    let fact = try #require(function.analysis.facts(at: function.offset("stored"))?.memory.first)
    #expect(fact.isStore && fact.at == CodeOffset(8) && fact.memory == 0)
    // Within an instruction, and behind the end.
    #expect(function.analysis.facts(at: CodeOffset(9)) == nil)
    #expect(function.analysis.facts(at: CodeOffset(90)) == nil)
  }

  @Test func unreachableCodeHasNone() throws {
    let function = try FactFunction { c in
      c.op(0x0f)
      c.mark("dead")
    }
    #expect(function.memory("dead") == nil)
  }

  @Test func overlappingStoresReplace() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0, offset: 0)
      c.put(2, at: 0, offset: 4)
      c.put(3, at: 0, offset: 8)
      c.mark("apart")
      // Bytes 7 and 8.
      c.put(4, at: 0, offset: 7, 0x3b)
      c.mark("across")
      c.put(5, at: 0, offset: 0)
      c.mark("same")
      // The address 4 further on, in another form: the same bytes.
      c.get(0)
      c.add(4)
      c.i32(6)
      c.store()
      c.mark("form")
      c.put(7, at: 0, offset: 3, 0x3a)
      c.mark("byte")
    }
    #expect(function.memory("apart") == ["i32.store p0 = 1", "i32.store p0+4 = 2", "i32.store p0+8 = 3"])
    #expect(function.memory("across") == ["i32.store p0 = 1", "i32.store16 p0+7 = 4"])
    #expect(function.memory("same") == ["i32.store16 p0+7 = 4", "i32.store p0 = 5"])
    #expect(function.memory("form") == ["i32.store p0 = 5", "i32.store (i32.add p0 4) = 6"])
    #expect(function.memory("byte") == ["i32.store (i32.add p0 4) = 6", "i32.store8 p0+3 = 7"])
  }

  /// Sums wrap around at 32 bits.
  @Test func distancesWrapAround() throws {
    let function = try FactFunction { c in
      c.get(0)
      c.add(-4)
      c.i32(1)
      c.store(offset: 4)
      c.mark("one")
      c.put(2, at: 0, offset: 2)
      c.mark("two")
      c.get(0)
      c.add(0x7fff_fffc)
      c.add(0x7fff_fffc)
      c.i32(3)
      c.store(offset: 10)
      c.mark("three")
    }
    #expect(function.memory("one") == ["i32.store (i32.add p0 -4)+4 = 1"])
    #expect(function.memory("two") == ["i32.store p0+2 = 2"])
    #expect(function.memory("three") == ["i32.store (i32.add p0 -8)+10 = 3"])
  }

  @Test func otherPointersMayLeadToTheSame() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.i32(1024)
      c.i32(2)
      c.store()
      c.i32(1028)
      c.i32(3)
      c.store()
      c.mark("constants")
      c.put(4, at: 1)
      c.mark("pointer")
    }
    #expect(function.memory("constants") == ["i32.store p0 = 1 ?", "i32.store 1024 = 2", "i32.store 1028 = 3"])
    #expect(
      function.memory("pointer") == [
        "i32.store p0 = 1 ?", "i32.store 1024 = 2 ?", "i32.store 1028 = 3 ?", "i32.store p1 = 4",
      ])
  }

  @Test func bulkInstructions() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.put(2, at: 0, offset: 100)
      // memory.fill of 100 bytes from p0 + 4.
      c.get(0)
      c.add(4)
      c.i32(0)
      c.i32(100)
      c.op(0xfc, 0x0b, 0)
      c.mark("filled")
      c.put(3, at: 0, offset: 100)
      // memory.copy of so many bytes.
      c.get(0)
      c.get(1)
      c.get(2)
      c.op(0xfc, 0x0a, 0, 0)
      c.mark("copied")
      c.put(4, at: 0)
      c.get(0)
      c.get(1)
      c.i32(0)
      c.op(0xfc, 0x0a, 0, 0)
      c.mark("nothing copied")
      // An atomic addition.
      c.get(0)
      c.get(1)
      c.op(0xfe, 0x1e, 2, 0, 0x1a)
      c.mark("added")
      c.i32(1)
      c.op(0x40, 0, 0x1a)
      c.mark("grown")
    }
    #expect(function.memory("filled") == ["i32.store p0 = 1"])
    #expect(function.memory("copied") == ["i32.store p0 = 1 ?", "i32.store p0+100 = 3 ?"])
    #expect(function.memory("nothing copied") == ["i32.store p0+100 = 3 ?", "i32.store p0 = 4"])
    #expect(function.memory("added") == ["i32.store p0+100 = 3 ?"])
    #expect(function.memory("grown") == ["i32.store p0+100 = 3 ?"])
  }

  @Test func vectors() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0, offset: 12)
      c.put(2, at: 0, offset: 16)
      c.get(0)
      c.get(0)
      c.op(0xfd, 0x00, 4, 32)
      c.op(0xfd, 0x0b, 4, 0)
      c.mark("stored")
      // v128.store8_lane of one byte.
      c.get(0)
      c.get(0)
      c.op(0xfd, 0x00, 4, 32)
      c.op(0xfd, 0x58, 0, 19, 3)
      c.mark("lane")
    }
    #expect(
      function.memory("stored") == [
        "i32.store p0+16 = 2", "v128.load p0+32 = result0@0x15", "v128.store p0 = result0@0x15",
      ])
    #expect(
      function.memory("lane") == [
        "v128.load p0+32 = result0@0x15", "v128.store p0 = result0@0x15", "v128.load p0+32 = result0@0x22",
      ])
  }

  // MARK: Paths

  @Test func bothArms() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.put(2, at: 0, offset: 8)
      c.get(1)
      c.op(0x04, 0x40)
      c.put(3, at: 0)
      c.mark("then")
      c.op(0x05)
      c.put(4, at: 0)
      c.mark("else")
      c.op(0x0b)
      c.mark("after")
    }
    #expect(function.memory("then") == ["i32.store p0+8 = 2", "i32.store p0 = 3"])
    #expect(function.memory("else") == ["i32.store p0+8 = 2", "i32.store p0 = 4"])
    #expect(function.memory("after") == ["i32.store p0+8 = 2"])
  }

  @Test func oneArmSpoils() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.put(2, at: 0, offset: 8)
      c.get(1)
      c.if { c in
        c.call(1)
        c.put(3, at: 0, offset: 8)
        c.mark("then")
      }
      c.mark("after")
    }
    #expect(function.memory("then") == ["i32.store p0 = 1 ?", "i32.store p0+8 = 3"])
    #expect(function.memory("after") == ["i32.store p0 = 1 ?"])
  }

  @Test func loopsGiveNamesToOtherValues() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.loop { c in
        c.mark("top")
        // Memory at local 3 holds local 3.
        c.get(3)
        c.get(3)
        c.store()
        c.mark("stored")
        c.get(3)
        c.add(4)
        c.set(3)
        c.mark("moved")
        c.get(1)
        c.op(0x0d, 0)
      }
      c.mark("after")
    }
    // What was stored in the turn before was stored elsewhere, and nothing in this turn has its address.
    #expect(function.memory("top") == ["i32.store p0 = 1 ?"])
    #expect(function.memory("stored") == ["i32.store p0 = 1 ?", "i32.store join1.local3 = join1.local3"])
    #expect(function.memory("moved") == ["i32.store p0 = 1 ?", "i32.store join1.local3 = join1.local3"])
    #expect(function.memory("after") == ["i32.store p0 = 1 ?", "i32.store join1.local3 = join1.local3"])
  }

  @Test func loopsKeepWhatTheyDoNotWrite() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.put(2, at: 0, offset: 4)
      c.loop { c in
        c.mark("top")
        c.put(3, at: 0, offset: 8)
        c.get(1)
        c.op(0x0d, 0)
      }
      c.mark("after")
    }
    #expect(function.memory("top") == ["i32.store p0 = 1", "i32.store p0+4 = 2"])
    #expect(function.memory("after") == ["i32.store p0 = 1", "i32.store p0+4 = 2", "i32.store p0+8 = 3"])
  }

  /// A value that the code around a loop has loaded is not the one of the turn before.
  @Test func loadsInOuterLoops() throws {
    let function = try FactFunction { c in
      c.loop { c in
        c.mark("outer")
        c.get(0)
        c.load()
        c.set(3)
        c.mark("loaded")
        c.loop { c in
          c.mark("inner")
          c.get(1)
          c.op(0x0d, 0)
        }
        c.call(1)
        c.get(2)
        c.op(0x0d, 0)
      }
    }
    #expect(function.memory("outer") == [])
    #expect(function.memory("loaded") == ["i32.load p0 = i32.load(p0)@0x8"])
    #expect(function.memory("inner") == ["i32.load p0 = i32.load(p0)@0x8"])
  }

  @Test func resultsOfCallsInLoops() throws {
    let function = try FactFunction { c in
      c.loop { c in
        c.get(0)
        c.get(0)
        c.name("call")
        c.call(0)
        c.set(3)
        c.get(0)
        c.get(3)
        c.store()
        c.mark("stored")
        c.get(1)
        c.op(0x0d, 0)
      }
    }
    #expect(function.memory("call") == [])
    #expect(function.memory("stored") == ["i32.store p0 = result0@0x9"])
  }

  // MARK: Memories

  @Test func severalMemories() throws {
    func facts(imported: Bool) throws -> [String]? {
      let function = try FactFunction(
        memories: [MemoryType(SizeLimits(1)), MemoryType(SizeLimits(1))], importsMemories: imported
      ) { c in
        c.put(1, at: 0)
        c.get(1)
        c.i32(2)
        c.store(memory: 1)
        c.mark("end")
      }
      return function.memory("end")
    }
    #expect(try facts(imported: false) == ["i32.store p0 = 1", "i32.store 1:p1 = 2"])
    // Two imports may be one memory.
    #expect(try facts(imported: true) == ["i32.store p0 = 1 ?", "i32.store 1:p1 = 2"])
  }

  @Test func memoryOfSeveralThreads() throws {
    let function = try FactFunction(memories: [MemoryType(SizeLimits(1, 1), isShared: true)]) { c in
      c.frame(16)
      c.put(1, at: 0)
      c.put(2, at: 5)
      c.mark("end")
    }
    #expect(function.memory("end") == ["i32.store p0 = 1 ?", "i32.store sp-16 = 2"])
  }

  @Test func memoryOf64Bits() throws {
    let function = try FactFunction(memories: [MemoryType(SizeLimits(1), is64Bit: true)]) { c in
      // i64.const 16; i32.const 1; store. And at 2^32 + 16.
      c.op(0x42, 16)
      c.i32(1)
      c.store()
      c.op(0x42, 0x90, 0x80, 0x80, 0x80, 0x10)
      c.i32(2)
      c.store()
      c.mark("end")
    }
    #expect(function.memory("end") == ["i32.store i64:16 = 1", "i32.store i64:4294967312 = 2"])
  }

  // MARK: Limits

  @Test func overALimitThereAreNone() throws {
    var limits = Limits.standard
    limits.dataflowEntries = 600
    let function = try FactFunction(limits: limits) { c in
      c.put(1, at: 0)
      for _ in 0..<30 {
        c.get(0)
        c.if { c in c.mark("then") }
      }
      c.mark("end")
    }
    #expect(function.memory("end") == [])
    #expect(function.conditions("then") == [])
  }

  @Test func theNearestOfVeryMany() throws {
    let function = try FactFunction { c in
      for index in 0..<5000 as Range<UInt64> { c.put(Int64(index), at: 0, offset: index * 4) }
      c.mark("end")
    }
    let facts = try #require(function.memory("end"))
    #expect(facts.last == "i32.store p0+19996 = 4999")
    #expect(facts.count == 1024)
    #expect(facts.first == "i32.store p0+15904 = 3976")
  }

  /// Each call would have to be held against each place in the frame.
  @Test func veryManyCalls() throws {
    let function = try FactFunction { c in
      c.frame(0x4000)
      for index in 0..<1024 as Range<UInt64> { c.put(1, at: 5, offset: index * 8) }
      for _ in 0..<400_000 { c.call(1) }
      c.mark("end")
    }
    #expect(function.memory("end") == [])
  }
}
