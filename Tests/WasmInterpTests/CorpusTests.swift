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

/// Real modules: every body decodes to its exact end, which the code section's sizes say on their own.
@Suite(.enabled(if: Places.hasCorpus)) struct CorpusTests {
  /// The modules of the corpus that have code.
  static let modules = [
    "atomic", "big64", "bigfull", "bigzero", "bulk", "caller", "companion-O2", "div", "divovf", "dynmain", "exn",
    "fltglob", "gc", "hostbad", "hostexit", "imptrap", "lib", "loop", "mem64", "multimem", "nullel", "oob", "refglob",
    "ret", "segtrap", "shared", "shipped-O2", "sig", "so", "starttrap", "toob", "traps-O0", "traps-O0.stripped",
    "traps-O2", "traps-dw5-O2", "trunc", "v128glob",
  ]

  static func module(_ name: String) -> Bytes? { try? Places.bytes("\(Places.corpus)/\(name).wasm") }

  @Test func everyBodyDecodesToItsEnd() throws {
    var modules = 0
    var instructions = 0
    for name in Self.modules {
      guard let module = Self.module(name) else { continue }
      modules += 1
      for body in try bodies(of: module) {
        let reader = try BodyReader(body)
        let decoded = try decodeAll(body, from: reader.firstInstruction)
        #expect(decoded.last?.opcode == .end, "\(name)")
        #expect(decoded.last?.end == CodeOffset(UInt64(body.count)), "\(name)")
        // Blocks that open are closed, and the last end closes the body.
        let opened = decoded.count { $0.opcode.opensBlock }
        #expect(decoded.count { $0.opcode == .end || $0.opcode == .delegate } == opened + 1, "\(name)")

        var skipping = try reader.instructions
        for instruction in decoded {
          #expect(skipping.codeOffset == instruction.codeOffset)
          #expect(try skipping.nextOpcodeSkippingImmediates() == instruction.opcode)
        }
        #expect(skipping.isAtEnd)
        instructions += decoded.count
      }
    }
    #expect(modules >= 30)
    #expect(instructions > 50_000)
  }

  @Test func flippedBytesOfRealCodeNeverTrap() throws {
    let module = try #require(Self.module("shipped-O2"))
    let bodies = try bodies(of: module).map(\.array)
    var random = SeededGenerator(seed: 11)
    let formatter = InstructionFormatter(listLimit: 8)
    for _ in 0..<4_000 {
      var bytes = try #require(bodies.randomElement(using: &random))
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let body = Bytes(copying: bytes)
      guard let reader = try? BodyReader(body), var decoder = try? reader.instructions else { continue }
      while let instruction = try? decoder.next() { _ = formatter.text(instruction, in: body) }
      let offset = CodeOffset(UInt64.random(in: 0...UInt64(bytes.count), using: &random))
      if let found = reader.instruction(at: offset) { #expect(found.codeOffset == offset) }
    }
  }
}

private let largeModule = getenv("WASMPM_LARGE_MODULE").map { String(cString: $0) }

/// Speed on a large module, which the variable `WASMPM_LARGE_MODULE` names. Printed, not judged.
@Suite(.enabled(if: largeModule != nil)) struct LargeModuleTests {
  @Test func skippingAndDecodingReachTheEnd() throws {
    let bodies = try bodies(of: try Places.bytes(try #require(largeModule)))
    let size = bodies.reduce(0) { $0 + $1.count }
    // Processor time, and the best of some runs: the first one reads the file.
    func speed(_ run: () throws -> Void) rethrows -> Int {
      var best = clock_t.max
      for _ in 0..<3 {
        let start = clock()
        try run()
        best = min(best, clock() - start)
      }
      return Int(Double(size) / 1e6 / (Double(best) / Double(CLOCKS_PER_SEC)))
    }
    var skipped = 0
    let skipping = try speed {
      for body in bodies {
        var decoder = try BodyReader(body).instructions
        while !decoder.isAtEnd {
          _ = try decoder.nextOpcodeSkippingImmediates()
          skipped += 1
        }
      }
    }
    var decoded = 0
    let decoding = try speed {
      for body in bodies {
        var decoder = try BodyReader(body).instructions
        while !decoder.isAtEnd { decoded += try decoder.next().length > 0 ? 1 : 0 }
      }
    }
    #expect(skipped == decoded)
    print("\(size) bytes, \(decoded / 3) instructions: skipping \(skipping) MB/s, decoding \(decoding) MB/s")
  }
}
