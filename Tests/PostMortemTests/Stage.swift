import ByteCursor
import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import WasmBinary

typealias DIE = DwarfBuilder.Entry
typealias At = DwarfBuilder.Attribute

/// A crashed program whose variables a test describes: `run`, with parameters and locals of every type, which `_start`
/// calls, and a memory in which byte `n` of the first 4096 is the low byte of `n`.
///
///     let stage = try Stage([variable("x", "int", [0x91, 8])])
///     stage.nodes["x"]
struct Stage {
  /// The parameters of `run`, then its locals.
  static let types: [ValueType] = [.i32, .i64, .f32, .f64, .i32, .i32, .i64, .f32, .f64, .v128]
  static let parameterCount = 4
  /// What they hold where a test does not say otherwise; local 5 is the frame pointer.
  static let values: [RecordedValue] = [
    .i32(-2), .i64(0x1122_3344_5566_7788), .f32(bits: Float(1.5).bitPattern), .f64(bits: Double(-2.25).bitPattern),
    .i32(0x41424344), .i32(0x200), .i64(-5), .f32(bits: Float(0.5).bitPattern), .f64(bits: Double(1e100).bitPattern),
    .v128(low: 0x0807_0605_0403_0201, high: 0x100f_0e0d_0c0b_0a09),
  ]
  static let start: UInt32 = 1
  /// Where `run` and its instructions lie: eight times nothing, or what a test says, and the trap.
  var crash: Crash
  let body: CodeRange
  /// The trap, and the call in `_start`.
  let trap: CodeOffset
  let call: CodeOffset
  let trapAddress: UInt64
  let callAddress: UInt64

  /// What `run` is called with where a test does not say otherwise.
  static let arguments: [RecordedValue] = [
    .i32(70), .i64(71), .f32(bits: Float(72).bitPattern), .f64(bits: Double(73).bitPattern),
  ]

  /// What differs from the usual program.
  struct Options {
    var version: UInt16 = 4
    var language: DwLanguage = .cPlusPlus14
    var frameBase: [UInt8]? = [0xed, 0, 5, 0x9f]
    var locals = values
    var callerLocals: [RecordedValue] = []
    var callerStack = arguments
    /// What `run` does before it traps.
    var code: [UInt8] = [1, 1, 1, 1, 1, 1, 1, 1]
    /// Where in `code` it is; nil for the trap behind it.
    var place: Int?
    /// Whether `_start` calls `run` through a table.
    var isIndirect = false
    /// What `_start` describes of itself.
    var startEntries: [DIE] = []
    var unitEntries: [DIE] = []
    /// The globals by name; the first is the stack pointer.
    var globals: [(name: String, value: Int32, isMutable: Bool)] = [("__stack_pointer", 0x200, true)]
    /// Bytes that stand in memory at an address.
    var memory: [(UInt64, [UInt8])] = []
    /// More entries of `run` and of `_start`, which need lists of the builder's.
    var dwarf: (inout DwarfBuilder) -> (run: [DIE], start: [DIE]) = { _ in ([], []) }
  }

  let session: Session

  init(_ entries: [DIE] = [], _ change: (inout Options) -> Void = { _ in }) throws {
    var options = Options()
    change(&options)
    var crash = try Crash()
    let groups = Self.types.dropFirst(Self.parameterCount).map { LocalGroup(count: 1, type: $0) }
    crash.module.function(
      Array(Self.types.prefix(Self.parameterCount)), [], locals: groups, body: options.code + [0x00, 0x0b], name: "run")
    // Four arguments, which take 2, 2, 5 and 9 bytes.
    var code = ByteBuilder()
    code.raw([0x41, 70, 0x42, 71, 0x43])
    code.u32(Float(72).bitPattern)
    code.u8(0x44)
    code.u64(Double(73).bitPattern)
    // i32.const 0 and a call through the table, whose first element is `run`.
    if options.isIndirect { code.raw([0x41, 0]) }
    let callOffset = code.bytes.count
    code.raw(options.isIndirect ? [0x11, 0, 0, 0x0b] : [0x10, 0, 0x0b])
    if options.isIndirect {
      crash.module.table(TableType(.funcref, SizeLimits(2)))
      crash.module.elements(at: 0, [0])
    }
    crash.module.function(body: code.bytes, name: "_start", export: "_start")
    crash.module.memory(MemoryType(SizeLimits(1)))
    for global in options.globals {
      let index = crash.module.global(GlobalType(.i32, isMutable: global.isMutable), .i32(global.value))
      crash.module.name(.global, index, global.name)
    }
    let plain = try WasmModule(crash.module.bytes)
    let run = plain.bodies[0]
    let start = plain.bodies[1]
    body = CodeRange(run.codeAddress, run.end)!
    let first = try plain.locals(of: run).declarations.firstInstruction
    trap = CodeOffset(first.rawValue + UInt64(options.place ?? options.code.count))
    call = CodeOffset(try plain.locals(of: start).declarations.firstInstruction.rawValue + UInt64(callOffset))
    trapAddress = run.codeAddress.rawValue + trap.rawValue
    callAddress = start.codeAddress.rawValue + call.rawValue
    self.crash = crash
    // The rest needs the addresses.
    session = try Self.open(
      &self.crash, entries, options, (body, CodeRange(start.codeAddress, start.end)!), (trap, call))
  }

