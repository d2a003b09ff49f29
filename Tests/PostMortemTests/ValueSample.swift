import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing

/// The dump of a program whose locals are values to be shown.
struct ValueSample {
  let session: Session
  private let path: String

  init(_ sample: String) throws {
    path = Places.samples + "/" + sample + "/values.core"
    session = try Session(path: path, options: SessionOptions())
  }

  private init(_ session: Session, _ path: String) {
    self.session = session
    self.path = path
  }

  /// What is shown of the innermost variable with a name in the frame of a function.
  func node(_ name: String, in function: String) throws -> ValueNode {
    let frame = try #require(session.backtrace(thread: 0).first { $0.function.display == function }, "\(function)")
    let variables = session.arguments(of: frame, thread: 0) + session.locals(of: frame, thread: 0)
    let variable = try #require(variables.first { $0.name == name && !$0.isShadowed }, "\(name)")
    return try #require(session.description(of: variable, in: frame))
  }

  /// The same as one line.
  func text(_ name: String, in function: String) throws -> String { Self.text(try node(name, in: function)) }

  /// A value, its summary, its children in braces (those of containers in brackets, without their numbers), how many more
  /// there are, and why something is not known behind an exclamation mark.
  static func text(_ node: ValueNode) -> String {
    var parts = [node.value, node.summary].compactMap(\.self)
    let children = node.children.enumerated().map { index, child in
      child.name == "[\(index)]" ? text(child) : "\(child.name ?? "-"): \(text(child))"
    }
    if !children.isEmpty {
      parts.append((node.isContainer ? "[" : "{") + children.joined(separator: ", ") + (node.isContainer ? "]" : "}"))
    }
    if let omitted = node.omitted { parts.append("+\(omitted)") }
    if let reason = node.reason { parts.append("!\(reason)") }
    if node.trust != .recorded, node.trust != .derived { parts.append("(\(node.trust))") }
    return parts.joined(separator: " ")
  }

  // MARK: Damage

  /// The dump with other bytes at an address.
  func patched(at address: UInt64, _ bytes: [UInt8]) throws -> ValueSample {
    let memory = try #require(session.dump.memory(0, of: 0))
    let before = try memory.read(at: address, count: 512)
    var file = try Places.bytes(path).array
    let places = file.indices.filter { index in
      index + before.count <= file.count && file[index] == before[0]
        && file[index..<index + before.count].elementsEqual(before)
    }
    let place = try #require(places.count == 1 ? places[0] : nil, "\(places.count) places hold these bytes")
    file.replaceSubrange(place..<place + bytes.count, with: bytes)
    return ValueSample(try Session(bytes: Bytes(copying: file), path: path, options: SessionOptions()), path)
  }

  /// Where a variable is.
  func address(_ name: String, in function: String) throws -> UInt64 {
    try #require(try node(name, in: function).address?.offset)
  }

  /// The 32-bit number at an address.
  func word(at address: UInt64) throws -> UInt64 {
    try #require(session.dump.memory(0, of: 0)).number(at: address, size: 4)
  }
}

/// A 32-bit number as it lies in memory.
func word(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

extension ValueSample {
  /// What an expression yields in the frame of a function, as one line.
  func evaluated(_ expression: String, in function: String) throws -> String {
    let frame = try #require(session.backtrace(thread: 0).first { $0.function.display == function }, "\(function)")
    let expressions = ExpressionSession(session: session)
    let value = try expressions.evaluate(expression, frame: frame, thread: 0)
    return Self.text(try #require(expressions.describer(of: value)).describe(value))
  }
}
