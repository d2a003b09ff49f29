import ByteCursor
import WasmBinary

/// Everything that running programs have: instances, functions, memories (4.2.3). Used by one thread at a time.
public final class Store {
  public let limits: ExecutionLimits
  /// Ends what runs when it is requested; asked at calls and backward branches.
  public let interrupt: Interrupt
  public private(set) var instances: [Instance] = []
  var registry = TypeRegistry()
  private(set) var functions: [Function] = []
  /// All of them, for the collector: the instances' and the host's.
  private(set) var tables: [Table] = []
  private(set) var globals: [Global] = []
  let heap: Heap
  let machine: Machine
  private let stack: Reservation
  private let noMemory: Memory
  private let memoryBytes: Allowance
  private let tableElements: Allowance

  /// - Throws: `tooLarge` where the system has no room for the stack.
  public init(limits: ExecutionLimits = ExecutionLimits(), interrupt: Interrupt = Interrupt())
    throws(InstantiationError)
  {
    self.limits = limits
    self.interrupt = interrupt
    memoryBytes = Allowance(limits.memoryBytes)
    tableElements = Allowance(limits.tableElements)
    let bytes = (max(limits.stackSlots, 1024) * 8 + 0xffff) & ~0xffff
    guard let stack = Reservation(capacity: bytes), stack.open(bytes),
      let memory = Memory(MemoryType(SizeLimits(0, 0)), limits: limits, allowance: memoryBytes)
    else { throw .tooLarge("no room for the stack") }
    self.stack = stack
    noMemory = memory
    heap = Heap(budget: limits.heapBytes)
    machine = Machine(stack: stack, limits: limits, interrupt: interrupt, heap: heap)
    machine.store = self
  }
  deinit {
    machine.free()
    stack.free()
  }

  // MARK: Host entities

  /// A function of the host's.
  public func hostFunction(_ type: FunctionType, _ body: @escaping HostFunction) -> Function {
    let canonical = registry.register(type)
    return function(canonical, instance: nil, index: 0, host: body)
  }
  public func memory(_ type: MemoryType) -> Memory? { Memory(type, limits: limits, allowance: memoryBytes) }
  /// A table of the host's; nil where it is over the limits.
  /// - Parameter initial: each element, of the element type.
  public func table(_ type: TableType, initial: Reference) -> Table? {
    precondition(conforms(.reference(initial), .reference(type.element)), "a table's element of the wrong type")
    return table(type, initial: initial.bits)
  }
  /// A global of the host's, with a value of its type.
  public func global(_ type: GlobalType, _ value: Value) -> Global {
    precondition(conforms(value, type.value), "a global's value of the wrong type")
    return global(type, value.bits)
  }

  private func table(_ type: TableType, initial: UInt64) -> Table? {
    guard let table = Table(type, initial: initial, allowance: tableElements, heap: heap) else { return nil }
    tables.append(table)
    return table
  }
  private func global(_ type: GlobalType, _ bits: (low: UInt64, high: UInt64)) -> Global {
    let global = Global(type, bits, heap: heap)
    globals.append(global)
    return global
  }

  /// A function by its number.
  public func function(_ number: UInt32) -> Function? {
    Int(number) < functions.count ? functions[Int(number)] : nil
  }

  private func function(_ type: UInt32, instance: Instance?, index: UInt32, host: HostFunction?) -> Function {
    let function = Function(
      store: self, number: UInt32(functions.count), type: registry.function(type), canonicalType: type,
      instance: instance, index: index, host: host)
    functions.append(function)
    return function
  }

  // MARK: Instantiation (4.7.4)

