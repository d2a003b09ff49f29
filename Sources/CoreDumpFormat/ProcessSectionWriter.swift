import ByteCursor
import WasmBinary

// The section that only dumps of `wasmpm run` have: docs/process-section.md.

extension SectionEncoder {
  /// The contents behind the section's name.
  mutating func process(of dump: CoreDump, globals: WrittenGlobals) {
    uleb(UInt64(ProcessSection.version))
    if let trap = dump.trap {
      part(.trap) {
        $0.name(trap.kind)
        $0.name(trap.message)
      }
    }
    if !dump.tables.isEmpty {
      part(.tables) { $0.vector(dump.tables) { $0.table($1) } }
      part(.instanceTables) {
        $0.vector(dump.instances) { $0.vector($1.tables) { $0.uleb(UInt64($1 ?? .max)) } }
      }
    }
    wideValues(.locals, of: dump) { $0.locals }
    wideValues(.operands, of: dump) { $0.operandStack }
    if dump.modules.contains(where: { $0.fingerprint != nil }) {
      part(.modules) {
        $0.vector(dump.modules) { encoder, module in
          encoder.uleb(module.fingerprint?.size ?? 0)
          encoder.little(module.fingerprint?.hash ?? 0, size: 8)
        }
      }
    }
    let references = dump.globals.enumerated().filter { $1.value.isReference && globals.index(UInt32($0)) != .max }
    guard !references.isEmpty else { return }
    part(.globals) {
      $0.vector(references) { encoder, global in
        encoder.uleb(UInt64(globals.index(UInt32(global.offset))))
        encoder.wideValue(global.element.value)
      }
    }
  }

  /// The values of frames that the document's form cannot hold.
  private mutating func wideValues(
    _ part: ProcessSection.Part, of dump: CoreDump, _ values: (CoreDump.Frame) -> CoreDump.Values
  ) {
    var list = SectionEncoder()
    var count: UInt64 = 0
    for (thread, frames) in dump.threads.enumerated() {
      for (number, frame) in frames.frames.enumerated() {
        for (index, value) in values(frame).enumerated() where value.isWide {
          for number in [thread, number, index] { list.uleb(UInt64(number)) }
          list.wideValue(value)
          count += 1
        }
      }
    }
    guard count > 0 else { return }
    self.part(part) {
      $0.uleb(count)
      $0.raw(list.bytes)
    }
  }

  private mutating func part(_ part: ProcessSection.Part, _ fill: (inout SectionEncoder) -> Void) {
    var contents = SectionEncoder()
    fill(&contents)
    raw([part.rawValue])
    uleb(UInt64(contents.bytes.count))
    raw(contents.bytes)
  }

  private mutating func table(_ table: CoreDump.Table) {
    raw([table.type.rawValue, table.is64Bit ? 1 : 0])
    vector(table.runs) { encoder, run in
      encoder.uleb(run.range.upperBound - run.range.lowerBound)
      encoder.reference(run.element)
    }
  }

  private mutating func wideValue(_ value: RecordedValue) {
    switch value {
    case .v128(let low, let high):
      raw([RecordedType.v128.rawValue])
      little(low, size: 8)
      little(high, size: 8)
    case .reference(let reference):
      raw([RecordedType.nullableReference.rawValue])
      self.reference(reference)
    default: break
    }
  }

  private mutating func reference(_ reference: RecordedReference) {
    switch reference {
    case .null: raw([0])
    case .function(let instance, let index):
      raw([1])
      uleb(UInt64(instance))
      uleb(UInt64(index))
    case .hostFunction: raw([2])
    case .external(let number):
      raw([3])
      uleb(number)
    case .exception(let number):
      raw([4])
      uleb(number)
    case .i31(let value):
      raw([5])
      uleb(UInt64(value))
    case .object(let number):
      raw([6])
      uleb(number)
    }
  }
}

extension RecordedValue {
  /// Whether it is a reference that is known.
  fileprivate var isReference: Bool {
    if case .reference = self { true } else { false }
  }

  /// Whether the document's form for values of frames cannot hold it.
  fileprivate var isWide: Bool {
    if case .v128 = self { true } else { isReference }
  }
}
