/// A value of a local or an operand stack entry in a crash that a test tells.
public enum StoryValue: Hashable, Sendable {
  case i32(Int32), i64(Int64), f32(Float), f64(Double)
  /// A value that could not be had.
  case missing
}

/// A function of a module that a test makes up: where its body lies, and where its instructions are.
public struct StoryFunction: Sendable {
  /// What stands at an instruction's first byte.
  public enum Instruction: Hashable, Sendable {
    case call(UInt32), callIndirect(type: UInt32), other
  }
  /// The file offset of the body's size field.
  public var sizeField: Int
  /// Bytes of the size field and of the locals vector.
  public var sizeFieldLength = 1
  public var localsLength = 1
  /// Bytes from the locals vector to the end.
  public var length: Int
  /// The types of the locals, parameters first, by their bytes (0x7f is i32).
  public var parameters: [UInt8] = []
  public var locals: [UInt8] = []
  /// Instructions by their offset from the locals vector.
  public var instructions: [Int: Instruction] = [:]

  public init(
    sizeField: Int, length: Int, sizeFieldLength: Int = 1, localsLength: Int = 1, parameters: [UInt8] = [],
    locals: [UInt8] = [], instructions: [Int: Instruction]
  ) {
    self.sizeField = sizeField
    self.sizeFieldLength = sizeFieldLength
    self.localsLength = localsLength
    self.length = length
    self.parameters = parameters
    self.locals = locals
    self.instructions = instructions
  }

  /// The file offset of the locals vector.
  public var start: Int { sizeField + sizeFieldLength }
}

/// A module that a test makes up.
public struct StoryModule: Sendable {
  public var name: String
  /// How many functions are imported; they come before `functions` in the index space.
  public var importCount: Int
  public var functions: [StoryFunction]
  /// The file offset of the code section's contents.
  public var codeSection: Int

  public init(name: String, importCount: Int, functions: [StoryFunction], codeSection: Int) {
    self.name = name
    self.importCount = importCount
    self.functions = functions
    self.codeSection = codeSection
  }

  /// The function of an index; nil for an import and for what does not exist.
  public func function(_ index: UInt32) -> StoryFunction? {
    let own = Int(index) - importCount
    return functions.indices.contains(own) ? functions[own] : nil
  }
}

/// A frame of the crash.
public struct StoryFrame: Sendable {
  public var instance: Int
  public var function: UInt32
  /// From the locals vector.
  public var codeOffset: Int
  public var locals: [StoryValue]
  public var stack: [StoryValue]

  public init(
    instance: Int = 0, function: UInt32, codeOffset: Int, locals: [StoryValue] = [], stack: [StoryValue] = []
  ) {
    self.instance = instance
    self.function = function
    self.codeOffset = codeOffset
    self.locals = locals
    self.stack = stack
  }
}

/// A global of the crash.
public enum StoryGlobal: Sendable {
  case i32(Int32, isMutable: Bool), i64(Int64, isMutable: Bool), f32(Float), f64(Double)
  case v128([UInt8]), funcref
}

/// A crash that can be written in every dialect.
public struct CrashStory: Sendable {
  public var executable = "app.wasm"
  public var modules: [StoryModule]
  public var instances: [(module: Int, memories: [UInt32], globals: [UInt32])] = [(0, [0], [])]
  public var thread = "main"
  /// Youngest first.
  public var frames: [StoryFrame]
  /// Pages of memory 0.
  public var pages = 1
  /// What memory 0 holds besides zeros, by address.
  public var memory: [(address: Int, bytes: [UInt8])] = []
  public var globals: [StoryGlobal] = []

  public init(modules: [StoryModule], frames: [StoryFrame]) {
    self.modules = modules
    self.frames = frames
  }
}

/// A dialect in which a crash is written.
public enum DumpDialect: String, CaseIterable, Sendable {
  case specification, specificationRaw, specificationWithoutInstance, wasmtime
  case builder022, rewriter022
  case builder0113, rewriter0113, fourBytes
  case builder0112Function, builder0112Offset
  case wasmer
  case wasmEdge, wasmEdgeForWasmgdb, wasmEdgeTyped
  case wasmiWithoutOffsets, wasmiWithoutName
}