  private static func open(
    _ crash: inout Crash, _ entries: [DIE], _ options: Options, _ bodies: (CodeRange, CodeRange),
    _ places: (trap: CodeOffset, call: CodeOffset)
  ) throws -> Session {
    var dwarf = DwarfBuilder(version: options.version)
    func function(_ name: String, _ body: CodeRange, _ children: [DIE]) -> DIE {
      var attributes = [
        At(DwAttribute.name, DwForm.string, .text(name)),
        At(DwAttribute.lowPC, DwForm.addr, .address(body.low.rawValue)),
        At(DwAttribute.highPC, DwForm.addr, .address(body.high.rawValue)),
      ]
      if let base = options.frameBase { attributes.append(At(DwAttribute.frameBase, DwForm.exprloc, .bytes(base))) }
      return DIE(DwTag.subprogram, attributes, children: children)
    }
    let more = options.dwarf(&dwarf)
    let functions = [
      function("run", bodies.0, entries + more.run), function("_start", bodies.1, options.startEntries + more.start),
    ]
    let root = DIE(
      DwTag.compileUnit,
      [
        At(DwAttribute.name, DwForm.string, .text("t.cpp")),
        At(DwAttribute.language, DwForm.data2, .number(UInt64(options.language.rawValue))),
        At(DwAttribute.lowPC, DwForm.addr, .address(bodies.0.low.rawValue)),
        At(DwAttribute.highPC, DwForm.addr, .address(bodies.1.high.rawValue)),
      ], children: baseTypes + options.unitEntries + functions)
    dwarf.unit(root)
    for (name, bytes) in dwarf.build() { crash.module.customSection(name) { $0.raw(bytes) } }
    var memory = (0..<4096).map { UInt8(truncatingIfNeeded: $0) }
    for (address, bytes) in options.memory {
      memory.replaceSubrange(Int(address)..<Int(address) + bytes.count, with: bytes)
    }
    crash.dump.memories = [
      MemoryImage(
        type: MemoryType(SizeLimits(1)),
        segments: [MemoryImage.Segment(address: 0, bytes: Bytes(copying: memory))], gap: .zero)
    ]
    crash.dump.globals = options.globals.map {
      CoreDump.Global(type: .i32, isMutable: $0.isMutable, value: .i32($0.value))
    }
    crash.dump.instances = [
      CoreDump.Instance(module: 0, memories: [0], globals: options.globals.indices.map { UInt32($0) })
    ]
    crash.thread([
      CoreDump.Frame(
        instance: 0, functionIndex: 0, codeOffset: places.trap, locals: CoreDump.Values(options.locals[...])),
      CoreDump.Frame(
        instance: 0, functionIndex: 1, codeOffset: places.call, locals: CoreDump.Values(options.callerLocals[...]),
        operandStack: CoreDump.Values(options.callerStack[...])),
    ])
    return try crash.open()
  }

  /// What is shown of the variables of a frame, by their names.
  func nodes(_ frame: Int = 0) -> [String: ValueNode] {
    let description = session.description(of: session.backtrace(thread: 0)[frame], thread: 0)
    return Dictionary((description.arguments + description.locals).map { ($0.name ?? "", $0) }) { first, _ in first }
  }

  /// The value of a variable with its trust where that is not the best, or why there is none.
  func text(_ name: String, _ frame: Int = 0) -> String { nodes(frame)[name]?.plain ?? "there is no \(name)" }

  // MARK: Types

  static var baseTypes: [DIE] {
    [
      base("int", .signed, 4), base("unsigned int", .unsigned, 4), base("char", .signedChar, 1),
      base("bool", .boolean, 1),
      base("long long", .signed, 8), base("float", .float, 4), base("double", .float, 8), base("short", .signed, 2),
      DIE(DwTag.pointerType, [typed("int")], label: "int*"),
      record("pair", 8, [member("a", "int", 0), member("b", "int", 4)]),
    ]
  }
}

extension ValueNode {
  /// `7`, `7 [derived]`, `{a 1, b -}`, `unavailable: why`.
  var plain: String {
    if trust == .unavailable { return "unavailable: \(reason ?? "for no reason")" }
    var text = value ?? summary ?? ""
    if !children.isEmpty { text = "{" + children.map { "\($0.name ?? "") \($0.plain)" }.joined(separator: ", ") + "}" }
    return trust == .recorded ? text : text + " [\(trust)]"
  }
}

func named(_ text: String) -> At { At(DwAttribute.name, DwForm.string, .text(text)) }
func typed(_ label: String) -> At { At(DwAttribute.type, DwForm.ref4, .label(label)) }
func number(_ attribute: DwAttribute, _ value: UInt64, _ form: DwForm = .udata) -> At {
  At(attribute, form, .number(value))
}
func base(_ text: String, _ encoding: DwEncoding, _ size: UInt64) -> DIE {
  DIE(
    DwTag.baseType, [named(text), number(.encoding, UInt64(encoding.rawValue)), number(.byteSize, size)], label: text)
}
func member(_ text: String, _ type: String, _ offset: UInt64, _ more: [At] = []) -> DIE {
  DIE(DwTag.member, [named(text), typed(type), number(.dataMemberLocation, offset)] + more)
}
func record(_ text: String, _ size: UInt64, _ members: [DIE]) -> DIE {
  DIE(DwTag.structureType, [named(text), number(.byteSize, size)], label: text, children: members)
}
func place(_ expression: [UInt8]) -> At { At(DwAttribute.location, DwForm.exprloc, .bytes(expression)) }
func variable(_ text: String, _ type: String, _ expression: [UInt8]?, _ more: [At] = [], label: String? = nil) -> DIE {
  DIE(DwTag.variable, [named(text), typed(type)] + (expression.map { [place($0)] } ?? []) + more, label: label)
}
func parameter(_ text: String, _ type: String, _ expression: [UInt8]) -> DIE {
  DIE(DwTag.formalParameter, [named(text), typed(type), place(expression)])
}
/// The value of a local, `DW_OP_stack_value` behind it.
func local(_ index: UInt8) -> [UInt8] { [0xed, 0, index, 0x9f] }
