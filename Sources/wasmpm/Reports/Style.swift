import ArgumentParser
import Glibc

/// `--color`.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// Whether what is written to `descriptor` is coloured: on a terminal that can, unless the user's `NO_COLOR` says no.
  func isOn(for descriptor: Int32) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: isatty(descriptor) == 1 && (Environment["NO_COLOR"] ?? "").isEmpty && !Terminal.isDumb
    }
  }
}

/// How text looks on a terminal that has colours; without them every method returns the text as it is.
struct Style {
  /// Whether there are colours.
  var colored: Bool

  /// What the colours stand for.
  enum Ink: String {
    case heading = "1"
    case function = "33"
    case file = "32"
    case number = "34"
    case faint = "2"
    case error = "1;31"
    case warning = "1;33"
  }

  func callAsFunction(_ ink: Ink, _ text: String) -> String {
    colored && !text.isEmpty ? "\u{1b}[\(ink.rawValue)m\(text)\u{1b}[0m" : text
  }
}

/// What can be known of the terminal.
enum Terminal {
  /// A terminal that cannot move its cursor, such as an editor's shell window.
  static var isDumb: Bool {
    let kind = Environment["TERM"] ?? ""
    return kind.isEmpty || kind == "dumb"
  }

  /// Columns of the terminal behind `descriptor`; 100 where there is none, so that files do not depend on the window.
  static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else {
      return 100
    }
    return Int(size.ws_col)
  }
}

/// The process's environment.
enum Environment {
  static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The folders of a colon-separated list; empty ones are left out.
  static func folders(_ name: String) -> [String] {
    (Environment[name] ?? "").split(separator: ":").map(String.init)
  }
}