/// Writes crashes as their producers do, byte for byte as far as their sources tell.
public struct DumpBuilder {
  private let story: CrashStory
  private let dialect: DumpDialect

  /// `story` as `dialect` writes it.
  public static func bytes(_ story: CrashStory, as dialect: DumpDialect) -> [UInt8] {
    DumpBuilder(story: story, dialect: dialect).bytes()
  }

  private func bytes() -> [UInt8] {
    var out = ByteBuilder()
    out.moduleHeader()
    switch dialect {
    case .rewriter022, .rewriter0113:
      return linearMemory()
    case .wasmtime:
      core(&out, story.executable)
      memories(&out)
      globals(&out)
      data(&out)
      modules(&out)
      instances(&out)
      stack(&out)
    case .wasmEdge, .wasmEdgeForWasmgdb:
      core(&out, "")
      stack(&out)
      out.customSection("coremodules") {
        $0.uleb(1)
        $0.u8(0)
        $0.raw(story.modules[0].name.utf8)
      }
      out.customSection("coreinstances") { $0.u8(0) }
      memories(&out)
      if !story.globals.isEmpty {
        out.section(6) {
          $0.vector(story.globals) { out, global in
            out.u8(type(global))
            out.u8(1)
            out.u8(0x0b)
          }
        }
      }
    case .builder022, .builder0113, .fourBytes, .wasmer:
      core(&out, story.executable)
      stack(&out)
      let isWasmer = dialect == .wasmer
      out.section(5) {
        $0.uleb(1)
        $0.u8(0)
        $0.uleb(UInt64(isWasmer ? 0 : story.pages))
      }
      out.section(11) {
        $0.raw([1, 0, 0x41, 0, 0x0b])
        let image = isWasmer ? [] : image()
        $0.uleb(UInt64(image.count))
        $0.raw(image)
      }
    case .builder0112Function, .builder0112Offset:
      core(&out, story.executable)
      stack(&out)
    default:
      core(&out, story.executable)
      modules(&out)
      if dialect != .specificationWithoutInstance { instances(&out) }
      stack(&out)
      memories(&out)
      globals(&out)
      data(&out)
    }
    return out.bytes
  }

  // MARK: Sections

  private func core(_ out: inout ByteBuilder, _ name: String) {
    out.customSection("core") {
      $0.u8(0)
      $0.name(name)
    }
  }

  private func modules(_ out: inout ByteBuilder) {
    out.customSection("coremodules") {
      $0.vector(story.modules) {
        $0.u8(0)
        $0.name($1.name)
      }
    }
  }

  private func instances(_ out: inout ByteBuilder) {
    out.customSection("coreinstances") {
      $0.vector(story.instances) {
        $0.u8(0)
        $0.uleb(UInt64($1.module))
        $0.vector($1.memories) { $0.uleb(UInt64($1)) }
        $0.vector($1.globals) { $0.uleb(UInt64($1)) }
      }
    }
  }

  private func memories(_ out: inout ByteBuilder) {
    out.section(5) {
      $0.uleb(1)
      $0.u8(0)
      $0.uleb(UInt64(story.pages))
    }
  }

  private func globals(_ out: inout ByteBuilder) {
    if story.globals.isEmpty { return }
    out.section(6) {
      $0.vector(story.globals) { out, global in
        out.u8(type(global))
        switch global {
        case .i32(let value, let isMutable):
          out.raw([isMutable ? 1 : 0, 0x41])
          out.sleb(Int64(value))
        case .i64(let value, let isMutable):
          out.raw([isMutable ? 1 : 0, 0x42])
          out.sleb(value)
        case .f32(let value):
          out.raw([0, 0x43])
          out.u32(value.bitPattern)
        case .f64(let value):
          out.raw([0, 0x44])
          out.u64(value.bitPattern)
        case .v128(let bytes): out.raw([0, 0xfd, 12] + bytes)
        case .funcref: out.raw([0, 0xd0, 0x70])
        }
        out.u8(0x0b)
      }
    }
  }

