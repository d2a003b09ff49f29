#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// Entries of directories. Each function finds the entry first (`PathResolver`), then asks the host for that one
// component without following links.
extension WASI {
  /// `lookupflags`: whether a symbolic link at the end of a path is followed.
  private static func finalLink(_ flags: UInt32) throws(Errno) -> PathResolver.FinalLink {
    guard flags <= 1 else { throw .inval }
    return flags == 1 ? .follow : .keepWithoutSlash
  }

  /// - Parameters:
  ///   - directory: the argument that is the directory's descriptor.
  ///   - path: the first of the two arguments that are the path.
  private func location(
    _ call: Call, directory: Int = 0, _ rights: Rights, path: Int, _ finalLink: PathResolver.FinalLink
  ) throws -> Location {
    let descriptor = try descriptors.directory(call.u32(directory), rights)
    return try PathResolver.resolve(try call.path(at: path), in: descriptor.host, finalLink)
  }

  // MARK: Making and removing

  func pathCreateDirectory(_ call: Call) throws {
    let place = try location(call, .pathCreateDirectory, path: 1, .keep)
    try check { mkdirat(place.directory.number, place.name, 0o777) }
  }

  func pathRemoveDirectory(_ call: Call) throws {
    let place = try location(call, .pathRemoveDirectory, path: 1, .keep)
    try check { unlinkat(place.directory.number, place.name, AT_REMOVEDIR) }
  }

  func pathUnlinkFile(_ call: Call) throws {
    let place = try location(call, .pathUnlinkFile, path: 1, .keep)
    let type = try FileStatus(place).fileType
    // Hosts disagree on this error.
    if type == .directory { throw Errno.isdir }
    if place.mustBeDirectory { throw Errno.notdir }
    try check { unlinkat(place.directory.number, place.name, 0) }
  }

  func pathRename(_ call: Call) throws {
    let old = try location(call, .pathRenameSource, path: 1, .keep)
    let new = try location(call, directory: 3, .pathRenameTarget, path: 4, .keep)
    if old.mustBeDirectory || new.mustBeDirectory, try FileStatus(old).fileType != .directory { throw Errno.notdir }
    try check { renameat(old.directory.number, old.name, new.directory.number, new.name) }
  }

  func pathLink(_ call: Call) throws {
    let old = try location(call, .pathLinkSource, path: 2, try Self.finalLink(call.u32(1)))
    let new = try location(call, directory: 4, .pathLinkTarget, path: 5, .keep)
    if old.mustBeDirectory, try FileStatus(old).fileType != .directory { throw Errno.notdir }
    try Self.checkNew(new)
    try check { linkat(old.directory.number, old.name, new.directory.number, new.name, 0) }
  }

  /// A link to an absolute path is refused: the program could not follow it, but others would.
  func pathSymlink(_ call: Call) throws {
    let target = try call.path(at: 0)
    guard target.first != UInt8(ascii: "/") else { throw Errno.perm }
    let place = try location(call, directory: 2, .pathSymlink, path: 3, .keep)
    try Self.checkNew(place)
    let text = target.map { CChar(bitPattern: $0) } + [0]
    try check { symlinkat(text, place.directory.number, place.name) }
  }

  /// Something that is no directory is going to be there: the path must not say otherwise.
  private static func checkNew(_ place: Location) throws(Errno) {
    guard place.mustBeDirectory else { return }
    if (try? FileStatus(place)) != nil { throw .exist }
    throw .noent
  }

  // MARK: Asking

  func pathReadlink(_ call: Call) throws {
    let place = try location(call, .pathReadlink, path: 1, .keepWithoutSlash)
    let memory = try call.memory
    try memory.check(call.u32(3), UInt64(call.u32(4)))
    try memory.check(call.u32(5), 4)
    let text = try PathResolver.readLink(place).prefix(Int(call.u32(4)))
    try memory.write(call.u32(3), text)
    try memory.write(call.u32(5), UInt32(text.count))
  }

  func pathFilestatGet(_ call: Call) throws {
    let place = try location(call, .pathFilestatGet, path: 2, try Self.finalLink(call.u32(1)))
    let status = try FileStatus(place)
    if place.mustBeDirectory, status.fileType != .directory { throw Errno.notdir }
    try call.memory.write(call.u32(4), status.record.bytes)
  }

