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

/// No path leads out of the folder that was given: neither to read, nor to make, change or remove anything. Each way
/// out has a sibling that stays within, which has to work.
@Suite struct SandboxTests {
  /// Holds `a/b/c/d`, so that paths that climb too far end in it even where nothing stops them: the tests must do no
  /// harm where the library fails.
  let folder: TemporaryFolder
  /// Holds `sandbox`, which is given, and `secret` and `out/file` beside it.
  private let outside: String
  private let root: String
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    outside = folder.path + "/a/b/c/d"
    root = outside + "/sandbox"
    try folder.write("a/b/c/d/secret", "secret".utf8)
    try folder.write("a/b/c/d/out/file", "secret".utf8)
    try folder.write("a/b/c/d/sandbox/inside", "inside".utf8)
    try folder.write("a/b/c/d/sandbox/dir/file", "inside".utf8)
    program = try Program(folder: root)
  }

  /// `OUTSIDE` in a test's argument is the path of the folder around the one that was given.
  private func absolute(_ path: String) -> String { path.hasPrefix("OUTSIDE") ? outside + path.dropFirst(7) : path }

  /// Tries everything that takes a path with one; the errors.
  private func errors(_ path: String) throws -> [String: Int] {
    let program = program
    return [
      "open": try program.openError(path), "create": try program.openError(path, Program.create, rights: 1 << 6),
      "truncate": try program.openError(path, Program.truncate, rights: 1 << 6),
      "stat": try program.call("path_filestat_get", [3, 1], path: path, 0x200),
      "times": try program.call("path_filestat_set_times", [3, 1], path: path, 0, 7, 4),
      "link from": try program.link(path, "stolen", follow: true),
    ]
  }

  /// What only works on the entry itself, not on what a link at the end leads to.
  private func entryErrors(_ path: String) throws -> [String: Int] {
    [
      "mkdir": try program.call("path_create_directory", path: path + "x"),
      "rmdir": try program.call("path_remove_directory", path: path),
      "unlink": try program.call("path_unlink_file", path: path),
      "readlink": try program.call("path_readlink", path: path, 0x8000, 100, 0x10),
      "rename from": try program.rename(path, "stolen"), "rename to": try program.rename("inside", path),
      "link to": try program.link("inside", path), "symlink": try program.symlink("inside", path + "y"),
    ]
  }

  /// What is outside is as it was.
  private func expectUntouched() throws {
    #expect(try TemporaryFolder.names(in: outside) == ["out", "sandbox", "secret"])
    #expect(try TemporaryFolder.names(in: outside + "/out") == ["file"])
    for above in ["", "/a", "/a/b", "/a/b/c"] { #expect(try TemporaryFolder.names(in: folder.path + above).count == 1) }
    for name in ["secret", "out/file"] {
      let bytes = try Places.bytes(outside + "/" + name)
      #expect(bytes.count == 6)
      var status = stat()
      #expect(stat(outside + "/" + name, &status) == 0)
      #expect(status.st_nlink == 1)
      #expect(status.st_mtim.tv_sec > 1000)
    }
    #expect(try program.openError("stolen") == E.noent)
  }

  @Test(arguments: [
    "../secret", "dir/../../secret", "./../secret", "../sandbox/inside", "dir/../../sandbox/inside", "OUTSIDE/secret",
    "../out/file", "dir/../../out/file", "..//secret", "../../d/secret", "../../../../b/c/d/secret",
    "OUTSIDE/sandbox/inside",
  ])
  func pathsThatClimb(path: String) throws {
    let path = absolute(path)
    for (what, error) in try errors(path) { #expect(error == E.perm, "\(what)") }
    for (what, error) in try entryErrors(path) { #expect(error == E.perm, "\(what)") }
    try expectUntouched()
  }

  @Test func theFolderItselfIsTheTop() throws {
    #expect(try program.openError("..") == E.perm)
    #expect(try program.openError("dir/..") == E.success)
    #expect(try program.openError("dir/../..") == E.perm)
    #expect(try program.openError("dir/../inside") == E.success)
    #expect(try program.openError("/") == E.perm)
    #expect(try program.openError("/etc/passwd") == E.perm)
    #expect(try program.openError(String(repeating: "../", count: 20) + "etc/passwd") == E.perm)
  }

  @Test func aDirectoryThatIsOpenIsATopToo() throws {
    let inner = try program.open("dir", Program.directory)
    #expect(try program.openError("file", in: inner) == E.success)
    #expect(try program.openError("../inside", in: inner) == E.perm)
    #expect(try program.openError("..", in: inner) == E.perm)
  }

  @Test(arguments: [
    "../secret", "OUTSIDE/secret", "../../d/secret", "dir/../../secret", "../new", "OUTSIDE/new",
    "OUTSIDE/sandbox/inside",
  ])
  func linksOutThatWereThereBefore(target: String) throws {
    #expect(symlink(absolute(target), root + "/link") == 0)
    #expect(symlink("link", root + "/link2") == 0)
    for path in ["link", "link2", "dir/../link2"] {
      for (what, error) in try errors(path) { #expect(error == E.perm, "\(what) \(path)") }
    }
    // The link itself is the program's.
    #expect(try program.call("path_filestat_get", [3, 0], path: "link", 0x200) == E.success)
    #expect(try program.rename("link", "moved") == E.success)
    #expect(try program.call("path_unlink_file", path: "moved") == E.success)
    try expectUntouched()
  }

  @Test(arguments: ["..", "../out", "OUTSIDE", "OUTSIDE/sandbox/dir", "../../..", "dir/../../out"])
  func linksOutInTheMiddle(target: String) throws {
    #expect(symlink(absolute(target), root + "/link") == 0)
    for path in ["link/file", "link/secret", "link/./file", "link/new", "link/", "link/."] {
      for (what, error) in try errors(path) { #expect(error == E.perm, "\(what) \(path)") }
    }
    for path in ["link/file", "link/secret", "link/new"] {
      for (what, error) in try entryErrors(path) { #expect(error == E.perm, "\(what) \(path)") }
    }
    try expectUntouched()
  }

  @Test func legalLinksWork() throws {
    #expect(symlink("dir/file", root + "/link") == 0)
    #expect(symlink("../inside", root + "/dir/up") == 0)
    #expect(symlink("dir", root + "/folder") == 0)
    #expect(symlink("../dir/../folder/up", root + "/dir/winding") == 0)
    #expect(symlink(".", root + "/here") == 0)
    #expect(symlink("new", root + "/dangling") == 0)
    for path in ["link", "dir/up", "folder/file", "folder/up", "dir/winding", "here/here/dir/up", "folder/../inside"] {
      #expect(try program.read(try program.open(path)) == "inside", "\(path)")
    }
    // From the directory the same link leads out of it.
    #expect(try program.openError("up", in: try program.open("dir", Program.directory)) == E.perm)
    #expect(try program.openError("dangling", Program.create, rights: 1 << 6) == E.success)
    #expect(try TemporaryFolder.names(in: root).contains("new"))
    #expect(try program.call("path_create_directory", path: "folder/made") == E.success)
    #expect(try TemporaryFolder.names(in: root + "/dir") == ["file", "made", "up", "winding"])
  }

  @Test func linksThatTheProgramMakes() throws {
    #expect(try program.symlink("/etc/passwd", "absolute") == E.perm)
    #expect(try program.symlink("/", "absolute") == E.perm)
    #expect(try program.symlink("../secret", "up") == E.success)
    #expect(try program.symlink("..", "dir/up") == E.success)
    #expect(try program.symlink("../..", "dir/upup") == E.success)
    #expect(try program.openError("up") == E.perm)
    #expect(try program.openError("dir/upup/secret") == E.perm)
    #expect(try program.openError("dir/up/inside") == E.success)
    #expect(try program.openError("dir/up/../secret") == E.perm)
    // Moved to where it leads out, it leads nowhere.
    #expect(try program.rename("dir/up", "up2") == E.success)
    #expect(try program.openError("up2/secret") == E.perm)
    #expect(try program.link("up2", "up3") == E.success)
    #expect(try program.openError("up3/secret") == E.perm)
    try expectUntouched()
  }

  @Test func moreLinksThanOneLeadOutTogether() throws {
    // a -> dir/b, dir/b -> ../c, c -> dir/d, dir/d -> ../../secret
    #expect(try program.symlink("dir/b", "a") == E.success)
    #expect(try program.symlink("../c", "dir/b") == E.success)
    #expect(try program.symlink("dir/d", "c") == E.success)
    #expect(try program.symlink("../../secret", "dir/d") == E.success)
    for (what, error) in try errors("a") { #expect(error == E.perm, "\(what)") }
    try expectUntouched()
  }

  @Test func movingADirectoryOpensNothing() throws {
    // A directory that is open and moved up, so that its `..` on the host is another one than before.
    #expect(try program.call("path_create_directory", path: "dir/deep") == E.success)
    let deep = try program.open("dir/deep", Program.directory)
    #expect(try program.rename("dir/deep", "deep") == E.success)
    #expect(try program.openError("..", in: deep) == E.perm)
    #expect(try program.openError("../inside", in: deep) == E.perm)
    #expect(try program.openError("../../secret", in: deep) == E.perm)
    // The host moves it out of the folder: then it is outside with what is in it, and with nothing else.
    #expect(rename(root + "/deep", outside + "/out/deep") == 0)
    #expect(try program.openError("../file", in: deep) == E.perm)
    #expect(try program.openError("new", in: deep, Program.create) == E.success)
    #expect(unlink(outside + "/out/deep/new") == 0)
    #expect(rmdir(outside + "/out/deep") == 0)
    try expectUntouched()
  }

  @Test func fromOneFolderToAnother() throws {
    try folder.write("a/b/c/d/out/other", "other".utf8)
    let program = try Program { [root, outside] in
      $0.directories = [(root, "/a"), (outside + "/out", "/b")]
    }
    // Both are the program's: it may move things between them, but not by climbing.
    let old = program.path("inside")
    #expect(try program.call("path_rename", [3] + old + [4] + program.path("in", at: 0x3000)) == E.success)
    #expect(try TemporaryFolder.names(in: outside + "/out") == ["file", "in", "other"])
    #expect(
      try program.call("path_rename", [4] + program.path("in") + [3] + program.path("../out/x", at: 0x3000)) == E.perm)
    #expect(try program.openError("../out/other") == E.perm)
    #expect(try program.openError("other", in: 4) == E.success)
  }

  @Test func aStandardStreamThatIsADirectoryOpensNothing() throws {
    let descriptor = open(outside, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    let program = try Program { $0.standardInput = descriptor }
    #expect(try program.openError("secret", in: 0) == E.notdir)
    #expect(try program.call("fd_readdir", 0, 0x8000, 100, 0, 0x10) == E.notdir)
    #expect(try program.call("path_unlink_file", [0], path: "secret") == E.notdir)
  }

  #if os(Linux)
    /// Links that the kernel makes up lead elsewhere than they say.
    @Test func magicLinks() throws {
      let program = try Program(folder: "/proc/self")
      #expect(try program.openError("root/etc/passwd") == E.perm)
      #expect(try program.openError("cwd/x") == E.perm)
      #expect(try program.openError("exe") == E.perm)
      #expect(try program.openError("stat") == E.success)
    }
  #endif
}
