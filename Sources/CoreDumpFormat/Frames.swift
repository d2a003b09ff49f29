import ByteCursor

/// Why a frame has no code offset.
public enum MissingOffset: UInt8, Hashable, Sendable, CustomStringConvertible {
  /// The producer wrote the number that stands for "unknown", or writes it always.
  case recordedAsUnknown
  /// The dialect has no place for it, or loses it (the youngest frame's in WasmEdge's).
  case notRecorded
  /// The number counts from a place that only the module can tell.
  case needsModule
  /// The number does not lie in the frame's function: the module is another one, or the dump is damaged.
  case outsideOfFunction

  /// Words that follow "code offset unavailable:".
  public var description: String {
    switch self {
    case .recordedAsUnknown: "recorded as unknown"
    case .notRecorded: "not recorded by what wrote the dump"
    case .needsModule: "the module is needed to work it out"
    case .outsideOfFunction: "the recorded offset lies outside of the function"
    }
  }
}

extension CoreDump {
  /// The values of a frame's locals or operand stack.
  public struct Values: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
    /// The values, each with its own reason where it is missing.
    public var values: ArraySlice<RecordedValue>
    /// Why there are none at all; nil where the vector was recorded, be it empty.
    public var absence: MissingReason?

    /// Values, or the reason why there are none.
    public init(_ values: ArraySlice<RecordedValue> = [], absence: MissingReason? = nil) {
      self.values = values
      self.absence = absence
    }
    public init(arrayLiteral elements: RecordedValue...) { self.init(elements[...]) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { values.count }
    public subscript(index: Int) -> RecordedValue { values[values.startIndex + index] }
  }

  /// One activation of a function.
  public struct Frame: Sendable {
    /// The instance, an index in `CoreDump.instances` (which may not reach that far in a damaged dump).
    public var instance: Int
    /// The function, an index in its module's index space, imports included; nil where the dump does not
    /// say it and no module at hand tells it.
    public var functionIndex: UInt32?
    /// The instruction at which the frame stands: the trapping one in the youngest frame, the call in others.
    public var codeOffset: CodeOffset?
    /// Why there is none.
    public var missingOffset: MissingOffset?
    /// The number that the dump has in the offset's place, whatever it counts from.
    public var rawOffset: UInt32
    /// The parameters, then the declared locals.
    public var locals: Values
    /// The operand stack, its bottom first.
    public var operandStack: Values

    /// A frame.
    public init(
      instance: Int, functionIndex: UInt32?, codeOffset: CodeOffset?, missingOffset: MissingOffset? = nil,
      rawOffset: UInt32? = nil, locals: Values = [], operandStack: Values = []
    ) {
      self.instance = instance
      self.functionIndex = functionIndex
      self.codeOffset = codeOffset
      self.missingOffset = codeOffset == nil ? missingOffset ?? .notRecorded : nil
      self.rawOffset = rawOffset ?? UInt32(truncatingIfNeeded: codeOffset?.rawValue ?? 0)
      self.locals = locals
      self.operandStack = operandStack
    }
  }

  /// A thread's frames, youngest first, stored compactly: a deep recursion has hundreds of thousands.
  public struct FrameList: Sendable, RandomAccessCollection {
    private struct Record {
      var instance: UInt32
      /// `none` where it is not known.
      var function: UInt32
      var rawOffset: UInt32
      /// `none` where there is none.
      var codeOffset: UInt32
      /// An index in `shapes`.
      var shape: UInt32
      /// Why there is no code offset; without meaning where there is one.
      var missingOffset: MissingOffset
    }
    /// Where a frame's values lie in `values`, and why there are none. Frames without any share one shape.
    private struct Shape: Hashable {
      var start: Int
      var localCount: Int
      var stackCount: Int
      var localsAbsence: MissingReason?
      var stackAbsence: MissingReason?
    }
    private static let none = UInt32.max

    private var records: [Record] = []
    private var shapes: [Shape] = []
    private var values: [RecordedValue] = []
    /// The shape of the frame before, which the next frame most often shares.
    private var lastEmptyShape: Int?

