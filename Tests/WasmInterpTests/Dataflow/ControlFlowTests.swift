import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// The graphs of small bodies. Offsets count the locals vector, which is one byte here.
@Suite struct ControlFlowTests {
  @Test func straightCodeIsOneBlock() throws {
    let function = try AnalysedFunction([.i32], [.i32], [0x20, 0, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0x4 fallthrough [0] -> fallthrough 1",
        "1: 0x4..0x4 exit [1] ->",
      ])
  }

  @Test func ifWithElse() throws {
    // local.get 0; if (result i32); i32.const 1; else; i32.const 2; end; end
    let function = try AnalysedFunction(
      [.i32], [.i32], [0x20, 0, 0x04, 0x7f, 0x41, 1, 0x05, 0x41, 2, 0x0b, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0x5 if [0] -> notTaken 2, taken 1",
        "1: 0x5..0x8 fallthrough [0] -> fallthrough 3",
        "2: 0x8..0xb fallthrough [0] -> fallthrough 3",
        "3: 0xb..0xc fallthrough [1] -> fallthrough 4",
        "4: 0xc..0xc exit [1] ->",
      ])
  }

  @Test func ifWithoutElse() throws {
    // i32.const 7; local.get 0; if; call 1; end; end
    let function = try AnalysedFunction([.i32], [.i32], [0x41, 7, 0x20, 0, 0x04, 0x40, 0x10, 1, 0x0b, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0x7 if [0] -> notTaken 2, taken 1",
        "1: 0x7..0xa fallthrough [1] -> fallthrough 2",
        "2: 0xa..0xb fallthrough [1] -> fallthrough 3",
        "3: 0xb..0xb exit [1] ->",
      ])
  }

  @Test func loopsHaveBackEdges() throws {
    // block; loop; local.get 0; br_if 1; br 0; end; end; end
    let function = try AnalysedFunction(
      [.i32], [], [0x02, 0x40, 0x03, 0x40, 0x20, 0, 0x0d, 1, 0x0c, 0, 0x0b, 0x0b, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0x5 fallthrough [0] -> fallthrough 1",
        "1: 0x5..0x9 conditionalBranch [0] loop to 0xc -> taken 4, notTaken 2",
        "2: 0x9..0xb branch [0] -> back taken 1",
        "4: 0xd..0xe fallthrough [0] -> fallthrough 5",
        "5: 0xe..0xe exit [0] ->",
      ])
  }

  @Test func branchTablesHaveOneEdgeToEachTarget() throws {
    // block; block; local.get 0; br_table 0 1 0 2 (default) 1; end; call 1; end; end
    let function = try AnalysedFunction(
      [.i32], [], [0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e, 4, 0, 1, 0, 2, 1, 0x0b, 0x10, 1, 0x0b, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0xe branchTable [0] -> tableCase(nil) 2, tableCase(nil) 3, tableCase(Optional(3)) 4",
        "2: 0xf..0x12 fallthrough [0] -> fallthrough 3",
        "3: 0x12..0x13 fallthrough [0] -> fallthrough 4",
        "4: 0x13..0x13 exit [0] ->",
      ])
  }

  @Test func codeBehindABranchIsUnreachable() throws {
    // block; br 0; i32.add; drop; loop; br 0; end; end; return; call 1; end
    let function = try AnalysedFunction(
      [0x02, 0x40, 0x0c, 0, 0x6a, 0x1a, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b, 0x0f, 0x10, 1, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0x5 branch [0] -> taken 4",
        "4: 0xd..0xe return [0] -> taken 6",
        "6: 0x11..0x11 exit [0] ->",
      ])
    #expect(function.stack(5) == nil)
    #expect(function.stack(13) == [])
    #expect(function.stack(14) == nil)
    #expect(function.analysis.graph.block(containing: CodeOffset(16)) != nil)
    #expect(function.analysis.graph.block(containing: CodeOffset(17)) == nil)
    #expect(function.analysis.graph.block(containing: CodeOffset(0)) == nil)
  }

