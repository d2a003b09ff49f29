import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

/// Answers what the reader of core dumps asks about code, from the modules at hand.
final class KnownModules: ModuleKnowledge {
  private let modules: [Int: ModuleCode]
  private var shapes: [Key: BodyShape?] = [:]

  private struct Key: Hashable {
    var module: Int
    var function: UInt32
  }

  /// Modules by their numbers in the dump.
  init(_ modules: [Int: ModuleCode]) { self.modules = modules }

  func functionCount(module: Int) -> Int? { modules[module]?.module.functionCount }

  func body(module: Int, function: UInt32) -> BodyShape? {
    let key = Key(module: module, function: function)
    if let known = shapes[key] { return known }
    let shape = modules[module].flatMap { Self.shape(of: function, in: $0) }
    shapes[key] = shape
    return shape
  }

  private static func shape(of function: UInt32, in code: ModuleCode) -> BodyShape? {
    let module = code.module
    guard let body = module.body(function), let section = module.code,
      let sizeField = module.fileOffset(of: body.header)
    else { return nil }
    let locals = try? module.locals(of: body)
    return BodyShape(
      sizeField: sizeField, start: body.fileOffset, length: UInt64(body.contents.count),
      firstInstruction: locals?.declarations.firstInstruction ?? CodeOffset(0), codeSection: section.fileOffset,
      parameterCount: locals?.parameters.count ?? 0, localTypes: locals?.types.map(RecordedType.init) ?? [])
  }

  func instruction(module: Int, function: UInt32, at offset: CodeOffset) -> InstructionShape? {
    guard let code = modules[module] else { return nil }
    guard let instruction = code.instruction(function: function, at: offset) else { return .notAnInstruction }
    return instruction.isCall ? .call(callee: instruction.callee) : .other
  }

  func function(module: Int, containing offset: FileOffset) -> UInt32? {
    modules[module]?.module.body(containing: offset)?.function
  }

  func codeSection(module: Int) -> FileOffset? { modules[module]?.module.code?.fileOffset }

  func memories(module: Int) -> [MemoryType]? {
    modules[module]?.module.memories
  }

  func globals(module: Int) -> [RecordedType]? {
    modules[module]?.module.globals.map { RecordedType($0.type.value) }
  }
}

extension RecordedType {
  /// The type as a dump writes it.
  init(_ type: ValueType) {
    switch type {
    case .i32: self = .i32
    case .i64: self = .i64
    case .f32: self = .f32
    case .f64: self = .f64
    case .v128: self = .v128
    case .reference(let reference):
      switch reference.heapType {
      case .func where reference.isNullable: self = .funcref
      case .extern where reference.isNullable: self = .externref
      default: self = reference.isNullable ? .nullableReference : .reference
      }
    }
  }
}
