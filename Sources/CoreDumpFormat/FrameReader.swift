import ByteCursor

/// A frame as it stands in the file, before anything is made of its numbers.
struct RawFrame {
  var instance: UInt32 = 0
  var function: UInt32 = 0
  var offset: UInt32 = 0
  var localCount = 0
  /// What the file says; the values are there only where the layout has them.
  var stackCount = 0
}

/// Reads a `corestack` section's frames one after another by one layout.
struct FrameReader {
  /// The thread's name; nil where it could not be read.
  private(set) var threadName: String?
  /// How many frames the section says it holds.
  private(set) var declaredCount: UInt32 = 0
  /// The last frame's locals, then its operand stack.
  private(set) var values: [RecordedValue] = []
  /// The frame at which `next` failed, if that was behind its function and offset: `values` has those of its
  /// values that could be read.
  private(set) var partial: RawFrame?
  private var cursor: Cursor
  private let layout: StackLayout
  private let limits: Limits
  private var readCount: UInt32 = 0

  /// Reads what stands before the first frame.
  init(_ section: Bytes, layout: StackLayout, limits: Limits) throws(ReadError) {
    cursor = section.cursor()
    self.layout = layout
    self.limits = limits
    threadName = try cursor.recordName()
    declaredCount = try number()
    if layout.hasSizeWord { _ = try cursor.u32() }
  }

  /// How many bytes are left behind the frames read so far.
  var remaining: Int { cursor.remaining }
  /// Where the next frame begins.
  var fileOffset: FileOffset { cursor.fileOffset }

  /// The next frame; nil behind the last that was declared.
  ///
  /// Frames counted but left out end the sequence early, where the layout's producer does such a thing.
  mutating func next() throws(ReadError) -> RawFrame? {
    guard readCount < declaredCount else { return nil }
    if layout.mayCountMoreFrames, cursor.isAtEnd { return nil }
    if !values.isEmpty { values.removeAll(keepingCapacity: true) }
    partial = nil
    var frame = RawFrame()
    if layout.hasFrameTag {
      let tag = try cursor.u8()
      guard tag == 0 else { throw cursor.error(.unknownRecordKind, value: UInt64(tag)) }
    }
    if layout.hasInstance { frame.instance = try number() }
    switch layout.location {
    case .functionAndOffset:
      frame.function = try number()
      frame.offset = try number()
    case .functionOnly: frame.function = try number()
    case .offsetOnly: frame.offset = try number()
    }
    partial = frame
    frame.localCount = try count(limits.locals)
    partial = frame
    switch layout.counts {
    case .each:
      try readValues(frame.localCount)
      frame.stackCount = try count(limits.operandStack)
    case .both:
      frame.stackCount = try count(limits.operandStack)
      try readValues(frame.localCount)
    case .localsOnly:
      try readValues(frame.localCount)
    }
    if layout.hasStackValues { try readValues(frame.stackCount) }
    partial = nil
    readCount += 1
    return frame
  }

  private mutating func number() throws(ReadError) -> UInt32 {
    layout.numbers == .leb ? try cursor.uleb32() : try cursor.u32()
  }

  private mutating func count(_ limit: Int) throws(ReadError) -> Int {
    let count = try number()
    guard count <= limit else { throw cursor.error(.overLimit, value: UInt64(count)) }
    return Int(count)
  }

  private mutating func readValues(_ count: Int) throws(ReadError) {
    for _ in 0..<count { values.append(try cursor.frameValue(layout.values)) }
  }
}

extension Cursor {
  /// A 0 byte and a name, as `core`, each module and each thread have it. A name that is not valid UTF-8 is
  /// read with U+FFFD in place of what is wrong: it costs no frame.
  mutating func recordName() throws(ReadError) -> String {
    let kind = try u8()
    guard kind == 0 else { throw error(.unknownRecordKind, value: UInt64(kind)) }
    return try bytes(UInt64(try uleb32())).string
  }
}

/// How well a layout fits a `corestack` section's bytes, before any module is looked at.
public struct StructuralFit: Hashable, Sendable {
  /// How the reading ended, the worst first.
  public enum Ending: Int, Hashable, Sendable, Comparable {
    /// At bytes that cannot be a frame.
    case broken
    /// Behind all frames, with bytes left over.
    case leftovers
    /// Behind all frames and at the section's end; or at the file's end, which cuts the section.
    case complete
    public static func < (left: Ending, right: Ending) -> Bool { left.rawValue < right.rawValue }
  }
  /// How the reading ended.
  public var ending = Ending.complete
  /// Frames read before it did.
  public var frames = 0
  /// Those whose instance exists, where the dump says which do.
  public var framesOfKnownInstances = 0

  /// Reads all frames of one section, keeping nothing.
  static func of(
    _ section: Bytes, isTruncated: Bool, layout: StackLayout, instanceCount: Int?, limits: Limits
  ) -> StructuralFit {
    var fit = StructuralFit()
    do throws(ReadError) {
      var reader = try FrameReader(section, layout: layout, limits: limits)
      while fit.frames < limits.frames, let frame = try reader.next() {
        fit.frames += 1
        if layout.hasInstance, let instanceCount, Int(frame.instance) < instanceCount {
          fit.framesOfKnownInstances += 1
        }
      }
      if reader.remaining > 0, fit.frames < limits.frames { fit.ending = .leftovers }
    } catch {
      fit.ending = isTruncated && error.rule == .unexpectedEnd ? .complete : .broken
    }
    return fit
  }

  /// Both sections' fits in one: the worse ending, the sums.
  func adding(_ other: StructuralFit) -> StructuralFit {
    StructuralFit(
      ending: min(ending, other.ending), frames: frames + other.frames,
      framesOfKnownInstances: framesOfKnownInstances + other.framesOfKnownInstances)
  }
}
