import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// `docs/opcodes.md` is what the table of opcodes says; `WASMPM_BLESS=1` writes it anew.
@Suite struct OpcodeManualTests {
  @Test func theManualIsWhatTheTableSays() throws {
    let path = Places.root + "/docs/opcodes.md"
    let manual = Self.manual
    if Blessing.isOn { try Blessing.write(manual, to: path) }
    #expect(try Places.bytes(path).string == manual)
  }

  @Test func rowsSayWhatTheTableSays() throws {
    let rows = Set(Self.manual.split(separator: "\n").map(String.init))
    for row in [
      "| `00` | `unreachable` | | | `mvp` | `unreachable` |",
      "| `28` | `i32.load` | `memarg` | `[addr] -> [i32]` | `mvp` | `memory-out-of-bounds` |",
      "| `6d` | `i32.div_s` | | `[i32 i32] -> [i32]` | `mvp` | `integer-divide-by-zero`, `integer-overflow` |",
      "| `fd 0c` | `v128.const` | `v128` | `[] -> [v128]` | `simd` | |",
    ] { #expect(rows.contains(row)) }
    #expect(rows.count { $0.hasPrefix("| `") } == Opcode.all.count)
  }

  private static var manual: String {
    var lines = [
      "# Instructions",
      "",
      "Written by a test (`WASMPM_BLESS=1 make test`) from the table of opcodes (`Sources/WasmInterp/Opcodes`), which decoding,",
      "listings, validation and execution read as well.",
      "",
      "- **opcode**: hexadecimal; behind a prefix (`fb` to `fe`) stands the LEB128 number that follows it.",
      "- **immediates**: what follows the opcode in the binary format, in its order. `memarg` is alignment, memory and offset.",
      "- **type**: operands and results, the topmost last; `addr` is the address type of the memory or table. Empty where it",
      "  depends on the immediates, the module's types or what stands around the instruction.",
      "- **since**: the proposal that brought the instruction; `mvp` is the first version of WebAssembly.",
      "- **traps**: how the instruction itself can end the program.",
      "",
      "| opcode | name | immediates | type | since | traps |",
      "|---|---|---|---|---|---|",
    ]
    lines += Opcode.all.sorted { ($0.prefix, $0.number) < ($1.prefix, $1.number) }.map(row)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ opcode: Opcode) -> String {
    let immediates = opcode.immediateKind == .none ? "" : code(opcode.immediateKind.rawValue)
    let number = hexadecimal(opcode.number)
    let cells = [
      code(opcode.prefix == 0 ? number : hexadecimal(UInt32(opcode.prefix)) + " " + number), code(opcode.name),
      immediates, opcode.signature.map { code(text($0)) } ?? "", code(opcode.proposal.rawValue),
      opcode.possibleTraps.names.map(code).joined(separator: ", "),
    ]
    return "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined()
  }

  private static func text(_ signature: StackSignature) -> String {
    func list(_ types: [OperandType]) -> String { "[" + types.map(text).joined(separator: " ") + "]" }
    return list(signature.parameters) + " -> " + list(signature.results)
  }

  private static func text(_ type: OperandType) -> String {
    switch type {
    case .value(let type): type.description
    case .address: "addr"
    }
  }

  private static func code(_ text: String) -> String { "`\(text)`" }

  private static func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return (digits.count < 2 ? "0" : "") + digits
  }
}
