import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Facts of small functions: what of memory is the function's own.
@Suite struct FrameFactTests {
  private static let slot = "i32.store sp-32+8 = 1"

  /// The facts behind a store to the frame, a store elsewhere, and more code.
  private func facts(
    movers: Set<UInt32> = [], hasCalled: Bool = true, _ fill: (inout FactCode) -> Void
  ) throws -> [String]? {
    let function = try FactFunction(movers: movers) { c in
      c.put(7, at: 0)
      c.frame(32)
      c.put(1, at: 5, offset: 8)
      fill(&c)
      c.mark("end")
    }
    return function.memory("end", hasCalled: hasCalled)
  }

  @Test func ownFrames() throws {
    // Neither a store elsewhere nor a call changes the frame; a store there changes nothing elsewhere.
    #expect(try facts { _ in } == ["i32.store p0 = 7", Self.slot])
    #expect(
      try facts { c in c.put(2, at: 5, offset: 12) } == ["i32.store p0 = 7", Self.slot, "i32.store sp-32+12 = 2"])
    #expect(try facts { c in c.put(2, at: 5, offset: 8) } == ["i32.store p0 = 7", "i32.store sp-32+8 = 2"])
    #expect(try facts { c in c.put(2, at: 1) } == ["i32.store p0 = 7 ?", Self.slot, "i32.store p1 = 2"])
    #expect(try facts { c in c.call(1) } == ["i32.store p0 = 7 ?", Self.slot])
    let indirect = try facts { c in
      c.i32(0)
      c.op(0x11, 1, 0)
    }
    #expect(indirect == ["i32.store p0 = 7 ?", Self.slot])
  }

  @Test func callsThatGoOn() throws {
    let function = try FactFunction { c in
      c.put(1, at: 0)
      c.name("call")
      c.call(1)
      c.mark("end")
    }
    #expect(function.memory("call") == ["i32.store p0 = 1 ?"])
    #expect(function.memory("call", hasCalled: false) == ["i32.store p0 = 1"])
    #expect(function.memory("end", hasCalled: false) == ["i32.store p0 = 1 ?"])
  }

  /// Every way in which the frame's address gets out.
  @Test func escapes() throws {
    func isIntact(_ fill: (inout FactCode) -> Void) throws -> Bool {
      let facts = try facts { c in
        fill(&c)
        c.call(1)
      }
      return facts?.contains(Self.slot) ?? false
    }
    #expect(try isIntact { _ in })
    // Passed on, as it is or by way of an expression, a local, a `select`, a join.
    func pass(_ fill: (inout FactCode) -> Void) throws -> Bool {
      try isIntact { c in
        fill(&c)
        c.i32(0)
        c.call(0)
        c.op(0x1a)
      }
    }
    #expect(try pass { c in c.get(1) })
    #expect(try !pass { c in c.get(5) })
    #expect(
      try !pass { c in
        c.get(5)
        c.add(16)
      })
    #expect(
      try !pass { c in
        c.get(5)
        c.get(1)
        c.op(0x6a)
        c.set(3)
        c.get(3)
      })
    #expect(
      try !pass { c in
        c.get(5)
        c.i32(-64)
        c.op(0x71)
      })
    #expect(
      try !pass { c in
        c.get(1)
        c.get(5)
        c.get(2)
        c.op(0x1b)
      })
    #expect(
      try !pass { c in
        c.get(1)
        c.if { c in
          c.get(5)
          c.set(3)
        }
        c.get(3)
      })
    #expect(
      try !pass { c in
        // More than is kept of an expression.
        c.get(5)
        for _ in 0..<12 {
          c.get(1)
          c.op(0x6c)
        }
      })
    // What is compared does not get out, nor what a slot holds.
    #expect(
      try pass { c in
        c.get(5)
        c.get(1)
        c.op(0x46)
      })
    #expect(
      try pass { c in
        c.get(5)
        c.load(offset: 8)
      })
    // Stored, to a global, thrown.
    #expect(
      try !isIntact { c in
        c.get(1)
        c.get(5)
        c.store()
      })
    #expect(
      try !isIntact { c in
        c.get(5)
        c.get(5)
        c.store(offset: 12)
      })
    #expect(
      try !isIntact { c in
        c.get(5)
        c.op(0x24, 1)
      })
    #expect(
      try !isIntact { c in
        c.get(1)
        c.if { c in
          c.get(5)
          c.op(0x08, 0)
        }
      })
    // By an instruction that is not followed: i32x4.splat.
    #expect(
      try !isIntact { c in
        c.get(5)
        c.op(0xfd, 0x11, 0x1a)
      })
    // An atomic exchange stores it; an atomic addition to the frame does not.
    #expect(
      try !isIntact { c in
        c.get(1)
        c.get(5)
        c.op(0xfe, 0x41, 2, 0, 0x1a)
      })
    #expect(
      try isIntact { c in
        c.get(5)
        c.get(1)
        c.op(0xfe, 0x1e, 2, 12, 0x1a)
      })
  }

  /// It escapes although the code that lets it out comes later: it may be a loop's turn before.
  @Test func escapesLater() throws {
    let function = try FactFunction { c in
      c.frame(16)
      c.put(1, at: 5)
      c.call(1)
      c.mark("called")
      c.get(0)
      c.get(5)
      c.store()
    }
    #expect(function.memory("called") == ["i32.store sp-16 = 1 ?"])
  }

  @Test func returnedAddresses() throws {
    var builder = ModuleBuilder()
    builder.importFunction("env", "g")
    builder.memory(MemoryType(SizeLimits(1)))
    builder.global(GlobalType(.i32, isMutable: true), .i32(65536))
    // global.get 0; i32.const 16; i32.sub; local.tee 0; global.set 0; local.get 0; i32.const 1; i32.store; call 0;
    // local.get 0 or i32.const 5; end
    let start: [UInt8] = [
      0x23, 0, 0x41, 16, 0x6b, 0x22, 0, 0x24, 0, 0x20, 0, 0x41, 1, 0x36, 2, 0, 0x10, 0,
    ]
    let group = [LocalGroup(count: 1, type: .i32)]
    builder.function([], [.i32], locals: group, body: start + [0x20, 0, 0x0b])
    builder.function([], [.i32], locals: group, body: start + [0x20, 0, 0x0f, 0x0b])
    builder.function([], [.i32], locals: group, body: start + [0x41, 5, 0x0b])
    let module = try WasmModule(builder.bytes)
    let intact = try module.bodies.map { body in
      let analysis = try FunctionAnalysis(body, in: ModuleContext(module))
      return try #require(analysis.facts(at: CodeOffset(21))?.memory.first).isIntact
    }
    #expect(intact == [false, false, true])
  }

  /// Stores to places in the frame that are not known.
  @Test func unknownPlacesInTheFrame() throws {
    let facts = try facts { c in
      c.get(5)
      c.get(1)
      c.op(0x6a)
      c.i32(2)
      c.store()
    }
    #expect(facts == ["i32.store p0 = 7 ?", Self.slot + " ?", "i32.store (i32.add sp-32 p1) = 2"])
    let filled = try self.facts { c in
      c.get(5)
      c.i32(0)
      c.get(1)
      c.op(0xfc, 0x0b, 0)
    }
    #expect(filled == ["i32.store p0 = 7 ?", Self.slot + " ?"])
  }

  /// Above the stack pointer on entry is the frame of the caller.
  @Test func framesOfCallers() throws {
    let function = try FactFunction { c in
      c.frame(16)
      c.put(1, at: 5, offset: 12)
      c.put(2, at: 5, offset: 16)
      c.call(1)
      c.mark("end")
    }
    #expect(function.memory("end") == ["i32.store sp-16+12 = 1", "i32.store sp-16+16 = 2 ?"])
  }

  /// Below the stack pointer is what calls use.
  @Test func redZones() throws {
    let function = try FactFunction { c in
      c.op(0x23, 0)
      c.i32(16)
      c.op(0x6b, 0x21, 5)
      c.put(1, at: 5, offset: 8)
      c.put(2, at: 1)
      c.mark("leaf")
      c.call(1)
      c.mark("called")
    }
    #expect(function.memory("leaf") == ["i32.store sp-16+8 = 1", "i32.store p1 = 2"])
    #expect(function.memory("called") == ["i32.store sp-16+8 = 1 ?", "i32.store p1 = 2 ?"])
    let epilogue = try facts { c in
      c.get(5)
      c.add(16)
      c.op(0x24, 0)
      c.put(2, at: 5, offset: 20)
      c.call(1)
    }
    // Half of the frame is given up.
    #expect(epilogue == ["i32.store p0 = 7 ?", Self.slot + " ?", "i32.store sp-32+20 = 2"])
  }

  @Test func stackPointersThatAreNotKnown() throws {
    // Room of unknown size.
    let room = try facts { c in
      c.op(0x23, 0)
      c.get(1)
      c.op(0x6b, 0x24, 0)
      c.call(1)
    }
    #expect(room == ["i32.store p0 = 7 ?", Self.slot + " ?"])
    // A function that moves the stack pointer.
    let moved = try facts(movers: [1]) { c in c.call(1) }
    #expect(moved == ["i32.store p0 = 7 ?", Self.slot])
    let twice = try facts(movers: [1]) { c in
      c.call(1)
      c.call(1)
    }
    #expect(twice == ["i32.store p0 = 7 ?", Self.slot + " ?"])
  }

  @Test func realignedFrames() throws {
    func facts(_ fill: (inout FactCode) -> Void) throws -> [String]? {
      let function = try FactFunction { c in
        c.op(0x23, 0, 0x22, 4)
        c.i32(64)
        c.op(0x6b)
        c.i32(-32)
        c.op(0x71, 0x22, 5, 0x24, 0)
        c.put(1, at: 5, offset: 60)
        c.put(2, at: 5, offset: 64)
        fill(&c)
        c.mark("end")
      }
      return function.memory("end")
    }
    let inside = "i32.store align32(sp-64)+60 = 1"
    // It may begin up to 31 bytes lower than that: the frame may, but need not, reach further.
    let outside = "i32.store align32(sp-64)+64 = 2"
    #expect(try facts { _ in } == [inside, outside])
    #expect(try facts { c in c.call(1) } == [inside, outside + " ?"])
    // Counted from the stack pointer on entry, it may be the same place.
    let other = try facts { c in
      c.get(4)
      c.add(-8)
      c.i32(3)
      c.store()
    }
    #expect(other == [inside + " ?", outside + " ?", "i32.store sp-8 = 3"])
  }

  // MARK: Moving the stack pointer

  @Test func callsOfMovers() throws {
    let function = try FactFunction(movers: [1]) { c in
      c.frame(16)
      c.call(1)
      c.mark("moved")
      c.i32(0)
      c.i32(0)
      c.call(0)
      c.op(0x1a)
      c.mark("still")
    }
    let values = function.analysis.values
    #expect(function.analysis.stackPointer(at: function.offset("moved")) == nil)
    let state = try #require(function.analysis.state(at: function.offset("still")))
    #expect(state.global(0).map(values.text) == "g0@0xc")
    #expect(state.local(5).map(values.text) == "sp-16")
  }

  @Test func findingMovers() throws {
    var builder = ModuleBuilder()
    builder.importFunction("env", "g")
    builder.memory(MemoryType(SizeLimits(1)))
    builder.global(GlobalType(.i32, isMutable: true), .i32(65536))
    let group = [LocalGroup(count: 1, type: .i32)]
    // stackRestore: local.get 0; global.set 0
    let restore = builder.function([.i32], [], body: [0x20, 0, 0x24, 0, 0x0b])
    // stackAlloc: global.get 0; local.get 0; i32.sub; i32.const -16; i32.and; local.tee 1; global.set 0; local.get 1
    let allocate = builder.function(
      [.i32], [.i32], locals: group,
      body: [0x23, 0, 0x20, 0, 0x6b, 0x41, 0x70, 0x71, 0x22, 1, 0x24, 0, 0x20, 1, 0x0b])
    // stackSave: global.get 0
    builder.function([], [.i32], body: [0x23, 0, 0x0b])
    // A frame, made and given up.
    builder.function(
      [], [], locals: group,
      body: [0x23, 0, 0x41, 16, 0x6b, 0x22, 0, 0x24, 0, 0x10, 0, 0x20, 0, 0x41, 16, 0x6a, 0x24, 0, 0x0b])
    let module = try WasmModule(builder.bytes)
    #expect(ModuleContext(module).findStackPointerMovers(in: module) == [restore, allocate])
    #expect(ModuleContext(module, stackPointer: nil).findStackPointerMovers(in: module) == [])
  }
}
