import TestSupport
import Testing
import WASI
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Programs that mean harm.
@Suite struct HostileTests {
  @Test func buffersOutsideOfTheMemory() throws {
    let folder = try TemporaryFolder()
    let program = try Program(folder: folder.path)
    let file = try program.open("f", Program.create)
    let end = UInt32(Program.memorySize)
    let vectors: [(address: UInt32, count: UInt32)] = [
      (end, 1), (end - 1, 2), (0, end + 1), (.max, 1), (.max, .max), (0, .max), (1, .max),
    ]
    for (address, count) in vectors {
      // The good one before it is not written either.
      program.putWords([0, 4, address, count], at: Program.vectors)
      for name in ["fd_write", "fd_read"] {
        #expect(try program.call(name, file, Program.vectors, 2, Program.result) == E.fault)
      }
      for name in ["fd_pwrite", "fd_pread"] {
        #expect(try program.call(name, file, Program.vectors, 2, 0, Program.result) == E.fault)
      }
    }
    program.putWords([0, 4], at: Program.vectors)
    #expect(try program.call("fd_write", file, Program.vectors, 1, Int(end) - 3) == E.fault)
    #expect(try program.call("fd_write", file, Int(end) - 7, 1, Program.result) == E.fault)
    #expect(try program.call("fd_write", file, -8, 1, Program.result) == E.fault)
    #expect(try Places.bytes(folder.path + "/f").count == 0)
    // A buffer at the very end, and an empty one behind it, are in order.
    program.putWords([end - 4, 4, end, 0], at: Program.vectors)
    try program.succeed("fd_write", file, Program.vectors, 2, Program.result)
    #expect(program.result == 4)
  }

  @Test func moreBuffersThanBearable() throws {
    let folder = try TemporaryFolder()
    let program = try Program(folder: folder.path)
    let file = try program.open("f", Program.create)
    for count in [1025, 1 << 29, 1 << 31, -1] {
      #expect(try program.call("fd_write", file, 0, count, Program.result) == E.inval)
    }
    program.putWords((0..<1024).flatMap { _ in [UInt32(0), UInt32(0x2000)] }, at: 0x4000)
    try program.succeed("fd_write", file, 0x4000, 1024, Program.result)
    #expect(program.result == 1024 * 0x2000)
  }