  private func type(_ global: StoryGlobal) -> UInt8 {
    switch global {
    case .i32: 0x7f
    case .i64: 0x7e
    case .f32: 0x7d
    case .f64: 0x7c
    case .v128: 0x7b
    case .funcref: 0x70
    }
  }

  private func data(_ out: inout ByteBuilder) {
    if story.memory.isEmpty { return }
    out.section(11) {
      $0.vector(story.memory) {
        $0.raw([0, 0x41])
        $0.sleb(Int64($1.address))
        $0.u8(0x0b)
        $0.uleb(UInt64($1.bytes.count))
        $0.raw($1.bytes)
      }
    }
  }

  /// Memory 0 in full.
  private func image() -> [UInt8] {
    var image = [UInt8](repeating: 0, count: story.pages * 65536)
    for (address, bytes) in story.memory { image.replaceSubrange(address..<address + bytes.count, with: bytes) }
    return image
  }

  /// The memory with the dump written over its start.
  private func linearMemory() -> [UInt8] {
    var out = ByteBuilder()
    out.moduleHeader()
    stack(&out)
    core(&out, "")
    let size = story.pages * 65536
    out.section(5) {
      $0.raw([1, 1, 0])
      $0.uleb(UInt64(story.pages))
    }
    // The same sums as the runtime's: lengths of numbers are guessed before the numbers are known.
    func length(_ number: Int) -> Int {
      var probe = ByteBuilder()
      probe.uleb(UInt64(number))
      return probe.bytes.count
    }
    let sectionSize = size - out.bytes.count - length(size - out.bytes.count) - 1
    out.u8(11)
    out.uleb(UInt64(sectionSize))
    out.raw([1, 0])
    let here = out.bytes.count
    out.u8(0x41)
    out.sleb(Int64(here + 1 + length(here) + 1 + length(size - here)))
    out.u8(0x0b)
    out.uleb(UInt64(size - out.bytes.count - length(size - out.bytes.count)))
    return out.bytes + image().dropFirst(out.bytes.count)
  }

  // MARK: Frames

  private var isFourBytes: Bool { [.fourBytes, .builder0112Function, .builder0112Offset].contains(dialect) }

  private func number(_ out: inout ByteBuilder, _ value: Int) {
    if isFourBytes { out.u32(UInt32(value)) } else { out.uleb(UInt64(value)) }
  }

  private func stack(_ out: inout ByteBuilder) {
    out.customSection("corestack") {
      $0.u8(0)
      $0.name(dialect == .wasmiWithoutName ? "" : story.thread)
      number(&$0, story.frames.count)
      if dialect == .builder0112Function || dialect == .builder0112Offset { $0.u32(0) }
      for index in story.frames.indices { frame(&$0, index) }
    }
  }

  private func frame(_ out: inout ByteBuilder, _ index: Int) {
    let frame = story.frames[index]
    let module = story.modules[story.instances[frame.instance].module]
    let body = module.function(frame.function)
    let file = (body?.start ?? 0) + frame.codeOffset
    func location(_ offset: Int) {
      number(&out, Int(frame.function))
      number(&out, offset)
    }
    switch dialect {
    case .specification, .specificationRaw, .wasmtime, .wasmiWithoutName, .wasmiWithoutOffsets:
      out.u8(0)
      number(&out, frame.instance)
      location(dialect == .wasmiWithoutOffsets ? 0 : frame.codeOffset)
    case .wasmEdgeTyped, .builder022, .rewriter022:
      out.u8(0)
      number(&out, frame.instance)
      location(frame.codeOffset - (body?.localsLength ?? 0))
    case .specificationWithoutInstance, .wasmer:
      out.u8(0)
      location(frame.codeOffset)
    case .rewriter0113:
      out.u8(0)
      location(frame.codeOffset - (body?.localsLength ?? 0))
    case .builder0113, .fourBytes:
      out.u8(0)
      location(file - module.codeSection)
    case .builder0112Function: number(&out, Int(frame.function))
    case .builder0112Offset: number(&out, file - module.codeSection)
    case .wasmEdge, .wasmEdgeForWasmgdb:
      out.u8(0)
      wasmEdgeLocation(&out, index)
    }
    values(&out, frame, isYoungest: index == 0)
  }

