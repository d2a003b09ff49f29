import ByteCursor
import DwarfEval

/// Evaluates expressions in one place of the program.
final class Evaluator {
  let owner: ExpressionSession
  let scope: EvaluationScope
  private var depth = 0
  /// Whether only the type of what is evaluated is asked for, as by `sizeof`: nothing fails or is assigned then.
  private(set) var isUnevaluated = false

  /// Deeper nesting than this is nobody's expression.
  private static let maximumDepth = 250

  init(owner: ExpressionSession, scope: EvaluationScope) {
    self.owner = owner
    self.scope = scope
  }

  var types: BasicTypes { scope.types }

  /// The value of an expression. What is not known of it is found when it is read.
  func value(of node: Syntax.Node) throws(ExpressionError) -> Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw ExpressionError(.syntax, "The expression is nested too deeply.", at: node.range)
    }
    let range = node.range
    switch node.syntax {
    case .integer, .float, .character, .string: return literal(node.syntax)
    case .name(let name): return try value(named: name, range)
    case .dollar(let name): return try dollar(name, range)
    case .recent(let distance): return try recent(distance, range)
    case .history(let number): return try history(number, range)
    case .unary(let operation, let operand): return try unary(operation, operand, range)
    case .binary(let operation, let left, let right, let place): return try binary(operation, left, right, place)
    case .conditional(let condition, let yes, let no): return try conditional(condition, yes, no)
    case .cast(let name, let operand):
      let type = try type(name, range)
      return try cast(try value(of: operand), to: type, range)
    case .dynamicCast(let name, let operand):
      let type = try type(name, range)
      return try dynamicCast(try value(of: operand), to: type, range)
    case .reinterpretCast(let name, let operand):
      let type = try type(name, range)
      return try reinterpretCast(try value(of: operand), to: type, range)
    case .sizeOf(let operand): return try size(of: operand)
    case .sizeOfType(let name): return try size(of: try type(name, range), range)
    case .alignOf(let operand): return try alignment(of: try unevaluated(operand).type, range)
    case .alignOfType(let name): return try alignment(of: try type(name, range), range)
    case .member(let base, let name): return try member(of: base, name, range)
    case .memberOfTarget(let base, let name): return try member(ofTarget: base, name, range)
    case .element(let base, let index): return try element(of: base, index, range)
    case .slice(let base, let first, let last): return try slice(of: base, first, last, range)
    case .repeated(let first, let count): return try repeated(first, count, range)
    case .object(let name, let address): return try object(name, at: address, range)
    case .memory(let index): return try memory(index, range)
    case .assignment(let target, let source): return try assign(target, source, range)
    case .sequence(let left, let right):
      _ = try value(of: left)
      return try value(of: right)
    }
  }

  /// What a reading yields; its failure is the expression's.
  func known<Result>(
    _ range: Range<Int>, _ body: () throws(Unavailable) -> Result
  ) throws(ExpressionError) -> Result {
    do throws(Unavailable) { return try body() } catch {
      throw ExpressionError(.unavailable, "The value is not available: \(error.reason).", at: range)
    }
  }

  // MARK: Names

  private func value(named name: QualifiedName, _ range: Range<Int>) throws(ExpressionError) -> Value {
    switch scope.meaning(of: name) {
    case .value(let value)?: return value
    case .type?: throw ExpressionError(.type, "Attempt to use a type as an expression.", at: range)
    case .ambiguous(let names)?:
      throw ExpressionError(
        .unknownName, "\"\(name)\" is ambiguous here: \(names.joined(separator: ", ")).", at: range)
    case nil:
      if let owner = name.scopes.last, scope.type(named: name.scopes.joined(separator: "::")) != nil {
        throw ExpressionError(.unknownName, "There is no field named \(name.name) in \(owner).", at: range)
      }
      throw ExpressionError(.unknownName, "No symbol \"\(name)\" in current context.", at: range)
    }
  }

  // MARK: Literals

  private func literal(_ syntax: Syntax) -> Value {
    switch syntax {
    case .integer(let value, let suffix, let isDecimal):
      return number(value, types.literal(value, suffix: suffix, isDecimal: isDecimal))
    case .float(let value, let isSingle):
      let format: FloatFormat = isSingle ? .single : .double
      return made(types[isSingle ? .float : .double], format.bytes(value))
    case .character(let code, let prefix): return number(UInt128(code), character(code, prefix))
    case .string(let bytes, let prefix): return string(bytes, prefix)
    default: return made(nil, [])
    }
  }

  private func character(_ code: UInt32, _ prefix: String) -> DwarfType {
    switch prefix {
    case "L": types[.wideChar]
    case "u": types[.char16]
    case "U": types[.char32]
    case "u8": types[.char8]
    case "b": types[.unsignedChar]
    default: scope.language == .rust || code > 0xff ? types[.char32] : types[.char]
    }
  }

  private func string(_ bytes: [UInt8], _ prefix: String) -> Value {
    let text = String(decoding: bytes, as: UTF8.self)
    let element: DwarfType
    var contents: [UInt8] = []
    switch prefix {
    case "L", "U":
      element = types[prefix == "L" ? .wideChar : .char32]
      for scalar in text.unicodeScalars { contents += littleEndian(UInt128(scalar.value), count: 4) }
    case "u":
      element = types[.char16]
      for unit in text.utf16 { contents += littleEndian(UInt128(unit), count: 2) }
    default:
      element = types[.char]
      contents = bytes
    }
    let size = Int(clamping: element.size ?? 1)
    contents += [UInt8](repeating: 0, count: size)
    return made(element.array(UInt64(contents.count / size)), contents)
  }

  // MARK: Values that are made

  /// A value that lies nowhere in the program.
  func made(_ type: DwarfType?, _ bytes: [UInt8], _ assurance: Assurance = .recorded) -> Value {
    Value(type, .bytes(bytes, assurance), scope.surroundings)
  }

  /// A number of an integer type, wrapped to it.
  func number(_ pattern: UInt128, _ type: DwarfType, _ assurance: Assurance = .recorded) -> Value {
    made(type, Self.bytes(pattern, type), assurance)
  }

  /// The bytes of an integer of a type.
  static func bytes(_ pattern: UInt128, _ type: DwarfType) -> [UInt8] {
    let size = Int(clamping: min(type.size ?? 4, 16))
    guard let base = type.base else { return littleEndian(pattern, count: size) }
    let offset = base.bits.map { UInt128(min(max($0.offset, 0), 127)) } ?? 0
    let bytes = littleEndian(pattern << offset, count: size)
    return base.isBigEndian ? bytes.reversed() : bytes
  }

  /// What a comparison yields.
  func truth(_ value: Bool, _ assurance: Assurance) -> Value { number(value ? 1 : 0, scope.truthType, assurance) }

  func unavailable(_ type: DwarfType?, _ reason: String) -> Value {
    Value(type, .unavailable(reason), scope.surroundings)
  }

  // MARK: Sizes

  /// What an expression would yield, for its type alone.
  func unevaluated(_ node: Syntax.Node) throws(ExpressionError) -> Value {
    let before = isUnevaluated
    isUnevaluated = true
    defer { isUnevaluated = before }
    return try value(of: node)
  }

  private func size(of node: Syntax.Node) throws(ExpressionError) -> Value {
    let operand = try unevaluated(node)
    // Of a reference it is what it refers to that counts.
    let type = operand.type.flatMap { $0.isReference ? $0.target : $0 } ?? operand.type
    if operand.function != nil { return number(1, sizeType) }
    return try size(of: type, node.range)
  }

  private func size(of type: DwarfType?, _ range: Range<Int>) throws(ExpressionError) -> Value {
    // That of `void` is 1, as GNU C has it.
    guard let type else { return number(1, sizeType) }
    guard let size = type.size else {
      throw ExpressionError(.type, "The size of \(type.name) is not known.", at: range)
    }
    // What no object can have, an array that was made up can.
    let fits = size >> (types.addressSize * 8 - 1) <= 1
    return number(UInt128(size), fits ? sizeType : types[.unsignedLongLong])
  }

  private func alignment(of type: DwarfType?, _ range: Range<Int>) throws(ExpressionError) -> Value {
    guard let type else { return number(1, sizeType) }
    guard let alignment = type.alignment else {
      throw ExpressionError(.type, "The alignment of \(type.name) is not known.", at: range)
    }
    return number(UInt128(alignment), sizeType)
  }

  /// `size_t` of the target.
  private var sizeType: DwarfType { types[.unsignedLong] }

  // MARK: Memory

  private func object(_ name: TypeName, at node: Syntax.Node, _ range: Range<Int>) throws(ExpressionError) -> Value {
    let type = try type(name, range)
    let operand = try operand(of: try value(of: node), node.range)
    guard case .integer = operand.kind else {
      guard case .pointer = operand.kind else {
        throw ExpressionError(.type, "An address is needed here.", at: node.range)
      }
      return operand.value.reinterpreted(as: type?.pointer ?? types.pointerToVoid).target(type)
    }
    let address = try known(node.range) { () throws(Unavailable) in try operand.value.pattern() }
    let assurance = operand.assurance
    return operand.value.object(type, at: UInt64(truncatingIfNeeded: address), assurance)
  }

  private func memory(_ node: Syntax.Node, _ range: Range<Int>) throws(ExpressionError) -> Value {
    let index = try integer(of: node)
    let surroundings = scope.surroundings
    guard let number = UInt32(exactly: index),
      let memory = scope.session.dump.memory(Int(number), of: surroundings.instance)
    else { throw ExpressionError(.unknownName, "There is no memory \(index) in the dump.", at: node.range) }
    let place = Storage(.memory(MemoryAddress(memory: number, 0), instance: surroundings.instance))
    return Value(types[.unsignedChar].array(memory.size), place, surroundings)
  }

  // MARK: Assignment

  private func assign(
    _ target: Syntax.Node, _ source: Syntax.Node, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    guard case .dollar(let name) = target.syntax, !isReserved(name) else {
      throw ExpressionError(
        .unsupported, "A dead process does not change: only convenience variables can be assigned to.", at: target.range
      )
    }
    let value = try value(of: source)
    guard !isUnevaluated else { return value }
    guard owner.setConvenience(name, value) else {
      throw ExpressionError(.unsupported, "There are too many convenience variables.", at: target.range)
    }
    return value
  }
}

extension DwarfType {
  /// Whether it is a reference, by any name.
  var isReference: Bool {
    switch underlying?.kind {
    case .reference, .rvalueReference: true
    default: false
    }
  }
}

extension Value {
  /// What a pointer or reference leads to, which is not known where the pointer is not; nil for other values.
  var pointee: Value? { type?.isPointer == true ? target(type?.target) : nil }

  /// What an address leads to, as a value of `type`. Of a null pointer it is not known, but has an address.
  func target(_ type: DwarfType?) -> Value {
    do throws(Unavailable) {
      let address = try pointer()
      let object = object(type, at: address, assurance)
      return address == 0 ? sibling(type, object.storage.ofNull) : object
    } catch {
      return sibling(type, .unavailable(error.reason))
    }
  }

  /// How the value is known: its place, and its bytes.
  var assurance: Assurance { storage.assurance.joined(contents().assurance) }

  /// The value that a reference stands for; any other value itself.
  var referent: Value {
    var value = self
    // References to references do not exist; what claims to be one ends here.
    for _ in 0..<8 {
      guard value.type?.isReference == true, let next = value.pointee else { break }
      value = next
    }
    return value
  }
}
