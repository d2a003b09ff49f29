import TestSupport
import Testing
import WASI
import WasmBinary
import WasmInterp

/// Linking, arguments, clocks, randomness, the end.
@Suite struct ProcessTests {
  @Test func onlyPreview1IsKnown() throws {
    let wasi = try WASI(WASIConfiguration())
    let store = try Store()
    #expect(wasi.external(module: "wasi_snapshot_preview1", name: "fd_write", in: store) != nil)
    #expect(wasi.external(module: "wasi_snapshot_preview1", name: "fd_writ", in: store) == nil)
    #expect(wasi.external(module: "wasi_unstable", name: "fd_write", in: store) == nil)
    #expect(wasi.external(module: "env", name: "fd_write", in: store) == nil)
  }

  @Test func allFunctionsHaveTheTypesOfTheSpecification() throws {
    // A function of another type would not link.
    let program = try Program()
    for name in signatures.keys {
      guard case .function? = program.instance.export(name) else {
        Issue.record("\(name) is missing")
        continue
      }
    }
    #expect(signatures.count == 46)
  }

  @Test func argumentsAndEnvironment() throws {
    let program = try Program {
      $0.arguments = ["prog", "", "ä b"]
      $0.environment = [("A", "1"), ("EMPTY", "")]
    }
    try program.succeed("args_sizes_get", 0, 4)
    #expect(program.number(0, size: 4) == 3)
    #expect(program.number(4, size: 4) == 11)
    try program.succeed("args_get", 0x100, 0x200)
    #expect((0..<3).map { program.number(0x100 + $0 * 4, size: 4) } == [0x200, 0x205, 0x206])
    #expect(program.text(0x200, 11) == "prog\0\0ä b\0")

    try program.succeed("environ_sizes_get", 0, 4)
    #expect(program.number(0, size: 4) == 2)
    #expect(program.number(4, size: 4) == 11)
    try program.succeed("environ_get", 0x100, 0x200)
    #expect(program.number(0x104, size: 4) == 0x204)
    #expect(program.text(0x200, 11) == "A=1\0EMPTY=\0")
  }

  @Test func argumentsThatDoNotFitAreNotWritten() throws {
    let program = try Program { $0.arguments = ["prog"] }
    let end = Program.memorySize
    #expect(try program.call("args_sizes_get", 0, end - 3) == E.fault)
    #expect(try program.call("args_get", end - 3, 0x200) == E.fault)
    #expect(try program.call("args_get", 0x100, end - 4) == E.fault)
    #expect(program.number(0x100, size: 4) == 0)
    #expect(try program.call("args_get", -4, 0x200) == E.fault)
    // The last bytes of the memory are good enough.
    try program.succeed("args_get", end - 4, end - 9)
    #expect(program.text(end - 9, 5) == "prog\0")
    #expect(program.number(end - 4, size: 4) == end - 9)
  }

  @Test func clocks() throws {
    let program = try Program()
    for clock in 0...3 {
      try program.succeed("clock_res_get", clock, 0)
      #expect((1...1_000_000_000).contains(program.number(0, size: 8)))
      try program.succeed("clock_time_get", clock, 1, 0)
      let first = program.number(0, size: 8)
      try program.succeed("clock_time_get", clock, 1, 0)
      if clock > 0 { #expect(program.number(0, size: 8) >= first) }
      if clock == 0 { #expect(first > 1_700_000_000_000_000_000) }
    }
    #expect(try program.call("clock_res_get", 4, 0) == E.inval)
    #expect(try program.call("clock_time_get", -1, 0, 0) == E.inval)
    #expect(try program.call("clock_time_get", 0, 0, Program.memorySize - 7) == E.fault)
    #expect(try program.call("clock_res_get", 0, -8) == E.fault)
  }

  @Test func randomBytesFillTheBufferAndNothingElse() throws {
    let program = try Program()
    try program.succeed("random_get", 1, 1000)
    let bytes = program.bytes(0, 1002)
    #expect(bytes[0] == 0 && bytes[1001] == 0)
    // Of 1000 random bytes some 250 differ; a chunk that is used twice would show.
    #expect(Set(bytes).count > 150)
    #expect(bytes[1..<257] != bytes[257..<513])
    try program.succeed("random_get", Program.memorySize, 0)
    #expect(try program.call("random_get", Program.memorySize - 10, 11) == E.fault)
    #expect(try program.call("random_get", 16, -1) == E.fault)
  }

  @Test func exitIsAnErrorOfTheHost() throws {
    let program = try Program()
    do {
      try program.call("proc_exit", -2)
      Issue.record("it went on")
    } catch let trap as Trap {
      #expect(trap.kind == .host)
      #expect(trap.hostError as? ProcessExit == ProcessExit(code: 0xffff_fffe))
      #expect(trap.message == "the program exited with status 4294967294")
      #expect(trap.frames.count == 1)
    }
  }

  @Test func whatThereIsNot() throws {
    let program = try Program { $0.standardInput = -1 }
    #expect(try program.call("proc_raise", 6) == E.notsup)
    #expect(try program.call("sched_yield") == E.success)
    for (name, parameters) in signatures where name.hasPrefix("sock_") {
      #expect(try program.call(name, [1] + Array(repeating: 0, count: parameters.count - 1)) == E.notsock)
      #expect(try program.call(name, [0] + Array(repeating: 0, count: parameters.count - 1)) == E.badf)
      #expect(try program.call(name, [99] + Array(repeating: 0, count: parameters.count - 1)) == E.badf)
    }
  }

  @Test func aFolderThatCannotBeOpenedIsNamed() throws {
    for (path, description) in [
      ("/nowhere/at/all", "/nowhere/at/all: no such file or directory"), ("/dev/null", "/dev/null: not a directory"),
    ] {
      var configuration = WASIConfiguration()
      configuration.directories = [(path, "/")]
      do {
        _ = try WASI(configuration)
        Issue.record("\(path) was opened")
      } catch {
        #expect(error.path == path)
        #expect(error.description == description)
      }
    }
  }

  @Test func aCallerWithoutMemoryIsTold() throws {
    let program = try Program(exportsMemory: false)
    do {
      try program.call("args_sizes_get", 0, 4)
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .host)
      #expect(trap.message == "the module exports no memory by the name 'memory', which WASI needs")
    }
  }
}
