import TestSupport
import Testing
import WASI

/// Making, moving, asking for and removing entries.
@Suite struct PathTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try Program(folder: folder.path)
  }

  /// The type of an entry as `path_filestat_get` tells it, or the negative error.
  private func type(_ path: String, follow: Bool = false) throws -> Int {
    let errno = try program.call("path_filestat_get", [3, follow ? 1 : 0], path: path, 0x200)
    return errno == 0 ? program.number(0x210, size: 1) : -errno
  }

  @Test func pathsAreWalked() throws {
    try folder.write("dir/nested/file", "text".utf8)
    for path in [
      "dir/nested/file", "./dir/nested/file", "dir//nested///file", "dir/.//nested/../../dir/nested/../nested///./file",
    ] {
      #expect(try program.openError(path) == E.success, "\(path)")
    }
    for path in ["dir/nested", "dir/nested/", "dir/nested/.", "dir/nested/..", "dir/nested/../..", ".", "./"] {
      #expect(try program.openError(path, Program.directory) == E.success, "\(path)")
    }
    let expected = [
      "dir/nested/file/": E.notdir, "dir/nested/file/.": E.notdir, "dir/nested/file/..": E.notdir, "": E.noent,
      "none/..": E.noent, "dir/none": E.noent, "d\0ir": E.inval, String(repeating: "x", count: 256): E.nametoolong,
      String(repeating: "./", count: 2049): E.nametoolong,
    ]
    for (path, error) in expected { #expect(try program.openError(path) == error, "\(path.prefix(40))") }
    #expect(try program.openError(String(repeating: "./", count: 2047) + ".") == E.success)
    program.put([0x64, 0xff], at: Program.path)
    #expect(try program.call("path_create_directory", 3, Program.path, 2) == E.ilseq)
    #expect(try program.call("path_create_directory", 3, Program.memorySize - 1, 2) == E.fault)
    #expect(try program.call("path_create_directory", 3, 0, -1) == E.fault)
  }

  @Test func deepPaths() throws {
    // Each step takes a descriptor of the host's, and gives it back.
    try folder.write("a/file", [])
    let path = String(repeating: "a/../", count: 800) + "a/file"
    for _ in 0..<10 { #expect(try program.openError(path) == E.success) }
    var deep = "a"
    for _ in 0..<150 {
      deep += "/d"
      try program.succeed("path_create_directory", [3] + program.path(deep))
    }
    for _ in 0..<20 { #expect(try program.openError(deep, Program.directory) == E.success) }
    #expect(try program.openError(deep + String(repeating: "/..", count: 151) + "/a/file") == E.success)
    #expect(try program.openError(deep + String(repeating: "/..", count: 152) + "/a/file") == E.perm)
  }

  @Test func directories() throws {
    try program.succeed("path_create_directory", [3] + program.path("a"))
    try program.succeed("path_create_directory", [3] + program.path("a/b/"))
    #expect(try type("a/b") == 3)
    #expect(try program.call("path_create_directory", path: "a") == E.exist)
    #expect(try program.call("path_create_directory", path: ".") == E.exist)
    #expect(try program.call("path_create_directory", path: "x/y") == E.noent)
    #expect(try program.call("path_remove_directory", path: "a") == E.notempty)
    try folder.write("f", [])
    #expect(try program.call("path_remove_directory", path: "f") == E.notdir)
    #expect(try program.call("path_remove_directory", path: ".") == E.inval)
    #expect(try program.call("path_remove_directory", path: "a/b/") == E.success)
    #expect(try program.call("path_remove_directory", path: "a") == E.success)
    #expect(try TemporaryFolder.names(in: folder.path) == ["f"])
  }

  @Test func unlinking() throws {
    try folder.write("f", [])
    try folder.write("d/g", [])
    #expect(try program.symlink("d", "link") == E.success)
    #expect(try program.call("path_unlink_file", path: "f/") == E.notdir)
    #expect(try program.call("path_unlink_file", path: "d") == E.isdir)
    #expect(try program.call("path_unlink_file", path: "link/") == E.notdir)
    #expect(try program.call("path_remove_directory", path: "link/") == E.notdir)
    #expect(try program.call("path_unlink_file", path: "none") == E.noent)
    #expect(try program.call("path_unlink_file", path: "f") == E.success)
    #expect(try program.call("path_unlink_file", path: "link/g") == E.success)
    #expect(try program.call("path_unlink_file", path: "link") == E.success)
    #expect(try TemporaryFolder.names(in: folder.path) == ["d"])
  }

  @Test func renaming() throws {
    try folder.write("f", "text".utf8)
    try folder.write("d/g", [])
    #expect(try program.rename("f", "d/h") == E.success)
    #expect(try program.rename("d/h", "d/g") == E.success)
    #expect(try program.read(try program.open("d/g")) == "text")
    #expect(try program.rename("d/", "e/") == E.success)
    #expect(try TemporaryFolder.names(in: folder.path) == ["e"])
    #expect(try program.rename("e/g/", "x") == E.notdir)
    #expect(try program.rename("e/g", "x/") == E.notdir)
    #expect(try program.rename("e", "e/inner") == E.inval)
    #expect(try program.rename("none", "x") == E.noent)
    try folder.write("f", [])
    #expect(try program.rename("f", "e") == E.isdir)
    #expect(try program.rename("e", "f") == E.notdir)
    #expect(try program.call("path_rename", [9] + program.path("f") + [3] + program.path("x")) == E.badf)
    #expect(try program.call("path_rename", [3] + program.path("f") + [0] + program.path("x")) == E.notdir)
    #expect(try program.call("path_rename", [3] + program.path("f") + [3, -1, 5]) == E.fault)
  }

  @Test func hardLinks() throws {
    try folder.write("f", "text".utf8)
    try folder.write("d/g", [])
    #expect(try program.link("f", "h") == E.success)
    #expect(try type("h") == 4)
    #expect(program.number(0x218, size: 8) == 2)
    #expect(try program.link("f", "h") == E.exist)
    #expect(try program.link("f", "h/") == E.exist)
    #expect(try program.link("f", "new/") == E.noent)
    #expect(try program.link("f/", "new") == E.notdir)
    #expect(try program.link("d", "new") == E.perm)
    #expect(try program.link("none", "new") == E.noent)
    // A link is linked itself, unless it is to be followed.
    #expect(try program.symlink("f", "s") == E.success)
    #expect(try program.link("s", "s2") == E.success)
    #expect(try type("s2") == 7)
    #expect(try program.link("s", "s3", follow: true) == E.success)
    #expect(try type("s3") == 4)
    #expect(try program.call("path_link", [3, 2] + program.path("f") + [3] + program.path("x", at: 0x3000)) == E.inval)
  }

  @Test func symbolicLinks() throws {
    try folder.write("d/f", "text".utf8)
    #expect(try program.symlink("d/f", "link") == E.success)
    #expect(try program.symlink("link", "link2") == E.success)
    #expect(try program.symlink("nothing", "dangling") == E.success)
    #expect(try program.read(try program.open("link2")) == "text")
    #expect(try program.openError("link", follow: false) == E.loop)
    #expect(try program.openError("dangling") == E.noent)
    #expect(try type("link") == 7)
    #expect(try type("link", follow: true) == 4)
    #expect(try type("dangling", follow: true) == -E.noent)

    #expect(try program.symlink("x", "link") == E.exist)
    #expect(try program.symlink("x", "d/") == E.exist)
    #expect(try program.symlink("x", "new/") == E.noent)
    #expect(try program.symlink("", "new") == E.noent)
    // A slash behind a link asks for what it leads to.
    #expect(try program.symlink("d", "dir") == E.success)
    #expect(try type("dir") == 7)
    #expect(try type("dir/") == 3)
    #expect(try type("link/") == -E.notdir)
    #expect(try program.openError("dir", follow: false) == E.loop)
    #expect(try program.openError("dir/", follow: false) == E.success)

    // A file is made where a dangling link leads, but not where it is to be new.
    #expect(try program.openError("dangling", Program.create | Program.exclusive) == E.exist)
    #expect(try program.openError("dangling", follow: false, Program.create) == E.loop)
    #expect(try program.openError("dangling", Program.create) == E.success)
    #expect(try type("nothing") == 4)
    #expect(try program.openError("made/", Program.create) == E.isdir)
  }

  @Test func loopsEnd() throws {
    #expect(try program.symlink("b", "a") == E.success)
    #expect(try program.symlink("a", "b") == E.success)
    #expect(try program.symlink("self/x", "self") == E.success)
    #expect(try program.openError("a") == E.loop)
    #expect(try program.openError("a/x") == E.loop)
    #expect(try program.openError("self") == E.loop)
    // Forty links are followed, one more is not.
    try folder.write("l0", "end".utf8)
    for number in 1...41 { #expect(try program.symlink("l\(number - 1)", "l\(number)") == E.success) }
    #expect(try program.openError("l40") == E.success)
    #expect(try program.openError("l41") == E.loop)
    // Links that double themselves are counted too.
    try folder.write("m0/x", [])
    for number in 1...30 {
      #expect(try program.symlink("m\(number - 1)/../m\(number - 1)", "m\(number)") == E.success)
    }
    #expect(try program.openError("m30/x") == E.loop)
    #expect(try program.openError("m4/x") == E.success)
  }

  @Test func readingLinks() throws {
    try folder.write("f", [])
    #expect(try program.symlink("d/../target", "link") == E.success)
    func read(_ path: String, _ size: Int) throws -> Int {
      program.put(Array(repeating: UInt8(0xff), count: 32), at: Program.buffer)
      return try program.call("path_readlink", path: path, Program.buffer, size, Program.result)
    }
    #expect(try read("link", 100) == E.success)
    #expect(program.text(Program.buffer, program.result) == "d/../target")
    #expect(try read("link", 3) == E.success)
    #expect(program.result == 3)
    #expect(program.bytes(Program.buffer, 4) == Array("d/.".utf8) + [0xff])
    #expect(try read("f", 100) == E.inval)
    #expect(try read("none", 100) == E.noent)
    #expect(try read("link", -1) == E.fault)
    #expect(try program.call("path_readlink", path: "link", Program.buffer, 10, -2) == E.fault)
  }

  @Test func times() throws {
    try folder.write("f", [])
    #expect(try program.symlink("f", "link") == E.success)
    func set(_ path: String, follow: Bool, _ time: Int) throws -> Int {
      try program.call("path_filestat_set_times", [3, follow ? 1 : 0], path: path, 0, time, 4)
    }
    func time(_ path: String) throws -> Int {
      _ = try type(path)
      return program.number(0x230, size: 8)
    }
    #expect(try set("link", follow: true, 1_000_000_007) == E.success)
    #expect(try time("f") == 1_000_000_007)
    #expect(try set("link", follow: false, 2_000_000_003) == E.success)
    #expect(try time("link") == 2_000_000_003)
    #expect(try time("f") == 1_000_000_007)
    #expect(try set("f/", follow: true, 5) == E.notdir)
    #expect(try set("none", follow: true, 5) == E.noent)
    #expect(try program.call("path_filestat_set_times", [3, 0], path: "f", 0, 0, 12) == E.inval)
    #expect(try program.call("path_filestat_get", [3, 4], path: "f", 0x200) == E.inval)
    #expect(try program.call("path_filestat_get", [3, 0], path: "f", -60) == E.fault)
    #expect(try program.call("path_filestat_get", [1, 0], path: "f", 0x200) == E.notdir)
  }
}
