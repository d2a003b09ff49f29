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

  /// The modules in the file at `path`.
  func open(_ path: String) -> Result<File, SessionError> {
    if let known = files[path] { return known }
    let result = read(path)
    files[path] = result
    return result
  }

  /// As `open`, with nil where there is no such file: a place on a search path at which nothing stands is
  /// not worth a word, a file that cannot be read is.
  func openIfPresent(_ path: String) -> Result<File, SessionError>? {
    let result = open(path)
    if case .failure(.file(let error)) = result, error.isAbsence { return nil }
    return result
  }

  /// Takes `bytes` for the file at `path`.
  func add(_ bytes: Bytes, at path: String) { files[path] = modules(in: bytes, path: path) }

  private func read(_ path: String) -> Result<File, SessionError> {
    let storage: ByteStorage
    do throws(FileError) { storage = try ByteStorage.file(path, limits: limits) } catch {
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
