#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// Reading, writing, listing.
extension WASI {
  func fdRead(_ call: Call) throws {
    let file = try descriptors.file(call.u32(0), .fdRead)
    try transfer(call, result: 3) { try Transfer(call: call, file: file, offset: nil).fill($0) }
  }

  func fdWrite(_ call: Call) throws {
    let file = try descriptors.file(call.u32(0), .fdWrite)
    try transfer(call, result: 3) { try Transfer(call: call, file: file, offset: nil).drain($0) }
  }

  func fdPread(_ call: Call) throws {
    let file = try descriptors.file(call.u32(0), [.fdRead, .fdSeek])
    let offset = call.i64(3)
    guard offset >= 0 else { throw Errno.inval }
    try transfer(call, result: 4) { try Transfer(call: call, file: file, offset: offset).fill($0) }
  }

  func fdPwrite(_ call: Call) throws {
    let file = try descriptors.file(call.u32(0), [.fdWrite, .fdSeek])
    let offset = call.i64(3)
    guard offset >= 0 else { throw Errno.inval }
    try transfer(call, result: 4) { try Transfer(call: call, file: file, offset: offset).drain($0) }
  }

  /// Checks all pointers before anything is moved.
  private func transfer(_ call: Call, result: Int, _ move: (BufferCursor) throws -> UInt32) throws {
    let memory = try call.memory
    let buffers = try memory.vectors(call.u32(1), call.u32(2))
    try memory.check(call.u32(result), 4)
    try memory.write(call.u32(result), try move(buffers))
  }

  func fdSeek(_ call: Call) throws {
    let whences = [SEEK_SET, SEEK_CUR, SEEK_END]
    let offset = call.i64(1)
    guard call.u32(2) < whences.count else { throw Errno.inval }
    // To ask where it is takes no more than the right to do that.
    let isTell = offset == 0 && call.u32(2) == 1
    try seek(call, isTell ? .fdTell : [.fdSeek, .fdTell], offset, whences[Int(call.u32(2))], result: 3)
  }

  func fdTell(_ call: Call) throws { try seek(call, .fdTell, 0, SEEK_CUR, result: 1) }

  private func seek(_ call: Call, _ rights: Rights, _ offset: Int64, _ whence: Int32, result: Int) throws {
    let number = try descriptors.file(call.u32(0), rights).host.number
    let memory = try call.memory
    try memory.check(call.u32(result), 8)
    let position = try check { lseek(number, off_t(offset), whence) }
    try memory.write(call.u32(result), UInt64(position))
  }

  /// Fills the buffer with entries; one that does not fit is cut off. A buffer that is not full says that there are no
  /// more.
  func fdReaddir(_ call: Call) throws {
    let directory = try descriptors.directory(call.u32(0), .fdReaddir)
    let memory = try call.memory
    let (buffer, size, cookie) = (call.u32(1), call.u32(2), call.u64(3))
    try memory.check(buffer, UInt64(size))
    try memory.check(call.u32(4), 4)

    let listing = try directory.listing ?? DirectoryListing(directory.host)
    directory.listing = listing
    if cookie == 0 || cookie < listing.position { listing.rewind() }
    while listing.position < cookie {
      try call.checkInterrupt()
      if try listing.next() == nil { break }
    }

    var used: UInt32 = 0
    while used < size {
      try call.checkInterrupt()
      guard let entry = try listing.next() else { break }
      var record = Record(size: 24)
      record.set(listing.position, at: 0)
      record.set(entry.inode, at: 8)
      record.set(UInt32(entry.name.count), at: 16)
      record.set(entry.fileType.rawValue, at: 20)
      let bytes = record.bytes + entry.name
      let piece = bytes.prefix(Int(size - used))
      try memory.write(buffer + used, piece)
      used += UInt32(piece.count)
      if piece.count < bytes.count { listing.putBack(entry) }
    }
    try memory.write(call.u32(4), used)
  }
}
