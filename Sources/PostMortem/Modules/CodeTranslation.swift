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
    problem = map.flatMap { Self.problem($0.survey) }
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

  private static func problem(_ survey: CodeMapSurvey) -> String? {
    guard survey.mappedFunctions < survey.functions, let first = survey.unmapped.first else {
      guard !survey.missing.isEmpty else { return nil }
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
        "\(which) are not those of the debug information (\(example)): it is of another source or another compilation, and used only where nothing of a source file has changed"
    }
  }
}

/// What of a companion's debug information can be relied on where some functions of the shipped module differ.
///
/// A function that differs is of another source, and then what stands beside it in the file may have moved, though its code
/// is the same. So nothing is believed of the units that such functions are of, nor of lines in files that they have code of.
struct CompanionTrust: Sendable {
  private let dwarf: Dwarf
  /// Nil for all of them.
  private let changedUnits: Set<ObjectIdentifier>?
  private let changedFiles: Set<String>

  /// Functions that are looked at, and lines.
  private static let mostFunctions = 20_000
  private static let mostLines = 1_000_000

  init(_ map: CodeMap, _ dwarf: Dwarf) {
    self.dwarf = dwarf
    let survey = map.survey
    var units: Set<ObjectIdentifier> = []
    var files: Set<String> = []
    guard survey.relation != .rewritten else {
      (changedUnits, changedFiles) = ([], [])
      return
    }
    // Of a function that the companion has nothing of nobody knows what it was put beside.
    guard survey.unmapped.allSatisfy({ map.companionFunction(of: $0.function) != nil }) else {
      (changedUnits, changedFiles) = (nil, [])
      return
    }
    var budget = survey.missing.count > Self.mostFunctions ? 0 : Self.mostLines
    for range in survey.missing where budget > 0 {
      guard let unit = dwarf.unit(containing: CodeAddress(range.lowerBound)) else { continue }
      guard let table = unit.lineTable else {
        units.insert(ObjectIdentifier(unit))
        continue
      }
      if units.insert(ObjectIdentifier(unit)).inserted {
        // What the unit includes may have changed with it, though no code of this function is from there.
        for index in table.header.fileIndices {
          budget -= 1
          if let path = try? table.header.path(ofFile: UInt64(index)) { files.insert(path) }
        }
      }
      var address = CodeAddress(range.lowerBound)
      var last: UInt32?
      while address.rawValue < range.upperBound, budget > 0, let span = table.span(holding: address) {
        budget -= 1
        if span.row.file != last, let path = try? table.path(ofFile: UInt64(span.row.file)) { files.insert(path) }
        last = span.row.file
        guard span.end > address else { break }
        address = span.end
      }
    }
    changedUnits = budget > 0 ? units : nil
    changedFiles = files
  }

  /// Whether the function at a described address is of a unit of which nothing has changed.
  func isOfThisSource(_ address: CodeAddress) -> Bool {
    guard let changedUnits else { return false }
    guard !changedUnits.isEmpty, let unit = dwarf.unit(containing: address) else { return true }
    return !changedUnits.contains(ObjectIdentifier(unit))
  }

  func isOfThisSource(file: String) -> Bool { changedUnits != nil && !changedFiles.contains(file) }
}