  @Test func callsInATryTableLeadToItsHandlers() throws {
    // block (result i32); try_table (catch 0 0) (catch_all 1); call 1; end; i32.const 1; end; drop; end
    let function = try AnalysedFunction([
      0x02, 0x7f, 0x1f, 0x40, 2, 0, 0, 0, 2, 1, 0x10, 1, 0x0b, 0x41, 1, 0x0b, 0x1a, 0x0b,
    ])
    #expect(
      function.blocks == [
        "0: 0x1..0xd call [0] -> exception 2, fallthrough 1",
        "1: 0xd..0xe fallthrough [0] -> fallthrough 3",
        "2: 0xe..0xe dispatch [0] -> catchClause(0) 4, catchClause(1) 5",
        "3: 0xe..0x11 fallthrough [0] -> fallthrough 4",
        "4: 0x11..0x13 fallthrough [1] -> fallthrough 5",
        "5: 0x13..0x13 exit [0] ->",
      ])
  }

  @Test func whatATryTableDoesNotCatchGoesFurtherOut() throws {
    // block; try_table (catch_all 0); block (result i32); try_table (catch 0 0); i32.const 3; throw 0; end
    // unreachable; end; drop; end; end; end
    let function = try AnalysedFunction([
      0x02, 0x40, 0x1f, 0x40, 1, 2, 0, 0x02, 0x7f, 0x1f, 0x40, 1, 0, 0, 0, 0x41, 3, 0x08, 0, 0x0b, 0x00, 0x0b, 0x1a,
      0x0b, 0x0b, 0x0b,
    ])
    #expect(
      function.blocks == [
        "0: 0x1..0x14 throw [0] -> exception 2",
        "2: 0x15..0x15 dispatch [0] -> catchClause(0) 5, exception 6",
        "5: 0x17..0x19 fallthrough [1] -> fallthrough 7",
        "6: 0x19..0x19 dispatch [0] -> catchClause(0) 8",
        "7: 0x19..0x1a fallthrough [0] -> fallthrough 8",
        "8: 0x1a..0x1b fallthrough [0] -> fallthrough 9",
        "9: 0x1b..0x1b exit [0] ->",
      ])
  }

  @Test func legacyExceptions() throws {
    // try; call 1; catch 0; drop; try; call 1; delegate 0; rethrow 0; catch_all; end; end
    let function = try AnalysedFunction([
      0x06, 0x40, 0x10, 1, 0x07, 0, 0x1a, 0x06, 0x40, 0x10, 1, 0x18, 0, 0x09, 0, 0x19, 0x0b, 0x0b,
    ])
    #expect(
      function.blocks == [
        "0: 0x1..0x5 call [0] -> exception 2, fallthrough 1",
        "1: 0x5..0x7 fallthrough [0] -> fallthrough 9",
        "2: 0x7..0x7 dispatch [0] -> catchClause(0) 3, catchClause(1) 8",
        "3: 0x7..0xc call [1] -> exception 5, fallthrough 4",
        "4: 0xc..0xe fallthrough [0] -> fallthrough 6",
        "5: 0xe..0xe dispatch [0] ->",
        "6: 0xe..0x10 throw [0] ->",
        "8: 0x11..0x12 fallthrough [0] -> fallthrough 9",
        "9: 0x12..0x13 fallthrough [0] -> fallthrough 10",
        "10: 0x13..0x13 exit [0] ->",
      ])
  }

  @Test func branchesOnNull() throws {
    let any = ValueType.reference(ReferenceType(.any))
    // block; local.get 0; br_on_null 0; drop; end; block (result anyref); local.get 0; br_on_non_null 0
    // ref.null any; end; drop; end
    let function = try AnalysedFunction(
      [any], [],
      [
        0x02, 0x40, 0x20, 0, 0xd5, 0, 0x1a, 0x0b, 0x02, 0x6e, 0x20, 0, 0xd6, 0, 0xd0, 0x6e, 0x0b, 0x1a, 0x0b,
      ])
    #expect(
      function.blocks == [
        "0: 0x1..0x7 conditionalBranch [0] -> taken 2, notTaken 1",
        "1: 0x7..0x9 fallthrough [1] -> fallthrough 2",
        "2: 0x9..0xf conditionalBranch [0] -> taken 4, notTaken 3",
        "3: 0xf..0x12 fallthrough [0] -> fallthrough 4",
        "4: 0x12..0x14 fallthrough [1] -> fallthrough 5",
        "5: 0x14..0x14 exit [0] ->",
      ])
    #expect(function.stack(7) == ["p0"])
    #expect(function.stack(8) == [])
    #expect(function.stack(15) == [])
    #expect(function.stack(18) == ["join4.operand0"])
  }

  @Test func conditionalReturnsLeadToTheExit() throws {
    // i32.const 5; local.get 0; br_if 0; drop; i32.const 6; end
    let function = try AnalysedFunction([.i32], [.i32], [0x41, 5, 0x20, 0, 0x0d, 0, 0x1a, 0x41, 6, 0x0b])
    #expect(
      function.blocks == [
        "0: 0x1..0x7 conditionalBranch [0] -> taken 2, notTaken 1",
        "1: 0x7..0xb fallthrough [1] -> fallthrough 2",
        "2: 0xb..0xb exit [1] ->",
      ])
    #expect(function.results == ["join2.operand0"])
  }

  @Test func bodiesThatAreNotValid() {
    #expect(dataflowProblem([0x6a, 0x1a, 0x0b]) == .typeMismatch)
    #expect(dataflowProblem([], [.i32], [0x0b]) == .typeMismatch)
    #expect(dataflowProblem([0x41, 1, 0x0b]) == .typeMismatch)
    #expect(dataflowProblem([0x0c, 1, 0x0b]) == .unknownLabel)
    #expect(dataflowProblem([0x02, 0x7f, 0x0c, 0, 0x0b, 0x1a, 0x0b]) == .typeMismatch)
    #expect(dataflowProblem([0x41, 0, 0x0e, 1, 0, 7, 0x0b]) == .unknownLabel)
    #expect(dataflowProblem([0x02, 0x7f, 0x41, 0, 0x41, 0, 0x0e, 1, 0, 1, 0x0b, 0x1a, 0x0b]) == .typeMismatch)
    #expect(dataflowProblem([0x05, 0x0b]) == .unexpectedElse)
    #expect(dataflowProblem([0x41, 0, 0x04, 0x7f, 0x41, 0, 0x0b, 0x1a, 0x0b]) == .typeMismatch)
    #expect(dataflowProblem([0x20, 0, 0x1a, 0x0b]) == .unknownLocal)
    #expect(dataflowProblem([0x23, 9, 0x1a, 0x0b]) == .unknownGlobal)
    #expect(dataflowProblem([0x10, 9, 0x0b]) == .unknownFunction)
    #expect(dataflowProblem([0x02, 9, 0x0b, 0x0b]) == .unknownType)
    #expect(dataflowProblem([0x00, 0x08, 9, 0x0b]) == .unknownTag)
    #expect(dataflowProblem([0x07, 0, 0x0b]) == .unexpectedCatch)
    #expect(dataflowProblem([0x06, 0x40, 0x18, 1, 0x0b]) == .unknownLabel)
    #expect(dataflowProblem([0x02, 0x40, 0x09, 0, 0x0b, 0x0b]) == .invalidRethrow)
    #expect(dataflowProblem([0x1f, 0x40, 1, 0, 0, 0, 0x0b, 0x0b]) == .typeMismatch)
    #expect(dataflowProblem([0x1f, 0x40, 1, 2, 5, 0x0b, 0x0b]) == .unknownLabel)
    #expect(dataflowProblem([0x02, 0x40, 0x0b]) == .unexpectedEnd)
    #expect(dataflowProblem([0x0b, 0x01]) == .bodyTooShort)
    #expect(dataflowProblem([0xff, 0x0b]) == .unknownOpcode)
    // Behind a branch operands are there as wanted, but not more than wanted.
    #expect(dataflowProblem([0x00, 0x6a, 0x1a, 0x0b]) == nil)
    #expect(dataflowProblem([0x00, 0x41, 0, 0x0b]) == .typeMismatch)
  }

  @Test func anErrorSaysWhere() throws {
    do throws(ReadError) {
      _ = try AnalysedFunction([0x01, 0x6a, 0x1a, 0x0b])
      Issue.record("no error")
    } catch {
      #expect(error.section == "code")
      #expect(error.rule == .typeMismatch)
      // The body's first byte is the locals vector, the second a nop.
      let bytes = error.offset.rawValue
      #expect(bytes > 2)
    }
  }
}
