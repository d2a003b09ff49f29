import ByteCursor
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Companions of an older source in which all functions that both have are the same, but stand on other lines: no line may
/// be that of the older source, and no name that of another function.
@Suite(.enabled(if: Toolchain.isThere, "without clang and wasm-ld")) struct StaleCompanionTests {
  private static let export = "#define X(n) __attribute__((noinline, export_name(#n)))\n"
  private static let sum =
    "X(sum) int sum(int *p, int n) {\n  int s = 0;\n  while (n) s += p[--n] * 3;\n  return s;\n}\n"
  private static let fold = """
    X(fold) int fold(int *p, int n) {
      int s = 1;
      for (int i = 0; i < n; i++)
        s ^= p[i] + 7;
      if (s == 12345) __builtin_trap();
      return s;
    }

    """
  private static let crash = "X(crash) int crash(int n) {\n  if (n > 3)\n    __builtin_trap();\n  return n * 2;\n}\n"
  /// A file in which nothing changes.
  private static let steady = export + "X(steady) int steady(int *p) {\n  return p[1] ^ p[2];\n}\n"

  /// A companion of the `old` files beside a module of the `new` ones.
  private static func compare(
    old: [String: String], new: [String: String], flags: [String] = [], shipping: [String] = ["--strip-all"]
  ) throws -> CompanionComparison {
    let tools = try Toolchain()
    func objects(_ files: [String: String], _ folder: String) throws -> [String] {
      let headers = files.filter { $0.key.hasSuffix(".h") }
      return try files.keys.filter { $0.hasSuffix(".c") }.sorted().map {
        try tools.compile(files[$0] ?? "", $0, folder: folder, headers: headers, flags: flags)
      }
    }
    let mine = try objects(new, "new")
    let shipped = try tools.link(mine, "app.wasm", ["--compress-relocations"] + shipping)
    return try CompanionComparison(
      shipped: Places.bytes(shipped).array, own: tools.link(mine, "own.wasm"),
      other: tools.link(objects(old, "old"), "other.wasm"))
  }

  private static func source(_ functions: String...) -> String { export + functions.joined() }

  @Test func aFunctionWasAdded() throws {
    let compared = try Self.compare(
      old: ["a.c": Self.source(Self.sum, Self.crash), "b.c": Self.steady],
      new: ["a.c": Self.source(Self.sum, Self.fold, Self.crash), "b.c": Self.steady])
    // What was added may have been put beside anything.
    #expect(compared.right == 0)
    #expect(compared.none > 50)
  }

  @Test func aFunctionWasDeleted() throws {
    let compared = try Self.compare(
      old: ["a.c": Self.source(Self.sum, Self.fold, Self.crash), "b.c": Self.steady],
      new: ["a.c": Self.source(Self.sum, Self.crash), "b.c": Self.steady])
    // The other file is as it was.
    #expect(compared.right > 5)
    #expect(compared.none > 20)
  }

  /// With calls, whose padding makes a map of it, and without.
  @Test(arguments: [true, false]) func functionsOfTheSameCodeChangedPlaces(_ isPadded: Bool) throws {
    let twin = Self.crash.replacing("crash", with: "twin").replacing("  return", with: "\n\n  return")
    let user = isPadded ? "X(user) int user(int n) { return crash(n) + twin(n + 1) + 1; }\n" : ""
    let compared = try Self.compare(
      old: ["a.c": Self.source(Self.crash, twin, user), "b.c": Self.steady],
      new: ["a.c": Self.source(twin, Self.crash, user), "b.c": Self.steady])
    #expect(compared.none > 20)
    #expect((compared.right > 0) == isPadded)
  }

  /// Of two functions with the same code one link keeps one, and which of them nobody knows.
  @Test func oneOfTwoAlikeWasLeftOut() throws {
    let pair = """
      typedef int (*F)(int);
      __attribute__((noinline)) int first(int n) { if (n > 3)
          __builtin_trap();
        return n;
      }
      __attribute__((noinline)) int second(int n) {
        if (n > 3) __builtin_trap();
        return n;
      }

      """
    let use = "F volatile table[2] = { first, second };\nX(go) int go(int n) { return table[n & 1](n) + 1; }\n"
    let compared = try Self.compare(
      old: ["a.c": Self.source(Self.fold, pair, use)],
      new: ["a.c": Self.source(Self.fold, pair, use.replacing("first, second", with: "second, 0"))])
    #expect(compared.none > 50)
  }

  /// The header's users are in two files. One of them has changed with the header, and its old code had nothing of it.
  @Test(arguments: ["-gdwarf-4", "-gdwarf-5"]) func aHeaderWasChanged(_ version: String) throws {
    let check = "static inline int check(int n) {\n  if (n > 3)\n    __builtin_trap();\n  return n * 2;\n}\n"
    let fresh = "static inline int fresh(int x) {\n  int y = x * 77;\n  y ^= 5;\n  return y;\n}\n"
    let user = "#include \"h.h\"\n" + Self.export
    let compared = try Self.compare(
      old: [
        "a.c": user + "X(fa) int fa(int n) { return n + 9; }\n", "h.h": check,
        "b.c": user + "X(fb) int fb(int n) { return check(n); }\n" + Self.sum,
      ],
      new: [
        "a.c": user + "X(fa) int fa(int n) { return fresh(n); }\n", "h.h": fresh + check,
        "b.c": user + "X(fb) int fb(int n) { return check(n); }\n" + Self.sum,
      ], flags: [version])
    // The lines of the file itself, but not those of the header.
    #expect(compared.right > 20)
    #expect(compared.none > 10)
    #expect(compared.nameless == 0)
  }
}