    /// No frames.
    public init() {}
    /// These frames, youngest first.
    public init(_ frames: some Sequence<Frame>) { for frame in frames { append(frame) } }

    public var startIndex: Int { 0 }
    public var endIndex: Int { records.count }
    /// How many values all frames together have.
    public var valueCount: Int { values.count }

    public subscript(index: Int) -> Frame {
      let record = records[index]
      let shape = shapes[Int(record.shape)]
      let locals = shape.start..<shape.start + shape.localCount
      let stack = locals.upperBound..<locals.upperBound + shape.stackCount
      return Frame(
        instance: Int(record.instance), functionIndex: record.function == Self.none ? nil : record.function,
        codeOffset: record.codeOffset == Self.none ? nil : CodeOffset(UInt64(record.codeOffset)),
        missingOffset: record.missingOffset, rawOffset: record.rawOffset,
        locals: Values(values[locals], absence: shape.localsAbsence),
        operandStack: Values(values[stack], absence: shape.stackAbsence))
    }

    /// Adds a frame behind the oldest.
    public mutating func append(_ frame: Frame) {
      let shape = shapeIndex(of: frame)
      values.append(contentsOf: frame.locals.values)
      values.append(contentsOf: frame.operandStack.values)
      records.append(
        Record(
          instance: UInt32(clamping: frame.instance), function: frame.functionIndex ?? Self.none,
          rawOffset: frame.rawOffset,
          codeOffset: frame.codeOffset.flatMap { UInt32(exactly: $0.rawValue) } ?? Self.none,
          shape: shape, missingOffset: frame.missingOffset ?? .notRecorded))
    }

    /// Makes room for `count` frames.
    public mutating func reserveCapacity(_ count: Int) { records.reserveCapacity(count) }

    /// Puts a value in the place of a frame's local; nothing where there is no such frame or local.
    mutating func set(local index: Int, of frame: Int, to value: RecordedValue) {
      guard records.indices.contains(frame) else { return }
      let shape = shapes[Int(records[frame].shape)]
      guard index < shape.localCount else { return }
      values[shape.start + index] = value
    }

    /// The same for an operand, counted from the bottom of the frame's operand stack.
    mutating func set(operand index: Int, of frame: Int, to value: RecordedValue) {
      guard records.indices.contains(frame) else { return }
      let shape = shapes[Int(records[frame].shape)]
      guard index < shape.stackCount else { return }
      values[shape.start + shape.localCount + index] = value
    }

    /// Turns the order around: an oldest-first dump becomes youngest first.
    mutating func reverse() { records.reverse() }

    private mutating func shapeIndex(of frame: Frame) -> UInt32 {
      let isEmpty = frame.locals.isEmpty && frame.operandStack.isEmpty
      let shape = Shape(
        start: isEmpty ? 0 : values.count, localCount: frame.locals.count, stackCount: frame.operandStack.count,
        localsAbsence: frame.locals.absence, stackAbsence: frame.operandStack.absence)
      if isEmpty, let last = lastEmptyShape, shapes[last] == shape { return UInt32(last) }
      shapes.append(shape)
      if isEmpty { lastEmptyShape = shapes.count - 1 }
      return UInt32(shapes.count - 1)
    }
  }

  /// The frames of one thread.
  public struct Thread: Sendable {
    /// Its name; nil where it could not be read.
    public var name: String?
    /// Its frames, youngest first.
    public var frames: FrameList
    /// How many frames the dump says there are; more than `frames` where some could not be read.
    public var declaredFrameCount: Int
    /// Why there are fewer frames than declared.
    public var missingFrames: MissingReason?
    /// Whether the producer may have left out the oldest frames without a word: Wasmtime stops at 20. The last
    /// word is whose who knows whether the oldest function is an entry point.
    public var mayBeCut: Bool

    /// A thread.
    public init(
      name: String?, frames: FrameList, declaredFrameCount: Int? = nil, missingFrames: MissingReason? = nil,
      mayBeCut: Bool = false
    ) {
      self.name = name
      self.frames = frames
      self.declaredFrameCount = declaredFrameCount ?? frames.count
      self.missingFrames = missingFrames
      self.mayBeCut = mayBeCut
    }
  }
}
