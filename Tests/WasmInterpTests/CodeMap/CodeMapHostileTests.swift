import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Modules and maps that nobody links.
@Suite struct CodeMapHostileTests {
  private static func pair() throws -> (map: CodeMap, shipped: WasmModule) {
    let companion = try WasmModule(Places.bytes(Places.samples + "/crash-c/crash.wasm"))
    let shipped = try WasmModule(Bytes(copying: ShrunkModule(companion).bytes))
    return (try CodeMap(companion: companion, shipped: shipped), shipped)
  }

  @Test func everyChangeOfAMapIsNoticed() throws {
    let (map, shipped) = try Self.pair()
    let encoded = map.encoded()
    for index in encoded.indices {
      var changed = encoded
      changed[index] ^= 1 << UInt8(index & 7)
      #expect(throws: CodeMap.Unmapped.self, "byte \(index)") {
        try CodeMap(section: Bytes(copying: changed), shipped: shipped)
      }
    }
    for count in 0..<encoded.count {
      #expect(throws: CodeMap.Unmapped.self, "\(count) bytes") {
        try CodeMap(section: Bytes(copying: encoded.prefix(count)), shipped: shipped)
      }
    }
  }

  /// The fingerprint of docs/code-map.md, once more.
  private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    func step(_ hash: UInt64, _ word: UInt64) -> UInt64 { (hash ^ word) &* 0x0000_0100_0000_01b3 }
    let basis: UInt64 = 0xcbf2_9ce4_8422_2325
    var lanes = (0..<4).map { basis + UInt64($0) }
    var position = 0
    while bytes.count - position >= 32 {
      for lane in 0..<4 {
        let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[position + 8 * lane + $1]) << UInt64(8 * $1) }
        lanes[lane] = step(lanes[lane], word)
      }
      position += 32
    }
    var hash = lanes.reduce(basis) { step($0, $1 ^ $1 >> 32) }
    for byte in bytes[position...] { hash = step(hash, UInt64(byte)) }
    return step(hash, UInt64(bytes.count))
  }

  @Test func mapsOfWhateverContents() throws {
    let (map, shipped) = try Self.pair()
    let encoded = Array(map.encoded().dropLast(8))
    #expect(
      Array(map.encoded().suffix(8))
        == (0..<8).map { UInt8(truncatingIfNeeded: Self.fingerprint(encoded) >> UInt64(8 * $0)) })
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var (refused, damaged, mapped) = (0, 0, 0)
    for _ in 0..<3000 {
      var changed = encoded
      for _ in 0...random(4) { changed[random(changed.count)] = UInt8(random(256)) }
      if random(10) == 0 { changed.removeLast(random(changed.count)) }
      let check = Self.fingerprint(changed)
      changed += (0..<8).map { UInt8(truncatingIfNeeded: check >> UInt64(8 * $0)) }
      guard let read = try? CodeMap(section: Bytes(copying: changed), shipped: shipped) else {
        refused += 1
        continue
      }
      for body in shipped.bodies {
        guard let function = try? read.map(of: body.function) else {
          damaged += 1
          continue
        }
        mapped += 1
        // Whatever is said stays within what is said to be the body.
        var last: CodeOffset?
        for offset in function.instructionOffsets {
          let companion = try #require(function.companionOffset(of: offset))
          #expect(companion.rawValue < UInt64(function.companionSize))
          #expect(last.map { $0 < companion } ?? true)
          #expect(function.shippedOffset(of: companion) == offset)
          last = companion
        }
      }
      _ = read.function(holding: CodeAddress(UInt64(random(1 << 20))))
      _ = read.survey
    }
    #expect(refused > 300)
    #expect(damaged > 100)
    #expect(mapped > 1000)
  }

  @Test func damagedCodeIsNotMapped() throws {
    let (_, shipped) = try Self.pair()
    let companion = try WasmModule(Places.bytes(Places.samples + "/crash-c/crash.wasm"))
    let code = try #require(shipped.section(.code)?.contents)
    let good = shipped.file.array
    var state: UInt64 = 7
    for _ in 0..<300 {
      var changed = good
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        changed[code.start + Int(state >> 33) % code.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      let module = try WasmModule(Bytes(copying: changed))
      guard let map = try? CodeMap(companion: companion, shipped: module) else { continue }
      for body in module.bodies { _ = try? map.map(of: body.function) }
      _ = map.encoded()
    }
  }

  /// Code that both modules have byte for byte is mapped although some of its immediates mean nothing; then the map that is
  /// written of it says the same.
  @Test func codeThatCannotBeReadIsWrittenAsItIsMapped() throws {
    var builder = ModuleBuilder()
    let nops = [UInt8](repeating: 0x01, count: 16)
    // A block of no type, a constant of more bytes than a number of 32 bits has, and an offset of more than one of 64 bits has.
    builder.function([], [], body: nops + [0x02, 0x41, 0x0b, 0x0b])
    builder.function([], [], body: nops + [0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a, 0x0b])
    builder.function(
      [], [], body: nops + [0x41, 0x00, 0x28, 0x02] + [UInt8](repeating: 0x80, count: 10) + [0x00, 0x1a, 0x0b])
    let module = try WasmModule(builder.bytes)
    let map = try CodeMap(companion: module, shipped: module)
    let read = try CodeMap(section: Bytes(copying: map.encoded()), shipped: module)
    for (body, count) in zip(module.bodies, [19, 19, 20]) {
      let offsets = try map.map(of: body.function).instructionOffsets
      #expect(offsets.count == count)
      let written = try read.map(of: body.function)
      #expect(written.instructionOffsets == offsets)
      #expect(offsets.allSatisfy { written.companionOffset(of: $0) == $0 })
    }
  }

  /// Many functions, none where it was: no step may look at all of them for each.
  @Test func aHundredThousandFunctions() throws {
    let count: UInt32 = 100_000
    func module(_ order: some Sequence<UInt32>, width: Int) throws -> WasmModule {
      var builder = ModuleBuilder()
      builder.bodySizeWidth = width
      for number in order {
        var body = ByteBuilder()
        body.raw([0x41])
        // Every fourth has the same code as others.
        body.sleb(Int64(number % 4 == 0 ? number % 64 : number))
        body.raw([0x0b])
        builder.function([], [.i32], body: body.bytes)
      }
      return try WasmModule(builder.bytes)
    }
    let map = try CodeMap(
      companion: module(0..<count, width: 5), shipped: module((0..<count).reversed().dropLast(3), width: 1))
    // Of those that are the only ones of their code, two were left out.
    #expect(map.survey.mappedFunctions == 74_998)
    let read = try CodeMap(section: Bytes(copying: map.encoded()), shipped: map.shipped)
    #expect(read.survey.mappedFunctions == map.survey.mappedFunctions)
    #expect(read.companionFunction(of: 0) == map.companionFunction(of: 0))
  }
}
