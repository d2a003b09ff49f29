import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Random programs, run here and by wasmtime (on the search path, or named by the variable WASMTIME), which have to
/// agree. `WASMPM_PROGRAMS` says how many, `WASMPM_SEED` from which seed on. What wasmtime makes of the first ones is
/// committed (`WASMPM_BLESS=1` writes it anew, with wasmtime), so that there is something to compare with everywhere.
@Suite struct DifferentialTests {
  /// A random program: its seed, and whether it has vectors.
  struct Program: Sendable, Hashable, CustomTestStringConvertible {
    let seed: UInt64
    let hasVectors: Bool

    var bytes: [UInt8] { ProgramGenerator.module(seed: seed, hasVectors: hasVectors) }
    var testDescription: String { "\(seed) \(hasVectors ? "vectors" : "plain")" }
  }

  /// Nil where it is absent or does not run.
  private static let wasmtime = Tool("wasmtime", variable: "WASMTIME").flatMap {
    $0.output(["--version"])?.hasPrefix("wasmtime") ?? false ? $0 : nil
  }

  private static func variable(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
  private static func programs(_ seeds: Range<UInt64>, hasVectors: Bool) -> [Program] {
    seeds.flatMap { seed in
      (hasVectors ? [false, true] : [false]).map { Program(seed: seed, hasVectors: $0) }
    }
  }

  private static let programs: [Program] = {
    let first = variable("WASMPM_SEED") ?? 1
    return programs(first..<first + (variable("WASMPM_PROGRAMS") ?? 12), hasVectors: hasVectors)
  }()
  private static let committed = programs(1..<25, hasVectors: hasVectors)

  /// Whether vector instructions run here.
  private static let hasVectors: Bool = {
    var module = ModuleBuilder()
    module.function([.i64], [.i64], body: [0x20, 0, 0xfd, 0x12, 0xfd, 0x1d, 1, 0x0b], export: "main")
    return (try? run(module.fileBytes, [.i64(7)])) == [.i64(7)]
  }()

  private static func run(_ bytes: [UInt8], _ arguments: [Value] = []) throws -> [Value] {
    let module = try WasmModule(Bytes(copying: bytes))
    try Validator.validate(module)
    let store = try Store()
    let instance = try store.instantiate(module)
    guard case .function(let main)? = instance.export("main") else { throw Failure.noMain }
    return try store.invoke(main, arguments)
  }

  /// What wasmtime says of the program.
  private static func run(_ program: Program, in tool: Tool) throws -> [Int64] {
    let folder = try TemporaryFolder()
    let file = try folder.write("program.wasm", program.bytes)
    let output = try #require(tool.output(["run", "-W", "all-proposals=y", "--invoke", "main", file]))
    return output.split(separator: "\n").compactMap { Int64($0) }
  }

  enum Failure: Error { case noMain }

  @Test(.enabled(if: wasmtime != nil), arguments: programs) func programsRunAsInWasmtime(program: Program) throws {
    let theirs = try Self.run(program, in: try #require(Self.wasmtime))
    #expect(theirs.count == ProgramGenerator.functionCount)
    let ours = try Self.run(program.bytes)
    // The first function that differs; the numbers of later ones hang on it.
    let first = zip(ours, theirs).enumerated().first { $1.0 != .i64($1.1) }
    #expect(first == nil, "function \(first?.offset ?? 0)")
  }

  // MARK: What is committed

  private static let path = Places.root + "/Tests/WasmInterpTests/Differential/Programs.txt"

  /// The last number of a program hangs on all that it does.
  @Test(.enabled(if: !Blessing.isOn), arguments: committed) func programsRunAsCommitted(program: Program) throws {
    let lines = try Places.bytes(Self.path).string.split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(program.testDescription + " ") })
    let expected = try #require(line.split(separator: " ").last.flatMap { Int64($0) })
    #expect(try Self.run(program.bytes).last == .i64(expected))
  }

  @Test(.enabled(if: Blessing.isOn && wasmtime != nil)) func bless() throws {
    let tool = try #require(Self.wasmtime)
    let lines = try Self.programs(1..<25, hasVectors: true).map { program in
      "\(program.testDescription) \(try #require(try Self.run(program, in: tool).last))\n"
    }
    try Blessing.write(lines.joined(), to: Self.path)
  }
}
