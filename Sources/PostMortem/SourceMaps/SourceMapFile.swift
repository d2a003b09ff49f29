import ByteCursor
import WasmBinary
import WasmInterp

/// A source map that was found for a module, read when first asked for.
final class SourceMapFile {
  /// The file; nil where the map is in the module.
  let path: String?
  private let module: WasmModule
  private let bytes: Bytes
  private let limits: Limits
  private(set) lazy var result: Result<SourceMap, Unusable> = read()
  private var wasRead = false

  /// Why a map is not used, a sentence.
  struct Unusable: Error { let reason: String }

  init(_ module: WasmModule, path: String?, bytes: Bytes, limits: Limits) {
    self.module = module
    self.path = path
    self.bytes = bytes
    self.limits = limits
  }

  /// The map, if it can be read and fits.
  var map: SourceMap? { try? result.get() }

  /// Why it is not used; nil where it is, or nobody needed it yet.
  var problem: String? {
    guard wasRead, case .failure(let error) = result else { return nil }
    return error.reason
  }

  /// What a person calls it.
  var title: String { path ?? "the module" }

  private func read() -> Result<SourceMap, Unusable> {
    wasRead = true
    do throws(ReadError) {
      let map = try SourceMap(bytes, limits: limits)
      if let reason = Self.mismatch(of: map, with: module, limits: limits) {
        return .failure(Unusable(reason: "\(title): not the source map of this module: \(reason)"))
      }
      return .success(map)
    } catch {
      return .failure(Unusable(reason: "the source map in \(title) cannot be read: \(error)"))
    }
  }

  // MARK: Fit

  /// Segments that are looked at.
  private static let sample = 512

  /// Why `map` cannot be of `module`; nil where nothing speaks against it. A map has no build id, but its segments start at
  /// instructions: of another build's few do.
  static func mismatch(of map: SourceMap, with module: WasmModule, limits: Limits) -> String? {
    let known = map.segments.filter { $0.source != MappingReader.Segment.none }
    guard !known.isEmpty else { return nil }
    let step = max(1, known.count / sample)
    let offsets = stride(from: 0, to: known.count, by: step).map { FileOffset(UInt64(known[$0].offset)) }
    var starts = ModuleInstructionStarts(module, limits: limits)
    let wrong = offsets.filter { offset in
      guard let address = module.codeAddress(of: offset) else { return true }
      return !starts.contains(address)
    }
    // Tools that write maps are known to place a few of them a byte off.
    guard wrong.count * 8 > offsets.count, let first = wrong.first else { return nil }
    return
      "\(wrong.count) of \(offsets.count) places that it has are no instructions, the first at file offset \(first)"
  }
}
