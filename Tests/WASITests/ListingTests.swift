import TestSupport
import Testing
import WASI

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Listing directories.
@Suite struct ListingTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try Program(folder: folder.path)
  }

  @Test func entriesHaveNamesAndTypes() throws {
    try folder.write("sub/file", [])
    try folder.write("file", [])
    #expect(symlink("file", folder.path + "/link") == 0)
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    #expect(try program.list(3) == [".": 3, "..": 3, "sub": 3, "file": 4, "link": 7, "pipe": 0])
    #expect(try program.list(try program.open("sub", Program.directory)) == [".": 3, "..": 3, "file": 4])
  }

  @Test(arguments: [280, 300, 1000, 4096]) func smallBuffersGetThereToo(size: Int) throws {
    var expected = [".": 3, "..": 3]
    for number in 0..<200 {
      let name = "\(number)-" + String(repeating: "x", count: number)
      try folder.write(name, [])
      expected[name] = 4
    }
    #expect(try program.list(3, buffer: size) == expected)
    // And once more from the start.
    #expect(try program.list(3, buffer: 4096) == expected)
  }

  @Test func anEntryThatDoesNotFitIsCutOff() throws {
    try folder.write("file", [])
    for size in [0, 1, 24, 25, 60] {
      program.put(Array(repeating: UInt8(0xff), count: 200), at: Program.buffer)
      try program.succeed("fd_readdir", 3, Program.buffer, size, 0, Program.result)
      #expect(program.result == size)
      #expect(program.number(Program.buffer + size, size: 1) == 0xff)
    }
  }

  @Test func aListingGoesOnWhereItsCookieSays() throws {
    for name in ["a", "b", "c"] { try folder.write(name, []) }
    func names(from cookie: Int) throws -> [String] {
      try program.succeed("fd_readdir", 3, Program.buffer, 4096, cookie, Program.result)
      var result: [String] = []
      var place = Program.buffer
      while place < Program.buffer + program.result {
        let length = program.number(place + 16, size: 4)
        result.append(program.text(place + 24, length))
        place += 24 + length
      }
      return result
    }
    let all = try names(from: 0)
    #expect(all.count == 5)
    for cookie in [3, 1, 4, 5, 6, 2] { #expect(try names(from: cookie) == Array(all.dropFirst(cookie))) }
    #expect(try names(from: -1) == [])
    // From the start what was added is seen.
    try folder.write("d", [])
    #expect(try names(from: 0).count == 6)
  }

  @Test func nothingIsToldOfWhatIsAbove() throws {
    try program.succeed("fd_readdir", 3, Program.buffer, 4096, 0, Program.result)
    var status = stat()
    #expect(stat(folder.path, &status) == 0)
    // Both are the directory itself.
    #expect(program.number(Program.buffer + 8, size: 8) == Int(status.st_ino))
    #expect(program.number(Program.buffer + 25 + 8, size: 8) == Int(status.st_ino))
  }

  @Test func errors() throws {
    try folder.write("file", [])
    let file = try program.open("file")
    #expect(try program.call("fd_readdir", file, Program.buffer, 100, 0, Program.result) == E.notdir)
    #expect(try program.call("fd_readdir", 1, Program.buffer, 100, 0, Program.result) == E.notdir)
    #expect(try program.call("fd_readdir", 9, Program.buffer, 100, 0, Program.result) == E.badf)
    #expect(try program.call("fd_readdir", 3, Program.memorySize - 99, 100, 0, Program.result) == E.fault)
    #expect(try program.call("fd_readdir", 3, Program.buffer, -1, 0, Program.result) == E.fault)
    #expect(try program.call("fd_readdir", 3, Program.buffer, 100, 0, -3) == E.fault)
  }
}
