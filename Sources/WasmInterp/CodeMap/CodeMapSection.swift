import ByteCursor
import WasmBinary

/// The code map in a debug file's section, which stands for the companion's code (docs/code-map.md).
///
/// Opening reads where the functions are, a number or two for each. What the section says of a function is checked when it
/// is mapped: the companion's body has to come out at the length that it is said to have.
struct CodeMapSection: CodeMapSource {
  let hasSameMemory: Bool
  private let shipped: FunctionBodies
  private let contents: CodeMapReader
  /// The positions of the functions that have counterparts, by the counterparts' addresses.
  private let byAddress: [UInt32]

  /// Reads a section's contents.
  /// - Throws: why it is no map of `module`.
  init(_ contents: Bytes, shipped module: WasmModule) throws(CodeMap.Unmapped) {
    let reader: CodeMapReader
    do throws(ReadError) { reader = try CodeMapReader(contents, shipped: module) } catch {
      throw CodeMap.Unmapped(
        error.rule == .foreignCodeMap
          ? "its code map is of another module's code" : "its code map cannot be read: \(error)")
    }
    hasSameMemory = reader.hasSameMemory
    shipped = module.bodies
    self.contents = reader
    byAddress = reader.functions.indices.filter { reader.functions[$0].state != .absent }
      .sorted { reader.functions[$0].place.start < reader.functions[$1].place.start }.map { UInt32($0) }
  }

  var hasSameOrder: Bool { contents.hasSameOrder }

  func counterpart(of position: Int) -> CompanionFunction? {
    let entry = contents.functions[position]
    return entry.state == .absent ? nil : entry.place
  }

  func position(holding address: UInt64) -> Int? {
    var low = 0
    var high = byAddress.count
    while low < high {
      let middle = low + (high - low) / 2
      if contents.functions[Int(byAddress[middle])].place.start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, case let position = Int(byAddress[low - 1]), case let place = contents.functions[position].place,
      address - place.start < UInt64(place.size)
    else { return nil }
    return position
  }

  var globals: [UInt32?]? { contents.globals }

  func shippedGlobal(of global: UInt32) -> UInt32? {
    guard let globals = contents.globals else { return global }
    return Int(global) < globals.count ? globals[Int(global)] : nil
  }

  func map(of position: Int) throws(CodeMap.Unmapped) -> FunctionMap {
    let entry = contents.functions[position]
    switch entry.state {
    case .absent: throw CodeMap.Unmapped("the companion has no function with this code")
    case .differs: throw CodeMap.Unmapped("its code differs from the companion's")
    case .mapped: break
    }
    do throws(ReadError) { return try contents.map(of: shipped[position].contents, entry) } catch {
      throw CodeMap.Unmapped("its code map is damaged: \(error.rule)")
    }
  }

  func survey() -> CodeMapSurvey {
    let unmapped = contents.functions.indices.lazy.filter { contents.functions[$0].state != .mapped }
      .prefix(CodeMapSurvey.listed)
    return CodeMapSurvey(
      relation: contents.relation, functions: shipped.count, bytes: contents.bytes,
      mappedFunctions: contents.mappedFunctions, mappedBytes: contents.mappedBytes,
      agreeingNames: contents.agreeingNames, comparedNames: contents.comparedNames, hasSameData: hasSameMemory,
      unmapped: unmapped.map {
        let differs = contents.functions[$0].state == .differs
        return (
          shipped.firstFunction + UInt32($0),
          differs ? "its code differs from the companion's" : "the companion has no function with this code"
        )
      }, missing: contents.missing)
  }
}

extension CodeMap {
  /// The map in the section `sectionName` of a debug file, by the section's contents.
  /// - Throws: why it is no map of `shipped`.
  public convenience init(section: Bytes, shipped: WasmModule) throws(Unmapped) {
    self.init(shipped: shipped, source: try CodeMapSection(section, shipped: shipped))
    if let refusal = survey.refusal { throw Unmapped(refusal) }
  }
}
