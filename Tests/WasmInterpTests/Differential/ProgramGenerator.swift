import ByteCursor
import TestSupport
import WasmBinary

/// A random module that cannot trap, run for ever or depend on anything outside: its export `main` calls all its
/// functions and returns a number for each that hangs on their results, the globals and the memory. NaN is replaced
/// where arithmetic makes it, because which one it makes is not fixed.
///
/// Functions are of three levels; each calls only functions of lower ones, so that they come to an end.
struct ProgramGenerator {
  struct Signature {
    let type: UInt32
    let parameters: [ValueType]
    let results: [ValueType]
    let level: Int
  }
  struct GlobalVariable {
    let index: UInt32
    let type: ValueType
  }

  private(set) var module = ModuleBuilder()
  private var random: SeededGenerator
  private(set) var signatures: [Signature] = []
  private(set) var globals: [GlobalVariable] = []
  let hasVectors: Bool
  /// The values of exceptions of tag 0 and 1.
  static let tags: [[ValueType]] = [[], [.i32, .i64]]

  static let functionCount = 48

  /// The module of a seed.
  static func module(seed: UInt64, hasVectors: Bool) -> [UInt8] {
    var generator = ProgramGenerator(seed: seed, hasVectors: hasVectors)
    generator.declare()
    for index in 0..<functionCount {
      var body = BodyGenerator(generator, index, seed: generator.random.next())
      let code = body.generate()
      generator.module = body.module
      generator.module.function(type: generator.signatures[index].type, rawBody: code)
    }
    generator.main()
    return generator.module.fileBytes
  }

  private init(seed: UInt64, hasVectors: Bool) {
    random = SeededGenerator(seed: seed)
    self.hasVectors = hasVectors
  }

  /// The types that values have, the usual ones more often.
  static func types(hasVectors: Bool) -> [ValueType] {
    [.i32, .i32, .i32, .i32, .i64, .i64, .f64, .f32, .funcref, .reference(.exnref)]
      + (hasVectors ? [.v128, .v128] : [])
  }

  private mutating func declare() {
    let types = Self.types(hasVectors: hasVectors)
    func list(_ count: ClosedRange<Int>, _ random: inout SeededGenerator) -> [ValueType] {
      (0..<Int.random(in: count, using: &random)).map { _ in types.randomElement(using: &random)! }
    }
    // Few signatures, so that there are functions for tail calls.
    let results = [[], [ValueType.i32], [.i64], list(2...4, &random), list(7...12, &random)]
    for index in 0..<Self.functionCount {
      let parameters = list(0...6, &random)
      let chosen = results.randomElement(using: &random)!
      signatures.append(
        Signature(
          type: module.type(parameters, chosen), parameters: parameters, results: chosen,
          level: index * 3 / Self.functionCount))
    }
    module.memory(MemoryType(SizeLimits(1, 1)))
    for tag in Self.tags { module.tag(tag) }
    for (type, value): (ValueType, ConstantValue) in [
      (.i32, .i32(7)), (.i64, .i64(-9)), (.f64, .f64(1.5.bitPattern)), (.funcref, .null(.func)), (.i32, .i32(0)),
    ] {
      globals.append(GlobalVariable(index: module.global(GlobalType(type, isMutable: true), value), type: type))
    }
    if hasVectors {
      let index = module.global(GlobalType(.v128, isMutable: true), .v128(low: 1, high: 2))
      globals.append(GlobalVariable(index: index, type: .v128))
    }
    module.table(TableType(.funcref, SizeLimits(UInt64(Self.functionCount))))
    module.elements(at: 0, (0..<UInt32(Self.functionCount)).map { $0 })
  }

  // MARK: main

  /// Locals of `main`: the number so far, and one of each type that takes two steps to look at.
  private static let mainLocals: [LocalGroup] = [
    LocalGroup(count: 1, type: .i64), LocalGroup(count: 1, type: .f32), LocalGroup(count: 1, type: .f64),
    LocalGroup(count: 1, type: .i32), LocalGroup(count: 1, type: .i64), LocalGroup(count: 1, type: .v128),
  ]

