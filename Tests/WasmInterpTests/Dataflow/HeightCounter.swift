import ByteCursor
import WasmBinary
import WasmInterp

/// Counts operands by the algorithm of the specification's appendix, in its own words and from the opcode table: the
/// second opinion on the heights that data flow finds.
struct HeightCounter {
  let types: [SubType]
  let functionTypes: [UInt32]
  let tags: [UInt32]
  private var height = 0
  private var blocks: [(opcode: String, floor: Int, parameters: Int, results: Int, isDead: Bool)] = []

  init(types: [SubType], functionTypes: [UInt32], tags: [UInt32]) {
    self.types = types
    self.functionTypes = functionTypes
    self.tags = tags
  }

  /// The height before each instruction of a valid body.
  mutating func heights(_ body: FunctionBody, results: Int) throws -> [CodeOffset: Int] {
    var result: [CodeOffset: Int] = [:]
    height = 0
    blocks = [("block", 0, 0, results, false)]
    var decoder = try BodyReader(body.contents).instructions
    while !blocks.isEmpty {
      let instruction = try decoder.next()
      result[instruction.codeOffset] = height
      step(instruction, body.contents)
    }
    return result
  }

  private mutating func pop(_ count: Int) {
    let block = blocks[blocks.count - 1]
    height = block.isDead ? max(height - count, block.floor) : height - count
  }

  private mutating func die() {
    blocks[blocks.count - 1].isDead = true
    height = blocks[blocks.count - 1].floor
  }

  private func type(_ index: UInt32) -> (Int, Int) {
    let type = types[Int(index)].function
    return (type?.parameters.count ?? 0, type?.results.count ?? 0)
  }

  private mutating func step(_ instruction: Instruction, _ body: Bytes) {
    if let signature = instruction.opcode.signature {
      pop(signature.parameters.count)
      height += signature.results.count
      return
    }
    var index: UInt32 = 0
    var second: UInt32 = 0
    var arity = (0, 0)
    switch instruction.immediates {
    case .index(let one): index = one
    case .indices(let one, let two): (index, second) = (one, two)
    case .block(.value), .tryTable(.value, _): arity = (0, 1)
    case .block(.type(let index)), .tryTable(.type(let index), _): arity = type(index)
    case .cast(let label, _, _): index = label
    default: break
    }
    switch instruction.opcode.name {
    case "unreachable", "br", "br_table", "return", "throw", "throw_ref", "rethrow": die()
    case "return_call", "return_call_indirect", "return_call_ref": die()
    case "if", "block", "loop", "try", "try_table":
      pop((instruction.opcode.name == "if" ? 1 : 0) + arity.0)
      blocks.append((instruction.opcode.name, height, arity.0, arity.1, false))
      height += arity.0
    case "else", "catch", "catch_all":
      let block = blocks[blocks.count - 1]
      blocks[blocks.count - 1].isDead = false
      let caught = instruction.opcode.name == "catch" ? type(tags[Int(index)]).0 : 0
      height = block.floor + (instruction.opcode.name == "else" ? block.parameters : caught)
    case "end", "delegate":
      let block = blocks.removeLast()
      height = block.floor + block.results
    case "br_if", "br_on_non_null": pop(1)
    case "drop", "local.set", "global.set": pop(1)
    case "local.get", "global.get", "ref.null", "ref.func", "struct.new_default": height += 1
    case "select", "table.init":
      pop(3)
      height += 1
    case "memory.copy", "table.copy", "table.fill", "array.set": pop(3)
    case "table.set", "struct.set": pop(2)
    case "table.grow", "array.new", "array.new_data", "array.new_elem", "array.get", "array.get_s", "array.get_u":
      pop(2)
      height += 1
    case "array.fill", "array.init_data", "array.init_elem": pop(4)
    case "array.copy": pop(5)
    case "array.new_fixed":
      pop(Int(second))
      height += 1
    case "struct.new":
      if case .structure(let fields) = types[Int(index)].composite { pop(fields.count) }
      height += 1
    case "call":
      let (parameters, results) = type(functionTypes[Int(index)])
      pop(parameters)
      height += results
    case "call_indirect", "call_ref":
      let (parameters, results) = type(index)
      pop(parameters + 1)
      height += results
    default:
      // One for one.
      pop(1)
      height += 1
    }
  }
}