  func pathFilestatSetTimes(_ call: Call) throws {
    let place = try location(call, .pathFilestatSetTimes, path: 2, try Self.finalLink(call.u32(1)))
    let times = try Self.times(access: call.u64(4), modification: call.u64(5), flags: call.u32(6))
    if place.mustBeDirectory, try FileStatus(place).fileType != .directory { throw Errno.notdir }
    try check { utimensat(place.directory.number, place.name, times, AT_SYMLINK_NOFOLLOW) }
  }

  // MARK: Opening

  func pathOpen(_ call: Call) throws {
    let parent = try descriptors.directory(call.u32(0), .pathOpen)
    let flags = OpenFlags(rawValue: call.u32(4))
    guard let rawFlags = UInt16(exactly: call.u32(7)), OpenFlags.all.isSuperset(of: flags),
      DescriptorFlags.all.isSuperset(of: DescriptorFlags(rawValue: rawFlags)),
      !flags.isSuperset(of: [.create, .directory])
    else { throw Errno.inval }
    guard !flags.contains(.create) || parent.rights.contains(.pathCreateFile),
      !flags.contains(.truncate) || parent.rights.contains(.pathFilestatSetSize)
    else { throw Errno.notcapable }
    var finalLink = try Self.finalLink(call.u32(1))
    // What is to be new cannot be behind a link (POSIX).
    if flags.isSuperset(of: [.create, .exclusive]) { finalLink = .keep }
    let place = try PathResolver.resolve(try call.path(at: 2), in: parent.host, finalLink)
    if place.mustBeDirectory, flags.contains(.create) { throw Errno.isdir }
    let memory = try call.memory
    try memory.check(call.u32(8), 4)
    try descriptors.checkRoom()
    let opening = Opening(
      flags: flags, descriptorFlags: DescriptorFlags(rawValue: rawFlags),
      rights: Rights(rawValue: call.u64(5)).intersection(parent.inheriting), inheriting: parent.inheriting)
    let number = try descriptors.insert(try opening.open(place))
    try memory.write(call.u32(8), number)
  }
}

/// How an entry is to be opened.
private struct Opening {
  let flags: OpenFlags
  let descriptorFlags: DescriptorFlags
  let rights: Rights
  let inheriting: Rights

  func open(_ place: Location) throws(Errno) -> Descriptor {
    let host = try HostDescriptor(check { openat(place.directory.number, place.name, hostFlags(place), 0o666) })
    let fileType = try FileStatus(host).fileType
    // Rights are what is possible, not what was asked for: programs ask for less than they use, and engines that do not
    // look at rights at all let them. Reading and writing follow the way in which the file is open.
    guard fileType != .directory else {
      return Descriptor(
        host, .directory(guestName: nil), .directory, flags: descriptorFlags,
        rights: Rights.directory.intersection(inheriting), inheriting: inheriting)
    }
    var possible = Rights.file.intersection(inheriting)
    if !reads { possible.remove(.fdRead) }
    if !writes { possible.remove(.fdWrite) }
    if isatty(host.number) == 1 { possible.subtract([.fdSeek, .fdTell]) }
    return Descriptor(host, .file, fileType, flags: descriptorFlags, rights: possible)
  }

  private var isForDirectory: Bool { flags.contains(.directory) }
  private var writes: Bool { !isForDirectory && !rights.isDisjoint(with: .writing) }
  private var reads: Bool { !writes || !rights.isDisjoint(with: [.fdRead, .fdReaddir]) }

  /// Without waiting: opening a pipe would wait for its other end. See `Transfer` for what this means later.
  private func hostFlags(_ place: Location) -> Int32 {
    var result = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    result |= writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY
    if flags.contains(.create) { result |= O_CREAT }
    if flags.contains(.exclusive) { result |= O_EXCL }
    if flags.contains(.truncate) { result |= O_TRUNC }
    if isForDirectory || place.mustBeDirectory { result |= O_DIRECTORY }
    if descriptorFlags.contains(.append) { result |= O_APPEND }
    if descriptorFlags.contains(.dsync) { result |= O_DSYNC }
    if !descriptorFlags.isDisjoint(with: [.sync, .rsync]) { result |= O_SYNC }
    return result
  }
}
