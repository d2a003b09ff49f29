#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// What a descriptor is, and its place in a file.
extension WASI {
  func fdClose(_ call: Call) throws { try descriptors.close(call.u32(0)) }

  func fdRenumber(_ call: Call) throws { try descriptors.renumber(call.u32(0), to: call.u32(1)) }

  func fdFdstatGet(_ call: Call) throws {
    let descriptor = try descriptors.get(call.u32(0))
    var record = Record(size: 24)
    record.set(descriptor.fileType.rawValue, at: 0)
    record.set(descriptor.flags.rawValue, at: 2)
    record.set(descriptor.rights.rawValue, at: 8)
    record.set(descriptor.inheriting.rawValue, at: 16)
    try call.memory.write(call.u32(1), record.bytes)
  }

  /// Only `append` and `nonblock` can be changed, as in POSIX; and `append` not for what others use too.
  func fdFdstatSetFlags(_ call: Call) throws {
    let descriptor = try descriptors.get(call.u32(0), .fdFdstatSetFlags)
    guard let raw = UInt16(exactly: call.u32(1)) else { throw Errno.inval }
    let flags = DescriptorFlags(rawValue: raw)
    let changes = flags.symmetricDifference(descriptor.flags)
    guard DescriptorFlags.all.isSuperset(of: flags), changes.isSubset(of: [.append, .nonblock]) else {
      throw Errno.inval
    }
    if changes.contains(.append), !descriptor.isDirectory {
      if case .standardStream = descriptor.kind { throw Errno.notsup }
      let number = descriptor.host.number
      let before = try check { fcntl(number, F_GETFL) }
      try check { fcntl(number, F_SETFL, flags.contains(.append) ? before | O_APPEND : before & ~O_APPEND) }
    }
    descriptor.flags = flags
  }

  /// Rights can be given up only.
  func fdFdstatSetRights(_ call: Call) throws {
    let descriptor = try descriptors.get(call.u32(0))
    let rights = Rights(rawValue: call.u64(1))
    let inheriting = Rights(rawValue: call.u64(2))
    guard descriptor.rights.isSuperset(of: rights), descriptor.inheriting.isSuperset(of: inheriting) else {
      throw Errno.notcapable
    }
    descriptor.rights = rights
    descriptor.inheriting = inheriting
  }

  func fdFilestatGet(_ call: Call) throws {
    let descriptor = try descriptors.get(call.u32(0), .fdFilestatGet)
    try call.memory.write(call.u32(1), try FileStatus(descriptor.host).record.bytes)
  }

  func fdFilestatSetSize(_ call: Call) throws {
    let number = try descriptors.file(call.u32(0), .fdFilestatSetSize).host.number
    let size = call.i64(1)
    guard size >= 0 else { throw Errno.inval }
    try check { ftruncate(number, off_t(size)) }
  }

  func fdFilestatSetTimes(_ call: Call) throws {
    let number = try descriptors.get(call.u32(0), .fdFilestatSetTimes).host.number
    let times = try Self.times(access: call.u64(1), modification: call.u64(2), flags: call.u32(3))
    try check { futimens(number, times) }
  }

  /// Times as the host takes them, of access and of modification.
  static func times(access: UInt64, modification: UInt64, flags: UInt32) throws(Errno) -> [timespec] {
    let flags = TimeFlags(rawValue: flags)
    guard TimeFlags.all.isSuperset(of: flags), !flags.isSuperset(of: [.access, .accessNow]),
      !flags.isSuperset(of: [.modification, .modificationNow])
    else { throw .inval }
    func time(_ value: UInt64, _ given: TimeFlags, _ now: TimeFlags) -> timespec {
      if flags.contains(given) { return timespec(nanoseconds: value) }
      return timespec(tv_sec: 0, tv_nsec: flags.contains(now) ? HostConstants.now : HostConstants.omit)
    }
    return [
      time(access, .access, .accessNow), time(modification, .modification, .modificationNow),
    ]
  }

  // MARK: The file behind it

  func fdSync(_ call: Call) throws {
    let number = try descriptors.get(call.u32(0), .fdSync).host.number
    try check { fsync(number) }
  }

  func fdDatasync(_ call: Call) throws {
    let number = try descriptors.get(call.u32(0), .fdDatasync).host.number
    #if canImport(Darwin)
      try check { fsync(number) }
    #else
      try check { fdatasync(number) }
    #endif
  }

  /// Advice changes nothing that a program can see: hosts without it take none.
  func fdAdvise(_ call: Call) throws {
    let number = try descriptors.file(call.u32(0), .fdAdvise).host.number
    let (offset, length, advice) = (call.i64(1), call.i64(2), call.u32(3))
    guard offset >= 0, length >= 0, advice <= 5 else { throw Errno.inval }
    #if !canImport(Darwin)
      let advices = [
        POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM, POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,
        POSIX_FADV_NOREUSE,
      ]
      let error = posix_fadvise(number, off_t(offset), off_t(length), advices[Int(advice)])
      if error != 0 { throw Errno(host: error) }
    #endif
  }

  func fdAllocate(_ call: Call) throws {
    let number = try descriptors.file(call.u32(0), .fdAllocate).host.number
    let (offset, length) = (call.i64(1), call.i64(2))
    guard offset >= 0, length > 0 else { throw Errno.inval }
    let (end, overflow) = offset.addingReportingOverflow(length)
    if overflow { throw Errno.fbig }
    #if canImport(Darwin)
      throw Errno.notsup
    #else
      // Where the file system cannot do it the C library writes every block, which takes long.
      var start = offset
      while start < end {
        try call.checkInterrupt()
        let size = min(end - start, 1 << 26)
        let error = posix_fallocate(number, off_t(start), off_t(size))
        if error != 0, error != EINTR { throw Errno(host: error) }
        if error == 0 { start += size }
      }
    #endif
  }

  // MARK: Folders that were given

  func fdPrestatGet(_ call: Call) throws {
    let name = try guestName(call.u32(0))
    var record = Record(size: 8)
    record.set(UInt32(name.count), at: 4)
    try call.memory.write(call.u32(1), record.bytes)
  }

  func fdPrestatDirName(_ call: Call) throws {
    let name = try guestName(call.u32(0))
    guard Int(call.u32(2)) >= name.count else { throw Errno.nametoolong }
    try call.memory.write(call.u32(1), name)
  }

  /// A C library asks for the folders by their numbers until there is none: `badf` is the end.
  private func guestName(_ number: UInt32) throws(Errno) -> [UInt8] {
    guard case .directory(let name?) = try descriptors.get(number).kind else { throw .badf }
    return name
  }
}
