import PostMortem
import Testing

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("", "anything", true), ("main", "main", true), ("^main$", "domain", false), ("mai", "domain", true),
    ("^ma.n$", "man", false), ("^ma.*n$", "man", true), ("a|b", "xbx", true), ("^(a|b)+$", "abba", true),
    ("^(a|b)+$", "abcba", false), ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("[]x]", "]", true),
    (#"^\w+::\d{2,3}$"#, "ns::123", true), (#"^\w+::\d{2,3}$"#, "ns::1234", false), (#"\bcount\b"#, "a count", true),
    (#"\bcount\b"#, "accounts", false), (#"operator\(\)"#, "T::operator()", true), ("x{0}y", "y", true),
    ("^a?b??c$", "ac", true), ("^(ab){2}$", "abab", true), ("^(ab){2}$", "ab", false), ("(?:a)+", "aa", true),
    ("größe", "die größe", true), ("()*", "", true), ("(a*)*$", "aaab", true), (#"[\w.-]+$"#, "a.b-c", true),
  ]) func matches(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
    #expect(try NamePattern(pattern).matches(text) == isMatch)
  }

  /// An engine that backtracks does not come back from these.
  @Test func noPatternTakesForEver() throws {
    let text = String(repeating: "xy", count: 2000)
    #expect(try !NamePattern("(.*)*x(.*)*y(.*)*z$").matches(text))
    #expect(try !NamePattern("(a?){500}a{500}b").matches(String(repeating: "a", count: 600)))
    #expect(try NamePattern("(x+x+)+y").matches(String(repeating: "x", count: 500) + "y"))
  }

  @Test(arguments: [
    ("[", "']' is missing"), ("(", "')' is missing"), (")", "'(' is missing in front of a ')'"),
    ("*a", "there is nothing to repeat in front of '*'"), (#"(a)\1"#, "there are no back references"),
    ("a{3,2}", "a repetition's limits are the wrong way round"), ("a{2", "'}' is missing"),
    ("a{99999}", "it repeats something too often"), ("((((a{1000}){1000}){1000}){1000})", "it is too large"),
    ("((((){1000}){1000}){1000}){1000}", "it is too large"), ("[z-a]", "a range of characters is the wrong way round"),
    ("\\", "nothing follows the '\\'"), ("a(?=b)", "groups of this kind are not known"),
    (String(repeating: "(", count: 500), "it is nested too deeply"),
  ]) func whatIsNone(_ pattern: String, _ reason: String) {
    do throws(NamePattern.Problem) {
      _ = try NamePattern(pattern)
      Issue.record("\(pattern) is one")
    } catch {
      #expect(error.reason == reason)
    }
  }
}
