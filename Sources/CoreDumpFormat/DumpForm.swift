import ByteCursor
import WasmBinary

/// The traits of a dump by which its producer can be told without its modules.
struct DumpForm: Sendable {
  /// The names of the sections that only a core dump has.
  static let ownSections: Set<String> = ["core", "coremodules", "coreinstances", "corestack"]

  /// The titles of the sections in their order, repeats of one section in a row dropped.
  private(set) var order: [String] = []
  /// Whether `coremodules` has names without lengths.
  var moduleNamesLackLengths = false
  /// Whether `coreinstances` is there and lists any.
  var hasInstances = true
  /// Whether there is the section that `wasmpm run` writes.
  var hasProcessSection = false
  /// Whether the executable's name is empty.
  private(set) var executableIsEmpty = false
  /// Whether the dump is the linear memory that it dumps: see `finish`.
  private(set) var isLinearMemory = false
  /// Whether memory 0 has no pages and one empty segment, as Wasmer leaves it.
  private(set) var hasEmptyMemory = false

  /// Takes notice of the next section.
  mutating func note(_ section: Section) {
    let title = section.title
    if title != order.last, order.count < 64 { order.append(title) }
  }

  /// Takes notice of what needs all sections.
  mutating func finish(file: Bytes, state: StateSections, executableName: String?, instances: [CoreDump.Instance]) {
    executableIsEmpty = executableName?.isEmpty ?? false
    let memory = state.memories.first
    hasEmptyMemory =
      state.memories.count == 1 && memory?.limits.minimum == 0 && state.segments.isEmpty && state.hasDataSection
    // The rewriter's runtime writes the sections over the start of the memory and declares the rest of it as
    // the one data segment: no minimum, the size as the maximum, and the segment ends with the file (give or
    // take a byte, which its arithmetic loses for some sizes).
    guard order.first == "corestack", state.memories.count == 1, let memory, memory.limits.minimum == 0,
      let pages = memory.limits.maximum, state.segmentCount == 1, let segment = state.segments.first
    else { return }
    let size = pages.multipliedReportingOverflow(by: memory.pageSize).partialValue
    isLinearMemory = UInt64(file.count) <= size && segment.bytes.end + 2 >= file.end
  }

  /// Whether the sections stand as Wasmtime writes them, memory, global and data where there are any.
  var isWasmtimeOrder: Bool {
    order.filter { $0 != "memory" && $0 != "global" && $0 != "data" }
      == ["core", "coremodules", "coreinstances", "corestack"]
      && order.first == "core" && order.suffix(3) == ["coremodules", "coreinstances", "corestack"]
  }

  /// Whether the sections come from the builder: `core`, `corestack`, then the memory.
  private var isBuilderOrder: Bool { order.starts(with: ["core", "corestack"]) }

  /// How much the dump's form speaks for a layout; only a comparison has a meaning.
  func habit(of layout: StackLayout) -> Int {
    if layout.hasInstance {
      if hasInstances { return layout == .countsFirst ? 1 : 3 }
      return layout == .countsFirst && isFromBuilder ? 2 : 0
    }
    if hasInstances { return 0 }
    if layout.values == .lowBits { return moduleNamesLackLengths || order.contains("coreinstances") ? 4 : -1 }
    // Frames without values look the same in both; modules are what the builders never write.
    if layout == .countsFirstWithoutInstance { return isFromBuilder ? 2 : 0 }
    return 1
  }

  /// Whether the rewriter or the builder wrote the dump, by its sections.
  private var isFromBuilder: Bool {
    isLinearMemory || order.first == "corestack" || isBuilderOrder && !order.contains("coremodules")
  }

  /// What offsets of a layout count from, the likeliest first.
  func bases(of layout: StackLayout) -> [CodeOffsetBase] {
    if hasProcessSection, layout == .specification { return [.localsVector] }
    // Wasmer's offsets count from the locals vector, whatever the builder's documentation said at the time.
    guard layout == .countsFirstWithoutInstance, hasEmptyMemory, isBuilderOrder else { return layout.bases }
    return [.localsVector] + layout.bases.filter { $0 != .localsVector }
  }

  /// The dialect's name, from the layout and base that were picked and what the frames held.
  func dialectName(_ layout: StackLayout, _ base: CodeOffsetBase, frames: FrameTraits) -> String {
    switch layout {
    case .wasmEdge, .wasmEdgeForWasmgdb: return DialectName.wasmEdge
    case _ where isLinearMemory: return DialectName.rewriter
    case .fourBytes, .fourBytesFunction, .fourBytesOffset, .fourBytesBoth, .fourBytesBothAndStack:
      return DialectName.builder01012
    case .countsFirst: return hasInstances ? DialectName.wasmEdgeTyped : DialectName.builder022
    case .countsFirstWithoutInstance:
      return hasEmptyMemory && isBuilderOrder ? DialectName.wasmer : DialectName.builder01013
    case .specificationWithoutInstance: return DialectName.specificationWithoutInstance
    default: break
    }
    if hasProcessSection, layout == .specification { return DialectName.wasmpm }
    if base == .firstInstruction { return DialectName.wasmEdgeTyped }
    if isWasmtimeOrder, !frames.haveValues, frames.threadNames == ["main"] { return DialectName.wasmtime }
    // Of the two experiments one never knows an offset, the other leaves the thread without a name.
    if frames.threadNames == [""] || (frames.haveValues && frames.count > 0 && !frames.haveOffsets) {
      return DialectName.wasmi
    }
    return DialectName.specification
  }
}

/// What a dump's frames have at all, which tells producers apart and says whether an empty vector is an answer.
struct FrameTraits {
  var count = 0
  var threadNames: [String?] = []
  /// Whether any frame has a local or a stack entry.
  var haveValues: Bool { haveLocals || haveStack }
  var haveLocals = false
  var haveStack = false
  /// Whether any frame has an offset other than 0.
  var haveOffsets = false
}
