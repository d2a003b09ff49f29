import ByteCursor

/// Where the files stand that tests read.
public enum Places {
  /// The project's folder, found from this source file.
  public static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()
  /// The project's sample programs with their dumps.
  public static let samples = root + "/Samples"
  /// The folder beside the checkout that holds the corpus of real dumps; tests of it skip when it is absent.
  public static let shared = root + "/../shared"
  /// The corpus of real dumps.
  public static let corpus = shared + "/corpus/built"
  /// Whether the corpus is there.
  public static let hasCorpus = exists(corpus + "/INDEX.txt")
  /// A program on SQLite, linked twice from the same objects, without its ending: `.wasm` and `.shipped.wasm`. `make sqlite` puts it
  /// there; tests of it skip when it is absent.
  public static let sqlite = root + "/.build-bench/sqlite/orders"
  /// Whether that program is there.
  public static let hasSQLite = exists(sqlite + ".wasm") && exists(sqlite + ".shipped.wasm")

  /// Whether a file can be opened.
  public static func exists(_ path: String) -> Bool { (try? ByteStorage.file(path)) != nil }
  /// A file's bytes, mapped.
  public static func bytes(_ path: String) throws -> Bytes { Bytes(try ByteStorage.file(path)) }
}
