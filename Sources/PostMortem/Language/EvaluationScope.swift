import ByteCursor
import CoreDumpFormat
import DwarfEval

/// Where an expression's names are looked up: a frame, and the modules of the dump.
final class EvaluationScope {
  let session: Session
  let formatters: FormatterRegistry
  let frame: Frame?
  let thread: Int
  /// The frame's variables; nil where there is no frame or nothing describes it.
  let inspection: FrameInspection?
  /// The modules, the frame's first.
  let places: [Place]
  let types: BasicTypes

  /// A module with what its variables of fixed places are read with.
  struct Place {
    let module: DebugModule
    let dwarf: Dwarf
    let state: FrameState
  }

  init(session: Session, formatters: FormatterRegistry, frame: Frame?, thread: Int) {
    self.session = session
    self.formatters = formatters
    self.frame = frame
    self.thread = thread
    inspection = frame.flatMap { session.inspection(of: $0, thread: thread) }
    var places: [Place] = []
    let modules = session.debugModules.compactMap(\.self)
    for module in modules.filter({ $0.info.index == frame?.module })
      + modules.filter({ $0.info.index != frame?.module })
    {
      let dwarf = module.dwarf ?? Dwarf(DwarfSections { _ in nil }, limits: session.options.limits)
      if let state = inspection?.state, module.info.index == frame?.module {
        places.append(Place(module: module, dwarf: dwarf, state: state))
      } else {
        places.append(
          Place(module: module, dwarf: dwarf, state: Self.state(session, module, dwarf, frame, thread: thread)))
      }
    }
    self.places = places
    types = BasicTypes(places.first?.dwarf ?? Dwarf(DwarfSections { _ in nil }, limits: session.options.limits))
  }

  /// What answers questions about a module of which no frame is selected, or whose frame nothing describes.
  private static func state(
    _ session: Session, _ module: DebugModule, _ dwarf: Dwarf, _ frame: Frame?, thread: Int
  ) -> FrameState {
    let index = module.info.index
    if let frame, frame.module == index, session.dump.threads.indices.contains(thread),
      case let frames = session.dump.threads[thread].frames, frames.indices.contains(frame.physicalIndex)
    {
      let state = FrameState(
        session: session, module: module, dwarf: dwarf, frame: frames[frame.physicalIndex], caller: nil,
        isYoungest: frame.physicalIndex == 0,
        address: frame.codeAddress.flatMap(module.translation.described) ?? CodeAddress(0), function: nil)
      state.place = (thread, frame.physicalIndex)
      return state
    }
    let instance = session.dump.instances.firstIndex { $0.module == index } ?? 0
    let nowhere = CoreDump.Frame(instance: instance, functionIndex: nil, codeOffset: nil)
    return FrameState(
      session: session, module: module, dwarf: dwarf, frame: nowhere, caller: nil, isYoungest: true,
      address: CodeAddress(0), function: nil)
  }

  /// What values that are made here share with those of the program.
  var surroundings: Value.Surroundings {
    places.first?.state.surroundings
      ?? Value.Surroundings(
        memory: MemoryReader(dump: session.dump), instance: 0, module: nil, limits: session.options.limits)
  }

  /// The language of the frame's code; C's where there is none.
  var language: SourceLanguage { inspection?.unit.sourceLanguage ?? .c }

  /// The type of what is true or false.
  var truthType: DwarfType { language == .c || language == .other ? types[.int] : types[.bool] }

  /// The place of a module, by its number in the dump.
  func place(_ module: Int?) -> Place? { places.first { $0.module.info.index == module } }

  /// What is shown in place of a value's members; nil where nothing is.
  func presentation(of value: Value) -> Presentation? {
    var value = value
    return shown(&value)
  }

  /// The same; where something else stands for the value (what a transparent wrapper holds), that is the value then.
  func shown(_ value: inout Value) -> Presentation? {
    guard value.storage.absence == nil else { return nil }
    return try? formatters.shown(&value)
  }
}
