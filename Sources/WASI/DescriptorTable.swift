#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file descriptor of the host's, closed with the last reference to it.
final class HostDescriptor {
  let number: Int32
  private let isOwned: Bool

  /// - Parameter isOwned: false for one that somebody else closes.
  init(_ number: Int32, isOwned: Bool = true) {
    self.number = number
    self.isOwned = isOwned
  }
  deinit { if isOwned { close(number) } }
}

/// Something that the program has open.
final class Descriptor {
  enum Kind {
    /// One of the three that were there before.
    case standardStream
    case file
    /// A root that paths are resolved in. `guestName` is the name of a folder that was given to the program.
    case directory(guestName: [UInt8]?)
  }

  let host: HostDescriptor
  let kind: Kind
  let fileType: FileType
  /// What the program believes; the host may differ in `nonblock` (see `Transfer`).
  var flags: DescriptorFlags
  var rights: Rights
  /// The most that what is opened through it can get.
  var inheriting: Rights
  /// The entries that are being listed.
  var listing: DirectoryListing?

  init(
    _ host: HostDescriptor, _ kind: Kind, _ fileType: FileType, flags: DescriptorFlags = [], rights: Rights,
    inheriting: Rights = []
  ) {
    self.host = host
    self.kind = kind
    self.fileType = fileType
    self.flags = flags
    self.rights = rights
    self.inheriting = inheriting
  }

  var isDirectory: Bool { if case .directory = kind { true } else { false } }

  /// Whether reading and writing may have to wait.
  var canBlock: Bool { fileType != .regularFile && fileType != .directory && fileType != .blockDevice }
}

/// The program's descriptors by number.
struct DescriptorTable {
  private var entries: [Descriptor?] = []
  private let maximum: Int

  init(maximum: Int) { self.maximum = maximum }

  /// An open descriptor.
  /// - Throws: `badf` where it is not open, `notcapable` where it lacks one of the rights.
  func get(_ number: UInt32, _ rights: Rights = []) throws(Errno) -> Descriptor {
    guard Int(number) < entries.count, let descriptor = entries[Int(number)] else { throw .badf }
    guard descriptor.rights.isSuperset(of: rights) else { throw .notcapable }
    return descriptor
  }

  /// An open descriptor of a file or stream, with the rights.
  /// - Throws: `badf` for a directory too: it is open for paths only.
  func file(_ number: UInt32, _ rights: Rights) throws(Errno) -> Descriptor {
    guard !(try get(number).isDirectory) else { throw .badf }
    return try get(number, rights)
  }

  /// An open descriptor of a directory, with the rights.
  /// - Throws: further `notdir` for anything else.
  func directory(_ number: UInt32, _ rights: Rights) throws(Errno) -> Descriptor {
    guard try get(number).isDirectory else { throw .notdir }
    return try get(number, rights)
  }

  /// - Throws: `mfile` where one more would be too many.
  func checkRoom() throws(Errno) {
    if entries.count >= maximum, !entries.contains(where: { $0 == nil }) { throw .mfile }
  }

  /// Puts a descriptor at the lowest free number.
  mutating func insert(_ descriptor: Descriptor) throws(Errno) -> UInt32 {
    try checkRoom()
    if let free = entries.firstIndex(where: { $0 == nil }) {
      entries[free] = descriptor
      return UInt32(free)
    }
    entries.append(descriptor)
    return UInt32(entries.count - 1)
  }

  /// Puts a descriptor, or nothing, at the next number.
  mutating func append(_ descriptor: Descriptor?) { entries.append(descriptor) }

  mutating func close(_ number: UInt32) throws(Errno) {
    _ = try get(number)
    entries[Int(number)] = nil
  }

  /// Moves a descriptor to the number of another, which is closed.
  mutating func renumber(_ from: UInt32, to target: UInt32) throws(Errno) {
    let descriptor = try get(from)
    _ = try get(target)
    if from == target { return }
    entries[Int(target)] = descriptor
    entries[Int(from)] = nil
  }
}
