import ByteCursor
import PostMortem
import WasmInterp

/// `disassemble`.
enum DisassembleCommand {
  /// Lines of one answer: a function may have millions of instructions.
  private static let shown = 100_000

  static func run(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let request = try Request(arguments)
    let (place, start) = try request.place.resolve(debugger)
    var text = ListingText(listing: place.listing, columns: request.columns)
    text.sources = debugger.session.sources
    if let frame = try? debugger.frame(), frame.module == place.module, frame.functionIndex == place.listing.function {
      text.current = frame.codeOffset
    }
    if request.columns.source, !place.listing.hasSource {
      debugger.output.line("(The module has no debug information that says source lines.)")
    }
    let disassembler = place.listing.disassembler
    let rest: CodeOffset?
    if start == nil, request.count == nil {
      rest = text.write(disassembler.lines, to: debugger.output, limit: shown)
    } else {
      let first = start ?? disassembler.firstInstruction
      guard let lines = disassembler.lines(from: first, count: request.count ?? .max) else {
        throw noInstruction(at: first, place.listing)
      }
      let function = place.listing.function
      if let name = debugger.session.disassembly(module: place.module)?.name(of: function) {
        debugger.output.line("In \(debugger.output.style(.function, FrameText.name(name))), function \(function):")
      }
      rest = text.write(lines, to: debugger.output, limit: shown)
    }
    if let rest, let address = disassembler.body.codeAddress(of: rest) {
      debugger.output.line("… and more: \"disassemble *\(address),+\(shown)\" goes on.")
    }
    return .done
  }

  private static func noInstruction(at offset: CodeOffset, _ listing: FunctionListing) -> Failure {
    let disassembler = listing.disassembler
    if let problem = disassembler.problem, offset >= disassembler.end {
      return Failure(.notFound, "The code cannot be read at offset \(offset): \(problem).")
    }
    if let start = disassembler.instructionStart(containing: offset) {
      return Failure(.notFound, "No instruction starts at offset \(offset); the one at \(start) goes on there.")
    }
    let (first, end) = (disassembler.firstInstruction, disassembler.end)
    return Failure(.notFound, "No instruction starts at offset \(offset); the function's go from \(first) to \(end).")
  }

  // MARK: What is asked for

  /// The command's arguments.
  private struct Request {
    var columns = ListingText.Columns()
    var place = Place.frame
    /// How many instructions; nil for all there are.
    var count: Int?

    init(_ arguments: String) throws(Failure) {
      var rest = arguments.trimmed
      while rest.hasPrefix("/") {
        let letters = rest.dropFirst().prefix { !$0.isWhitespace && $0 != "," && $0 != "/" }
        for letter in letters { try add(letter) }
        if letters.isEmpty { throw Failure(.usage, "A letter must follow \"/\": s, r or a.") }
        rest = rest.dropFirst(letters.count + 1).trimmed
      }
      // A template's name has commas, too, but no plus sign behind them.
      if let comma = rest.lastIndex(of: ","), rest[rest.index(after: comma)...].trimmed.hasPrefix("+") {
        let text = String(rest[rest.index(after: comma)...].trimmed.dropFirst())
        let count = try number(text, "The count of instructions")
        guard count > 0 else { throw Failure(.usage, "The count of instructions must be above 0.") }
        self.count = count
        rest = rest[..<comma].trimmed
      }
      place = try Place(rest)
    }

    private mutating func add(_ letter: Character) throws(Failure) {
      switch letter {
      // gdb's older form of the same.
      case "s", "m": columns.source = true
      case "r": columns.bytes = true
      case "a": columns.addresses = true
      default: throw Failure(.usage, "Unknown option \"/\(letter)\"; there are /s, /r and /a.")
      }
    }
  }

  /// Whose code is to be shown.
  private enum Place {
    /// The selected frame's function.
    case frame
    /// Its instruction at an offset.
    case offset(CodeOffset)
    /// In the selected frame's module.
    case address(CodeAddress)
    /// By index, in the selected frame's module.
    case index(UInt32)
    /// In any module, the selected frame's first.
    case name(String)

    /// A function's listing and its module's number in the dump.
    typealias Found = (listing: FunctionListing, module: Int)

