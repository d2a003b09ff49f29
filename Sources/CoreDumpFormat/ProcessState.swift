import ByteCursor

// What a dump of `wasmpm run` knows beyond the document's format. It stands in a custom section of its own
// (docs/process-section.md), which other readers skip.

/// A reference as a dump records it: what it refers to, by numbers of the dump.
public enum RecordedReference: Hashable, Sendable {
  case null
  /// A function of an instance, by its index there.
  case function(instance: UInt32, index: UInt32)
  /// A function of the host's.
  case hostFunction
  /// Something of the host's, by the host's number.
  case external(UInt64)
  /// A caught exception, by a number without further meaning.
  case exception(UInt64)
  /// An unboxed scalar: its 31 bits.
  case i31(UInt32)
  /// A structure or array, by a number without further meaning: equal numbers, same object.
  case object(UInt64)
}

extension RecordedReference: CustomStringConvertible {
  /// As people read it: `null`, `function 7 of instance 0`.
  public var description: String {
    switch self {
    case .null: "null"
    case .function(let instance, let index): "function \(index) of instance \(instance)"
    case .hostFunction: "a function of the host"
    case .external(let number): "external \(number)"
    case .exception(let number): "exception \(number)"
    case .i31(let value): "i31 \(value)"
    case .object(let number): "object \(number)"
    }
  }
}

extension CoreDump {
  /// Why the program stopped, as what ran it says. The document's format has no place for it.
  public struct Trap: Hashable, Sendable {
    /// A stable name, of those that `trap.kind` has in the report's schema.
    public var kind: String
    /// What else is to be said; empty where the kind says it all.
    public var message: String

    /// A trap.
    public init(kind: String, message: String = "") {
      self.kind = kind
      self.message = message
    }
  }

  /// A table's elements when the dump was written, in runs of equal ones: most of a large table is null.
  public struct Table: Hashable, Sendable {
    /// Equal elements in a row.
    public struct Run: Hashable, Sendable {
      /// The indices.
      public var range: Range<UInt64>
      /// What stands at each of them.
      public var element: RecordedReference

      /// A run.
      public init(_ range: Range<UInt64>, _ element: RecordedReference) {
        self.range = range
        self.element = element
      }
    }
    /// The element type.
    public var type: RecordedType
    /// Whether it is indexed by i64.
    public var is64Bit: Bool
    /// The runs from index 0 on, without gaps.
    public var runs: [Run]

    /// A table.
    public init(type: RecordedType, is64Bit: Bool = false, runs: [Run]) {
      self.type = type
      self.is64Bit = is64Bit
      self.runs = runs
    }

    /// How many elements there are.
    public var count: UInt64 { runs.last?.range.upperBound ?? 0 }

    /// An element; nil behind the end.
    public subscript(index: UInt64) -> RecordedReference? {
      var low = 0
      var high = runs.count
      while low < high {
        let middle = (low + high) / 2
        if runs[middle].range.upperBound <= index { low = middle + 1 } else { high = middle }
      }
      return low < runs.count && runs[low].range.contains(index) ? runs[low].element : nil
    }
  }

  /// An instance's table by its own index space; nil where the dump does not have it.
  public func table(_ index: Int, of instance: Int) -> Table? {
    guard instances.indices.contains(instance), instances[instance].tables.indices.contains(index),
      let recorded = instances[instance].tables[index].map(Int.init), tables.indices.contains(recorded)
    else { return nil }
    return tables[recorded]
  }
}

/// The custom section of `wasmpm run`.
enum ProcessSection {
  static let name = "wasmpm"
  /// Raised when a reader of an older version would misread the section. New parts do not: unknown ones are skipped.
  static let version: UInt32 = 1

  /// The parts of the section.
  enum Part: UInt8 { case trap = 1, tables, instanceTables, locals, operands, globals, modules }
}

/// The parts of the custom section, as they stand in a file: not yet checked against the rest of the dump.
struct ProcessState: Sendable {
  /// A value that the document's format has no form for: a vector or a reference.
  struct Value: Sendable {
    /// The thread of a frame's value; 0 for a global.
    var thread: UInt32
    /// The frame of a frame's value; 0 for a global.
    var frame: UInt32
    /// The local, the operand counted from the bottom, or the dump's global.
    var index: UInt32
    var value: RecordedValue
  }
  var trap: CoreDump.Trap?
  var tables: [CoreDump.Table] = []
  /// The tables of each instance in the order of its index space, as indices in `tables`.
  var instanceTables: [[UInt32?]] = []
  var locals: [Value] = []
  var operands: [Value] = []
  var globals: [Value] = []
  /// The modules' files, by their numbers.
  var fingerprints: [ModuleFingerprint] = []
  /// What could not be read.
  var problems: [ReadError] = []

  init() {}

  /// Reads the section's contents behind its name. A part that cannot be read costs what of it lies behind the damage.
  /// - Throws: `unknownProcessVersion`, and what reading the version throws.
  init(_ contents: Bytes, limits: Limits) throws(ReadError) {
    var cursor = contents.cursor()
    let version = try cursor.uleb32()
    guard version == ProcessSection.version else { throw cursor.error(.unknownProcessVersion, value: UInt64(version)) }
    do throws(ReadError) {
      while !cursor.isAtEnd {
        let part = try cursor.u8()
        let size = try cursor.uleb32()
        var inner = try cursor.bytes(UInt64(size)).cursor()
        do throws(ReadError) { try read(ProcessSection.Part(rawValue: part), &inner, limits) } catch {
          problems.append(error)
        }
      }
    } catch {
      problems.append(error)
    }
  }

