/// Numbers as people read them: `10 914`, digits in groups of three from five digits on.
func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  guard digits.count > 4 else { return String(number) }
  var result = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result += " " }
    result.append(digit)
  }
  return result
}

/// `1 frame`, `12 frames`.
func counted(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

/// A size in bytes as people read it: `913 bytes`, `84.2 KiB`.
func sizeText(_ bytes: some BinaryInteger) -> String {
  guard bytes >= 10_000 else { return counted(Int(bytes), "byte") }
  var tenths = Double(bytes) / 1024
  var unit = "KiB"
  for next in ["MiB", "GiB", "TiB"] where tenths >= 1000 {
    tenths /= 1024
    unit = next
  }
  let rounded = Int((tenths * 10).rounded())
  return "\(rounded / 10).\(rounded % 10) \(unit)"
}

/// Lower-case hexadecimal with `0x`.
func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }

/// How a file is called in what people read: `-` is standard input.
func fileTitle(_ path: String) -> String { path == "-" ? "standard input" : path }

/// `text` with its middle cut out where it is very long: names come from files, and a name of a megabyte is no name
/// that a person reads.
func clipped(_ text: String, to limit: Int = 400) -> String {
  guard text.utf8.count > limit, text.count > limit else { return text }
  let tail = limit / 3
  return text.prefix(limit - tail - 1) + "…" + text.suffix(tail)
}

extension String {
  /// Spaces behind it up to `width` characters.
  func padded(_ width: Int) -> String {
    let missing = width - count
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }

  /// Spaces before it up to `width` characters.
  func leftPadded(_ width: Int) -> String {
    let missing = width - count
    return missing > 0 ? String(repeating: " ", count: missing) + self : self
  }
}

/// `text` in lines of at most `width` characters, broken at spaces.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var length = 0
  for word in text.split(separator: " ", omittingEmptySubsequences: false) {
    let count = word.count
    if !line.isEmpty, length + 1 + count > width {
      lines.append(line)
      line = ""
      length = 0
    }
    if !line.isEmpty {
      line += " "
      length += 1
    }
    line += word
    length += count
  }
  lines.append(line)
  return lines
}
