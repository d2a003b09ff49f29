import TestSupport
import Testing

/// The project's own `.wast` files, in their committed converted form (`Wast/convert.sh`): each area of the language
/// once, so that nothing but the checkout is needed to see that programs run.
@Suite struct OwnSuiteTests {
  private static let folder = Places.root + "/Tests/WasmInterpTests/Wast"
  static let names = ((try? TemporaryFolder.names(in: folder)) ?? []).filter { $0.hasSuffix(".wast") }
    .map { String($0.dropLast(5)) }

  /// Files that must fail for now, as what they are about does not run yet. A row goes when its file passes.
  private static let knownMissing: Set<String> = []

  @Test func thereIsAFileForEachArea() {
    #expect(Self.names.count >= 14)
    #expect(Self.knownMissing.isSubset(of: Self.names))
  }

  @Test(arguments: names) func everyCommandPasses(_ name: String) throws {
    let file = try SuiteFile(converted: "\(Self.folder)/Converted/\(name)", name: name)
    let result = try SuiteRunner.run(file)
    #expect(result.count == file.commands.count)
    #expect(result.count >= 15)
    #expect(result.skippedCount == 0)
    if Self.knownMissing.contains(name) {
      #expect(result.failed > 0, "\(name) passes now: take it out of knownMissing")
    } else {
      #expect(result.failures.map(\.description) == [])
    }
  }

  /// The committed form is that of the text.
  @Test(.enabled(if: SuiteConverter.installed?.isComplete ?? false), arguments: names)
  func theConvertedFormIsUpToDate(_ name: String) throws {
    let converter = try #require(SuiteConverter.installed)
    let committed = try SuiteFile(converted: "\(Self.folder)/Converted/\(name)", name: name)
    let converted = try SuiteFile(converting: "\(Self.folder)/\(name).wast", name: name, with: converter)
    #expect(committed.commands.map { "\($0)" } == converted.commands.map { "\($0)" }, "run Wast/convert.sh")
    for (left, right) in zip(committed.commands, converted.commands) {
      guard let one = left.module, let other = right.module else { continue }
      #expect(try committed.bytes(one)?.array == converted.bytes(other)?.array, "line \(left.line)")
    }
  }
}
