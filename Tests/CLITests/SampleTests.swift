import TestSupport
import Testing

/// What must come of every sample whatever the golden files say: those are written by the program itself.
@Suite struct SampleTests {
  struct Expected: Sendable {
    let dump: String
    /// The exit status with `--strict`.
    var strict: Int32 = 0
    let kind: String
    let trust: String
    /// Text that the report for people must have.
    let place: String
  }

  static let samples = [
    Expected(
      dump: "recursion/recursion.core", kind: "memory-out-of-bounds", trust: "derived",
      place: "in entry_usage at recursion.c:79"),
    Expected(
      dump: "structs/structs.core", kind: "integer-divide-by-zero", trust: "assumed",
      place: "in rounded_quotient at structs.c:45"),
    Expected(
      dump: "dwarf5/dwarf5.core", kind: "unknown", trust: "unavailable", place: "in call_binary at dwarf5.c:59"),
    Expected(
      dump: "deep/deep.core", kind: "stack-exhausted", trust: "assumed", place: "in install at deep.c:44"),
    Expected(
      dump: "deep/deep-20.core", strict: 4, kind: "stack-exhausted", trust: "assumed", place: "in install at deep.c:44"),
    Expected(
      dump: "split/app.core", kind: "memory-out-of-bounds", trust: "derived", place: "in worth at app.c:76"),
    Expected(
      dump: "inventory/inventory.core", kind: "memory-out-of-bounds", trust: "derived",
      place: "::take at inventory.cpp:71"),
    Expected(
      dump: "rustpanic/rustpanic.core", kind: "unreachable", trust: "derived",
      place: "in rustpanic::parse_train at rustpanic.rs:91"),
    Expected(
      dump: "zigparse/zigparse.core", kind: "unreachable", trust: "derived", place: "in number at zigparse.zig:136"),
    Expected(
      dump: "embeddedswift/embeddedswift.core", kind: "unreachable", trust: "assumed",
      place: "at embeddedswift.swift:43"),
  ]

  @Test(arguments: samples) func sample(_ expected: Expected) throws {
    let folder = try TemporaryFolder()
    let dump = "Samples/" + expected.dump
    let json = try Executable.run("wasmpm report --format json \(dump)", in: folder)
    #expect(json.status == 0)
    #expect(json.errors == "")
    #expect(json.output.contains(#""trap":{"kind":"\#(expected.kind)","trust":"\#(expected.trust)""#), "\(dump)")
    let text = try Executable.run("wasmpm report --strict \(dump)", in: folder)
    #expect(text.status == expected.strict, "\(dump)")
    #expect(text.output.contains(expected.place), "\(dump)")
  }
}
