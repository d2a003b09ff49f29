import PostMortem
import WasmBinary

/// The code of a module, or of those in a component: `inspect --disassemble`.
struct CodeInspection {
  let path: String
  let file: WasmFile
  let options: SessionOptions

  /// Writes the code of the functions that are called `wanted`, or have that index; of all for `all`.
  /// - Throws: `notFound` where there is no such function, or only an imported one.
  func write(_ wanted: String, to output: Output) throws(Failure) {
    var reason: String?
    var isFirst = true
    for (index, wasm) in file.modules.enumerated() {
      let code = ModuleDisassembly(wasm, path: path == "-" ? nil : path, options: options)
      let functions: any Sequence<UInt32> = wanted == "all" ? code.definedFunctions : Self.functions(wanted, code)
      for function in functions {
        guard !Interrupt.isRaised else { return }
        guard let listing = code.listing(of: function) else {
          reason = code.reasonForNoListing(of: function)
          continue
        }
        if !isFirst { output.line() }
        isFirst = false
        if file.kind == .component { output.line(output.style(.heading, "module \(index)")) }
        ListingText(listing: listing).write(listing.disassembler.lines, to: output)
      }
    }
    guard isFirst else { return }
    output.flush()
    if wanted == "all" { throw Failure(.notFound, "\(fileTitle(path)): there is no code") }
    throw Failure(.notFound, "\(fileTitle(path)): " + (reason ?? "no function is called \"\(wanted)\""))
  }

  private static func functions(_ wanted: String, _ code: ModuleDisassembly) -> [UInt32] {
    if let index = UInt32(wanted) { return [index] }
    return code.functions(named: wanted)
  }
}
