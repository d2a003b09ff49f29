import ByteCursor
import Synchronization
import WasmBinary

/// Where the code of a shipped module is in the code of its companion, and back: two links of the same objects, of which
/// the companion has the debug information and numbers of padded width, and the shipped one ran.
///
/// Made from both modules (`init(companion:shipped:)`), or from the section of a debug file that was made so and needs no
/// companion (`init(section:shipped:)`). Functions are mapped as they are asked for, and kept. May be used from several
/// threads.
public final class CodeMap: Sendable {
  /// The module that ran.
  public let shipped: WasmModule
  let source: any CodeMapSource
  private let bodies: FunctionBodies
  private let maps = Mutex<[Int: Result<FunctionMap, Unmapped>]>([:])
  private let surveyMemo = Mutex<CodeMapSurvey?>(nil)

  /// Why code is not mapped.
  public struct Unmapped: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, in words that follow "function 12: ".
    public let description: String
    init(_ description: String) { self.description = description }
  }

  /// Functions whose maps are kept.
  private static let keptMaps = 8192

  init(shipped: WasmModule, source: any CodeMapSource) {
    self.shipped = shipped
    self.source = source
    bodies = shipped.bodies
  }

  /// Whether a name, or an export, is of one function in one module and of another in the other.
  public static func namesContradict(companion: WasmModule, shipped: WasmModule) -> Bool {
    FunctionAlignment.namesContradict(companion, shipped)
  }

  // MARK: Functions

  /// The companion's function for a function that the shipped module defines: the one whose code it has, or at least whose
  /// place. Nil where none is known.
  public func companionFunction(of function: UInt32) -> UInt32? {
    position(of: function).flatMap { source.counterpart(of: $0)?.function }
  }

  /// Whether the companion's function is known for certain to stand for a function of the shipped module: not of several with
  /// the same code, or the same type, by its place among others alone.
  public func isCertain(_ function: UInt32) -> Bool {
    position(of: function).flatMap { source.counterpart(of: $0)?.isCertain } ?? false
  }

  /// Where the companion's function begins and ends whose code a function of the shipped module has.
  /// - Throws: why the function is not mapped.
  public func companionRange(of function: UInt32) throws(Unmapped) -> Range<UInt64> {
    _ = try map(of: function)
    guard let place = position(of: function).flatMap({ source.counterpart(of: $0) }) else {
      throw Unmapped("the companion has no such function")
    }
    return place.start..<place.start + UInt64(place.size)
  }

  /// The map of a function of the shipped module.
  /// - Throws: why the function is not mapped.
  public func map(of function: UInt32) throws(Unmapped) -> FunctionMap {
    guard let position = position(of: function) else { throw Unmapped("the module does not define it") }
    if let known = maps.withLock({ $0[position] }) { return try known.get() }
    let made: Result<FunctionMap, Unmapped>
    do throws(Unmapped) {
      made = .success(try source.map(of: position))
    } catch {
      made = .failure(error)
    }
    maps.withLock { maps in
      if maps.count >= Self.keptMaps { maps.removeAll(keepingCapacity: true) }
      maps[position] = made
    }
    return try made.get()
  }

  private func position(of function: UInt32) -> Int? {
    guard function >= bodies.firstFunction, Int(function - bodies.firstFunction) < bodies.count else { return nil }
    return Int(function - bodies.firstFunction)
  }

  // MARK: Addresses

  /// The companion's address of the instruction that starts at `offset` of a function, or of the function's end.
  /// - Throws: why there is none: `offset` is in the middle of an instruction, or the function is not mapped.
  public func companionAddress(of offset: CodeOffset, in function: UInt32) throws(Unmapped) -> CodeAddress {
    guard let mapped = try map(of: function).companionOffset(of: offset) else {
      throw Unmapped("no instruction starts at offset \(offset)")
    }
    return CodeAddress(try companionRange(of: function).lowerBound + mapped.rawValue)
  }

  /// The offset in `function` of the instruction that starts at an address of the companion's, or of the function's end.
  /// - Throws: why there is none.
  public func shippedOffset(of address: CodeAddress, in function: UInt32) throws(Unmapped) -> CodeOffset {
    let range = try companionRange(of: function)
    guard address.rawValue >= range.lowerBound, address.rawValue <= range.upperBound,
      let mapped = try map(of: function).shippedOffset(of: CodeOffset(address.rawValue - range.lowerBound))
    else { throw Unmapped("no instruction starts at \(address) of the companion") }
    return mapped
  }

  /// The offset in `function` of the first instruction that starts at an address of the companion's or behind it, for bounds
  /// of ranges; nil outside of the companion's function.
  /// - Throws: why the function is not mapped.
  public func shippedBound(of address: CodeAddress, in function: UInt32) throws(Unmapped) -> CodeOffset? {
    let range = try companionRange(of: function)
    guard address.rawValue >= range.lowerBound, address.rawValue <= range.upperBound else { return nil }
    return try map(of: function).shippedBound(of: CodeOffset(address.rawValue - range.lowerBound))
  }

  /// The function of the shipped module whose counterpart holds an address of the companion's; nil where there is none. (Its
  /// code may differ.)
  public func function(holding address: CodeAddress) -> UInt32? {
    source.position(holding: address.rawValue).map { bodies.firstFunction + UInt32($0) }
  }

  /// The global of the shipped module that stands for one of the companion's; nil where none is known.
  public func shippedGlobal(of global: UInt32) -> UInt32? { source.shippedGlobal(of: global) }

  /// Whether both modules put the same bytes at the same places in memory, so that addresses of variables hold in both.
  public var hasSameMemory: Bool { source.hasSameMemory }

  /// Whether both modules have the same functions in the same order, as far as types and places tell: then a function's name
  /// is known although its code differs.
  public var hasSameOrder: Bool { source.hasSameOrder }

  // MARK: The whole module

  /// How well the two modules fit. Compares all functions on the first question.
  public var survey: CodeMapSurvey {
    surveyMemo.withLock { memo in
      if let memo { return memo }
      let made = source.survey()
      memo = made
      return made
    }
  }
}