    init(_ text: String) throws(Failure) {
      if text.isEmpty {
        self = .frame
      } else if text.hasPrefix("*") {
        let address = text.dropFirst().trimmed
        guard let value = Symbolize.number(address) else {
          throw Failure(.usage, "The address must be a number, not \"\(address)\".")
        }
        self = .address(CodeAddress(value))
      } else if text.hasPrefix("0x") || text.hasPrefix("0X") {
        guard let value = Symbolize.number(text) else {
          throw Failure(.usage, "The offset must be a number, not \"\(text)\".")
        }
        self = .offset(CodeOffset(value))
      } else if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
        guard let index = UInt32(text) else { throw Failure(.notFound, "No function \(text).") }
        self = .index(index)
      } else if text.count >= 2, let quote = text.first, quote == "'" || quote == "\"", text.last == quote {
        self = .name(String(text.dropFirst().dropLast()))
      } else {
        self = .name(text)
      }
    }

    /// The function, and the first instruction to show; nil for all of it.
    func resolve(_ debugger: Debugger) throws(Failure) -> (Found, CodeOffset?) {
      switch self {
      case .frame: return (try frameFunction(debugger), nil)
      case .offset(let offset): return (try frameFunction(debugger), offset)
      case .index(let index):
        let module = try frameModule(debugger)
        return (try listing(of: index, module, debugger), nil)
      case .address(let address):
        let module = try frameModule(debugger)
        guard let function = debugger.session.disassembly(module: module)?.function(containing: address) else {
          throw Failure(.notFound, "No function has code at \(address).")
        }
        let found = try listing(of: function, module, debugger)
        return (found, found.listing.disassembler.body.codeOffset(of: address))
      case .name(let name): return (try function(named: name, debugger), nil)
      }
    }

    /// The selected frame's module.
    private func frameModule(_ debugger: Debugger) throws(Failure) -> Int {
      let frame = try debugger.frame()
      let modules = debugger.session.modules
      guard let index = frame.module else {
        throw Failure(.noModule, "The dump does not say the module of frame \(frame.index).")
      }
      guard debugger.session.disassembly(module: index) != nil else {
        let title = modules.indices.contains(index) ? modules[index].title : "module \(index)"
        throw Failure(
          .noModule, "The module of frame \(frame.index), \(title), was not found; --module says where it is.")
      }
      return index
    }

    private func frameFunction(_ debugger: Debugger) throws(Failure) -> Found {
      let module = try frameModule(debugger)
      let frame = try debugger.frame()
      guard let function = frame.functionIndex else {
        throw Failure(.notFound, "The dump does not say the function of frame \(frame.index).")
      }
      return try listing(of: function, module, debugger)
    }

    private func listing(of function: UInt32, _ module: Int, _ debugger: Debugger) throws(Failure) -> Found {
      guard let disassembly = debugger.session.disassembly(module: module) else {
        throw Failure(.noModule, "Module \(module) was not found; --module says where it is.")
      }
      guard let listing = disassembly.listing(of: function) else {
        throw Failure(.notFound, disassembly.reasonForNoListing(of: function).capitalizedFirst + ".")
      }
      return (listing, module)
    }

    private func function(named name: String, _ debugger: Debugger) throws(Failure) -> Found {
      let session = debugger.session
      let first = (try? debugger.frame())?.module
      let modules = session.modules.map(\.index).sorted { ($0 == first ? -1 : $0) < ($1 == first ? -1 : $1) }
      var isAnyKnown = false
      for module in modules {
        guard let disassembly = session.disassembly(module: module) else { continue }
        isAnyKnown = true
        let found = disassembly.functions(named: name)
        guard found.count < 2 else { throw Failure(.usage, disassembly.ambiguity(name, found)) }
        if let function = found.first { return try listing(of: function, module, debugger) }
      }
      guard isAnyKnown else {
        throw Failure(.noModule, "No module of the dump was found; --module says where they are.")
      }
      throw Failure(.notFound, "Function \"\(name)\" not defined.")
    }
  }
}

extension ModuleDisassembly {
  /// Why `listing(of:)` has none, without a full stop.
  func reasonForNoListing(of function: UInt32) -> String {
    guard Int(function) < functionCount else {
      return "there is no function \(function); \(info.title) has \(counted(functionCount, "function"))"
    }
    guard function < definedFunctions.lowerBound else { return "the code of function \(function) is missing" }
    return "function \(function), \(clipped(name(of: function).display)), is imported; its code is not in this module"
  }

  /// What is said of a name that several functions have.
  func ambiguity(_ name: String, _ functions: [UInt32]) -> String {
    let shown = functions.prefix(8).map { index in
      let name = self.name(of: index)
      return "\(index) (\(clipped(name.linkageName ?? name.display, to: 80)))"
    }
    let rest = functions.count > shown.count ? ", and \(grouped(functions.count - shown.count)) more" : ""
    return "Several functions are called \"\(name)\": \(shown.joined(separator: ", "))\(rest). Give the number of one."
  }
}
