/// Where a debug file is, as a module says it in `external_debug_info`: a URL that counts from the module's own.
public enum DebugURL {
  /// The URL of the file at `debug` for a module at `module`: the way down from the module's folder, or the bare name where
  /// the file is not below it, since debug files move and are looked for next to the module.
  public static func reference(to debug: String, from module: String) -> String {
    let folder = Path.normalized(Path.folder(module))
    let target = Path.normalized(debug)
    let isBelow = folder == "." ? !target.hasPrefix("/") && !target.hasPrefix("../") : target.hasPrefix(folder + "/")
    let path =
      isBelow ? (folder == "." ? target : String(target.dropFirst(folder.utf8.count + 1))) : Path.baseName(target)
    return encoded(path)
  }

  /// `path` with what a URL's path cannot hold as `%XX` (RFC 3986, 3.3). A colon is written so too: before it a scheme would
  /// be read.
  static func encoded(_ path: String) -> String {
    let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=@/".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = path.utf8.flatMap {
      kept.contains($0) ? [$0] : [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The path that a URL without a scheme stands for; nil where nothing in it is encoded, or badly.
  static func decoded(_ url: String) -> String? {
    guard url.utf8.contains(UInt8(ascii: "%")) else { return nil }
    var bytes: [UInt8] = []
    var rest = Array(url.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2, value != 0
      else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
