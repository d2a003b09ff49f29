#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// The host's calls with its failures as `Errno`.

/// The result of a system call that is repeated where a signal interrupted it.
/// - Throws: the error of a call that returned −1.
@discardableResult
func check<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    if errno != EINTR { throw .ofLastCall }
  }
}

/// What `openat` needs to open a directory as a step of a path only, and times that are no times; the macros of some
/// systems do not reach Swift.
enum HostConstants {
  #if canImport(Darwin)
    static let openStep = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    static let now = -1
    static let omit = -2
  #else
    /// With `O_PATH`: a directory that cannot be listed can still be passed through.
    static let openStep = 0o10000000 | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    static let now = 1 << 30 - 1
    static let omit = 1 << 30 - 2
  #endif
}

/// A file's properties (`filestat`).
struct FileStatus {
  private let status: stat

  /// Of an open file.
  init(_ descriptor: HostDescriptor) throws(Errno) {
    var status = stat()
    try check { fstat(descriptor.number, &status) }
    self.status = status
  }

  /// Of an entry of a directory; a symbolic link's own.
  init(_ location: Location) throws(Errno) {
    var status = stat()
    try check { fstatat(location.directory.number, location.name, &status, AT_SYMLINK_NOFOLLOW) }
    self.status = status
  }

  var inode: UInt64 { UInt64(status.st_ino) }
  var size: Int64 { Int64(status.st_size) }
  var fileType: FileType { FileType(mode: status.st_mode) }

  /// As `filestat` stands in memory. A socket's type is not looked at: it shows as a stream.
  var record: Record {
    #if canImport(Darwin)
      let times = [status.st_atimespec, status.st_mtimespec, status.st_ctimespec]
    #else
      let times = [status.st_atim, status.st_mtim, status.st_ctim]
    #endif
    var record = Record(size: 64)
    record.set(UInt64(truncatingIfNeeded: status.st_dev), at: 0)
    record.set(inode, at: 8)
    record.set(fileType.rawValue, at: 16)
    record.set(UInt64(status.st_nlink), at: 24)
    record.set(size, at: 32)
    for (index, time) in times.enumerated() { record.set(time.nanoseconds, at: 40 + index * 8) }
    return record
  }
}

extension FileType {
  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFBLK: self = .blockDevice
    case S_IFCHR: self = .characterDevice
    case S_IFDIR: self = .directory
    case S_IFREG: self = .regularFile
    case S_IFSOCK: self = .streamSocket
    case S_IFLNK: self = .symbolicLink
    default: self = .unknown
    }
  }
}

extension timespec {
  init(nanoseconds: UInt64) {
    self.init(
      tv_sec: numericCast(nanoseconds / 1_000_000_000), tv_nsec: numericCast(nanoseconds % 1_000_000_000))
  }

  /// Zero for times before 1970, the greatest for those that do not fit.
  var nanoseconds: UInt64 {
    if tv_sec < 0 { return 0 }
    let (product, overflow) = UInt64(tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflow2) = product.addingReportingOverflow(UInt64(clamping: tv_nsec))
    return overflow || overflow2 ? .max : sum
  }
}
