import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Small modules that run, and the stack that a trap leaves.
@Suite struct ExecutionTests {
  /// The exported function `f` of an instance without imports.
  private func run(_ builder: ModuleBuilder, _ arguments: [Value], limits: ExecutionLimits = ExecutionLimits()) throws
    -> [Value]
  {
    let store = try Store(limits: limits)
    let instance = try store.instantiate(try WasmModule(builder.bytes))
    guard case .function(let function)? = instance.export("f") else { return [] }
    return try store.invoke(function, arguments)
  }

  @Test func addsItsParameters() throws {
    var module = ModuleBuilder()
    module.function([.i32, .i32], [.i32], body: [0x20, 0, 0x20, 1, 0x6a, 0x0b], export: "f")
    #expect(try run(module, [.i32(40), .i32(2)]) == [.i32(42)])
  }

  @Test func recursiveFibonacci() throws {
    var module = ModuleBuilder()
    module.function(
      [.i32], [.i32],
      body: [
        0x20, 0, 0x41, 2, 0x48, 0x04, 0x7f, 0x20, 0, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x20, 0, 0x41, 2, 0x6b,
        0x10,
        0, 0x6a, 0x0b, 0x0b,
      ], export: "f")
    #expect(try run(module, [.i32(20)]) == [.i32(6765)])
  }

  @Test func aTrapTellsOperandsAndLocalsOfEveryFrame() throws {
    var module = ModuleBuilder()
    // local 1 := 7; 100 + callee(local 0, 5), the first operand a copy of local 0 that is set afterwards
    let callee = module.function(
      [.i32, .i32], [.i32], body: [0x20, 0, 0x41, 9, 0x21, 0, 0x41, 1, 0x41, 0, 0x6d, 0x6a, 0x0b])
    module.function(
      [.i32], [.i32], locals: [LocalGroup(count: 1, type: .i64)],
      body: [0x42, 7, 0x21, 1, 0x41, 0xe4, 0, 0x20, 0, 0x41, 5, 0x10, UInt8(callee), 0x6a, 0x0b], export: "f")
    do {
      _ = try run(module, [.i32(3)])
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .integerDivideByZero)
      #expect(trap.frames.count == 2)
      let (young, old) = (trap.frames[0], trap.frames[1])
      #expect(young.functionIndex == 0)
      #expect(young.codeOffset == CodeOffset(11))
      #expect(young.locals == [.i32(9), .i32(5)])
      #expect(young.operandStack == [.i32(3), .i32(1), .i32(0)])
      #expect(old.functionIndex == 1)
      #expect(old.codeOffset == CodeOffset(14))
      #expect(old.locals == [.i32(3), .i64(7)])
      #expect(old.operandStack == [.i32(100), .i32(3), .i32(5)])
    }
  }

  @Test func deepRecursionEndsInATrap() throws {
    var module = ModuleBuilder()
    module.function([], [], body: [0x10, 0, 0x0b], export: "f")
    var limits = ExecutionLimits()
    limits.frames = 1000
    do {
      _ = try run(module, [], limits: limits)
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .stackExhausted)
      #expect(trap.frames.count == 1000)
      #expect(trap.codeOffset == CodeOffset(1))
    }
  }

  @Test func fuelEndsALoop() throws {
    var module = ModuleBuilder()
    module.function([], [], body: [0x03, 0x40, 0x0c, 0, 0x0b, 0x0b], export: "f")
    var limits = ExecutionLimits()
    limits.fuel = 1_000_000
    do {
      _ = try run(module, [], limits: limits)
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .outOfFuel)
      #expect(trap.codeOffset == CodeOffset(3))
    }
  }

  @Test func missingAndWrongImportsAreNamed() throws {
    var module = ModuleBuilder()
    module.importFunction("env", "print", [.i32])
    let opened = try WasmModule(module.bytes)
    let store = try Store()
    #expect(throws: InstantiationError.self) { try store.instantiate(opened) }
    let other = store.hostFunction(FunctionType([.i64])) { _, _ in [] }
    do {
      _ = try store.instantiate(opened, imports: { _, _ in .function(other) })
      Issue.record("no error")
    } catch {
      #expect(
        error.description == "incompatible import env.print: the function is of type [i64] -> [], not [i32] -> []")
    }
  }

  @Test func hostFunctionsAreCalled() throws {
    var module = ModuleBuilder()
    let double = module.importFunction("env", "double", [.i32], [.i32])
    module.function([.i32], [.i32], body: [0x20, 0, 0x10, UInt8(double), 0x41, 1, 0x6a, 0x0b], export: "f")
    let store = try Store()
    let host = store.hostFunction(FunctionType([.i32], [.i32])) { _, arguments in
      guard case .i32(let value) = arguments[0] else { return [] }
      return [.i32(value * 2)]
    }
    let instance = try store.instantiate(try WasmModule(module.bytes), imports: { _, _ in .function(host) })
    guard case .function(let f)? = instance.export("f") else { return }
    #expect(try store.invoke(f, [.i32(20)]) == [.i32(41)])
  }
}
