import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Which variables a frame has.
@Suite struct VariableTests {
  private func block(_ low: UInt64, _ high: UInt64, _ children: [DIE]) -> DIE {
    DIE(
      DwTag.lexicalBlock,
      [At(DwAttribute.lowPC, DwForm.addr, .address(low)), At(DwAttribute.highPC, DwForm.addr, .address(high))],
      children: children)
  }

  @Test func innerVariablesHideOuterOnes() throws {
    let at = try Stage().trapAddress
    let stage = try Stage([
      parameter("x", "int", [0x31, 0x9f]), variable("y", "int", [0x32, 0x9f]),
      block(
        at, at + 1, [variable("x", "int", [0x33, 0x9f]), block(at, at + 1, [variable("y", "int", [0x34, 0x9f])])]),
      // Not here.
      block(at - 2, at, [variable("x", "int", [0x35, 0x9f])]),
    ])
    let frame = stage.session.backtrace(thread: 0)[0]
    let variables = stage.session.arguments(of: frame, thread: 0) + stage.session.locals(of: frame, thread: 0)
    #expect(
      variables.map { "\($0.name) \($0.scope) \($0.isShadowed) \($0.isParameter)" } == [
        "x 0 true true", "y 2 false false", "x 1 false false", "y 0 true false",
      ])
    let description = stage.session.description(of: frame, thread: 0)
    #expect(description.arguments.map(\.plain) == ["1"])
    #expect(description.locals.map(\.plain) == ["4", "3", "2"])
    #expect(description.locals.map(\.scope) == [2, 1, 0])
  }

  /// A function that was inlined shows its own variables, from the locals of the function around it.
  @Test func inlinedFunctionsHaveTheirOwn() throws {
    let at = try Stage().trapAddress
    let inlined = DIE(
      DwTag.inlinedSubroutine,
      [
        At(DwAttribute.abstractOrigin, DwForm.ref4, .label("inner")),
        At(DwAttribute.lowPC, DwForm.addr, .address(at)), At(DwAttribute.highPC, DwForm.addr, .address(at + 1)),
        number(.callLine, 12),
      ],
      children: [
        DIE(DwTag.formalParameter, [At(DwAttribute.abstractOrigin, DwForm.ref4, .label("n")), place(local(0))]),
        DIE(DwTag.variable, [At(DwAttribute.abstractOrigin, DwForm.ref4, .label("there")), place([0x91, 8])]),
      ])
    let stage = try Stage([variable("outer", "int", local(4)), inlined]) {
      $0.unitEntries = [
        DIE(
          DwTag.subprogram, [named("inner"), number(.inline, 1)], label: "inner",
          children: [
            DIE(DwTag.formalParameter, [named("n"), typed("int")], label: "n"),
            DIE(DwTag.variable, [named("there"), typed("int")], label: "there"),
            DIE(DwTag.variable, [named("gone"), typed("int")]),
          ])
      ]
    }
    let backtrace = stage.session.backtrace(thread: 0)
    #expect(backtrace.prefix(2).map(\.function.display) == ["inner", "run"])
    #expect(
      stage.nodes(0).mapValues(\.plain) == [
        "n": "-2", "there": String(0x0b0a0908), "gone": "unavailable: optimized out",
      ])
    #expect(stage.nodes(1).mapValues(\.plain) == ["outer": String(0x41424344)])
  }

  @Test func whatIsOnlyDeclaredIsElsewhere() throws {
    let stage = try Stage([
      DIE(DwTag.variable, [named("out"), typed("int"), At(DwAttribute.declaration, DwForm.flag, .number(1))]),
      DIE(DwTag.variable, [named("untyped"), place([0x91, 0])]),
      variable("this", "int*", local(5), [At(DwAttribute.artificial, DwForm.flag, .number(1))]),
    ])
    #expect(stage.text("out") == "unavailable: only declared here: it is defined elsewhere")
    #expect(stage.nodes()["untyped"]?.type == "void")
    #expect(stage.text("this") == "0x200")
  }
}
