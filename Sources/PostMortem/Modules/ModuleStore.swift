import ByteCursor
import WasmBinary

/// Opens module files, each once: several questions come to the same file.
final class ModuleStore {
  /// A file that was opened: the core modules in it (one, or a component's).
  struct File {
    let path: String
    let modules: [WasmModule]
  }

  private let limits: Limits
  private var files: [String: Result<File, SessionError>] = [:]

  init(limits: Limits) { self.limits = limits }

  /// The modules in the file at `path`, which the user named: it may be a pipe.
  func open(_ path: String) -> Result<File, SessionError> {
    if let known = files[path] { return known }
    let result = read(path, kinds: .any)
    files[path] = result
    return result
  }

  /// As `open`, for a path that a dump, a module or the search path came up with: nil where there is no file, and where
  /// there is none that can be mapped, because a hostile name would have us wait for a pipe or read a device.
  func openIfPresent(_ path: String) -> Result<File, SessionError>? {
    if let known = files[path] { return known.isAbsence ? nil : known }
    let result = read(path, kinds: .regular)
    if result.isAbsence { return nil }
    files[path] = result
    return result
  }

  /// Takes `bytes` for the file at `path`.
  func add(_ bytes: Bytes, at path: String) { files[path] = modules(in: bytes, path: path) }

  private func read(_ path: String, kinds: ByteStorage.FileKinds) -> Result<File, SessionError> {
    let storage: ByteStorage
    do throws(FileError) { storage = try ByteStorage.file(path, kinds: kinds, limits: limits) } catch {
      return .failure(.file(error))
    }
    return modules(in: Bytes(storage), path: path)
  }

  private func modules(in bytes: Bytes, path: String) -> Result<File, SessionError> {
    do throws(ReadError) {
      return .success(File(path: path, modules: try WasmModule.modules(in: bytes, limits: limits)))
    } catch {
      return .failure(.format(path: path, error))
    }
  }
}

extension Result where Failure == SessionError {
  /// Whether there is no file that counts.
  fileprivate var isAbsence: Bool {
    if case .failure(.file(let error)) = self { return error.isAbsence || error.isDirectory }
    return false
  }
}
