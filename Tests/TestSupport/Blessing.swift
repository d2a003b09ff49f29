#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Writing anew what tests compare with, because what the program says was meant to change: `WASMPM_BLESS=1`.
public enum Blessing {
  public static let isOn = getenv("WASMPM_BLESS") != nil

  public static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wb") else { throw SystemFailure(what: path) }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw SystemFailure(what: path) }
  }
}
