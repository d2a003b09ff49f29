import ByteCursor
import CoreDumpFormat
import DwarfEval
import WasmBinary

extension EvaluationScope {
  /// The function with this name, by the debug information, else by the name section and the exports.
  func function(_ name: QualifiedName, in place: Place) -> Value? {
    // By its class's name alone a constructor is not called.
    let matches = place.dwarf.functions(named: name.description).filter { function in
      guard name.scopes.isEmpty, let info = place.dwarf.info(function) else { return true }
      let owner = place.dwarf.qualifiedName(info)?.scopes.dropLast().last
      return owner.map { FormatterRegistry.key($0) != name.name } ?? true
    }
    let function = matches.first { $0.unit === inspection?.unit } ?? matches.first
    if let function, let address = function.ranges.first?.low,
      let body = place.module.translation.body(holding: address)
    {
      return value(ofFunction: body.function, place.dwarf.type(of: function), in: place)
    }
    if name.scopes.first?.hasPrefix("<") ?? false { return traitFunction(name, in: place) }
    guard name.scopes.isEmpty else { return nil }
    let wasm = place.module.wasm
    let named = place.module.functions(linkerNamed: name.name).min()
    guard let index = named ?? wasm.exports.first(where: { $0.kind == .function && $0.name == name.name })?.index else {
      return nil
    }
    return value(ofFunction: index, nil, in: place)
  }

  /// Rust's `<T as Trait>::f`, which only the linker's names tell from the functions of other implementations.
  private func traitFunction(_ name: QualifiedName, in place: Place) -> Value? {
    let found = FunctionSearch(place.module).functions(named: name.description)
    guard found.count == 1, let body = place.module.wasm.body(found[0]) else { return nil }
    let range = place.module.translation.describedRange(of: body)
    let function = range.flatMap { place.dwarf.function(containing: $0.low, body: $0) }
    return value(ofFunction: found[0], function.flatMap { place.dwarf.type(of: $0) }, in: place)
  }

  private func value(ofFunction index: UInt32, _ type: DwarfType?, in place: Place) -> Value {
    var value = Value(
      type ?? place.dwarf.functionType(result: nil, parameters: nil), .bytes([]), place.state.surroundings)
    value.function = FunctionPlace(
      module: place.module.info.index, index: index, address: place.module.wasm.body(index)?.codeAddress,
      name: place.module.frames(function: index, at: nil).last?.function.display ?? "function \(index)")
    return value
  }

  /// A pointer to a function, as the program holds one: its index in the table.
  func pointer(toFunction value: Value) -> Value {
    let type = value.type?.pointer ?? types.pointerToVoid
    guard let function = value.function else {
      return value.sibling(type, .unavailable("which function it is is not known"))
    }
    let instance = value.surroundings.instance
    guard let (index, assurance) = tableIndex(of: function, instance: instance) else {
      return value.sibling(
        type, .unavailable("\(function.name) is not in the table: the program has no pointer to it"))
    }
    return value.sibling(type, .bytes(littleEndian(UInt128(index), count: Int(type.size ?? 4)), assurance))
  }

  /// The function that a pointer to a function leads to.
  func function(at index: UInt64, of pointer: Value, _ type: DwarfType?) -> Value {
    guard let place = place(pointer.surroundings.module) else {
      return pointer.sibling(type, .unavailable("its module is not known"))
    }
    let instance = pointer.surroundings.instance
    var owner = place
    var found: UInt32?
    if let table = session.dump.table(0, of: instance) {
      if case .function(let other, let function)? = table[index],
        session.dump.instances.indices.contains(Int(other)),
        let place = self.place(session.dump.instances[Int(other)].module)
      {
        (owner, found) = (place, function)
      }
    } else if case .function(let function)? = place.module.code.initialElement(table: 0, index: index) {
      found = function
    }
    guard let found else {
      return pointer.sibling(type, .unavailable("the table has no function at index \(index)"))
    }
    return value(ofFunction: found, type, in: owner)
  }

  /// A function's index in table 0 of an instance, the first if there are several.
  private func tableIndex(of function: FunctionPlace, instance: Int) -> (UInt64, Assurance)? {
    if let table = session.dump.table(0, of: instance) {
      for run in table.runs {
        guard case .function(let owner, let index) = run.element, index == function.index,
          session.dump.instances.indices.contains(Int(owner)),
          session.dump.instances[Int(owner)].module == function.module
        else { continue }
        return (run.range.lowerBound, .recorded)
      }
      return nil
    }
    guard let module = place(function.module)?.module else { return nil }
    let globals = module.wasm.initialGlobalValues()
    for segment in module.wasm.elements {
      guard case .active(0, let offset) = segment.mode,
        let place = segment.elements.functions.firstIndex(of: function.index),
        let start = offset.evaluate({ Int($0) < globals.count ? globals[Int($0)] : nil })?.tableIndex
      else { continue }
      return (start &+ UInt64(place), Assurance(.assumed, "the table as it was when the program started"))
    }
    return nil
  }
}

extension WasmBinary.ConstantValue {
  /// A constant as an index of a table; nil for what is no integer.
  fileprivate var tableIndex: UInt64? {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    default: nil
    }
  }
}
