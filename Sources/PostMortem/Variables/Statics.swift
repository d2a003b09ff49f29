import ByteCursor
import CoreDumpFormat
import DwarfEval

extension Session {
  /// What describes the values of a frame's module; nil where the module or its debug information is not known.
  public func describer(of frame: Frame) -> Describer? {
    guard let number = frame.module, debugModules.indices.contains(number), let module = debugModules[number],
      module.dwarf != nil
    else { return nil }
    return Describer(session: self, module: module)
  }

  /// The variables of the unit of a frame's code that are there all the time, in the order of the source: at most `limit`.
  public func statics(of frame: Frame, thread: Int, limit: Int = 200) -> [FrameVariable] {
    guard let inspection = inspection(of: frame, thread: thread) else { return [] }
    let dwarf = inspection.state.dwarf
    let found = dwarf.variables(in: inspection.unit).lazy.filter {
      $0.kind != .local && $0.kind != .parameter && !$0.isArtificial
    }
    return found.prefix(limit).map { variable in
      FrameVariable(
        name: dwarf.qualifiedName(variable) ?? "(unnamed)", value: inspection.state.value(of: variable), scope: 0,
        isShadowed: false, isParameter: false, line: variable.declaration.flatMap { Int(exactly: $0.line) },
        isArtificial: variable.isArtificial)
    }
  }

  /// The arguments of a frame as they are shown; nil where nothing describes them.
  public func argumentNodes(of frame: Frame, thread: Int, limits: DescriptionLimits) -> [ValueNode]? {
    nodes(arguments(of: frame, thread: thread), of: frame, limits)
  }

  /// The locals of a frame as they are shown, innermost scope first; nil where nothing describes them.
  public func localNodes(of frame: Frame, thread: Int, limits: DescriptionLimits) -> [ValueNode]? {
    nodes(locals(of: frame, thread: thread), of: frame, limits)
  }

  private func nodes(_ variables: [FrameVariable], of frame: Frame, _ limits: DescriptionLimits) -> [ValueNode]? {
    guard var describer = describer(of: frame) else { return nil }
    describer.limits = limits
    return variables.map { describer.describe($0) }
  }

  /// The variables that are there all the time of the source file that crashed: that of the youngest frame with a source
  /// outside of what ends programs. Nil where there is none.
  public func globalNodes(limits: DescriptionLimits = .report) -> [ValueNode]? {
    guard let thread = crashedThread else { return nil }
    let frames = backtrace(thread: thread)
    let first = min(ending?.frame ?? 0, frames.count)
    guard let frame = frames[first..<min(first + 40, frames.count)].first(where: { $0.source != nil }) else {
      return nil
    }
    return nodes(statics(of: frame, thread: thread), of: frame, limits)
  }

  /// A variable in scope, and where it is.
  public struct PlacedVariable: Sendable {
    /// The name.
    public var name: String
    /// Whether it is a parameter.
    public var isParameter: Bool
    /// The depth of its block.
    public var scope: Int
    /// Where it is, in words.
    public var location: String
    /// Bytes; nil where that is not known.
    public var size: UInt64?
  }

  /// The variables in scope at a frame's place with their places, innermost scope first.
  public func placedVariables(of frame: Frame, thread: Int) -> [PlacedVariable] {
    guard let inspection = inspection(of: frame, thread: thread) else { return [] }
    return placed(inspection.scopes, at: inspection.state.address, carried: inspection.state.carriedLocation)
  }

  /// The variables in scope at the beginning of a function (called so plain, qualified or by the linker) with their places
  /// there; nil where no module has code of such a function. Of several that of the module `preferring` counts.
  public func placedVariables(ofFunction name: String, preferring module: Int?) -> [PlacedVariable]? {
    let order = debugModules.indices.sorted { ($0 == module ? 0 : 1, $0) < ($1 == module ? 0 : 1, $1) }
    for index in order {
      guard let module = debugModules[index], let dwarf = module.dwarf else { continue }
      for start in dwarf.functions(named: name).compactMap(\.ranges.first?.low) {
        guard let body = module.translation.body(holding: start) else { continue }
        let chain = dwarf.inlineChain(at: start, body: module.translation.describedRange(of: body))
        if let function = chain.last {
          return placed(scopes(of: function, at: start, dwarf), at: start, carried: { _ in nil })
        }
      }
    }
    return nil
  }

  private func placed(
    _ scopes: [LocalScope], at address: CodeAddress,
    carried: (Variable) -> (expression: Bytes, assurance: Assurance)?
  ) -> [PlacedVariable] {
    scopes.flatMap(\.variables).map { variable in
      PlacedVariable(
        name: variable.name ?? "(unnamed)", isParameter: variable.kind == .parameter, scope: variable.depth,
        location: LocationText.text(of: variable, at: address, carried: carried), size: variable.type?.size)
    }
  }
}
