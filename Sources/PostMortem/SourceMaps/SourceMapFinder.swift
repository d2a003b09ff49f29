import ByteCursor
import WasmBinary
import WasmInterp

/// Looks for the source map of a module without DWARF: `--debug-file X.map` or a folder; in the module's
/// `sourceMappingURL` itself (`data:`); the file that it names, below the module's folder or next to the module;
/// `<module>.map` next to the module.
struct SourceMapFinder {
  let options: SessionOptions

  /// Whether a file that somebody named is a source map, by its name.
  static func isMap(_ path: String) -> Bool { path.hasSuffix(".map") }

  /// The map of `module`, which was read from `path`, yet unread; nil where there is none. `problems` says what a person
  /// should provide.
  func find(for module: WasmModule, path: String?, problems: inout [String]) -> SourceMapFile? {
    for named in options.debugFilePaths where Self.isMap(named) {
      switch open(named, kinds: .any) {
      case .success(let bytes): return SourceMapFile(module, path: named, bytes: bytes, limits: options.limits)
      case .failure(let error): problems.append(error.description)
      }
    }
    let url = module.sourceMappingURL
    if let url, url.hasPrefix("data:") {
      guard let bytes = Self.content(ofDataURL: url) else {
        problems.append("the source map in the module's sourceMappingURL cannot be decoded")
        return nil
      }
      return SourceMapFile(module, path: nil, bytes: bytes, limits: options.limits)
    }
    for candidate in candidates(url: url, path: path) {
      if case .success(let bytes) = open(candidate, kinds: .regular) {
        return SourceMapFile(module, path: candidate, bytes: bytes, limits: options.limits)
      }
    }
    if let url, !url.isEmpty {
      let name = Path.baseName(url)
      problems.append(
        url.contains("://")
          ? "the source map is at \(url), which is not fetched; download it and name it with --debug-file \(name)"
          : "the source map \(url) was not found; name it with --debug-file \(name)")
    }
    return nil
  }

  private func candidates(url: String?, path: String?) -> [String] {
    var names = path.map { [Path.baseName($0) + ".map"] } ?? []
    let home = path.map(Path.folder)
    var paths: [String] = []
    if let url, !url.isEmpty {
      let name = Path.baseName(url)
      if !name.isEmpty, name != ".." { names.insert(name, at: 0) }
      // A relative path stays below the module's folder: the module's word alone opens nothing else.
      let isBelow = !url.contains("://") && !url.hasPrefix("/") && !url.split(separator: "/").contains("..")
      if isBelow, let home { paths.append(Path.join(home, url)) }
    }
    let folders = options.debugFilePaths.filter { !Self.isMap($0) }
    return folders.flatMap { folder in names.map { Path.join(folder, $0) } } + paths
      + (home.map { home in names.map { Path.join(home, $0) } } ?? [])
  }

  private func open(_ path: String, kinds: ByteStorage.FileKinds) -> Result<Bytes, FileError> {
    do throws(FileError) {
      return .success(Bytes(try ByteStorage.file(path, kinds: kinds, limits: options.limits)))
    } catch {
      return .failure(error)
    }
  }

  // MARK: Data URLs

  /// What a `data:` URL (RFC 2397) holds; nil where it is malformed.
  static func content(ofDataURL url: String) -> Bytes? {
    let bytes = Array(url.utf8)
    guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    let isBase64 = String(decoding: bytes[..<comma], as: UTF8.self).hasSuffix(";base64")
    let data = unquoted(bytes[(comma + 1)...])
    guard isBase64 else { return Bytes(copying: data) }
    return base64(data).map { Bytes(copying: $0) }
  }

  /// Percent-encoded bytes decoded.
  private static func unquoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex,
        let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        result.append(value)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  /// Base64 (RFC 4648) decoded; nil where a character is none of it.
  private static func base64(_ text: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3)
    var value: UInt32 = 0
    var bits: UInt32 = 0
    for byte in text {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
      case UInt8(ascii: "="): continue
      default: return nil
      }
      value = value << 6 | UInt32(digit)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: value >> bits))
      }
    }
    return result
  }
}