  private mutating func read(
    _ part: ProcessSection.Part?, _ cursor: inout Cursor, _ limits: Limits
  ) throws(ReadError) {
    switch part {
    case .trap?: trap = CoreDump.Trap(kind: try cursor.name(), message: try cursor.name())
    case .tables?:
      for _ in 0..<(try cursor.uleb32()) { try cursor.recordedTable(limits, into: &tables) }
    case .instanceTables?:
      for _ in 0..<(try cursor.uleb32()) {
        var list: [UInt32?] = []
        for _ in 0..<(try cursor.uleb32()) {
          let index = try cursor.uleb32()
          list.append(index == .max ? nil : index)
        }
        instanceTables.append(list)
      }
    case .locals?: try cursor.recordedValues(limits, ofFrames: true, into: &locals)
    case .operands?: try cursor.recordedValues(limits, ofFrames: true, into: &operands)
    case .globals?: try cursor.recordedValues(limits, ofFrames: false, into: &globals)
    case .modules?:
      for _ in 0..<(try cursor.uleb32()) {
        fingerprints.append(ModuleFingerprint(size: try cursor.uleb64(), hash: try cursor.u64()))
      }
    case nil: break
    }
  }

  /// Puts the parts where they belong. What refers to a thread, frame, slot or instance that does not exist is dropped.
  func apply(to dump: inout CoreDump) {
    dump.trap = trap
    dump.tables = tables
    for (index, fingerprint) in fingerprints.enumerated() where dump.modules.indices.contains(index) {
      dump.modules[index].fingerprint = fingerprint
    }
    for (index, list) in instanceTables.enumerated() where dump.instances.indices.contains(index) {
      dump.instances[index].tables = list
    }
    for value in locals where dump.threads.indices.contains(Int(value.thread)) {
      dump.threads[Int(value.thread)].frames.set(local: Int(value.index), of: Int(value.frame), to: value.value)
    }
    for value in operands where dump.threads.indices.contains(Int(value.thread)) {
      dump.threads[Int(value.thread)].frames.set(operand: Int(value.index), of: Int(value.frame), to: value.value)
    }
    for value in globals where dump.globals.indices.contains(Int(value.index)) {
      dump.globals[Int(value.index)].value = value.value
    }
  }
}

extension Rule {
  /// The section `wasmpm` is of a version that this reader does not know.
  static let unknownProcessVersion: Rule = "unknown version of the section wasmpm"
  /// A run of equal table elements is empty or ends behind what a table can have.
  static let badTableRun: Rule = "impossible number of table elements"
}

extension Cursor {
  fileprivate mutating func recordedReference() throws(ReadError) -> RecordedReference {
    let kind = try u8()
    switch kind {
    case 0: return .null
    case 1: return .function(instance: try uleb32(), index: try uleb32())
    case 2: return .hostFunction
    case 3: return .external(try uleb64())
    case 4: return .exception(try uleb64())
    case 5: return .i31(try uleb32() & 0x7fff_ffff)
    case 6: return .object(try uleb64())
    default: throw error(.unknownValueKind, value: UInt64(kind))
    }
  }

  /// A table; where it cannot be read to its end, what could be is kept.
  fileprivate mutating func recordedTable(
    _ limits: Limits, into tables: inout [CoreDump.Table]
  ) throws(ReadError) {
    let type = RecordedType(rawValue: try u8())
    let is64Bit = try u8() & 1 == 1
    var table = CoreDump.Table(type: type, is64Bit: is64Bit, runs: [])
    defer { tables.append(table) }
    var next: UInt64 = 0
    for _ in 0..<(try uleb32()) {
      guard table.runs.count < limits.dumpEntries else { throw error(.overLimit, value: UInt64(table.runs.count)) }
      let count = try uleb64()
      let (end, overflow) = next.addingReportingOverflow(count)
      guard count > 0, !overflow else { throw error(.badTableRun, value: count) }
      table.runs.append(CoreDump.Table.Run(next..<end, try recordedReference()))
      next = end
    }
  }

  fileprivate mutating func recordedValues(
    _ limits: Limits, ofFrames: Bool, into values: inout [ProcessState.Value]
  ) throws(ReadError) {
    for _ in 0..<(try uleb32()) {
      guard values.count < limits.dumpEntries else { throw error(.overLimit, value: UInt64(values.count)) }
      let thread = ofFrames ? try uleb32() : 0
      let frame = ofFrames ? try uleb32() : 0
      let index = try uleb32()
      let kind = try u8()
      let value: RecordedValue
      switch kind {
      case RecordedType.v128.rawValue:
        let low = try u64()
        value = .v128(low: low, high: try u64())
      case RecordedType.nullableReference.rawValue: value = .reference(try recordedReference())
      default: throw error(.unknownValueKind, value: UInt64(kind))
      }
      values.append(ProcessState.Value(thread: thread, frame: frame, index: index, value: value))
    }
  }
}
