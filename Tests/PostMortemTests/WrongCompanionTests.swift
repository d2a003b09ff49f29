import ByteCursor
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Companions that are not: no line may be a wrong one. Programs are compiled and linked here.
@Suite(.enabled(if: Toolchain.isThere, "without clang and wasm-ld")) struct WrongCompanionTests {
  private static let kept = ["run", "used"]
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
    int run(void) {
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

  @Test func theSameObjects() throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm", exporting: Self.kept)
    let shipped = try Places.bytes(
      tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"], exporting: Self.kept)
    ).array
    let compared = try CompanionComparison(shipped: shipped, own: own, other: own)
    #expect(compared.right > 50)
    #expect(compared.none == 0)
  }

  @Test func oneFunctionChanged() throws {
    let tools = try Toolchain()
    let second = try tools.compile(Self.other + Self.use, "b.c")
    let objects = [try tools.compile(Self.source, "a.c"), second]
    let own = try tools.link(objects, "own.wasm", exporting: Self.kept)
    let shipped = try Places.bytes(
      tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"], exporting: Self.kept)
    ).array
    // Two lines more in a function in the middle, and all lines behind it have moved.
    let changed = Self.source.replacing("  int sum = 0;\n", with: "  int sum = 0;\n\n  if (count > 99) count = 99;\n")
    let other = try tools.link(
      [tools.compile(changed, "a.c", folder: "v2"), second], "other.wasm", exporting: Self.kept)
    let compared = try CompanionComparison(shipped: shipped, own: own, other: other)
    // Those of the file that is the same.
    #expect(compared.right > 0)
    #expect(compared.none > 50)
  }

  @Test(arguments: ["-O0", "-O1", "-Os"]) func otherFlags(_ level: String) throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm", exporting: Self.kept)
    let shipped = try Places.bytes(
      tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"], exporting: Self.kept)
    ).array
    let other = try tools.link(
      [
        tools.compile(Self.source, "a.c", folder: "other", level: level),
        tools.compile(Self.other + Self.use, "b.c", folder: "other", level: level),
      ], "other.wasm", exporting: Self.kept)
    _ = try CompanionComparison(shipped: shipped, own: own, other: other)
  }

  @Test func anotherProgram() throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm", exporting: Self.kept)
    let shipped = try Places.bytes(
      tools.link(objects, "app.wasm", ["--compress-relocations", "--strip-all"], exporting: Self.kept)
    ).array
    let program = "int f(int x) { return x + 1; }\nint g(int x) { return x * f(x); }\nint run(void) { return g(4); }\n"
    let other = try tools.link([tools.compile(program, "p.c")], "other.wasm", exporting: ["run"])
    let compared = try CompanionComparison(shipped: shipped, own: own, other: other)
    #expect(compared.right == 0)
    #expect(compared.none > 50)
  }

  @Test(.enabled(if: Toolchain.wasmOpt != nil, "without wasm-opt")) func rewritten() throws {
    let tools = try Toolchain()
    let objects = [try tools.compile(Self.source, "a.c"), try tools.compile(Self.other + Self.use, "b.c")]
    let own = try tools.link(objects, "own.wasm", exporting: Self.kept)
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
