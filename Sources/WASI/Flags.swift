// Flags and small enumerations of preview 1, by the names of its specification.

/// What may be done with a descriptor (`rights`).
struct Rights: OptionSet {
  let rawValue: UInt64

  static let fdDatasync = Rights(rawValue: 1 << 0)
  static let fdRead = Rights(rawValue: 1 << 1)
  static let fdSeek = Rights(rawValue: 1 << 2)
  static let fdFdstatSetFlags = Rights(rawValue: 1 << 3)
  static let fdSync = Rights(rawValue: 1 << 4)
  static let fdTell = Rights(rawValue: 1 << 5)
  static let fdWrite = Rights(rawValue: 1 << 6)
  static let fdAdvise = Rights(rawValue: 1 << 7)
  static let fdAllocate = Rights(rawValue: 1 << 8)
  static let pathCreateDirectory = Rights(rawValue: 1 << 9)
  static let pathCreateFile = Rights(rawValue: 1 << 10)
  static let pathLinkSource = Rights(rawValue: 1 << 11)
  static let pathLinkTarget = Rights(rawValue: 1 << 12)
  static let pathOpen = Rights(rawValue: 1 << 13)
  static let fdReaddir = Rights(rawValue: 1 << 14)
  static let pathReadlink = Rights(rawValue: 1 << 15)
  static let pathRenameSource = Rights(rawValue: 1 << 16)
  static let pathRenameTarget = Rights(rawValue: 1 << 17)
  static let pathFilestatGet = Rights(rawValue: 1 << 18)
  static let pathFilestatSetSize = Rights(rawValue: 1 << 19)
  static let pathFilestatSetTimes = Rights(rawValue: 1 << 20)
  static let fdFilestatGet = Rights(rawValue: 1 << 21)
  static let fdFilestatSetSize = Rights(rawValue: 1 << 22)
  static let fdFilestatSetTimes = Rights(rawValue: 1 << 23)
  static let pathSymlink = Rights(rawValue: 1 << 24)
  static let pathRemoveDirectory = Rights(rawValue: 1 << 25)
  static let pathUnlinkFile = Rights(rawValue: 1 << 26)
  static let pollFdReadwrite = Rights(rawValue: 1 << 27)

  /// All that makes sense with something that is no directory.
  static let file: Rights = [
    .fdDatasync, .fdRead, .fdSeek, .fdFdstatSetFlags, .fdSync, .fdTell, .fdWrite, .fdAdvise, .fdAllocate,
    .fdFilestatGet, .fdFilestatSetSize, .fdFilestatSetTimes, .pollFdReadwrite,
  ]
  /// What a file has to be open for writing for.
  static let writing: Rights = [.fdWrite, .fdAllocate, .fdFilestatSetSize]
  /// All that makes sense with a directory.
  static let directory: Rights = [
    .fdDatasync, .fdFdstatSetFlags, .fdSync, .fdReaddir, .fdFilestatGet, .fdFilestatSetTimes, .pathCreateDirectory,
    .pathCreateFile, .pathLinkSource, .pathLinkTarget, .pathOpen, .pathReadlink, .pathRenameSource, .pathRenameTarget,
    .pathFilestatGet, .pathFilestatSetSize, .pathFilestatSetTimes, .pathSymlink, .pathRemoveDirectory, .pathUnlinkFile,
  ]
}

/// `fdflags`
struct DescriptorFlags: OptionSet {
  let rawValue: UInt16
  static let append = DescriptorFlags(rawValue: 1)
  static let dsync = DescriptorFlags(rawValue: 2)
  static let nonblock = DescriptorFlags(rawValue: 4)
  static let rsync = DescriptorFlags(rawValue: 8)
  static let sync = DescriptorFlags(rawValue: 16)
  static let all: DescriptorFlags = [.append, .dsync, .nonblock, .rsync, .sync]
}

/// `oflags`
struct OpenFlags: OptionSet {
  let rawValue: UInt32
  static let create = OpenFlags(rawValue: 1)
  static let directory = OpenFlags(rawValue: 2)
  static let exclusive = OpenFlags(rawValue: 4)
  static let truncate = OpenFlags(rawValue: 8)
  static let all: OpenFlags = [.create, .directory, .exclusive, .truncate]
}

/// `fstflags`
struct TimeFlags: OptionSet {
  let rawValue: UInt32
  static let access = TimeFlags(rawValue: 1)
  static let accessNow = TimeFlags(rawValue: 2)
  static let modification = TimeFlags(rawValue: 4)
  static let modificationNow = TimeFlags(rawValue: 8)
  static let all: TimeFlags = [.access, .accessNow, .modification, .modificationNow]
}

/// `filetype`
enum FileType: UInt8 {
  case unknown, blockDevice, characterDevice, directory, regularFile, datagramSocket, streamSocket, symbolicLink
}
