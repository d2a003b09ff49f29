import ByteCursor
import DwarfEval

/// What a frame's variables are, as they are shown.
public struct FrameDescription: Sendable {
  /// The parameters in their order.
  public var arguments: [ValueNode] = []
  /// The other variables, innermost scope first.
  public var locals: [ValueNode] = []
}

extension Session {
  /// What a frame's variables are; empty where its place or its debug information is not known.
  public func description(of frame: Frame, thread: Int, limits: DescriptionLimits = DescriptionLimits())
    -> FrameDescription
  {
    guard let inspection = inspection(of: frame, thread: thread) else { return FrameDescription() }
    var describer = Describer(session: self, module: inspection.state.module)
    describer.limits = limits
    return FrameDescription(
      arguments: inspection.arguments.map(describer.describe), locals: inspection.locals.map(describer.describe))
  }

  /// The frame pointer: what the debug information calls the frame base (DWARF 5, 3.3.5), from which the places of local
  /// variables count.
  /// - Throws: why it is not known.
  public func framePointer(of frame: Frame, thread: Int) throws(Unavailable) -> (address: UInt64, assurance: Assurance)
  {
    guard let inspection = inspection(of: frame, thread: thread) else {
      throw Unavailable("the frame's place or its debug information is not known")
    }
    return try inspection.state.frameBase().get()
  }
}
