import ByteCursor
import Glibc
import PostMortem

/// A file that a command writes: at first under another name beside it, so that the file may be one that the command
/// still reads, and so that a command that fails leaves an earlier one alone.
final class OutputFile {
  /// Where to write.
  let descriptor: Int32
  private let path: String
  private let replacing: Bool
  /// The file's real name and its name until `commit`; nil where the target is written directly: a device or a pipe.
  private var pending: (temporary: String, final: String, doom: LastRites.Doom)?

  /// Whether it is a file on disk, of which nothing is seen before `commit`.
  var isRegular: Bool { pending != nil }

  /// - Parameter replacing: whether the file may be there already.
  /// - Throws: `Failure` where it cannot be written.
  init(_ path: String, replacing: Bool = true) throws(Failure) {
    self.path = path
    self.replacing = replacing
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT != S_IFREG {
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Self.failure(path) }
      return
    }
    // A link that leads nowhere is there as well.
    var link = stat()
    guard replacing || !exists && lstat(path, &link) != 0 else { throw Self.existence(path) }
    // A link goes on to lead to the file.
    let final = exists ? Self.resolved(path) : Self.followed(path)
    guard !exists || access(final, W_OK) == 0 else { throw Self.failure(path) }
    var temporary = Path.join(Path.folder(final), ".\(Path.baseName(final).prefix(100)).\(getpid())")
    var descriptor: Int32
    repeat {
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor < 0 else { break }
      // Two files of this command, with names that begin alike.
      guard errno == EEXIST, temporary.utf8.count < final.utf8.count + 32 else { throw Self.failure(path) }
      temporary += "~"
    } while true
    self.descriptor = descriptor
    if exists { fchmod(descriptor, status.st_mode & 0o7777) }
    pending = (temporary, final, LastRites.remove(onDeath: temporary))
  }

  /// Writes bytes at once.
  /// - Throws: `Failure` where they do not all get there.
  func write(_ bytes: Bytes) throws(Failure) {
    let isWritten = bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if count >= 0 { done += count } else if errno != EINTR { return false }
      }
      return true
    }
    guard isWritten else { throw Self.failure(path) }
  }

  /// What was written becomes the file.
  /// - Throws: `Failure` where it cannot.
  func commit() throws(Failure) {
    guard let (temporary, final, _) = pending else { return }
    guard isStored, rename(temporary, to: final) else {
      let failure = errno == EEXIST ? Self.existence(path) : Self.failure(path)
      discard()
      throw failure
    }
    forget()
  }

  /// Whether all that was written is there: file systems of other machines say it when a file is closed.
  private var isStored: Bool {
    let copy = dup(descriptor)
    return copy >= 0 && close(copy) == 0
  }

  /// Gives the file its name; where it may not replace another, not even one that has come to be since.
  private func rename(_ temporary: String, to final: String) -> Bool {
    guard !replacing else { return Glibc.rename(temporary, final) == 0 }
    if link(temporary, final) == 0 {
      unlink(temporary)
      return true
    }
    // Not every file system knows links.
    return errno != EEXIST && access(final, F_OK) != 0 && Glibc.rename(temporary, final) == 0
  }

  /// What was written is forgotten.
  func discard() {
    guard let pending else { return }
    unlink(pending.temporary)
    forget()
  }

  private func forget() {
    if let pending { LastRites.keep(pending.doom) }
    pending = nil
  }

  deinit {
    discard()
    close(descriptor)
  }

  /// Whether two paths lead to one file, which need not be there yet.
  static func areSame(_ left: String, _ right: String) -> Bool { identity(left) == identity(right) }

  private static func identity(_ path: String) -> String {
    var status = stat()
    if stat(path, &status) == 0 { return "\(status.st_dev):\(status.st_ino)" }
    let path = followed(path)
    return Path.join(resolved(Path.folder(path)), Path.baseName(path))
  }

  /// Where a link leads, to a file that is not there yet.
  private static func followed(_ path: String) -> String {
    var path = path
    // As many as the system follows.
    for _ in 0..<40 {
      var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = target.withUnsafeMutableBytes { target in
        target.withMemoryRebound(to: CChar.self) { readlink(path, $0.baseAddress!, $0.count) }
      }
      guard count > 0 else { break }
      path = Path.join(Path.folder(path), String(decoding: target.prefix(count), as: UTF8.self))
    }
    return path
  }

  private static func failure(_ path: String) -> Failure { Failure(.unwritable, "\(path): \(systemError())") }

  private static func existence(_ path: String) -> Failure {
    Failure(.unwritable, "\(path): the file exists; --force replaces it")
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
