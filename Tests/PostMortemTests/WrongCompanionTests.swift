import ByteCursor
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Companions that are not: no line may be a wrong one. Programs are compiled and linked here.
@Suite(.enabled(if: Toolchain.isThere, "without clang and wasm-ld")) struct WrongCompanionTests {
  private static let source = """
    static int table[8] = {3, 1, 4, 1, 5, 9, 2, 6};
    __attribute__((noinline)) int mix(int a, int b) {
      for (int i = 0; i < b; i++) a = a * 31 + table[i & 7];
      return a;
    }
    __attribute__((noinline)) int fold(int *values, int count) {
      int sum = 0;
      for (int i = 0; i < count; i++) sum ^= mix(values[i], i);
      return sum;
    }
    __attribute__((noinline)) int spin(int n) {
      while (n > 1) n = n & 1 ? 3 * n + 1 : n / 2;
      return n;
    }
    int main(void) {
      int values[4] = {1, 2, 3, 4};
      return fold(values, 4) + spin(27) + mix(5, 6);
    }
    """
  /// In a file of its own.
  private static let other = """
    int count(const char *text) {
      int n = 0;
      while (*text) n += *text++ == ' ';
      return n;
    }
    """
  private static let use = "int count(const char *);\nint used(void) { return count(\"a b c\"); }\n"

  /// The lines that both files' functions have, instruction by instruction, as the program's own debug information says.
  private func compare(shipped: [UInt8], own: String, other: String, keepsLines: Bool) throws -> (right: Int, none: Int)
  {
    let folder = try TemporaryFolder()
    let path = try folder.write("app.wasm", shipped)
    func symbolizer(_ debugFile: String) throws -> Symbolizer {
      var options = SessionOptions()
      options.debugFilePaths = [debugFile]
      return try Symbolizer(path: path, options: options)
    }
    let (truth, tested) = (try symbolizer(own), try symbolizer(other))
    #expect(truth.info.debugInfo.kind == .mapped)
    let module = try WasmModule(Bytes(copying: shipped))
    var (right, none) = (0, 0)
    for body in module.bodies {
      for address in body.codeAddress.rawValue..<body.end.rawValue {
        let expected = truth.frames(at: CodeAddress(address))
        let found = tested.frames(at: CodeAddress(address))
        guard let source = found.first?.source else {
          if expected.first?.source != nil { none += 1 }
          continue
        }
        #expect(source.line == expected.first?.source?.line, "at \(address)")
        #expect(found.count == expected.count)
        right += 1
      }
    }
    return (right, none)
  }

  @Test func theSameObjects() throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm")
    let shipped = try Places.bytes(tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"])).array
    let (right, none) = try compare(shipped: shipped, own: own, other: own, keepsLines: true)
    #expect(right > 50)
    #expect(none == 0)
  }

  @Test func oneFunctionChanged() throws {
    let tools = try Toolchain()
    let second = try tools.compile(Self.other + Self.use, "b.c")
    let objects = [try tools.compile(Self.source, "a.c"), second]
    let own = try tools.link(objects, "own.wasm")
    let shipped = try Places.bytes(tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"])).array
    // Two lines more in a function in the middle, and all lines behind it have moved.
    let changed = Self.source.replacing("  int sum = 0;\n", with: "  int sum = 0;\n\n  if (count > 99) count = 99;\n")
    let other = try tools.link([tools.compile(changed, "a.c", folder: "v2"), second], "other.wasm")
    let (right, none) = try compare(shipped: shipped, own: own, other: other, keepsLines: false)
    // Those of the file that is the same.
    #expect(right > 0)
    #expect(none > 50)
  }

  @Test(arguments: ["-O0", "-O1", "-Os"]) func otherFlags(_ level: String) throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm")
    let shipped = try Places.bytes(tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"])).array
    let other = try tools.link(
      [
        tools.compile(Self.source, "a.c", folder: "other", level: level),
        tools.compile(Self.other + Self.use, "b.c", folder: "other", level: level),
      ], "other.wasm")
    _ = try compare(shipped: shipped, own: own, other: other, keepsLines: false)
  }

  @Test func anotherProgram() throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm")
    let shipped = try Places.bytes(tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"])).array
    let program = "int f(int x) { return x + 1; }\nint g(int x) { return x * f(x); }\nint main(void) { return g(4); }\n"
    let other = try tools.link([tools.compile(program, "p.c")], "other.wasm", without: true)
    let (right, none) = try compare(shipped: shipped, own: own, other: other, keepsLines: false)
    #expect(right == 0)
    #expect(none > 50)
  }

  @Test(.enabled(if: Toolchain.wasmOpt != nil, "without wasm-opt")) func rewritten() throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm")
    let wasmOpt = try #require(Toolchain.wasmOpt)
    let path = tools.folder.path + "/app.wasm"
    #expect(wasmOpt.output(["-O2", own, "-o", path]) != nil)
    var options = SessionOptions()
    options.debugFilePaths = [own]
    let symbolizer = try Symbolizer(path: path, options: options)
    let module = try WasmModule(Places.bytes(path))
    let text = symbolizer.info.debugFileProblems.joined(separator: "\n")
    // Whether a companion was accepted depends on what is left; if it was, it is said what is not known.
    if symbolizer.info.debugInfo.kind == .mapped {
      #expect(text.contains("rewritten") || text.contains("are not those of the debug information"), "\(text)")
    } else {
      #expect(!text.isEmpty)
    }
    for body in module.bodies { #expect(!symbolizer.frames(at: body.codeAddress).isEmpty) }
  }
}

/// The compiler and the linker, and a folder to work in.
struct Toolchain {
  static let clang = Tool("clang", variable: "CLANG")
  static let linker = Tool("wasm-ld", variable: "WASM_LD")
  static let wasmOpt = Tool("wasm-opt", variable: "WASM_OPT")
  static let isThere: Bool = {
    guard let clang, linker != nil else { return false }
    return clang.output(["--target=wasm32", "-x", "c", "-c", "-", "-o", "/dev/null"], input: "int x;") != nil
  }()

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  struct Failure: Error { let what: String }

  /// Compiles a source without a C library; paths in the debug information do not say in which folder.
  func compile(_ source: String, _ name: String, folder subfolder: String = "v1", level: String = "-O2") throws
    -> String
  {
    let path = try folder.write(subfolder + "/" + name, Array(source.utf8))
    let object = path + ".o"
    let flags = [
      "--target=wasm32", "-ffreestanding", "-g", level, "-fno-builtin", "-w", "-fdebug-compilation-dir=.",
      "-ffile-prefix-map=\(folder.path)/\(subfolder)/=", "-c", path, "-o", object,
    ]
    guard Self.clang?.output(flags) != nil else { throw Failure(what: "clang " + name) }
    return object
  }

  /// Links objects; `main` and, unless `without` is set, `used` are kept.
  func link(_ objects: [String], _ name: String, _ flags: [String] = [], without: Bool = false) throws -> String {
    let path = folder.path + "/" + name
    let keep = ["--no-entry", "--export=main"] + (without ? [] : ["--export=used"])
    guard Self.linker?.output(keep + flags + objects + ["-o", path]) != nil else {
      throw Failure(what: "wasm-ld " + name)
    }
    return path
  }
}
