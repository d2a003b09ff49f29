import Glibc
import PostMortem

/// A file that a command writes: at first under another name beside it, so that the file may be one that the command
/// still reads, and so that a command that fails leaves an earlier one alone.
final class OutputFile {
  /// Where to write.
  let descriptor: Int32
  private let path: String
  /// The file's real name and its name until `commit`; nil where the target is written directly: a device or a pipe.
  private var pending: (temporary: String, final: String)?

  /// - Throws: `Failure` where it cannot be written.
  init(_ path: String) throws(Failure) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT != S_IFREG {
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Self.failure(path) }
      return
    }
    // A link goes on to lead to the file.
    let final = exists ? Self.resolved(path) : path
    guard !exists || access(final, W_OK) == 0 else { throw Self.failure(path) }
    let temporary = Path.join(Path.folder(final), ".\(Path.baseName(final).prefix(100)).\(getpid())")
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path) }
    if exists { fchmod(descriptor, status.st_mode & 0o7777) }
    pending = (temporary, final)
    LastRites.remove(onDeath: temporary)
  }

  /// What was written becomes the file.
  /// - Throws: `Failure` where it cannot.
  func commit() throws(Failure) {
    guard let (temporary, final) = pending else { return }
    guard rename(temporary, final) == 0 else {
      let failure = Self.failure(path)
      discard()
      throw failure
    }
    pending = nil
    LastRites.keep()
  }

  /// What was written is forgotten.
  func discard() {
    guard let (temporary, _) = pending else { return }
    unlink(temporary)
    pending = nil
    LastRites.keep()
  }

  deinit {
    discard()
    close(descriptor)
  }

  private static func failure(_ path: String) -> Failure { Failure(.unwritable, "\(path): \(systemError())") }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