  @Test func moreDescriptorsThanBearable() throws {
    let folder = try TemporaryFolder()
    try folder.write("f", [])
    let program = try Program(folder: folder.path) { $0.maximumDescriptors = 10 }
    for number in 4..<10 { #expect(try program.open("f") == number) }
    #expect(try program.openError("f") == E.mfile)
    // It does not come into being either.
    #expect(try program.openError("new", Program.create) == E.mfile)
    #expect(try TemporaryFolder.names(in: folder.path) == ["f"])
    try program.succeed("fd_close", 5)
    #expect(try program.open("f") == 5)
  }

  @Test(arguments: 1...8) func randomArguments(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    // Deep, so that it stays harmless where the library fails.
    let outside = folder.path + "/a/b/c/d"
    try folder.write("a/b/c/d/secret", "secret".utf8)
    try folder.write("a/b/c/d/sandbox/d/f", "inside".utf8)
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    let program = try Program(folder: outside + "/sandbox") {
      ($0.standardInput, $0.standardOutput, $0.standardError) = (null, null, null)
      $0.arguments = ["a", "b"]
      $0.environment = [("c", "d")]
      $0.maximumDescriptors = 40
    }
    var random = Generator(state: seed)
    let paths = ["a", "d", "d/f", "l", "l/..", "../secret", "d/../..", "/", "..", ".", "d/", "l/f", "../l", "a/b/c"]
    // What can wait for long or fill the disk has tests of its own.
    let names = signatures.keys.sorted().filter { !["poll_oneoff", "proc_exit", "fd_allocate"].contains($0) }
    var results: Set<Int> = []
    for round in 0..<4000 {
      if round % 50 == 0 {
        program.put((0..<Program.memorySize / 8).map { _ in UInt8.random(in: 0...3, using: &random) }, at: 0)
        // Buffers, good and bad.
        program.putWords((0..<64).map { _ in random.pointer() }, at: Program.vectors)
      }
      let name = names.randomElement(using: &random)!
      var arguments = signatures[name]!.map { $0 == "l" ? random.long() : Int(random.pointer()) }
      if name.hasPrefix("fd_") || name.hasPrefix("path_") { arguments[0] = Int.random(in: 0...8, using: &random) }
      // The folder is to stay open.
      if ["fd_close", "fd_renumber", "fd_fdstat_set_rights"].contains(name), arguments[0] == 3 { arguments[0] = 4 }
      if name == "fd_renumber" { arguments[1] = Int.random(in: 4...8, using: &random) }
      if name == "fd_filestat_set_size" { arguments[1] = Int.random(in: -5...10000, using: &random) }
      if name == "fd_pwrite" { arguments[3] = Int.random(in: -5...10000, using: &random) }
      if name.hasPrefix("fd_p"), arguments.count > 3 { (arguments[1], arguments[2]) = (Program.vectors, 5) }
      if ["fd_read", "fd_write"].contains(name) {
        (arguments[1], arguments[2]) = (Program.vectors, Int.random(in: 0...8, using: &random))
      }
      if name.hasPrefix("path_"), Bool.random(using: &random) {
        let (old, new) = (paths.randomElement(using: &random)!, paths.randomElement(using: &random)!)
        let places: [String: (Int, Int?)] = [
          "path_link": (2, 5), "path_rename": (1, 4), "path_symlink": (0, 3), "path_open": (2, nil),
          "path_filestat_get": (2, nil), "path_filestat_set_times": (2, nil),
        ]
        let (first, second) = places[name] ?? (1, nil)
        arguments.replaceSubrange(first..<first + 2, with: program.path(old))
        if let second {
          arguments[second - 1] = 3
          arguments.replaceSubrange(second..<second + 2, with: program.path(new, at: Program.otherPath))
        }
        if ["path_link", "path_open", "path_filestat_get", "path_filestat_set_times"].contains(name) {
          arguments[1] = Int.random(in: 0...1, using: &random)
        }
        if name == "path_open" {
          (arguments[4], arguments[7]) = (Int.random(in: 0...15, using: &random), Int.random(in: 0...7, using: &random))
          arguments[8] = Program.result
        }
      }
      let result = try program.call(name, arguments)
      #expect((0...76).contains(result))
      results.insert(result)
    }
    // It got somewhere.
    #expect(results.isSuperset(of: [E.success, E.badf, E.fault, E.inval, E.noent, E.perm]))
    #expect(try TemporaryFolder.names(in: outside) == ["sandbox", "secret"])
    #expect(try Places.bytes(outside + "/secret").count == 6)
  }

  @Test(arguments: 1...4) func randomSubscriptions(seed: UInt64) throws {
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    let program = try Program { ($0.standardInput, $0.standardOutput, $0.standardError) = (null, null, null) }
    var random = Generator(state: seed)
    for _ in 0..<2000 {
      var words: [UInt32] = []
      for _ in 0..<4 {
        words += [random.small(), random.small(), random.small() % 4, 0, random.small() % 6, 0]
        // No wait for longer than a millisecond.
        words += [UInt32.random(in: 0...1_000_000, using: &random), 0, random.pointer(), random.pointer()]
        words += [random.small() % 2, 0]
      }
      program.putWords(words, at: 0x400)
      // Elsewhere in the memory the words would make long waits.
      let place = random.small() > 0 ? 0x400 : Program.memorySize - 40
      let result = try program.call(
        "poll_oneoff", place, Int(random.pointer()), Int(random.small() % 5), Int(random.pointer()))
      #expect([E.success, E.fault, E.inval].contains(result))
    }
  }
}

/// SplitMix64: the same numbers for the same seed everywhere.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func small() -> UInt32 { UInt32(next() % 10) }

  /// Something that may be a pointer: mostly good, else at an edge or anything.
  mutating func pointer() -> UInt32 {
    switch next() % 8 {
    case 0: UInt32(truncatingIfNeeded: next())
    case 1: UInt32(Program.memorySize) &+ small() &- 5
    case 2: UInt32.max - small()
    case 3: small()
    default: UInt32(next() % UInt64(Program.memorySize))
    }
  }

  mutating func long() -> Int {
    switch next() % 4 {
    case 0: Int(truncatingIfNeeded: next())
    case 1: [Int.max, .min, -1, 1 << 32][Int(next() % 4)]
    default: Int(next() % 1000)
    }
  }
}
