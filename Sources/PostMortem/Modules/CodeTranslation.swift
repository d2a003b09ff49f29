import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// Where code of a module is in the code that its debug information describes, and back.
///
/// That is the same code, but for a module that was shrunk: then the debug information describes its companion, and a
/// `CodeMap` leads from one to the other. "Described" addresses are those that DWARF speaks of. What is not mapped has none.
struct CodeTranslation: Sendable {
  private let bodies: FunctionBodies
  /// Nil where the debug information describes the module itself.
  let map: CodeMap?
  private let trust: CompanionTrust?
  /// What of the module is not mapped, in a sentence; nil where all is.
  let problem: String?

  /// The translation for `module` with the debug information in `dwarf`.
  init(_ module: WasmModule, map: CodeMap?, dwarf: Dwarf?) {
    bodies = module.bodies
    self.map = map
    trust = map.flatMap { map in dwarf.map { CompanionTrust(map, $0) } }
    problem = map.flatMap { [trust] in Self.problem($0.survey, isReordered: trust?.isReordered ?? false) }
  }

  // MARK: To the debug information

  /// The described address of an offset in a body: of an instruction, or of the body's start or end.
  func described(_ offset: CodeOffset, in body: FunctionBody) -> CodeAddress? {
    guard let map else { return body.codeAddress(of: offset) }
    guard let range = describedRange(of: body) else { return nil }
    return offset.rawValue == 0 ? range.low : try? map.companionAddress(of: offset, in: body.function)
  }

  /// The described address of an address of the module's code.
  func described(_ address: CodeAddress) -> CodeAddress? {
    guard map != nil else { return address }
    guard let body = bodies.body(containing: address) else { return nil }
    return body.codeOffset(of: address).flatMap { described($0, in: body) }
  }

  /// The described addresses of a whole body; nil for an empty one too.
  func describedRange(of body: FunctionBody) -> CodeRange? {
    guard let map else { return CodeRange(body.codeAddress, body.end) }
    guard let range = try? map.companionRange(of: body.function),
      let described = CodeRange(CodeAddress(range.lowerBound), CodeAddress(range.upperBound)),
      map.survey.relation != .different || map.isCertain(body.function),
      trust?.isOfThisSource(described.low) ?? true
    else { return nil }
    return described
  }

  // MARK: From the debug information

  /// The body that a described address lies in.
  func body(holding described: CodeAddress) -> FunctionBody? {
    guard let map else { return bodies.body(containing: described) }
    guard let body = map.function(holding: described).flatMap({ bodies.body($0) }), describedRange(of: body) != nil
    else {
      return nil
    }
    return body
  }

  /// The place in a body of a described address, for bounds: of the first instruction there or behind it. Nil outside of the
  /// body and its end.
  func offset(of described: CodeAddress, in body: FunctionBody) -> CodeOffset? {
    guard let map else { return body.codeOffset(of: described) }
    guard describedRange(of: body) != nil else { return nil }
    return (try? map.shippedBound(of: described, in: body.function)).flatMap { $0 }
  }

  /// The module's address of a described one, for bounds; nil where that is not mapped.
  func address(of described: CodeAddress) -> CodeAddress? {
    guard map != nil else { return described }
    return body(holding: described).flatMap { body in
      offset(of: described, in: body).flatMap { body.codeAddress(of: $0) }
    }
  }

  /// The part of a described range that is in a body, in bytes from its start.
  func offsets(of range: CodeRange, in body: FunctionBody) -> Range<UInt64>? {
    guard let whole = describedRange(of: body), case let low = max(range.low, whole.low),
      case let high = min(range.high, whole.high), low < high, let start = offset(of: low, in: body),
      let end = offset(of: high, in: body), start < end
    else { return nil }
    return start.rawValue..<end.rawValue
  }

  /// The module's addresses of a described range that starts in a function; nil where that is not mapped.
  func range(of described: CodeRange) -> CodeRange? {
    guard map != nil else { return described }
    return body(holding: described.low).flatMap { body in
      offsets(of: described, in: body).flatMap { offsets in
        CodeRange(
          CodeAddress(body.codeAddress.rawValue &+ offsets.lowerBound),
          CodeAddress(body.codeAddress.rawValue &+ offsets.upperBound))
      }
    }
  }

  // MARK: What can be relied on

  /// Whether lines of a source file are those that the module was compiled from, as far as is known.
  func isOfThisSource(file: String) -> Bool { trust?.isOfThisSource(file: file) ?? true }

  private static func problem(_ survey: CodeMapSurvey, isReordered: Bool) -> String? {
    if let refusal = survey.refusal { return "the debug information is not that of this module: \(refusal)" }
    guard survey.mappedFunctions < survey.functions, let first = survey.unmapped.first else {
      guard !survey.missing.isEmpty else {
        return isReordered
          ? "functions of one source file stand in another order than in the debug information: lines of such files are not shown, as the module may be of another version of these"
          : nil
      }
      return
        "the debug information describes \(survey.missing.count) functions that the module does not have: lines of their source files are not shown, as the module may be of another version of these"
    }
    let count = survey.functions - survey.mappedFunctions
    let which = "\(count) of the module's \(survey.functions) functions"
    let example = "function \(first.function): \(first.reason)"
    switch survey.relation {
    case .sameObjects: return nil
    case .rewritten:
      return
        "a tool has rewritten \(which) after the debug information was made (\(example)); of those no more than the name is known. Whether both are of the same source cannot be told: if not, lines are wrong"
    case .different:
      return
        "\(which) are not those of the debug information (\(example)): it is of another source or another compilation, and used only where nothing of a source file has changed; lines of files that it includes are not shown"
    }
  }
}
