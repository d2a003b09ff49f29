#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Why a file could not be opened.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  public enum Kind: Hashable, Sendable { case absent, directory, other }
  /// The path as given.
  public let path: String
  /// What is wrong with it, in the system's words where they are the system's.
  public let reason: String
  /// What is wrong with it, for code.
  public let kind: Kind

  /// An error about `path`.
  public init(path: String, reason: String, kind: Kind = .other) {
    self.path = path
    self.reason = reason
    self.kind = kind
  }

  /// Whether there is nothing at the path.
  public var isAbsence: Bool { kind == .absent }
  /// Whether a directory stands at the path.
  public var isDirectory: Bool { kind == .directory }

  /// The error of the system call that has just failed.
  init(path: String, errorNumber: Int32) {
    let text = String(cString: strerror(errorNumber))
    self.init(
      path: path, reason: text.prefix(1).lowercased() + text.dropFirst(),
      kind: errorNumber == ENOENT || errorNumber == ENOTDIR ? .absent : .other)
  }

  /// `path: reason`.
  public var description: String { "\(path): \(reason)" }
}

/// Bytes that do not change and stay where they are as long as this object lives: a mapped file, or
/// memory that it owns.
///
/// `@unchecked Sendable`: the bytes are written before `init` returns and never again.
@safe
public final class ByteStorage: @unchecked Sendable {
  @usableFromInline let base: UnsafeRawPointer
  /// How many bytes there are.
  public let count: Int
  /// When the file was last modified, in seconds since 1970; nil for what is no regular file.
  public let modificationTime: Int64?
  private enum Ownership {
    case nothing, allocated, mapped
    /// Somebody else's memory, which is there as long as this object.
    case borrowed(AnyObject)
  }
  private let ownership: Ownership

  private init(base: UnsafeRawPointer, count: Int, ownership: Ownership, modificationTime: Int64? = nil) {
    self.base = base
    self.count = count
    self.modificationTime = modificationTime
    self.ownership = ownership
  }

  deinit {
    switch ownership {
    case .nothing, .borrowed: break
    case .allocated: free(UnsafeMutableRawPointer(mutating: base))
    case .mapped: munmap(UnsafeMutableRawPointer(mutating: base), count)
    }
  }

  /// Lets the system take back the memory that holds a range of a mapped file until it is read again. For whoever has
  /// read much of a large file and will hardly come back: mapped pages count as the process's memory.
  func discard(_ range: Range<Int>) {
    guard case .mapped = ownership else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard start < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
  }

  /// No bytes. (An address that is never read: every access is bounds-checked against `count` 0.)
  public static let empty = ByteStorage(
    base: UnsafeRawPointer(bitPattern: 16)!, count: 0, ownership: .nothing)

  /// A copy of `bytes`.
  public static func copying(_ bytes: some Collection<UInt8>) -> ByteStorage {
    let count = bytes.count
    guard count > 0, let memory = malloc(count) else { return .empty }
    let buffer = UnsafeMutableRawBufferPointer(start: memory, count: count)
    buffer.copyBytes(from: bytes)
    return ByteStorage(base: UnsafeRawPointer(memory), count: count, ownership: .allocated)
  }

  /// The `count` bytes at `base`, which belong to `owner` and stay there as long as it lives. Whoever asks for this
  /// promises that they do not change while anybody reads them.
  @unsafe public static func borrowing(_ base: UnsafeRawPointer, count: Int, from owner: AnyObject) -> ByteStorage {
    ByteStorage(base: base, count: count, ownership: .borrowed(owner))
  }

  /// Which files may be opened.
  public enum FileKinds: Sendable {
    /// Only those that can be mapped. Others count as absent: for paths that no person named, since a pipe makes us
    /// wait and a device never ends.
    case regular
    /// Pipes and devices too.
    case any
  }

  /// The file at `path`, mapped read-only. What cannot be mapped (a pipe, a character device) is read.
  ///
  /// An empty file gives empty storage; a directory is an error. A file that another process shortens
  /// while it is mapped ends this one with SIGBUS, as it does every program that maps files.
  public static func file(
    _ path: String, kinds: FileKinds = .any, limits: Limits = .standard
  ) throws(FileError) -> ByteStorage {
    guard !path.utf8.contains(0) else { throw FileError(path: path, reason: "the path contains a NUL byte") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (kinds == .regular ? O_NONBLOCK : 0))
    guard descriptor >= 0 else { throw FileError(path: path, errorNumber: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, errorNumber: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw FileError(path: path, reason: "is a directory", kind: .directory)
    case S_IFREG: break
    case _ where kinds == .regular: throw FileError(path: path, reason: "is not a regular file", kind: .absent)
    default: return try stream(descriptor, path: path, limits: limits)
    }
    let size = Int(status.st_size)
    // Files of /proc and the like say 0 and have content all the same.
    if size == 0 { return kinds == .regular ? .empty : try stream(descriptor, path: path, limits: limits) }
    guard let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw FileError(path: path, errorNumber: errno)
    }
    #if canImport(Darwin)
      let time = Int64(status.st_mtimespec.tv_sec)
    #else
      let time = Int64(status.st_mtim.tv_sec)
    #endif
    return ByteStorage(base: UnsafeRawPointer(memory), count: size, ownership: .mapped, modificationTime: time)
  }

  /// All of standard input; where it does not begin with `start`, only what was read to see that.
  public static func standardInput(
    beginningWith start: [UInt8] = [], limits: Limits = .standard
  ) throws(FileError) -> ByteStorage {
    try stream(STDIN_FILENO, path: "standard input", beginningWith: start, limits: limits)
  }

  private static func stream(
    _ descriptor: Int32, path: String, beginningWith start: [UInt8] = [], limits: Limits
  ) throws(FileError) -> ByteStorage {
    var capacity = 64 << 10
    var count = 0
    guard var memory = malloc(capacity) else { throw FileError(path: path, reason: "out of memory") }
    while true {
      if count == capacity {
        guard capacity < limits.streamBytes, let larger = realloc(memory, capacity * 2) else {
          free(memory)
          throw FileError(path: path, reason: "is larger than \(limits.streamBytes) bytes, too large to be read")
        }
        memory = larger
        capacity *= 2
      }
      let got = read(descriptor, memory + count, capacity - count)
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        let error = FileError(path: path, errorNumber: errno)
        free(memory)
        throw error
      }
      count += got
      // A wrong file is told from its first bytes: no need to read gigabytes of it.
      if count >= start.count, memcmp(memory, start, start.count) != 0 { break }
    }
    if count == 0 {
      free(memory)
      return .empty
    }
    return ByteStorage(base: UnsafeRawPointer(memory), count: count, ownership: .allocated)
  }
}
