import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// The stack pointer of every frame, the truth being replayed: with less and less fuel the program stops earlier, until a
/// frame is the youngest one, at the call that it is later found in. Then the global has what it had in that frame.
@Suite struct RecoveryStackPointerTests {
  /// Earlier moments that are looked at.
  private static let mostSteps = 250

  static let programs = RecoveryProgram.written.filter {
    ["frames", "chain", "recursion"].contains($0.name.split(separator: "-")[0])
  }

  @Test(arguments: programs) func asReplayed(_ program: RecoveryProgram) throws {
    var numbers = RepeatableNumbers("stack pointers of \(program.name)")
    let truth = StackPointerTruth(try WasmModule(Places.bytes(program.module)))
    let global = try #require(truth.global)
    var (compared, certain) = (0, 0)
    for _ in 0..<4 {
      let fuel = UInt64.random(in: 300...program.fuel * 9 / 10, using: &numbers)
      guard let moment = try RecoveryMoment(program, fuel: fuel) else { continue }
      let replayed = try replay(program, fuel, moment, global)
      let derived = truth.pointers(moment.full)
      let expressions = ExpressionSession(session: moment.stripped)
      let backtrace = moment.stripped.backtrace(thread: 0)
      for (physical, pointer) in replayed.sorted(by: { $0.key < $1.key }) {
        compared += 1
        let frame = backtrace[backtrace.index(ofPhysical: physical)]
        let place = "\(moment.when), frame \(physical) (\(frame.function.display))"
        // What the other tests take for the truth is it.
        if let other = derived[physical] { #expect(other == pointer, "\(place)") }
        let found = try expressions.stackPointer(of: frame)
        if found.trust >= .derived { certain += 1 }
        // Between two frames of a size that is not known, neither end's count reaches.
        let isVariable = moment.hasVariableFrames(around: physical)
        #expect(
          found.value == pointer && (found.trust >= .derived || isVariable)
            || found.trust == .unavailable && isVariable,
          "\(place): $sp is \(pointer), not \(found.value ?? 0) [\(found.trust)] \(found.reason ?? "")")
      }
    }
    #expect(compared >= 4)
    #expect(certain >= 4)
  }

  /// The stack pointer in each frame of a moment that is found to be the youngest a little earlier.
  private func replay(
    _ program: RecoveryProgram, _ fuel: UInt64, _ moment: RecoveryMoment, _ global: UInt32
  ) throws -> [Int: UInt64] {
    let frames = Array(moment.full.dump.threads[0].frames)
    var result = [0: try #require(moment.full.dump.global(Int(global), of: 0)?.value.bits)]
    var next = 1
    for step in 1...UInt64(Self.mostSteps) where next < frames.count && step < fuel {
      guard let dump = try RecoveryMoment.dump(program, fuel: fuel - step) else { break }
      let earlier = dump.threads[0].frames
      // Still in what the frame called, at whatever depth.
      guard let youngest = earlier.first, earlier.count <= frames.count - next else { continue }
      let frame = frames[next]
      // The very activation, at the same call: nothing in between left its callee.
      guard earlier.count == frames.count - next, youngest.functionIndex == frame.functionIndex,
        youngest.codeOffset == frame.codeOffset, Array(youngest.locals) == Array(frame.locals),
        Array(youngest.operandStack) == Array(frame.operandStack)
      else { break }
      result[next] = dump.global(Int(global), of: 0)?.value.bits
      next += 1
    }
    return result
  }
}

extension RecoveryMoment {
  /// Whether frames that lie on both sides of one, itself included, are of the sample's function that has an array of
  /// variable length.
  fileprivate func hasVariableFrames(around physical: Int) -> Bool {
    let backtrace = stripped.backtrace(thread: 0)
    func isVariable(_ physical: Int) -> Bool {
      backtrace[backtrace.index(ofPhysical: physical)].function.display == "variable"
    }
    return (0...physical).contains(where: isVariable)
      && (physical..<backtrace.physicalCount).contains(where: isVariable)
  }
}
