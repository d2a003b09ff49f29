import ByteCursor
import PostMortem
import TestSupport
import Testing

/// Names that would keep a demangler busy for ever, fill the memory or the stack.
@Suite("Hostile names") struct HostileNames {
  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  /// A C++ substitution by its number.
  private func substitution(_ number: Int) -> String {
    number == 0 ? "S_" : "S" + String(number - 1, radix: 36, uppercase: true) + "_"
  }

  /// Each type holds the one before twice, so 300 letters stand for 2¹⁰⁰.
  private func doubled(_ levels: Int) -> String {
    (0..<levels).reduce("_Z1f1AIiiE") { name, level in
      name + "S_I" + substitution(level + 1) + substitution(level + 1) + "E"
    }
  }

  @Test("C++: substitutions that double")
  func cxxDoubling() {
    #expect(Demangler.demangle(doubled(3)) != nil)
    for levels in [20, 30, 60, 100] { #expect(Demangler.demangle(doubled(levels)) == nil) }
    // Numbers that stood in an identifier before must not make the real ones look small.
    let fakes = (0..<30).map { substitution($0) }.joined()
    #expect(Demangler.demangle(doubled(30).replacing("_Z1f", with: "_Z\(fakes.utf8.count)\(fakes)")) == nil)
    // A literal's number that looks like the length of an identifier.
    for length in 1...40 {
      let name = doubled(30).replacing("_Z1f", with: "_Z1fILi\(length)E\(fakes.utf8.count)\(fakes)Ev")
      #expect(Demangler.demangle(name) == nil)
    }
  }

  @Test("C++: the arguments of a conversion's parameter, parsed twice at each level")
  func cxxConversion() {
    for levels in [10, 30, 100] {
      let name = "_ZN1AcvT_I" + repeated("T_I", levels) + "i" + repeated("E", levels) + "EEv"
      #expect(Demangler.demangle(name) == nil)
    }
  }

  @Test(
    "C++: unresolved names that a runtime's demangler never leaves",
    arguments: [
      "_ZNDTsrC", "_ZNDTsr1aC", "_ZNDTsr1aU", "_ZNDTsrU", "_ZNDTsr1aDpi", "_ZNDTsr1aD", "_ZNDTsr1aIiEC",
      "_ZNDTdtfp_srC",
      "_Z1fIXsrCE", "_ZNDTgssrC", "_Z1fIXsr3fooIiEC", "_ZNDTsr3fooC9", "_ZNDTsr3fooDn", "_ZNDTsr3fooIiE3barC",
    ])
  func cxxUnresolved(name: String) { #expect(Demangler.demangle(name) == nil) }

  @Test("C++: packs in packs")
  func cxxPacks() {
    for levels in [2, 3, 10] {
      let name = "_Z1fIJ" + repeated("i", 200) + "EEv" + repeated("Dp1AIT_", levels) + repeated("E", levels)
      _ = Demangler.demangle(name)
    }
    #expect(Demangler.demangle("_Z1fIiEvDp" + repeated("1AI", 30) + "ii" + doubled(30)) == nil)
  }

  @Test(
    "C++: depth",
    arguments: ["P", "1aI", "N1a", "PFv", "R", "Z1fvE", "X", "J", "Dp", "A_", "M1a", "Xng", "cv", "_Z", "L_Z1f"])
  func cxxDepth(part: String) {
    for count in [10, 100, 300, 1000, 60_000] {
      _ = Demangler.demangle("_Z1f" + repeated(part, count) + "i")
      _ = Demangler.demangle("_Z" + repeated(part, count) + "i" + repeated("E", count))
    }
    #expect(Demangler.demangle("_Z" + repeated("P", 60_000)) == nil)
  }

  @Test("Swift: substitutions that double, and repeated ones")
  func swiftDoubling() {
    func name(_ levels: Int) -> String {
      let start = "$s1a1fyyAA1bVySiSiG_"
      return (0..<levels).reduce(start) { name, level in
        let letter = Unicode.Scalar(UInt8(ascii: "E") + UInt8(level))
        return name + "ADyA\(letter)A\(letter)G"
      } + "tF"
    }
    #expect(Demangler.demangle(name(3)) != nil)
    #expect(Demangler.demangle(name(20)) == nil)
    #expect(Demangler.demangle("$s1a1fyyAA1bVySiSiG_ADyA2000EGADyA2000FGADyA2000GGtF") == nil)
  }

  @Test("Swift: depth", arguments: ["m", "Sg", "_t", "TA", "1bV", "y", "Xp", "ACy", "TR", "Tm", "z", "c", "G", "Say"])
  func swiftDepth(part: String) {
    for count in [10, 100, 300, 1000, 60_000] {
      _ = Demangler.demangle("$s1a1fyySi" + repeated(part, count) + "F")
      _ = Demangler.demangle("_T0" + repeated(part, count))
      _ = Demangler.demangle("$s" + repeated(part, count))
    }
    #expect(Demangler.demangle("$s" + repeated("Si", 30_000)) == nil)
  }

  @Test("Rust: depth and backreferences that double")
  func rust() {
    for count in [10, 150, 300, 30_000] {
      let deep = "_RINvC1a1f" + repeated("R", count) + "hE"
      #expect((Demangler.demangle(deep) != nil) == (count < 180))
      #expect(Demangler.demangle("_R" + repeated("Nv", count) + "C1a") == nil)
      #expect(Demangler.demangle("_RINvC1a1f" + repeated("T", count)) == nil)
    }
    // A tuple of two, then tuples of the one before twice.
    func number(_ value: Int) -> String {
      guard value > 0 else { return "_" }
      let digits = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
      var rest = value - 1
      var text = ""
      repeat {
        text = String(digits[rest % 62]) + text
        rest /= 62
      } while rest > 0
      return text + "_"
    }
    func doubled(_ levels: Int) -> String {
      var name = "INvC1a1f"
      var last = name.utf8.count
      name += "ThhE"
      for _ in 0..<levels {
        let here = name.utf8.count
        name += "TB\(number(last))B\(number(last))E"
        last = here
      }
      return "_R" + name + "E"
    }
    #expect(Demangler.demangle(doubled(1))?.text == "a::f::<(u8, u8), ((u8, u8), (u8, u8))>")
    #expect(Demangler.demangle(doubled(8)) != nil)
    for levels in [20, 60, 1000] { #expect(Demangler.demangle(doubled(levels)) == nil) }
    #expect(Demangler.demangle("_RINvC1a1fFGZZZZZZ_EuE") == nil)
    #expect(Demangler.demangle("_ZN" + repeated("1a", 30_000) + "17h0123456789abcdefE")?.text.utf8.count == 89_998)
  }

  @Test("No mutation of a name crashes or grows without bounds")
  func mutations() {
    let names = [
      "_ZNKSt3__28functionIFvRKNS_12basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEEEEclES8_",
      "_ZNSt3__26vectorIiNS_9allocatorIiEEE12emplace_backIJRKiEEERiDpOT_",
      "_ZN3AnycvT_IiEEv", "_ZZN1a1bEvENKUlT_E_clIiEEDaS0_", "_ZN1AC1ERKS_", "_ZdlPv", "_ZTV1A",
      "_ZN101_$LT$core..iter..Empty$LT$T$GT$$u20$as$u20$core..iter..Iterator$GT$4next17hb148be2749437c59E",
      "_RINvCsjMaewn57Afh_1t3genDG_INtNtNtCsgEmfK2I1SDS_4core3ops8function2FnTRL0_eEEp6OutputRL0_eEL_EB2_",
      "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
      "_RNvXCsjMaewn57Afh_1tINtB2_2SqKj5_Kb0_Kc27_Kln80000000_ENtB2_5Shape4areaB2_",
      "$ss7UInt128V6encode2toys7Encoder_p_tKF", "$sSS6appendyyxSTRzSJ7ElementRtzlF", "_T04main3fooyyF",
      "$s4main3FooV3bar1xySaySSG_AA0C0VyACGtF",
    ]
    var random = SeededGenerator(seed: 42)
    let letters = Array("_$.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var longest = 0
    for round in 0..<60_000 {
      var bytes = Array(names[round % names.count].utf8)
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: 2..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = letters.randomElement(using: &random) ?? 0
        case 1: bytes[place] = UInt8.random(in: 0...127, using: &random)
        case 2: bytes.remove(at: place)
        case 3:
          let end = min(place + Int.random(in: 1..<12, using: &random), bytes.count)
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 2..<bytes.count, using: &random))
        default:
          let other = Array(names[Int.random(in: 0..<names.count, using: &random)].utf8)
          bytes.replaceSubrange(place..., with: other[min(place, other.count - 1)...])
        }
      }
      guard let demangled = Demangler.demangle(String(decoding: bytes, as: UTF8.self)) else { continue }
      longest = max(longest, demangled.text.utf8.count, demangled.name.utf8.count)
    }
    #expect(longest > 100)
    #expect(longest <= Limits.standard.nameBytes)
  }
}
