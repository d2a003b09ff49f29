import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Every function of every module at hand against `wasm-tools print`: headers, names, instructions and their operands.
@Suite(.enabled(if: WasmTools.isInstalled)) struct DisassemblyAgainstWasmToolsTests {
  /// The modules below the folder of samples.
  static let samples: [String] = {
    let folders = (try? TemporaryFolder.names(in: Places.samples)) ?? []
    return folders.flatMap { modules(in: Places.samples + "/" + $0) }
  }()

  static let corpus = Places.hasCorpus ? modules(in: Places.corpus) : []

  private static func modules(in folder: String) -> [String] {
    ((try? TemporaryFolder.names(in: folder)) ?? []).filter { $0.hasSuffix(".wasm") }.map { folder + "/" + $0 }
  }

  @Test func samplesPrintAlike() throws {
    let counts = try Self.samples.reduce(into: Counts()) { try $0.add(compare($1)) }
    #expect(counts.modules >= 8)
    #expect(counts.functions > 1_000)
  }

  @Test(.enabled(if: Places.hasCorpus)) func corpusPrintsAlike() throws {
    let counts = try Self.corpus.reduce(into: Counts()) { try $0.add(compare($1)) }
    #expect(counts.modules >= 30)
    #expect(counts.functions > 400)
  }

  /// Names of every kind, and that they are told apart.
  @Test func namesPrintAlike() throws {
    let file = NamedModule.bytes
    #expect(try compare(file, "named").functions == 4)
  }

  struct Counts {
    var modules = 0
    var functions = 0
    var instructions = 0

    mutating func add(_ other: Counts) {
      modules += other.modules
      functions += other.functions
      instructions += other.instructions
    }
  }

  private func compare(_ path: String) throws -> Counts {
    try compare(Array(Places.bytes(path).array), path)
  }

  private func compare(_ file: [UInt8], _ path: String) throws -> Counts {
    guard let module = try? WasmModule(Bytes(copying: file)), !module.bodies.isEmpty else { return Counts() }
    let printed = PrintedModule(try #require(WasmTools.print(file), "\(path)"))
    let identifiers = ModuleIdentifiers(module, externalNames: false, nameLimit: .max)
    var options = Disassembler.Options()
    options.listLimit = .max
    var counts = Counts(modules: 1)
    for body in module.bodies {
      let theirs = try #require(printed.functions[body.function], "\(path): \(body.function)")
      let disassembler = Disassembler(body, in: module, identifiers: identifiers, options: options)
      #expect(disassembler.problem == nil)
      let ours = disassembler.lines.filter { $0.content != .close }.map { Tokens($0.text).all }
      #expect(ours.count == theirs.count, "\(path): \(body.function)")
      var (left, right) = (InstructionNormalizer(), InstructionNormalizer())
      for (our, their) in zip(ours, theirs) {
        let (our, their) = (left.normalized(our), right.normalized(their))
        guard our != their else { continue }
        Issue.record("\(path), function \(body.function): \(our) is not \(their)")
        return counts
      }
      counts.functions += 1
      counts.instructions += disassembler.instructionCount
    }
    return counts
  }
}
