import TestSupport
import WasmBinary

/// Makes valid function bodies at random: nested blocks, loops, branches of all kinds, calls, exceptions, memory
/// accesses, a stack in linear memory. They may trap, and loop for ever.
///
/// Every function starts by keeping the globals' values in locals of its own, which nothing else writes: so it can be
/// told later what they were on entry.
struct RandomBody {
  /// Each function's type: parameters and the one result.
  typealias Signature = (parameters: [ValueType], result: ValueType)

  /// Globals of the module: 0 is the stack pointer, 1 an i32, 2 an i64, 3 an i32 that cannot be set.
  static let globals: [ValueType] = [.i32, .i32, .i64, .i32]

  let signatures: [Signature]
  let signature: Signature
  /// The types of locals that are used freely, parameters first; behind them come those of `Fixed`.
  let locals: [ValueType]
  var code = ByteBuilder()
  var random: SeededGenerator
  /// What branches to the open blocks carry; nil for nothing. The function's own label is not used.
  var labels: [ValueType?] = []
  var budget = 160
  /// The type index of [i32] -> [i32].
  let loopType: UInt32
  let frame: Frame

  enum Frame: CaseIterable { case none, fixed, aligned }

  /// Locals behind the others: the globals' values on entry, and the frame pointer.
  var entryGlobal: [UInt32] { [0, 1, 2].map { UInt32(locals.count) + $0 } }
  var framePointer: UInt32 { UInt32(locals.count) + 3 }
  /// An address that the caller has passed on: of its own frame, or low.
  var passedPointer: UInt32 { UInt32(locals.count) + 4 }
  var declared: [LocalGroup] {
    locals.dropFirst(signature.parameters.count).map { LocalGroup(count: 1, type: $0) }
      + [.i32, .i32, .i64, .i32, .i32].map { LocalGroup(count: 1, type: $0) }
  }

  init(_ index: Int, of signatures: [Signature], loopType: UInt32, seed: UInt64) {
    random = SeededGenerator(seed: seed)
    self.signatures = signatures
    signature = signatures[index]
    self.loopType = loopType
    var locals = signature.parameters
    for _ in 0..<Int.random(in: 2...6, using: &random) {
      locals.append([.i32, .i32, .i64].randomElement(using: &random) ?? .i32)
    }
    // Some functions have locals in more than one chunk of a state.
    if Int.random(in: 0..<8, using: &random) == 0 { locals += [ValueType](repeating: .i32, count: 40) }
    self.locals = locals
    frame = Frame.allCases.randomElement(using: &random) ?? .none
    for global in 0..<3 {
      op(0x23, UInt64(global))
      op(0x21, UInt64(entryGlobal[global]))
    }
    if signature.parameters.first == .i32 {
      op(0x20, 0)
      op(0x21, UInt64(passedPointer))
    }
    // No access that is meant for the frame gets out of it.
    let size = Int64.random(in: 3...8, using: &random) * 16
    if frame != .none {
      op(0x23, 0)
      constant(.i32, size)
      code.u8(0x6b)
      if frame == .aligned {
        constant(.i32, -64)
        code.u8(0x71)
      }
      op(0x22, UInt64(framePointer))
      op(0x24, 0)
    }
    if frame != .none, chance(50) { store(framePointer) }
    if signature.parameters.first == .i32, chance(50) { store(passedPointer) }
    code.u8(0x02)
    code.valueType(signature.result)
    labels.append(signature.result)
    for _ in 0..<Int.random(in: 1...6, using: &random) { statement(3) }
    expression(signature.result, 3)
    labels.removeLast()
    code.u8(0x0b)
    switch frame {
    case .none: break
    case .fixed:
      op(0x20, UInt64(framePointer))
      constant(.i32, size)
      code.u8(0x6a)
      op(0x24, 0)
    case .aligned:
      op(0x20, UInt64(entryGlobal[0]))
      op(0x24, 0)
    }
    code.u8(0x0b)
  }

  // MARK: Pieces

  mutating func op(_ opcode: UInt8, _ index: UInt64) {
    code.u8(opcode)
    code.uleb(index)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  mutating func constant(_ type: ValueType, _ value: Int64) {
    code.u8(type == .i32 ? 0x41 : 0x42)
    code.sleb(value)
  }

  mutating func someConstant(_ type: ValueType) {
    let small = Int64.random(in: -4...20, using: &random)
    let wide =
      type == .i32
      ? Int64(Int32.random(in: .min...(.max), using: &random)) : Int64.random(in: .min...(.max), using: &random)
    constant(type, chance(80) ? small : wide)
  }

  mutating func local(_ type: ValueType) -> UInt64? {
    locals.indices.filter { locals[$0] == type }.randomElement(using: &random).map(UInt64.init)
  }

  /// An address that is mostly within memory, and often the same.
  mutating func address(_ depth: Int) {
    if frame != .none, chance(50) {
      op(0x20, UInt64(framePointer))
      if chance(40) {
        constant(.i32, Int64.random(in: 0...3, using: &random) * 4)
        code.u8(chance(50) ? 0x6a : 0x72)
      }
    } else if frame == .none, chance(20) {
      // What functions that call no others use without making a frame.
      op(0x23, 0)
      constant(.i32, 48)
      code.u8(0x6b)
    } else if signature.parameters.first == .i32, chance(20) {
      op(0x20, UInt64(passedPointer))
    } else if chance(50) {
      constant(.i32, 64)
    } else {
      expression(.i32, depth - 1)
      if chance(95) {
        constant(.i32, 0xfff)
        code.u8(0x71)
      }
    }
  }

  /// Stores a constant where a local points to.
  private mutating func store(_ pointer: UInt32) {
    op(0x20, UInt64(pointer))
    someConstant(.i32)
    code.u8(0x36)
    memarg()
  }

  /// What is passed on as an address.
  private mutating func pointer(_ depth: Int) {
    if frame != .none, chance(30) {
      op(0x20, UInt64(framePointer))
      if chance(30) {
        constant(.i32, 4)
        code.u8(0x6a)
      }
    } else {
      expression(.i32, depth - 1)
      constant(.i32, 0xfff)
      code.u8(0x71)
    }
  }

  mutating func memarg() {
    code.u8(0)
    code.uleb(chance(75) ? 0 : UInt64.random(in: 0...24, using: &random))
  }

  mutating func call(_ result: ValueType, _ depth: Int) -> Bool {
    let fitting = signatures.indices.filter { signatures[$0].result == result }
    guard let index = fitting.randomElement(using: &random) else { return false }
    for (number, type) in signatures[index].parameters.enumerated() {
      if number == 0, type == .i32 { pointer(depth) } else { expression(type, depth - 1) }
    }
    if chance(25) {
      constant(.i32, Int64(index))
      code.u8(0x11)
      // The functions' types are the first of the module, in their order.
      code.uleb(UInt64(index))
      code.u8(0)
    } else {
      op(0x10, UInt64(index))
    }
    return true
  }

  /// The depth of an open block whose label carries `type`.
  mutating func label(_ type: ValueType?) -> UInt64? {
    labels.indices.filter { labels[$0] == type }.randomElement(using: &random).map { UInt64(labels.count - 1 - $0) }
  }

  mutating func inBlock(_ label: ValueType?, _ fill: (inout RandomBody) -> Void) {
    labels.append(label)
    fill(&self)
    labels.removeLast()
    code.u8(0x0b)
  }
}
