#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where a path leads: an entry of a directory, which may not exist. The host is to be asked for it without following
/// links.
struct Location {
  let directory: HostDescriptor
  /// One component, `.` for the directory itself; with a zero behind it.
  let name: [CChar]
  /// The path ended in a slash.
  let mustBeDirectory: Bool
}

/// Finds what a path means within a directory, from which nothing leads out.
///
/// The host never sees more than one component. Directories on the way are opened without following links and kept, so
/// that `..` goes back to where the path came from, whatever was renamed meanwhile; symbolic links are read and their
/// components take the link's place. What would go above the directory, and an absolute path, is `perm`.
struct PathResolver {
  /// What is done with a symbolic link that the whole path leads to.
  enum FinalLink {
    case follow
    /// Followed only where a slash behind it asks for a directory.
    case keepWithoutSlash
    /// Not even then.
    case keep
  }

  static let mostLinks = 40

  private let finalLink: FinalLink
  private var directories: [HostDescriptor]
  /// What is still to go, the next component last.
  private var components: [[CChar]] = []
  private var mustBeDirectory = false
  private var links = 0

  /// - Throws: among the host's errors `noent` for an empty path, `perm` for one that leads out, `loop` for too many
  ///   links, `notdir` where something on the way is no directory.
  static func resolve(_ path: [UInt8], in root: HostDescriptor, _ finalLink: FinalLink) throws(Errno) -> Location {
    var resolver = PathResolver(finalLink: finalLink, directories: [root])
    return try resolver.walk(path)
  }

  private init(finalLink: FinalLink, directories: [HostDescriptor]) {
    self.finalLink = finalLink
    self.directories = directories
  }

  private var here: HostDescriptor { directories[directories.count - 1] }

  private mutating func walk(_ path: [UInt8]) throws(Errno) -> Location {
    try expand(path)
    while let name = components.popLast() {
      if name == Self.dot { continue }
      if name == Self.dotDot {
        guard directories.count > 1 else { throw .perm }
        directories.removeLast()
        continue
      }
      guard components.isEmpty else {
        try descend(name)
        continue
      }
      if followsFinalLink, let target = Self.linkTarget(name, in: here) {
        try follow(target)
        continue
      }
      return Location(directory: here, name: name, mustBeDirectory: mustBeDirectory)
    }
    return Location(directory: here, name: Self.dot, mustBeDirectory: true)
  }

  private static let dot: [CChar] = [0x2e, 0]
  private static let dotDot: [CChar] = [0x2e, 0x2e, 0]

  private var followsFinalLink: Bool {
    switch finalLink {
    case .follow: true
    case .keepWithoutSlash: mustBeDirectory
    case .keep: false
    }
  }

  /// Goes on with the components of a path or link before the others.
  private mutating func expand(_ path: [UInt8]) throws(Errno) {
    guard let first = path.first else { throw .noent }
    let slash = UInt8(ascii: "/")
    guard first != slash else { throw .perm }
    if components.isEmpty, path.last == slash { mustBeDirectory = true }
    for component in path.split(separator: slash).reversed() {
      components.append(component.map { CChar(bitPattern: $0) } + [0])
    }
  }

  private mutating func follow(_ target: [UInt8]) throws(Errno) {
    links += 1
    guard links <= Self.mostLinks else { throw .loop }
    guard target.count <= Int(GuestMemory.longestPath) else { throw .nametoolong }
    try expand(target)
  }

  /// Enters a directory, or goes on with a link's target.
  private mutating func descend(_ name: [CChar]) throws(Errno) {
    let directory = here
    do throws(Errno) {
      directories.append(HostDescriptor(try check { openat(directory.number, name, HostConstants.openStep) }))
    } catch {
      // Hosts disagree on what opening a link that is not to be followed is.
      guard error == .notdir || error == .loop || error == .mlink else { throw error }
      guard let target = Self.linkTarget(name, in: directory) else { throw .notdir }
      try follow(target)
    }
  }

  /// What a symbolic link says, at most a byte more than a path may have; nil where the entry is none.
  private static func linkTarget(_ name: [CChar], in directory: HostDescriptor) -> [UInt8]? {
    try? readLink(Location(directory: directory, name: name, mustBeDirectory: false))
  }

  /// The contents of a symbolic link, at most a byte more than a path may have.
  static func readLink(_ location: Location) throws(Errno) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(GuestMemory.longestPath) + 1)
    let count = try check { readlinkat(location.directory.number, location.name, &buffer, buffer.count) }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }
}