  private mutating func main() {
    var code = ByteBuilder()
    for (index, signature) in signatures.enumerated() {
      // block (try_table (catch_all 0) …)
      code.raw([0x02, 0x40, 0x1f, 0x40, 1, 2, 0])
      for parameter in signature.parameters { code.constant(of: parameter, &random) }
      code.u8(0x10)
      code.uleb(UInt64(index))
      for result in signature.results.reversed() { fold(result, &code) }
      code.raw([0x0b, 0x0b])
      for global in globals {
        code.u8(0x23)
        code.uleb(UInt64(global.index))
        fold(global.type, &code)
      }
      foldMemory(&code)
      code.raw([0x20, 0])
    }
    code.u8(0x0b)
    module.function(
      [], [ValueType](repeating: .i64, count: signatures.count),
      locals: hasVectors ? Self.mainLocals : Self.mainLocals.dropLast(), body: code.bytes, export: "main")
  }

  /// Takes a value from the stack into the number.
  private func fold(_ type: ValueType, _ code: inout ByteBuilder) {
    switch type {
    case .i32: code.u8(0xad)
    case .i64: break
    case .f32:
      code.withoutNaN(.f32, local: 1)
      code.raw([0xbc, 0xad])
    case .f64:
      code.withoutNaN(.f64, local: 2)
      code.u8(0xbd)
    case .v128:
      // Lane 0 goes in first, then lane 1.
      code.raw([0x22, 5, 0xfd, 0x1d, 0])
      fold(.i64, &code)
      code.raw([0x20, 5, 0xfd, 0x1d, 1])
    case .reference: code.raw([0xd1, 0xad])
    }
    // number := rotl(number, 7) * 31 + value
    code.raw([0x20, 0, 0x42, 7, 0x89, 0x42, 31, 0x7e, 0x7c, 0x21, 0])
  }

  /// The memory's first 256 bytes.
  private func foldMemory(_ code: inout ByteBuilder) {
    // local 3 := 256; loop: local 3 -= 8; fold the eight bytes there; again unless 0
    code.raw([0x41, 0x80, 2, 0x21, 3, 0x03, 0x40, 0x20, 3, 0x41, 8, 0x6b, 0x22, 3, 0x29, 3, 0])
    fold(.i64, &code)
    code.raw([0x20, 3, 0x0d, 0, 0x0b])
  }
}

extension ByteBuilder {
  /// A constant of a type.
  mutating func constant(of type: ValueType, _ random: inout SeededGenerator) {
    switch type {
    case .i32:
      u8(0x41)
      sleb(Int64(Int32.random(in: -3...9, using: &random) &* ([1, 1, 1, 0x1000_0001].randomElement(using: &random)!)))
    case .i64:
      u8(0x42)
      sleb(Int64.random(in: -3...9, using: &random) &* ([1, 1, 1 << 31, 1 << 60].randomElement(using: &random)!))
    case .f32:
      u8(0x43)
      u32(([0, -0.0, 1, -2.5, 1e20, .infinity] as [Float]).randomElement(using: &random)!.bitPattern)
    case .f64:
      u8(0x44)
      u64(([0, -0.0, 1, -2.5, 1e300, .infinity] as [Double]).randomElement(using: &random)!.bitPattern)
    case .v128:
      raw([0xfd, 0x0c])
      u64(random.next())
      u64(UInt64.random(in: 0...3, using: &random))
    case .reference(let type):
      u8(0xd0)
      heapType(type.heapType)
    }
  }

  /// Replaces a NaN on the stack by a number.
  mutating func withoutNaN(_ type: ValueType, local: UInt32) {
    func access(_ opcode: UInt8, _ builder: inout ByteBuilder) {
      builder.u8(opcode)
      builder.uleb(UInt64(local))
    }
    access(0x22, &self)
    if type == .f32 {
      u8(0x43)
      u32(Float(7).bitPattern)
    } else {
      u8(0x44)
      u64(7.0.bitPattern)
    }
    access(0x20, &self)
    access(0x20, &self)
    raw([type == .f32 ? 0x5b : 0x61, 0x1b])
  }
}
