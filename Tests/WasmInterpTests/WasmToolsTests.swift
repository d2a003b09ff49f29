import ByteCursor
import TestSupport
import Testing
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The table and the formatter against `wasm-tools print`, where that is installed: one module that has every
/// instruction. The variable `WASM_TOOLS` names the program where the search path does not find it.
@Suite(.enabled(if: WasmTools.isInstalled)) struct WasmToolsTests {
  /// Index 0 is left out in some places.
  @Test(arguments: [0, 300] as [UInt64]) func everyInstructionPrintsAlike(index: UInt64) throws {
    let body = Bytes(copying: Self.everyInstruction(index: index))
    let formatter = InstructionFormatter()
    let ours = try decodeAll(body, from: CodeOffset(1)).map { instruction in
      // wasm-tools writes hexadecimal floats.
      switch instruction.immediates {
      case .f32, .f64: instruction.opcode.name
      default: formatter.text(instruction, in: body)
      }
    }
    let printed = try #require(WasmTools.print(Self.module(body)))
    // The last `end` is the parenthesis that closes the function.
    let theirs = Self.instructions(printed) + ["end"]
    let firstDifference = zip(ours, theirs).first { $0 != $1 }
    #expect(firstDifference == nil, "ours, theirs")
    #expect(ours.count == theirs.count)
    #expect(ours.count > Opcode.all.count)
  }

  /// A body with an instance of every opcode, nested as the printer needs it.
  private static func everyInstruction(index: UInt64) -> [UInt8] {
    var builder = ByteBuilder()
    builder.u8(0)
    for opcode in Opcode.all {
      switch opcode {
      case .end: break
      case .else:
        builder.raw([0x04, 0x40, 0x05, 0x0b])
      case .catch, .catchAll:
        builder.raw([0x06, 0x40])
        builder.sample(opcode, index: index)
        builder.u8(0x0b)
      case .delegate:
        builder.raw([0x06, 0x40, 0x18, 0])
      default:
        builder.sample(opcode, index: index)
        if opcode.opensBlock { builder.u8(0x0b) }
      }
    }
    builder.u8(0x0b)
    return builder.bytes
  }

  private static func module(_ body: Bytes) -> [UInt8] {
    var builder = ByteBuilder()
    builder.moduleHeader()
    builder.section(1) { $0.raw([1, 0x60, 0, 0]) }
    builder.section(3) { $0.raw([1, 0]) }
    builder.section(10) {
      $0.u8(1)
      $0.sized { $0.raw(body.array) }
    }
    return builder.bytes
  }

  /// The instructions of a printed module, a line each, without comments.
  private static func instructions(_ text: String) -> [String] {
    var result: [String] = []
    for line in text.split(separator: "\n").drop(while: { !$0.trimmingPrefix(while: { $0 == " " }).hasPrefix("(func") })
      .dropFirst()
    {
      var words: [Substring] = []
      var isComment = false
      for word in line.split(separator: " ") {
        if word == ";;" { break }
        if word.hasPrefix("(;") { isComment = true }
        if !isComment { words.append(word) }
        if word.hasSuffix(";)") || word.hasSuffix(";))") { isComment = false }
      }
      if words.first == "f32.const" || words.first == "f64.const" { words = [words[0]] }
      result.append(words.joined(separator: " "))
    }
    while let last = result.last, last == ")" || last.isEmpty { result.removeLast() }
    return result
  }
}

/// The program `wasm-tools`.
enum WasmTools {
  static let path = getenv("WASM_TOOLS").map { String(cString: $0) } ?? "wasm-tools"
  static let isInstalled = (output("\(quoted(path)) --version 2>/dev/null") ?? "").hasPrefix("wasm-tools")

  /// What it prints of a module, or nil where it fails.
  static func print(_ module: [UInt8]) -> String? {
    var template = Array("/tmp/wasmpm-test-XXXXXX\0".utf8CString.dropLast())
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    let name = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(name) }
    let written = module.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    return written == module.count ? output("\(quoted(path)) print \(quoted(name))") : nil
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private static func output(_ command: String) -> String? {
    guard let pipe = popen(command, "r") else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    return pclose(pipe) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
