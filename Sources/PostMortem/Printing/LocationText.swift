import ByteCursor
import DwarfEval

/// Where a variable is, in words: `at frame base +12`, `in Wasm local 3`, `static storage at address 0x400`.
enum LocationText {
  /// The words for a variable at an address of its function's code. `carried` is asked where its list says nothing.
  static func text(
    of variable: Variable, at address: CodeAddress, carried: (Variable) -> (expression: Bytes, assurance: Assurance)?
  ) -> String {
    if variable.constant != nil { return "constant, in the debug information" }
    guard let form = variable.location else { return "optimized out" }
    let unit = variable.entry.unit
    let location: LocationAttribute?
    do throws(ReadError) { location = try unit.location(form) } catch {
      return "at a place that cannot be read: \(error.rule)"
    }
    guard let location else { return "at a place of an unknown form" }
    if case .list(let list) = location {
      let places = list.entries.count > 1 ? " (one of \(list.entries.count) places)" : ""
      guard let expression = location.expression(at: address) else {
        guard let (expression, assurance) = carried(variable) else { return "optimized out here" + places }
        return "\(text(of: expression, unit)) here, assumed: \(assurance.reason ?? "")" + places
      }
      return "\(text(of: expression, unit)) here" + places
    }
    return location.expression(at: address).map { text(of: $0, unit) } ?? "optimized out"
  }

  /// The words for an expression; those that are not simple are shown as they are.
  static func text(of expression: Bytes, _ unit: Unit) -> String {
    var reader = ExpressionReader(expression, encoding: unit.encoding)
    var operations: [ExpressionOperation] = []
    while operations.count < 4, let next = try? reader.next() { operations.append(next) }
    guard let first = operations.first else { return "optimized out" }
    let rest = operations.dropFirst().map(\.opcode)
    if let place = first.wasmPlace {
      if rest == [.stackValue] { return "in Wasm \(place)" }
      if rest.isEmpty { return "in memory at the address in Wasm \(place)" }
      if rest == [.plusUconst] { return "in memory at the address in Wasm \(place) +\(operations[1].first)" }
    }
    switch first.opcode {
    case .addr where rest.isEmpty: return "static storage at address \(hexadecimal(first.first))"
    case .addrx where rest.isEmpty:
      return unit.address(.addressIndex(first.first)).map { "static storage at address \(hexadecimal($0))" }
        ?? "static storage"
    case .fbreg where rest.isEmpty:
      let offset = Int64(bitPattern: first.first)
      return "in memory at frame base \(offset < 0 ? "" : "+")\(offset)"
    case .implicitValue where rest.isEmpty: return "constant, in the debug information"
    default: break
    }
    return "computed: " + ExpressionReader.text(expression, encoding: unit.encoding)
  }
}
