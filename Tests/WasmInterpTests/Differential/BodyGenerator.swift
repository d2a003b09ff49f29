import ByteCursor
import TestSupport
import WasmBinary

/// Makes a random valid body: it follows the types on the operand stack and does what they allow, preferably what a
/// translator can get wrong: copies of locals that change, comparisons in front of branches, constants, branches that
/// carry operands.
struct BodyGenerator {
  /// What block types are added to.
  var module: ModuleBuilder
  var code = ByteBuilder()
  var random: SeededGenerator
  let program: ProgramGenerator
  let signature: ProgramGenerator.Signature
  let locals: [ValueType]
  /// Counts loops down: no branch goes back when it is used up.
  let counter: UInt32
  let float32: UInt32
  let float64: UInt32
  var labels: [Label] = []
  var stack: [ValueType] = []
  /// The stack's height at the start of the current block.
  var base = 0
  /// How many more instructions there may be, roughly.
  var budget = 120

  struct Label {
    let types: [ValueType]
    let isLoop: Bool
  }

  init(_ program: ProgramGenerator, _ index: Int, seed: UInt64) {
    self.program = program
    module = program.module
    random = SeededGenerator(seed: seed)
    signature = program.signatures[index]
    let types = ProgramGenerator.types(hasVectors: program.hasVectors)
    var own: [ValueType] = []
    for _ in 0..<8 { own.append(types.randomElement(using: &random)!) }
    let all = signature.parameters + own
    counter = UInt32(all.count)
    float32 = counter + 1
    float64 = counter + 2
    locals = all
  }

  /// The body from its locals vector on.
  mutating func generate() -> [UInt8] {
    let declared = locals.dropFirst(signature.parameters.count) + [.i32, .f32, .f64]
    code.vector(Array(declared)) {
      $0.u8(1)
      $0.valueType($1)
    }
    code.raw([0x41, 10])
    access(0x21, counter)
    labels = [Label(types: signature.results, isLoop: false)]
    if !sequence() { settle(signature.results) }
    code.u8(0x0b)
    return code.bytes
  }

  // MARK: Chance

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func type() -> ValueType {
    ProgramGenerator.types(hasVectors: program.hasVectors).randomElement(using: &random)!
  }
  private mutating func types(_ range: ClosedRange<Int>) -> [ValueType] {
    (0..<Int.random(in: range, using: &random)).map { _ in type() }
  }
  /// A local of a type.
  mutating func local(_ type: ValueType) -> UInt32? {
    locals.indices.filter { locals[$0] == type }.randomElement(using: &random).map { UInt32($0) }
  }

  // MARK: Operands

  mutating func access(_ opcode: UInt8, _ index: UInt32) {
    code.u8(opcode)
    code.uleb(UInt64(index))
  }

  mutating func push(_ type: ValueType, depth: Int = 0) {
    budget -= 1
    defer { stack.append(type) }
    if chance(55), let local = local(type) {
      access(0x20, local)
    } else if type == .i32, depth < 3, chance(50) {
      compare(depth: depth)
    } else if type == .funcref, chance(60) {
      access(0xd2, UInt32(number(0..<ProgramGenerator.functionCount)))
    } else if chance(20), let global = program.globals.filter({ $0.type == type }).randomElement(using: &random) {
      access(0x23, global.index)
    } else {
      code.constant(of: type, &random)
    }
  }

  private mutating func compare(depth: Int) {
    let height = stack.count
    switch number(0..<6) {
    case 0:
      push(.i32, depth: depth + 1)
      code.u8(0x45)
    case 1:
      push(.i64, depth: depth + 1)
      code.u8(0x50)
    case 2:
      push(.funcref, depth: depth + 1)
      code.u8(0xd1)
    case 3:
      push(.f64, depth: depth + 1)
      push(.f64, depth: depth + 1)
      code.u8(UInt8(number(0x61..<0x67)))
    case 4:
      push(.i64, depth: depth + 1)
      push(.i64, depth: depth + 1)
      code.u8(UInt8(number(0x51..<0x5b)))
    default:
      push(.i32, depth: depth + 1)
      push(.i32, depth: depth + 1)
      code.u8(UInt8(number(0x46..<0x50)))
    }
    stack.removeLast(stack.count - height)
  }

  /// Puts operands of these types on top, or uses those that are there.
  mutating func provide(_ types: [ValueType]) {
    if stack.count - base >= types.count, stack.suffix(types.count).elementsEqual(types), chance(70) { return }
    for type in types { push(type) }
  }

  /// Makes the current block's operands these, at its end.
  mutating func settle(_ types: [ValueType]) {
    let operands = stack[base...]
    var common = 0
    while common < min(operands.count, types.count), operands[base + common] == types[common] { common += 1 }
    while stack.count > base + common { discard() }
    for type in types.dropFirst(common) { push(type) }
  }

  private mutating func discard() {
    let type = stack.removeLast()
    if chance(40), let local = local(type) { access(0x21, local) } else { code.u8(0x1a) }
  }

  // MARK: Instructions

