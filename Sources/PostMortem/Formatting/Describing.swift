extension Session {
  /// What is shown of a frame's variable; nil where the frame's module is not known.
  public func description(
    of variable: FrameVariable, in frame: Frame, limits: DescriptionLimits = DescriptionLimits()
  ) -> ValueNode? {
    guard let number = frame.module, debugModules.indices.contains(number), let module = debugModules[number] else {
      return nil
    }
    var describer = Describer(session: self, module: module)
    describer.limits = limits
    return describer.describe(variable)
  }
}
