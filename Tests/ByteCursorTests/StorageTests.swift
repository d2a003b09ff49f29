import ByteCursor
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension TemporaryFolder {
  /// The path of a file that is to be made.
  fileprivate func file(_ name: String) -> String { path + "/" + name }

  /// A file that holds `bytes` at `offset`, with a hole before them.
  fileprivate func file(_ name: String, _ bytes: [UInt8], at offset: Int = 0, size: Int? = nil) throws -> String {
    let path = file(name)
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    if let size { try #require(ftruncate(descriptor, off_t(size)) == 0) }
    return path
  }
}

struct StorageTests {
  private func reason(_ path: String, limits: Limits = .standard) -> String? {
    do throws(FileError) {
      _ = try ByteStorage.file(path, limits: limits)
      return nil
    } catch {
      #expect(error.path == path)
      return error.reason
    }
  }

  @Test func mappedFile() throws {
    let folder = try TemporaryFolder()
    let bytes = Bytes(try ByteStorage.file(try folder.file("file", [1, 2, 3])))
    #expect(bytes.array == [1, 2, 3])
    #expect(bytes.fileOffset == FileOffset(0))
  }

  @Test func emptyFile() throws {
    let folder = try TemporaryFolder()
    let storage = try ByteStorage.file(try folder.file("empty", []))
    #expect(storage.count == 0)
    #expect(Bytes(storage).array.isEmpty && Bytes(storage).string == "")
    var cursor = Bytes(storage).cursor()
    #expect(throws: ReadError(.unexpectedEnd, offset: FileOffset(0))) { try cursor.u8() }
    #expect(throws: ReadError(.unterminatedString, offset: FileOffset(0))) { try cursor.cString() }
    #expect(ByteStorage.empty.count == 0)
    #expect(Bytes(copying: [UInt8]()).isEmpty)
  }

  @Test func whatIsNoFile() throws {
    let folder = try TemporaryFolder()
    #expect(reason(folder.path) == "is a directory")
    #expect(reason(folder.path + "/missing") == "no such file or directory")
    #expect(reason("a\0b") == "the path contains a NUL byte")
    #expect(reason("") == "no such file or directory")
    #expect(throws: FileError(path: folder.path, reason: "is a directory", kind: .directory)) {
      try ByteStorage.file(folder.path)
    }
    let missing = folder.path + "/missing"
    #expect(throws: FileError(path: missing, reason: "no such file or directory", kind: .absent)) {
      try ByteStorage.file(missing)
    }
    #expect("\(FileError(path: "a", reason: "is a directory"))" == "a: is a directory")
  }

  /// Sparse: the file takes a block of the disk.
  @Test func fileOver4GiB() throws {
    let folder = try TemporaryFolder()
    let far = 4 << 30 + 123
    let bytes = Bytes(try ByteStorage.file(try folder.file("large", [0xab, 0xcd], at: far, size: 5 << 30)))
    #expect(bytes.count == 5 << 30)
    #expect(bytes[far] == 0xab && bytes[far - 1] == 0)
    let slice = try bytes.slice(far + 1, count: 2)
    #expect(slice.array == [0xcd, 0] && slice.fileOffset == FileOffset(UInt64(far) + 1))
    var cursor = try bytes.cursor(at: UInt64(far))
    #expect(try cursor.u16() == 0xcdab)
    #expect(cursor.fileOffset == FileOffset(UInt64(far) + 2))
    try cursor.skip(cursor.remaining)
    #expect(throws: ReadError(.unexpectedEnd, offset: FileOffset(5 << 30))) { try cursor.u8() }
  }

  /// A pipe that holds `bytes` and has no writer left; its reading end.
  private func pipe(_ bytes: [UInt8]) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    #if canImport(Darwin)
      try #require(Darwin.pipe(&ends) == 0)
    #elseif canImport(Musl)
      try #require(Musl.pipe(&ends) == 0)
    #else
      try #require(Glibc.pipe(&ends) == 0)
    #endif
    #if os(Linux)
      // F_SETPIPE_SZ: room for all of them, since nobody reads while they are written.
      try #require(fcntl(ends[1], 1031, Int32(1 << 20)) >= bytes.count)
    #endif
    try #require(write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    return ends[0]
  }

  @Test func pipes() throws {
    // More than the first buffer where the system lets a pipe hold it.
    #if os(Linux)
      let count = 300_000
    #else
      let count = 10_000
    #endif
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let reading = try pipe(bytes)
    defer { close(reading) }
    #expect(Bytes(try ByteStorage.file("/dev/fd/\(reading)")).array == bytes)

    let nothing = try pipe([])
    defer { close(nothing) }
    #expect(try ByteStorage.file("/dev/fd/\(nothing)").count == 0)
    #expect(try ByteStorage.file("/dev/null").count == 0)
  }

  @Test func endlessDevice() throws {
    var limits = Limits()
    limits.streamBytes = 1 << 20
    #expect(reason("/dev/zero", limits: limits) == "is larger than 1048576 bytes, too large to be read")
  }

  /// Files of /proc say that they are empty.
  @Test(.enabled(if: Places.exists("/proc/self/cmdline"))) func filesOfUnknownSize() throws {
    #expect(try ByteStorage.file("/proc/self/cmdline").count > 0)
  }

  @Test func storageOutlivesItsOwner() throws {
    func slice() throws -> Bytes { try Bytes(copying: Array(0..<200)).slice(100, count: 3) }
    #expect(try slice().array == [100, 101, 102])
  }
}
