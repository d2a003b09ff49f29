import ByteCursor
import Synchronization

/// A place in the source.
public struct SourcePosition: Hashable, Sendable {
  /// The file's path, absolute where the debugging information says enough for it; nil where it is unknown.
  public let file: String?
  /// The line, from 1; 0 for code that belongs to no line.
  public let line: UInt64
  /// The column, from 1; 0 where it is unknown or stands for the whole line.
  public let column: UInt64
}

/// One of the functions that an address belongs to, with its names and the place in it.
public struct SourceFrame: Sendable {
  /// The function; nil where only the line table knows the address.
  public let frame: InlinedFrame?
  /// What is known about the function.
  public let info: FunctionInfo?
  /// Where in the function's source the address is: for a function into which another was inlined, the call.
  public let position: SourcePosition?

  /// The function's name in the source, without its scopes.
  public var function: String? { info?.name }
  /// The name that linkers see, mangled.
  public var linkageName: String? { info?.linkageName }
  /// The path of the source file.
  public var file: String? { position?.file }
  /// The line, from 1; 0 where it is unknown.
  public var line: UInt64 { position?.line ?? 0 }
  /// The column, from 1; 0 where it is unknown.
  public var column: UInt64 { position?.column ?? 0 }
}

extension Dwarf {
  /// The functions that `address` belongs to and the place in each: what was inlined there innermost first, and last
  /// the function with code of its own. Empty where nothing is known about the address.
  ///
  /// `body` as in `function(containing:body:)`.
  public func locate(_ address: CodeAddress, body: CodeRange? = nil) -> [SourceFrame] {
    let chain = inlineChain(at: address, body: body)
    guard let unit = chain.first?.unit ?? unit(containing: address) else { return [] }
    var position = unit.position(of: address)
    if chain.isEmpty { return position.map { [SourceFrame(frame: nil, info: nil, position: $0)] } ?? [] }
    var frames: [SourceFrame] = []
    frames.reserveCapacity(chain.count)
    for frame in chain {
      frames.append(SourceFrame(frame: frame, info: info(frame), position: position))
      position = frame.callSite.map { unit.position(of: $0) }
    }
    return frames
  }

  /// `locate` of each of `addresses`, on all processors, a task for each unit. `body` says where the function that
  /// holds an address begins and ends, if that is known.
  public func locate(
    _ addresses: [CodeAddress], body: @Sendable (CodeAddress) -> CodeRange? = { _ in nil }
  ) -> [[SourceFrame]] {
    locate(addresses, body: body) { $0 }.map { $0 ?? [] }
  }

  /// What `transform` makes of `locate` of each of `addresses`; nil for an address that no unit claims. `transform`
  /// runs in the tasks, while what it may ask of the unit is at hand.
  public func locate<Result: Sendable>(
    _ addresses: [CodeAddress], body: @Sendable (CodeAddress) -> CodeRange? = { _ in nil },
    _ transform: @Sendable ([SourceFrame]) -> Result
  ) -> [Result?] {
    var wanted: [Int: (unit: Unit, places: [Int])] = [:]
    for (index, address) in addresses.enumerated() {
      // An address of several units' is one of the first's as well as of another's: this is about sharing work.
      if let unit = candidates(address).first { wanted[unit.index, default: (unit, [])].places.append(index) }
    }
    let results = Mutex([Result?](repeating: nil, count: addresses.count))
    let work = Array(wanted.values)
    Parallel.forEach(work, size: { $0.unit.header.bytes.count }) { work in
      let located = work.places.map { place in
        (place, transform(self.locate(addresses[place], body: body(addresses[place]))))
      }
      // What was derived from the entries is kept; they themselves are the bulk of the memory that many units take.
      work.unit.header.bytes.discard()
      results.withLock {
        for (place, result) in located { $0[place] = result }
      }
    }
    return results.withLock { $0 }
  }
}

extension Unit {
  /// Where in the source `address` is, as the unit's line table says.
  func position(of address: CodeAddress) -> SourcePosition? {
    guard let table = lineTable, let row = table.lookup(address) else { return nil }
    return SourcePosition(
      file: try? table.path(ofFile: UInt64(row.file)), line: UInt64(row.line), column: UInt64(row.column))
  }

  /// Where in the source `site` is.
  func position(of site: CallSite) -> SourcePosition {
    SourcePosition(file: site.file.flatMap { path(ofFile: $0) }, line: site.line, column: site.column)
  }

  /// The path of file `index` of the unit's line table; nil where there is none.
  public func path(ofFile index: UInt64) -> String? { try? lineTable?.path(ofFile: index) }
}