/// How much of a shipped module's code its companion has.
public struct CodeMapSurvey: Sendable {
  /// What the two modules are to each other.
  public enum Relation: UInt8, Sendable {
    /// Two links of the same objects: every function of the shipped module is in the companion.
    case sameObjects = 0
    /// A tool has rewritten the code of one program; what it left as it was is mapped.
    case rewritten = 1
    /// Some functions are of another source or were compiled differently: what stands beside them in the source may have moved.
    case different = 2
  }

  public let relation: Relation
  /// Functions that the shipped module defines, and bytes of their bodies.
  public let functions: Int
  public let bytes: Int
  /// How many of them the companion has.
  public let mappedFunctions: Int
  public let mappedBytes: Int
  /// Names, from name sections and exports, that functions of both modules have in common, of those that both have.
  public let agreeingNames: Int
  public let comparedNames: Int
  /// Whether both modules put the same bytes into memory, and so many that it is no accident.
  public let hasSameData: Bool
  /// The functions of the shipped module that are not mapped, and why: the first of many.
  public let unmapped: [(function: UInt32, reason: String)]
  /// The companion's functions that the shipped module does not have: where they begin and end.
  public let missing: [Range<UInt64>]

  /// The most entries of `unmapped`.
  static let listed = 1000

  /// Whether `unmapped` has all functions that are not mapped.
  public var listsAllUnmapped: Bool { unmapped.count == functions - mappedFunctions }

  /// The share of the code's bytes that is mapped, 0 to 1.
  public var share: Double { bytes == 0 ? 0 : Double(mappedBytes) / Double(bytes) }

  /// Why this companion is none; nil where it is one. Half of the code has to be there unless a tool has rewritten it or the
  /// memory is the same: less is what any two programs share that use the same libraries.
  public var refusal: String? {
    if mappedFunctions == 0, relation == .rewritten { return "a tool has rewritten all of its functions since" }
    if mappedFunctions == 0 { return "none of the module's \(functions) functions has the same code in it" }
    if relation != .rewritten, share < 0.5, !hasSameData {
      return
        "only \(mappedFunctions) of the module's \(functions) functions (\(Int(share * 100)) % of the code) have the same code in it"
    }
    if mappedBytes < 16, agreeingNames == 0 {
      return "there is too little code to tell whether it is of the same program"
    }
    return nil
  }
}

/// What knows which code stands for which: both modules, or the section of a debug file.
///
/// Functions are told by their positions among the shipped module's bodies.
protocol CodeMapSource: Sendable {
  var hasSameMemory: Bool { get }
  var hasSameOrder: Bool { get }
  /// The companion's function for a shipped one.
  func counterpart(of position: Int) -> CompanionFunction?
  /// The shipped function whose counterpart holds an address of the companion's.
  func position(holding address: UInt64) -> Int?
  func map(of position: Int) throws(CodeMap.Unmapped) -> FunctionMap
  /// The shipped global for one of the companion's.
  func shippedGlobal(of global: UInt32) -> UInt32?
  /// What `shippedGlobal` says of all; nil where both count alike.
  var globals: [UInt32?]? { get }
  func survey() -> CodeMapSurvey
}

/// A function of the companion: its index, and where its body stands in the code section's contents.
struct CompanionFunction: Hashable, Sendable {
  var function: UInt32
  var start: UInt64
  var size: UInt32
  /// Whether something tells that it is this one of several with the same code; where it stands is not enough.
  var isCertain = true
}
