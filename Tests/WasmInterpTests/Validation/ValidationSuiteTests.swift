import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// The official test suite's word on which modules are valid.
@Suite(.enabled(if: SuiteFile.isPresent)) struct ValidationSuiteTests {
  /// What validation says of a module; nil for a valid one.
  private static func verdict(_ bytes: Bytes) -> (rule: Rule, text: String)? {
    let module: WasmModule
    do throws(ReadError) {
      module = try WasmModule(bytes)
    } catch {
      return (error.rule, error.description)
    }
    do throws(ValidationError) {
      try Validator.validate(module)
      return nil
    } catch { return (error.rule, error.description) }
  }

  @Test func everyModuleIsJudgedAsTheSuiteSays() {
    var table: [String] = []
    var accepted = 0
    var rejected = 0
    var sameWords = 0
    for file in SuiteFile.all {
      #expect(!file.commands.isEmpty, "\(file.name) could not be converted")
      var valid = 0
      var invalid = 0
      var textFormat = 0
      for command in file.commands {
        switch command.kind {
        case .module(let module, _), .definition(let module, _), .assertUnlinkable(let module, _),
          .assertUninstantiable(let module, _):
          guard let bytes = file.bytes(module) else {
            Issue.record("\(file.name):\(command.line): no binary")
            continue
          }
          if let error = Self.verdict(bytes) {
            Issue.record("\(file.name):\(command.line): a valid module is rejected: \(error.text)")
          }
          valid += 1
        case .assertInvalid(let module, let text), .assertMalformed(let module, let text):
          guard let bytes = file.bytes(module) else {
            textFormat += 1
            continue
          }
          if let error = Self.verdict(bytes) {
            if error.rule.rawValue.hasPrefix(text) || text.hasPrefix(error.rule.rawValue) { sameWords += 1 }
          } else {
            Issue.record("\(file.name):\(command.line): accepted in spite of \"\(text)\"")
          }
          invalid += 1
        default: break
        }
      }
      table.append("\(file.name): \(valid) valid, \(invalid) invalid, \(textFormat) skipped (text format)")
      accepted += valid
      rejected += invalid
    }
    print(table.joined(separator: "\n"))
    print("all: \(accepted) valid, \(rejected) invalid, \(sameWords) of these for the suite's reason")
    #expect(accepted >= 2_480)
    #expect(rejected >= 3_400)
    #expect(sameWords >= 2_600)
  }
}