  /// Instantiates a validated module.
  /// - Parameter imports: what an import is, by module and name; nil where there is nothing.
  public func instantiate(
    _ module: WasmModule, imports: (_ module: String, _ name: String) -> External? = { _, _ in nil }
  ) throws(InstantiationError) -> Instance {
    let types = registry.register(module.types)
    let instance = Instance(module, store: self, types: types, noMemory: noMemory.pointer)
    for entry in module.imports {
      guard let given = imports(entry.module, entry.name) else {
        throw .missingImport(module: entry.module, name: entry.name)
      }
      try link(entry, given, instance)
    }
    instances.append(instance)
    for index in instance.functions.count..<max(module.functionCount, instance.functions.count) {
      let type = instance.functionTypeIndices[index]
      instance.functions.append(function(types[Int(type)], instance: instance, index: UInt32(index), host: nil))
    }
    for type in module.memories.dropFirst(instance.memories.count) {
      guard let memory = Memory(type, limits: limits, allowance: memoryBytes) else {
        throw .tooLarge("no room for a memory of \(type.limits.minimum) pages")
      }
      instance.memories.append(memory)
    }
    if let first = instance.memories.first { instance.context.setMemory(first.pointer) }
    for type in module.tags.dropFirst(instance.tags.count) {
      instance.tags.append(Tag(type: types[Int(type)], parameters: registry.function(types[Int(type)]).parameters))
    }
    for global in module.globals.dropFirst(instance.globals.count) {
      let type = GlobalType(canonical(global.type.value, types), isMutable: global.type.isMutable)
      guard let initializer = global.initializer else { continue }
      instance.globals.append(self.global(type, try evaluate(initializer, type.value, instance)))
    }
    for table in module.tables.dropFirst(instance.tables.count) {
      var type = table.type
      type.element = type.element.mapped { types[Int($0)] }
      let initial = try table.initializer.map { (e) throws(InstantiationError) in
        try evaluate(e, .reference(type.element), instance).low
      }
      guard let made = self.table(type, initial: initial ?? 0) else {
        throw .tooLarge("no room for a table of \(type)")
      }
      instance.tables.append(made)
    }
    try initializeSegments(instance)
    if let start = module.start, Int(start) < instance.functions.count {
      do throws(Trap) { _ = try invoke(instance.functions[Int(start)], []) } catch { throw .trap(error) }
    }
    return instance
  }

  private func canonical(_ type: ValueType, _ types: [UInt32]) -> ValueType { type.mapped { types[Int($0)] } }

  private func initializeSegments(_ instance: Instance) throws(InstantiationError) {
    let segments = instance.module.elements
    for (position, segment) in segments.enumerated() {
      // Put there one by one: the collector finds them.
      instance.elements.append([])
      instance.elements[position].reserveCapacity(segment.elements.count)
      for element in segment.elements {
        let bits: UInt64
        switch element {
        case .function(let index): bits = Reference.function(instance.functions[Int(index)].number).bits
        case .expression(let expression): bits = try evaluate(expression, .reference(segment.type), instance).low
        }
        instance.elements[position].append(bits)
      }
    }
    let data = instance.module.data
    instance.data = data.map(\.contents)
    for (index, segment) in segments.enumerated() {
      switch segment.mode {
      case .active(let table, let offset):
        let start = try evaluate(offset, .i64, instance).low
        let elements = instance.elements[index]
        guard instance.tables[Int(table)].write(start, from: elements, 0, count: UInt64(elements.count)) else {
          throw .trap(Trap(.tableOutOfBounds, message: "element segment \(index) does not fit in its table"))
        }
        instance.elements[index] = []
      case .declarative: instance.elements[index] = []
      case .passive: break
      }
    }
    for (index, segment) in data.enumerated() {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      let start = try evaluate(offset, .i64, instance).low
      let contents = segment.contents
      guard instance.memories[Int(memory)].write(start, from: contents, 0, count: UInt64(contents.count)) else {
        throw .trap(Trap(.memoryOutOfBounds, message: "data segment \(index) does not fit in its memory"))
      }
      instance.data[index] = .empty
    }
  }

