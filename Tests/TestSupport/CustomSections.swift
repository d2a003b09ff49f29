import ByteCursor
import WasmBinary

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Places {
  /// The custom sections of the module at `path`, by name.
  public static func customSections(_ path: String) throws -> [String: Bytes] {
    var sections: [String: Bytes] = [:]
    for section in try SectionReader(try bytes(path)) {
      if let name = section.name { sections[name] = section.contents }
    }
    return sections
  }

  /// The modules that have line tables, of the samples, of the corpus, and of the patterns in
  /// `WASMPM_TEST_MODULES` (parted by colons).
  public static let modulesWithLines: [String] = {
    let more = getenv("WASMPM_TEST_MODULES").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
    let paths = ([samples + "/*/*.wasm", corpus + "/*.wasm"] + more).flatMap { files(matching: $0) }
    return paths.filter { (try? customSections($0))?[".debug_line"] != nil }
  }()

  /// The paths that match a shell pattern.
  public static func files(matching pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}
