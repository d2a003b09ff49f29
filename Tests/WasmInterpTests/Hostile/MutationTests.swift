import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Real modules with some bytes changed: what is still valid runs to some end, the rest is refused. A crash or a hang
/// is the failure; that enough of them are valid and run shows that the test means something.
@Suite struct MutationTests {
  private static let suite = Places.root + "/Tests/WasmInterpTests/Wast/Converted"

  /// Changes a few bytes, mostly by little.
  private static func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> Bytes {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let position = Int.random(in: 8..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes[position] &+= 1
      default: bytes[position] = bytes[Int.random(in: 8..<bytes.count, using: &random)]
      }
    }
    return Bytes(copying: bytes)
  }

  private struct Tally {
    var refused = 0
    var notInstantiated = 0
    var calls: [Trap.Kind?: Int] = [:]

    mutating func add(_ outcome: HostileRun.Outcome) {
      switch outcome {
      case .refused: refused += 1
      case .notInstantiated: notInstantiated += 1
      case .ran(let ends): for end in ends.values { calls[end, default: 0] += 1 }
      }
    }
  }

  @Test func modulesOfTheOwnSuite() throws {
    var random = SeededGenerator(seed: 20_240_917)
    var tally = Tally()
    for name in OwnSuiteTests.names {
      let folder = "\(Self.suite)/\(name)"
      for file in try TemporaryFolder.names(in: folder) where file.hasSuffix(".wasm") {
        let bytes = try Places.bytes("\(folder)/\(file)").array
        guard bytes.count > 16 else { continue }
        for _ in 0..<300 { tally.add(HostileRun.run(Self.mutate(bytes, &random))) }
      }
    }
    print("own suite: \(tally)")
    #expect(tally.refused > 5000)
    #expect(tally.notInstantiated > 100)
    #expect(tally.calls[nil, default: 0] > 5000)
    for kind: Trap.Kind in [.memoryOutOfBounds, .unreachable, .outOfFuel, .stackExhausted, .integerDivideByZero] {
      #expect(tally.calls[kind, default: 0] > 0, "\(kind)")
    }
  }

  /// A bit of the code section, which is what runs.
  @Test(arguments: ["structs/structs", "split/app", "recursion/recursion", "zigparse/zigparse"])
  func samplePrograms(_ name: String) throws {
    let original = try Places.bytes("\(Places.samples)/\(name).wasm").array
    let bodies = try WasmModule(Bytes(copying: original)).bodies
    var random = SeededGenerator(seed: 7)
    var tally = Tally()
    for _ in 0..<200 {
      var bytes = original
      let body = bodies[Int.random(in: 0..<bodies.count, using: &random)]
      let position = Int(body.fileOffset.rawValue) + Int.random(in: 0..<body.contents.count, using: &random)
      // A small change: most others make a type mismatch.
      bytes[position] ^= 1 << UInt8.random(in: 0..<3, using: &random)
      tally.add(HostileRun.run(Bytes(copying: bytes)))
    }
    print("\(name): \(tally)")
    #expect(tally.refused + tally.notInstantiated < 190)
    #expect(!tally.calls.isEmpty)
  }
}
