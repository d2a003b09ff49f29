import TestSupport
import Testing
import WASI

/// What can be done with an open file or directory.
@Suite struct FileTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try Program(folder: folder.path)
  }

  private func contents(_ name: String) throws -> String { try program.read(try program.open(name)) }

  @Test func writesAndReads() throws {
    let file = try program.open("f", Program.create)
    #expect(file == 4)
    #expect(try program.write(file, "hello world") == 11)
    try program.succeed("fd_seek", file, 6, 0, Program.result)
    #expect(program.number(Program.result, size: 8) == 6)
    #expect(try program.read(file) == "world")
    #expect(try program.read(file) == "")
    #expect(try contents("f") == "hello world")
    #expect(try Places.bytes(folder.path + "/f").count == 11)
  }

  @Test func buffersAreGatheredAndScattered() throws {
    let file = try program.open("f", Program.create)
    program.put("abcdef".utf8, at: 0x8000)
    program.putWords([0x8004, 2, 0x9999, 0, 0x8000, 3], at: Program.vectors)
    try program.succeed("fd_write", file, Program.vectors, 3, Program.result)
    #expect(program.result == 5)
    #expect(try contents("f") == "efabc")

    program.putWords([0x9000, 1, 0x9010, 0, 0x9020, 3, 0x9030, 100, 0x9040, 5], at: Program.vectors)
    try program.succeed("fd_pread", file, Program.vectors, 5, 0, Program.result)
    #expect(program.result == 5)
    #expect(program.text(0x9000, 2) == "e\0")
    #expect(program.text(0x9020, 4) == "fab\0")
    #expect(program.text(0x9030, 2) == "c\0")
  }

  @Test func moreThanOnePieceIsMovedInOneCall() throws {
    let file = try program.open("f", Program.create)
    // Five times the whole memory: more than the host moves at once.
    let size = UInt32(Program.memorySize)
    program.put((0..<1 << 14).map { UInt8(truncatingIfNeeded: $0 * 7) }, at: 0x10000)
    program.putWords(Array(repeating: [0, size], count: 5).flatMap { $0 }, at: Program.vectors)
    try program.succeed("fd_write", file, Program.vectors, 5, Program.result)
    #expect(program.result == 5 * Int(size))
    let written = try Places.bytes(folder.path + "/f")
    #expect(written.count == 5 * Int(size))
    // Reading fills the buffers in turn, here the same one: the last of five counts.
    program.putWords([0x8000, 0x8000, 0x8000, 0x8000, 0x10000, 0x4000], at: Program.vectors)
    try program.succeed("fd_pread", file, Program.vectors, 3, 0x4000, Program.result)
    #expect(program.result == 0x14000)
    #expect(program.bytes(0x10000, 0x4000).allSatisfy { $0 == 0 })
    try program.succeed("fd_pread", file, Program.vectors, 3, 0, Program.result)
    #expect(program.bytes(0x10000, 4) == [0, 7, 14, 21])
  }

  @Test func positionedAccessLeavesThePosition() throws {
    let file = try program.open("f", Program.create)
    try program.write(file, "hello")
    program.put("J".utf8, at: Program.buffer)
    program.putWords([UInt32(Program.buffer), 1], at: Program.vectors)
    try program.succeed("fd_pwrite", file, Program.vectors, 1, 0, Program.result)
    #expect(program.result == 1)
    try program.succeed("fd_tell", file, Program.result)
    #expect(program.number(Program.result, size: 8) == 5)
    #expect(try contents("f") == "Jello")
    for name in ["fd_pread", "fd_pwrite"] {
      #expect(try program.call(name, file, Program.vectors, 1, -1, Program.result) == E.inval)
      #expect(try program.call(name, file, Program.vectors, 1, .max, Program.result) == E.inval)
    }
    #expect(try program.call("fd_pread", file, Program.vectors, 1, 1 << 40, Program.result) == E.success)
    #expect(program.result == 0)
    #expect(try program.call("fd_pwrite", file, Program.vectors, 1, 1 << 62, Program.result) == E.fbig)
  }

  @Test func seeking() throws {
    let file = try program.open("f", Program.create)
    try program.write(file, "0123456789")
    let cases: [(offset: Int, whence: Int, position: Int)] = [
      (3, 0, 3), (2, 1, 5), (-5, 1, 0), (-1, 2, 9), (10, 2, 20), (0, 1, 20),
    ]
    for (offset, whence, position) in cases {
      try program.succeed("fd_seek", file, offset, whence, Program.result)
      #expect(program.number(Program.result, size: 8) == position)
    }
    #expect(try program.call("fd_seek", file, -1, 0, Program.result) == E.inval)
    #expect(try program.call("fd_seek", file, 0, 3, Program.result) == E.inval)
    #expect(try program.call("fd_seek", 3, 0, 0, Program.result) == E.badf)
    #expect(try program.call("fd_seek", file, 1, 0, -1) == E.fault)
    #expect(try program.call("fd_tell", file, Program.memorySize - 4) == E.fault)
    try program.succeed("fd_tell", file, Program.result)
    #expect(program.number(Program.result, size: 8) == 20)
  }

  @Test func whatAFileIsOpenForIsWhatCanBeDone() throws {
    try folder.write("f", "text".utf8)
    let reader = try program.open("f", rights: Program.reading)
    let writer = try program.open("f", rights: Program.writing)
    #expect(throws: Refused(errno: E.notcapable)) { try program.write(reader, "x") }
    #expect(throws: Refused(errno: E.notcapable)) { _ = try program.read(writer) }
    #expect(try program.call("fd_filestat_set_size", reader, 1) == E.inval)
    #expect(try program.read(reader) == "text")
    #expect(throws: Refused(errno: E.badf)) { _ = try program.read(3) }
    #expect(throws: Refused(errno: E.badf)) { try program.write(3, "x") }
  }

  @Test func openFlags() throws {
    try folder.write("f", "text".utf8)
    #expect(try program.openError("g") == E.noent)
    #expect(try program.openError("f", Program.create | Program.exclusive) == E.exist)
    #expect(try program.openError("f", Program.directory) == E.notdir)
    #expect(try program.openError(".", Program.directory) == E.success)
    #expect(try program.openError(".", rights: Program.writing) == E.isdir)
    #expect(try program.openError("n", Program.create | Program.directory) == E.inval)
    #expect(try program.openError("f", 16) == E.inval)
    #expect(try program.call("path_open", [3, 2] + program.path("f") + [0, 2, 0, 0, Program.result]) == E.inval)
    #expect(try program.call("path_open", [3, 0] + program.path("f") + [0, 2, 0, 32, Program.result]) == E.inval)
    #expect(try program.call("path_open", [3, 0] + program.path("f") + [0, 2, 0, 1 << 16, Program.result]) == E.inval)
    try program.open("f", Program.truncate)
    #expect(try contents("f") == "")
    // A result that cannot be written opens and makes nothing.
    #expect(try program.call("path_open", [3, 0] + program.path("n") + [1, 2, 0, 0, -1]) == E.fault)
    #expect(try program.openError("n") == E.noent)
  }

  @Test func appending() throws {
    try folder.write("f", "one".utf8)
    let file = try program.open("f", descriptorFlags: 1)
    try program.write(file, "two")
    #expect(try contents("f") == "onetwo")
    try program.succeed("fd_fdstat_set_flags", file, 0)
    try program.succeed("fd_seek", file, 0, 0, Program.result)
    try program.write(file, "ONE")
    try program.succeed("fd_fdstat_set_flags", file, 1)
    try program.succeed("fd_seek", file, 0, 0, Program.result)
    try program.write(file, "!")
    #expect(try contents("f") == "ONEtwo!")
    try program.succeed("fd_fdstat_get", file, 0x200)
    #expect(program.number(0x202, size: 2) == 1)
    // Synchronous writing is decided when a file is opened.
    #expect(try program.call("fd_fdstat_set_flags", file, 1 | 16) == E.inval)
    #expect(try program.call("fd_fdstat_set_flags", file, 1 << 16) == E.inval)
    #expect(try program.call("fd_fdstat_set_flags", file, 32) == E.inval)
    #expect(try program.call("fd_fdstat_set_flags", 9, 0) == E.badf)
  }

  @Test func descriptorsTellWhatTheyAre() throws {
    try folder.write("f", "text".utf8)
    let file = try program.open("f", rights: Program.reading)
    let expected: [(descriptor: Int, type: Int, rights: Int, inheriting: Int)] = [
      (3, 3, 0x7bf_fe19 & ~(1 << 22 | 1 << 8), 0xfff_ffff), (file, 4, 0x8e0_01ff & ~(1 << 6), 0),
    ]
    for (descriptor, type, rights, inheriting) in expected {
      try program.succeed("fd_fdstat_get", descriptor, 0x200)
      #expect(program.number(0x200, size: 1) == type)
      #expect(program.number(0x202, size: 2) == 0)
      #expect(program.number(0x208, size: 8) == rights)
      #expect(program.number(0x210, size: 8) == inheriting)
    }
    #expect(try program.call("fd_fdstat_get", 5, 0x200) == E.badf)
    #expect(try program.call("fd_fdstat_get", -1, 0x200) == E.badf)
    #expect(try program.call("fd_fdstat_get", 3, Program.memorySize - 23) == E.fault)
  }

  @Test func rightsCanOnlyBeGivenUp() throws {
    try folder.write("f", "text".utf8)
    let file = try program.open("f")
    try program.succeed("fd_fdstat_set_rights", file, Program.reading, 0)
    #expect(try program.read(file) == "text")
    #expect(throws: Refused(errno: E.notcapable)) { try program.write(file, "x") }
    #expect(try program.call("fd_seek", file, 0, 0, Program.result) == E.notcapable)
    #expect(try program.call("fd_fdstat_set_rights", file, Program.reading | Program.writing, 0) == E.notcapable)
    #expect(try program.call("fd_fdstat_set_rights", 9, 0, 0) == E.badf)
    // A directory that passes on reading only; and then one that opens nothing.
    let directory = try program.open(".", Program.directory)
    try program.succeed("fd_fdstat_set_rights", directory, 1 << 13 | 1 << 14, Program.reading)
    let inner = try program.open("f", in: directory)
    #expect(try program.read(inner) == "text")
    #expect(throws: Refused(errno: E.notcapable)) { try program.write(inner, "x") }
    #expect(try program.openError("new", in: directory, Program.create) == E.notcapable)
    #expect(try program.openError("f", in: directory, Program.truncate) == E.notcapable)
    #expect(try program.call("path_unlink_file", [directory], path: "f") == E.notcapable)
    try program.succeed("fd_fdstat_set_rights", directory, 0, 0)
    #expect(try program.openError("f", in: directory) == E.notcapable)
  }

  @Test func statusAndTimes() throws {
    try folder.write("f", "text".utf8)
    let file = try program.open("f")
    try program.succeed("fd_filestat_set_times", file, 1_000_000_000_005, 2_000_000_000_007, 1 | 4)
    try program.succeed("fd_filestat_get", file, 0x200)
    #expect(program.number(0x208, size: 8) != 0)
    #expect(program.number(0x210, size: 1) == 4)
    #expect(program.number(0x218, size: 8) == 1)
    #expect(program.number(0x220, size: 8) == 4)
    #expect(program.number(0x228, size: 8) == 1_000_000_000_005)
    #expect(program.number(0x230, size: 8) == 2_000_000_000_007)
    // The access time now, the modification time as it is.
    try program.succeed("fd_filestat_set_times", file, 5, 5, 2)
    try program.succeed("fd_filestat_get", file, 0x200)
    #expect(program.number(0x228, size: 8) > 1_700_000_000_000_000_000)
    #expect(program.number(0x230, size: 8) == 2_000_000_000_007)
    for flags in [3, 12, 16, -1] {
      #expect(try program.call("fd_filestat_set_times", file, 0, 0, flags) == E.inval)
    }
    #expect(try program.call("fd_filestat_get", file, Program.memorySize - 63) == E.fault)
    #expect(try program.call("fd_filestat_get", 9, 0x200) == E.badf)
    #expect(try program.call("fd_filestat_set_times", 9, 0, 0, 0) == E.badf)
  }

  @Test func sizes() throws {
    let file = try program.open("f", Program.create)
    func size() throws -> Int {
      try program.succeed("fd_filestat_get", file, 0x200)
      return program.number(0x220, size: 8)
    }
    try program.succeed("fd_filestat_set_size", file, 100)
    #expect(try size() == 100)
    try program.succeed("fd_filestat_set_size", file, 3)
    #expect(try size() == 3)
    #expect(try program.call("fd_filestat_set_size", file, -1) == E.inval)
    #expect(try program.call("fd_filestat_set_size", file, .max) == E.fbig)
    #expect(try program.call("fd_filestat_set_size", 3, 0) == E.badf)
    #if os(Linux)
      try program.succeed("fd_allocate", file, 2, 10)
      #expect(try size() == 12)
      try program.succeed("fd_allocate", file, 0, 5)
      #expect(try size() == 12)
    #endif
    #expect(try program.call("fd_allocate", file, -1, 5) == E.inval)
    #expect(try program.call("fd_allocate", file, 0, 0) == E.inval)
    #expect(try program.call("fd_allocate", file, .max, .max) == E.fbig)
    #expect(try program.call("fd_allocate", 3, 0, 1) == E.badf)
  }

  @Test func syncAndAdvice() throws {
    let file = try program.open("f", Program.create)
    for descriptor in [3, file] {
      try program.succeed("fd_sync", descriptor)
      try program.succeed("fd_datasync", descriptor)
    }
    for advice in 0...5 { try program.succeed("fd_advise", file, 0, 10, advice) }
    #expect(try program.call("fd_advise", file, 0, 10, 6) == E.inval)
    #expect(try program.call("fd_advise", file, -1, 10, 0) == E.inval)
    #expect(try program.call("fd_advise", file, 0, -1, 0) == E.inval)
    #expect(try program.call("fd_advise", 3, 0, 0, 0) == E.badf)
    #expect(try program.call("fd_sync", 9) == E.badf)
    #expect(try program.call("fd_datasync", 9) == E.badf)
  }

  @Test func closingAndRenumbering() throws {
    try folder.write("f", "text".utf8)
    try folder.write("g", "other".utf8)
    let (first, second) = (try program.open("f"), try program.open("g"))
    try program.succeed("fd_renumber", second, first)
    #expect(try program.read(first) == "other")
    #expect(try program.call("fd_close", second) == E.badf)
    // The lowest free number is the next.
    try program.succeed("fd_close", first)
    #expect(try program.open("f") == first)
    try program.succeed("fd_renumber", first, first)
    #expect(try program.read(first) == "text")
    #expect(try program.call("fd_renumber", first, 99) == E.badf)
    #expect(try program.call("fd_renumber", 99, first) == E.badf)
    #expect(try program.call("fd_renumber", first, -1) == E.badf)
    #expect(try program.call("fd_close", -1) == E.badf)
  }

  @Test func givenFoldersAreNamed() throws {
    let path = folder.path
    let program = try Program { $0.directories = [(path, "/data"), (path, ".")] }
    try program.succeed("fd_prestat_get", 3, 0x200)
    #expect(program.number(0x200, size: 4) == 0)
    #expect(program.number(0x204, size: 4) == 5)
    try program.succeed("fd_prestat_dir_name", 3, 0x300, 5)
    #expect(program.text(0x300, 6) == "/data\0")
    #expect(try program.call("fd_prestat_dir_name", 3, 0x300, 4) == E.nametoolong)
    #expect(try program.call("fd_prestat_dir_name", 3, Program.memorySize - 4, 5) == E.fault)
    #expect(try program.call("fd_prestat_get", 3, -4) == E.fault)
    try program.succeed("fd_prestat_get", 4, 0x200)
    #expect(program.number(0x204, size: 4) == 1)
    for descriptor in [1, 5, try program.open(".", Program.directory)] {
      #expect(try program.call("fd_prestat_get", descriptor, 0x200) == E.badf)
      #expect(try program.call("fd_prestat_dir_name", descriptor, 0x200, 9) == E.badf)
    }
  }
}