  /// A constant expression's value. What is more than a literal runs as a function's body.
  private func evaluate(
    _ expression: ConstantExpression, _ type: ValueType, _ instance: Instance
  ) throws(InstantiationError) -> (low: UInt64, high: UInt64) {
    switch expression.literal {
    case .i32(let value)?: return Value.i32(value).bits
    case .i64(let value)?: return Value.i64(value).bits
    case .f32(let bits)?: return (UInt64(bits), 0)
    case .f64(let bits)?: return (bits, 0)
    case .v128(let low, let high)?: return (low, high)
    case .null?: return (0, 0)
    case .function(let index)?: return (Reference.function(instance.functions[Int(index)].number).bits, 0)
    case nil: break
    }
    let function = Function(
      store: self, number: .max, type: FunctionType([], [type]), canonicalType: 0, instance: instance, index: .max,
      host: nil)
    do throws(ReadError) {
      var translator = Translator(instance, body: expression.bytes, parameters: [], results: [type])
      function.install(try translator.translate(from: CodeOffset(0), locals: []))
    } catch {
      throw .invalid(error)
    }
    do throws(Trap) {
      return try machine.invoke(function, [], store: self, results: [type])[0].bits
    } catch {
      throw .trap(error)
    }
  }

  // MARK: Linking (4.7.3, 3.4)

  private func link(_ entry: Import, _ given: External, _ instance: Instance) throws(InstantiationError) {
    func fail(_ reason: String) -> InstantiationError {
      .incompatibleImport(module: entry.module, name: entry.name, reason: reason)
    }
    let types = instance.types
    switch (entry.type, given) {
    case (.function(let type), .function(let function)):
      guard registry.matches(function.pointer.type, types[Int(type)]) else {
        throw fail("the function is of type \(function.type), not \(registry.function(types[Int(type)]))")
      }
      instance.functions.append(function)
    case (.table(let wanted), .table(let table)):
      var type = wanted
      type.element = type.element.mapped { types[Int($0)] }
      guard registry.matches(table.type.element, type.element), registry.matches(type.element, table.type.element),
        table.type.is64Bit == type.is64Bit,
        Self.fits(table.count, table.type.limits.maximum, type.limits)
      else { throw fail("the table is of type \(table.type), not \(type)") }
      instance.tables.append(table)
    case (.memory(let type), .memory(let memory)):
      guard memory.type.is64Bit == type.is64Bit, memory.type.isShared == type.isShared,
        memory.type.pageSizeLog2 == type.pageSizeLog2,
        Self.fits(memory.pages, memory.type.limits.maximum, type.limits)
      else { throw fail("the memory is of type \(memory.type), not \(type)") }
      instance.memories.append(memory)
    case (.global(let wanted), .global(let global)):
      let type = GlobalType(canonical(wanted.value, types), isMutable: wanted.isMutable)
      guard global.type.isMutable == type.isMutable, registry.matches(global.type.value, type.value),
        !type.isMutable || registry.matches(type.value, global.type.value)
      else { throw fail("the global is of type \(global.type), not \(type)") }
      instance.globals.append(global)
    case (.tag(let type), .tag(let tag)):
      guard tag.type == types[Int(type)] else { throw fail("the tag is of another type") }
      instance.tags.append(tag)
    default: throw fail("it is not a \(entry.type.kind)")
    }
  }

  private static func fits(_ size: UInt64, _ maximum: UInt64?, _ wanted: SizeLimits) -> Bool {
    guard size >= wanted.minimum else { return false }
    guard let limit = wanted.maximum else { return true }
    return maximum.map { $0 <= limit } ?? false
  }

  // MARK: Calling

  /// Calls a function with arguments of its type.
  /// - Returns: its results; references among them stay valid (`hold`).
  /// - Throws: the trap, with all activations as they were; `host` where an argument is not of the parameter's type.
  public func invoke(_ function: Function, _ arguments: [Value]) throws(Trap) -> [Value] {
    precondition(arguments.count == function.type.parameters.count, "a call with the wrong number of arguments")
    for (value, type) in zip(arguments, function.type.parameters) where !conforms(value, type) {
      throw Trap(.host, message: "the argument \(value) is not of type \(type)")
    }
    let results = try machine.invoke(function, arguments, store: self, results: function.type.results)
    heap.hold(results)
    return results
  }
}
