#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The entries of a directory, read as they are asked for.
///
/// An entry's cookie is its position, counted from zero: programs may put it in a `long` of 32 bits, which the host's
/// own positions do not fit.
final class DirectoryListing {
  struct Entry {
    let name: [UInt8]
    let inode: UInt64
    let fileType: FileType
  }

  #if canImport(Darwin)
    private let stream: UnsafeMutablePointer<DIR>
  #else
    private let stream: OpaquePointer
  #endif
  private let directory: HostDescriptor
  /// Of the entry that `next` returns next.
  private(set) var position: UInt64 = 0
  private var returned: Entry?

  init(_ directory: HostDescriptor) throws(Errno) {
    self.directory = directory
    let copy = try check { openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard let stream = fdopendir(copy) else {
      let error = Errno.ofLastCall
      close(copy)
      throw error
    }
    self.stream = stream
  }
  deinit { closedir(stream) }

  /// Starts anew, with what the directory holds now.
  func rewind() {
    rewinddir(stream)
    position = 0
    returned = nil
  }

  /// Makes `next` return an entry that it just returned once more.
  func putBack(_ entry: Entry) {
    returned = entry
    position -= 1
  }

  /// The next entry; nil at the end.
  func next() throws(Errno) -> Entry? {
    if let entry = returned {
      returned = nil
      position += 1
      return entry
    }
    errno = 0
    guard let found = readdir(stream) else {
      if errno != 0 { throw .ofLastCall }
      return nil
    }
    position += 1
    let name = withUnsafeBytes(of: &found.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    let location = Location(
      directory: directory, name: name.map { CChar(bitPattern: $0) } + [0], mustBeDirectory: false)
    if name == [0x2e] || name == [0x2e, 0x2e] {
      // The directory above may be out of the program's reach: `..` tells nothing of it.
      return Entry(name: name, inode: (try? FileStatus(directory))?.inode ?? 0, fileType: .directory)
    }
    var fileType = Self.fileTypes[found.pointee.d_type]
    if fileType == nil { fileType = (try? FileStatus(location))?.fileType }
    return Entry(name: name, inode: UInt64(found.pointee.d_ino), fileType: fileType ?? .unknown)
  }

  private static let fileTypes: [UInt8: FileType] = [
    UInt8(DT_BLK): .blockDevice, UInt8(DT_CHR): .characterDevice, UInt8(DT_DIR): .directory,
    UInt8(DT_REG): .regularFile, UInt8(DT_LNK): .symbolicLink, UInt8(DT_SOCK): .streamSocket, UInt8(DT_FIFO): .unknown,
  ]
}