  /// The call that made the frame: its immediate and its file offset; zeros for the entry frame.
  private func wasmEdgeLocation(_ out: inout ByteBuilder, _ index: Int) {
    guard index + 1 < story.frames.count else { return out.raw([0, 0]) }
    let caller = story.frames[index + 1]
    let body = story.modules[0].function(caller.function)
    switch body?.instructions[caller.codeOffset] {
    case .call(let callee): number(&out, Int(callee))
    case .callIndirect(let type): number(&out, Int(type))
    default: number(&out, 0)
    }
    number(&out, (body?.start ?? 0) + caller.codeOffset)
  }

  private func values(_ out: inout ByteBuilder, _ frame: StoryFrame, isYoungest: Bool) {
    switch dialect {
    case .wasmtime: out.raw([0, 0])
    case .specification, .specificationWithoutInstance, .wasmiWithoutName:
      out.vector(frame.locals) { value(&$0, $1, isRaw: false) }
      out.vector(frame.stack) { value(&$0, $1, isRaw: false) }
    case .specificationRaw:
      out.vector(frame.locals) { value(&$0, $1, isRaw: true) }
      out.vector(frame.stack) { value(&$0, $1, isRaw: true) }
    case .wasmEdgeTyped, .wasmiWithoutOffsets:
      out.vector(frame.locals) { value(&$0, $1, isRaw: false) }
      out.vector(frame.stack) { out, _ in out.u8(1) }
    case .builder022, .builder0113, .wasmer, .fourBytes:
      // The builders have no way to give a frame values.
      number(&out, 0)
      number(&out, 0)
    case .builder0112Function, .builder0112Offset:
      rewriterLocals(&out, frame, isYoungest: isYoungest, hasStackCount: false)
    case .rewriter022, .rewriter0113:
      rewriterLocals(&out, frame, isYoungest: isYoungest, hasStackCount: true)
    case .wasmEdge, .wasmEdgeForWasmgdb:
      out.uleb(UInt64(frame.locals.count))
      out.uleb(UInt64(frame.stack.count))
      for local in frame.locals + (dialect == .wasmEdge ? frame.stack : []) {
        out.u8(0x7f)
        out.u32(lowBits(local))
      }
    }
  }

  private func rewriterLocals(
    _ out: inout ByteBuilder, _ frame: StoryFrame, isYoungest: Bool, hasStackCount: Bool
  ) {
    let module = story.modules[story.instances[frame.instance].module]
    let parameters = module.function(frame.function)?.parameters.count ?? 0
    number(&out, frame.locals.count)
    if hasStackCount { number(&out, 0) }
    for (index, local) in frame.locals.enumerated() {
      let isFake = !isYoungest && index < parameters
      value(&out, isFake ? .i32(669 + Int32(index)) : local, isRaw: true)
    }
  }

  private func value(_ out: inout ByteBuilder, _ value: StoryValue, isRaw: Bool) {
    switch value {
    case .i32(let number):
      out.u8(0x7f)
      if isRaw { out.u32(UInt32(bitPattern: number)) } else { out.sleb(Int64(number)) }
    case .i64(let number):
      out.u8(0x7e)
      if isRaw { out.u64(UInt64(bitPattern: number)) } else { out.sleb(number) }
    case .f32(let number):
      out.u8(0x7d)
      out.u32(number.bitPattern)
    case .f64(let number):
      out.u8(0x7c)
      out.u64(number.bitPattern)
    case .missing: out.u8(1)
    }
  }

  private func lowBits(_ value: StoryValue) -> UInt32 {
    switch value {
    case .i32(let number): UInt32(bitPattern: number)
    case .i64(let number): UInt32(truncatingIfNeeded: number)
    case .f32(let number): number.bitPattern
    case .f64(let number): UInt32(truncatingIfNeeded: number.bitPattern)
    case .missing: 0
    }
  }
}
