import ByteCursor
import CDemangle

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The demangler that the C++ runtime carries.
enum CxxRuntime {
  /// The longest name it is given: GNU's own cap, which keeps its recursion within 512 KiB of stack.
  static let maximumLength = 1024

  /// The source form of a name that begins with `_Z`.
  static func demangle(_ symbol: [UInt8]) -> String? {
    // Its time and output are exponential in a name's length: nothing goes in that could blow up.
    guard symbol.count <= maximumLength, CxxNameGuard.accepts(symbol) else { return nil }
    return withCString(symbol) { name in
      var status: CInt = 0
      return __cxa_demangle(name, nil, nil, &status)
    }
  }
}

/// The demangler that the Swift runtime carries.
enum SwiftRuntime {
  /// The longest name it is given: it recurses once for each letter of a hostile one and takes 1.2 KiB of stack for
  /// that, and a thread may have 512 KiB. Of the names in Swift's standard library and Foundation 0.4 % are longer.
  static let maximumLength = 256

  /// The source form of a name with one of Swift's prefixes.
  static func demangle(_ symbol: [UInt8]) -> String? {
    guard symbol.count <= maximumLength, SwiftNameGuard.accepts(symbol) else { return nil }
    let text = withCString(symbol) { name in swift_demangle(name, symbol.count, nil, nil, 0) }
    // What it cannot read it returns as it is.
    return text?.utf8.elementsEqual(symbol) == true ? nil : text
  }
}

/// Calls a function of C with a name and takes over the string that it allocates.
private func withCString(
  _ symbol: [UInt8], _ demangle: (UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>?
) -> String? {
  // Mangled names are printable ASCII, or UTF-8 in what a compiler passes through; a NUL would cut one short.
  guard !symbol.contains(0) else { return nil }
  return (symbol + [0]).withUnsafeBufferPointer { buffer in
    buffer.withMemoryRebound(to: CChar.self) { name in
      guard let start = name.baseAddress, let result = demangle(start) else { return nil }
      defer { free(result) }
      return strlen(result) <= Limits.standard.nameBytes ? String(cString: result) : nil
    }
  }
}