  /// Instructions of a block.
  /// - Returns: whether its end is unreachable.
  mutating func sequence() -> Bool {
    var count = number(2..<14)
    while count > 0, budget > 0 {
      count -= 1
      switch number(0..<20) {
      case 0...3: push(type())
      case 4...6: setLocal()
      case 7...10: operate()
      case 11, 12: structured()
      case 13, 14: branchIf()
      case 15: if call() { return true }
      case 16: memory()
      case 17: select()
      case 18: if stack.count > base { discard() }
      default: if chance(25), labels.count > 1 { return leave() }
      }
    }
    return false
  }

  private mutating func setLocal() {
    guard stack.count > base, let type = stack.last, let local = local(type) else { return }
    if chance(50) {
      access(0x22, local)
    } else {
      access(0x21, local)
      stack.removeLast()
    }
  }

  private mutating func select() {
    let type = stack.count > base ? stack[stack.count - 1] : .i64
    provide([type, type])
    push(.i32)
    if case .reference = type {
      code.raw([0x1c, 1])
      code.valueType(type)
    } else {
      code.u8(0x1b)
    }
    stack.removeLast(2)
  }

  private mutating func memory() {
    // An address in the first 128 bytes, of an i32.
    func address(_ generator: inout BodyGenerator) {
      generator.push(.i32)
      generator.code.raw([0x41, 0x70, 0x71, 0x41, 0xff, 0, 0x71])
      generator.stack.removeLast()
    }
    let forms: [(type: ValueType, load: UInt8, store: UInt8)] = [
      (.i32, 0x28, 0x36), (.i64, 0x29, 0x37), (.i32, 0x2c, 0x3a), (.i64, 0x33, 0x3d), (.f64, 0x2b, 0x39),
    ]
    let form = forms.randomElement(using: &random)!
    address(&self)
    if chance(50) {
      stack.append(.i32)
      push(form.type)
      code.raw([form.store, 0, 3])
      stack.removeLast(2)
    } else {
      code.raw([form.load, 0, 5])
      if form.type == .f64 { code.withoutNaN(.f64, local: float64) }
      stack.append(form.type)
    }
    if chance(30), let global = program.globals.randomElement(using: &random) {
      push(global.type)
      access(0x24, global.index)
      stack.removeLast()
    }
  }

  // MARK: Blocks

  /// A block of any kind around operands that are there.
  private mutating func structured() {
    guard labels.count < 6 else { return }
    let count = min(number(0..<4), stack.count - base)
    let parameters = Array(stack.suffix(count))
    switch number(0..<4) {
    case 0: block(0x02, parameters, types(0...3))
    case 1: block(0x03, parameters, types(0...3))
    case 2: tryTable(parameters)
    default:
      let results = types(0...3)
      push(.i32)
      stack.removeLast()
      enter(0x04, parameters, results, Label(types: results, isLoop: false))
      let floor = base
      if !sequence() { settle(results) }
      // Without an else where that is valid, and sometimes nevertheless.
      if results != parameters || chance(70) {
        code.u8(0x05)
        stack = stack.prefix(floor) + parameters
        if !sequence() { settle(results) }
      }
      exit(results)
    }
  }

  private mutating func block(_ opcode: UInt8, _ parameters: [ValueType], _ results: [ValueType]) {
    let isLoop = opcode == 0x03
    enter(opcode, parameters, results, Label(types: isLoop ? parameters : results, isLoop: isLoop))
    if !sequence() { settle(results) }
    exit(results)
  }

  private var bases: [Int] = []

  private mutating func enter(
    _ opcode: UInt8, _ parameters: [ValueType], _ results: [ValueType], _ label: Label
  ) {
    code.u8(opcode)
    code.sleb(Int64(module.type(parameters, results)))
    bases.append(base)
    base = stack.count - parameters.count
    labels.append(label)
  }

  private mutating func exit(_ results: [ValueType]) {
    code.u8(0x0b)
    stack = stack.prefix(base) + results
    base = bases.removeLast()
    labels.removeLast()
  }

  /// A `try_table` in a block that its handler goes on from, with the exception's values.
  private mutating func tryTable(_ parameters: [ValueType]) {
    let kind = number(0..<4)
    let tag = number(0..<2)
    let values = (kind < 2 ? ProgramGenerator.tags[tag] : []) + (kind % 2 == 1 ? [.reference(.exnref)] : [])
    enter(0x02, parameters, values, Label(types: values, isLoop: false))
    let results = types(0...2)
    enter(0x1f, parameters, results, Label(types: results, isLoop: false))
    code.raw([1, UInt8(kind)] + (kind < 2 ? [UInt8(tag)] : []) + [0])
    if !sequence() {
      if chance(50) { throwIf() }
      settle(results)
    }
    exit(results)
    if !sequence() { settle(values) }
    exit(values)
  }

  private mutating func throwIf() {
    push(.i32)
    stack.removeLast()
    code.raw([0x04, 0x40])
    raise()
    code.u8(0x0b)
  }

  mutating func raise() {
    let tag = number(0..<2)
    let height = stack.count
    for type in ProgramGenerator.tags[tag] { push(type) }
    code.raw([0x08, UInt8(tag)])
    stack.removeLast(stack.count - height)
  }
}
