#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A system call that should have worked.
public struct SystemFailure: Error, CustomStringConvertible {
  public let what: String
  public let number: Int32
  public init(what: String, number: Int32 = errno) {
    self.what = what
    self.number = number
  }
  public var description: String { "\(what): \(String(cString: strerror(number)))" }
}

/// A folder that is gone when this object is.
public final class TemporaryFolder {
  public let path: String

  public init() throws {
    var template = Array("/tmp/wasmpm-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure(what: "mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// Writes a file in the folder, making the folders on the way to it, and returns its path.
  @discardableResult
  public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let file = path + "/" + name
    for (index, character) in name.enumerated() where character == "/" {
      mkdir(path + "/" + name.prefix(index), 0o755)
    }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw SystemFailure(what: file) }
    defer { close(descriptor) }
    let array = Array(bytes)
    guard Self.put(array, to: descriptor) else { throw SystemFailure(what: file) }
    return file
  }

  private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    // `write` without the module's name would be this type's.
    let file = fdopen(dup(descriptor), "wb")
    defer { if let file { fclose(file) } }
    return fwrite(bytes, 1, bytes.count, file) == bytes.count
  }

  private static func remove(_ path: String) {
    for name in (try? Self.names(in: path)) ?? [] {
      let entry = path + "/" + name
      var status = stat()
      if lstat(entry, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(entry) } else { unlink(entry) }
    }
    rmdir(path)
  }

  /// The names in a folder, sorted.
  public static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw SystemFailure(what: path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
