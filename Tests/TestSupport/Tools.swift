#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Other people's programs that tests ask for a second opinion. Tests skip where one is absent.
public struct Tool: Sendable {
  public let path: String

  /// The program that the environment variable `variable` names, or the one called `name` on the search path.
  public init?(_ name: String, variable: String) {
    if let given = getenv(variable).map({ String(cString: $0) }), !given.isEmpty {
      path = given
      return
    }
    guard let folders = getenv("PATH") else { return nil }
    for folder in String(cString: folders).split(separator: ":") where access("\(folder)/\(name)", X_OK) == 0 {
      path = "\(folder)/\(name)"
      return
    }
    return nil
  }

  public static let llvmDwarfdump = Tool("llvm-dwarfdump", variable: "LLVM_DWARFDUMP")
  public static let wasmTools = Tool("wasm-tools", variable: "WASM_TOOLS")
  public static let llvmSymbolizer = Tool("llvm-symbolizer", variable: "LLVM_SYMBOLIZER")

  /// What the program prints to standard output when it reads `input`; nil where it fails.
  public func output(_ arguments: [String], input: String = "") -> String? {
    var command = ([path] + arguments).map(Self.quoted).joined(separator: " ")
    var file = Array("/tmp/wasmpm-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&file)
    guard descriptor >= 0 else { return nil }
    defer { unlink(file) }
    var rest = Array(input.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { break }
      rest = rest.dropFirst(written)
    }
    close(descriptor)
    guard rest.isEmpty else { return nil }
    command +=
      " 2>/dev/null <" + Self.quoted(String(decoding: file.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))

    guard let pipe = popen(command, "r") else { return nil }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, pipe)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return pclose(pipe) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
