import ByteCursor
import PostMortem

/// `x`, `find`.
enum MemoryCommands {
  /// Where `x` goes on, and how.
  struct Examination {
    var address = MemoryAddress(memory: 0, 0)
    var format = NumberFormat.hexadecimal
    var unit = 4
  }

  /// Lines of one answer.
  private static let shown = 100_000

  static func examine(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    var text = arguments
    let request = try FormatRequest(&text)
    var last = debugger.examination
    last.format = request.format ?? last.format
    if let unit = request.unit {
      last.unit = unit
    } else if let format = request.format {
      switch format {
      case .character: last.unit = 1
      case .address: last.unit = 4
      case .float where last.unit < 4: last.unit = 8
      default: break
      }
    }
    let count = request.count ?? 1
    guard count > 0 else { throw Failure(.usage, "Memory is shown forwards: the count must be positive.") }
    if last.format == .instruction, !text.isEmpty, let code = try code(text, debugger) {
      last.address = MemoryAddress(memory: 0, code.rawValue)
    } else if !text.isEmpty {
      last.address = try address(text, debugger)
    }
    if last.format == .instruction {
      debugger.examination = last
      return try DisassembleCommand.run(debugger, "*\(hex(last.address.offset)),+\(count)")
    }
    let memory = MemoryExaminer(debugger.session, memory: last.address.memory, instance: debugger.instance)
    do throws(Unavailable) {
      if last.format == .string {
        try strings(memory, &last, min(count, shown), debugger)
      } else {
        try numbers(memory, &last, min(count, shown), debugger)
      }
      debugger.examination = last
      return .done
    } catch {
      throw Failure(.unavailable, "Cannot access memory at address \(hex(last.address.offset)): \(error.reason)")
    }
  }

  private static func strings(
    _ memory: MemoryExaminer, _ last: inout Examination, _ count: Int, _ debugger: Debugger
  ) throws(Unavailable) {
    for _ in 0..<count where !Interrupt.isRaised {
      let (text, next) = try memory.string(at: last.address.offset, limit: debugger.settings.limits.stringBytes)
      debugger.output.line("\(label(last.address.offset, debugger))  \(escaped(text))")
      last.address = MemoryAddress(memory: last.address.memory, next)
    }
  }

  private static func numbers(
    _ memory: MemoryExaminer, _ last: inout Examination, _ count: Int, _ debugger: Debugger
  ) throws(Unavailable) {
    let perLine = [1: 8, 2: 8, 4: 4][last.unit] ?? 2
    var left = count
    while left > 0, !Interrupt.isRaised {
      var columns: [String] = []
      let start = last.address.offset
      var problem: Unavailable?
      for _ in 0..<min(left, perLine) {
        do throws(Unavailable) {
          columns.append(try memory.number(at: last.address.offset, unit: last.unit, last.format))
        } catch {
          problem = error
          break
        }
        last.address = MemoryAddress(memory: last.address.memory, last.address.offset &+ UInt64(last.unit))
      }
      if !columns.isEmpty {
        let width = columnWidth(last)
        let line = columns.map { $0.padded(width) }.joined(separator: "  ").trimmed
        debugger.output.line("\(label(start, debugger))  \(line)")
      }
      if let problem { throw problem }
      left -= columns.count
    }
  }

  private static func columnWidth(_ last: Examination) -> Int {
    switch last.format {
    case .hexadecimal, .padded, .address: 2 + 2 * last.unit
    case .binary: 8 * last.unit
    case .character: 10
    case .octal: 1 + (8 * last.unit + 2) / 3
    case .float: 14
    default: [1: 4, 2: 6, 4: 11][last.unit] ?? 20
    }
  }

  private static func label(_ address: UInt64, _ debugger: Debugger) -> String {
    debugger.output.style(.number, hex(address)) + ":"
  }

  /// The address that an expression means.
  private static func address(_ text: String, _ debugger: Debugger) throws(Failure) -> MemoryAddress {
    let value = try debugger.evaluate(text)
    do throws(Unavailable) { return try value.meantAddress() } catch { throw Failure(error) }
  }

  /// Where the code of the function is that an expression means; nil where it means none of the selected frame's module.
  private static func code(_ text: String, _ debugger: Debugger) throws(Failure) -> CodeAddress? {
    let frame = try? debugger.frame()
    let found = debugger.expressions.code(
      of: try debugger.evaluate(text), frame: frame, thread: debugger.selectedThread)
    guard let found, let module = frame?.module, found.module != module else { return found?.address }
    throw Failure(
      .notFound, "\(escaped(clipped(found.name))) is in another module: \"disassemble\" shows it by its name.")
  }

  // MARK: find

  static func find(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    var text = arguments
    let request = try FormatRequest(&text)
    let parts = splitAtCommas(text)
    guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty }) else {
      throw Failure(.usage, "\"find\" needs START, +LENGTH or END, and at least one VALUE.")
    }
    let start = try address(parts[0], debugger)
    let memory = MemoryExaminer(debugger.session, memory: start.memory, instance: debugger.instance)
    let end: UInt64
    if parts[1].hasPrefix("+") {
      let length = try address(String(parts[1].dropFirst()), debugger).offset
      end = start.offset.addingReportingOverflow(length).overflow ? .max : start.offset &+ length
    } else {
      // The last byte, as gdb has it.
      let last = try address(parts[1], debugger).offset
      end = last == .max ? last : last + 1
    }
    guard start.offset < end else { throw Failure(.usage, "The search would end before it starts.") }
    guard memory.size != nil else { throw Failure(.unavailable, "Memory \(start.memory) is not in the dump.") }
    var pattern: [UInt8] = []
    for part in parts.dropFirst(2) { pattern += try bytes(part, request.unit, debugger) }
    guard !pattern.isEmpty else { throw Failure(.usage, "There is nothing to look for.") }
    let limit = request.count.map { max(0, $0) } ?? shown
    let found = memory.find(pattern, in: start.offset..<end, limit: limit) { Interrupt.isRaised }
    for address in found { debugger.output.line(hex(address)) }
    debugger.output.line(
      found.isEmpty ? "Pattern not found." : "\(counted(found.count, "pattern")) found.")
    if let address = found.last { debugger.examination.address = MemoryAddress(memory: start.memory, address) }
    return .done
  }

  /// The bytes to look for: a string's without its NUL, a number's in its type's size or `unit` bytes.
  private static func bytes(_ text: String, _ unit: Int?, _ debugger: Debugger) throws(Failure) -> [UInt8] {
    let value = try debugger.evaluate(text)
    do throws(Unavailable) {
      if let unit, let number = try? value.number() {
        return (0..<unit).map { UInt8(truncatingIfNeeded: number >> Int128(8 * $0)) }
      }
      let bytes = try value.memoryBytes()
      return text.hasPrefix("\"") && bytes.last == 0 ? bytes.dropLast() : bytes
    } catch {
      throw Failure(error)
    }
  }
}
