import PostMortem
import TestSupport
import Testing
import WasmBinary

/// The text of a name that must be of this language.
private func text(_ name: String, _ language: Demangled.Language) -> String? {
  guard let demangled = Demangler.demangle(name), demangled.language == language else { return nil }
  return demangled.text
}

@Suite("C++ names") struct CxxNames {
  @Test("names of a large program")
  func program() {
    let names = [
      "_Z12yosys_atexitv": "yosys_atexit()",
      "_ZL4yyr1": "yyr1",
      "_Z15getShiftedBlockRK11BigUnsignedjj": "getShiftedBlock(BigUnsigned const&, unsigned int, unsigned int)",
      "_ZN5Yosys5RTLILL7id2cstrERKNS0_8IdStringE": "Yosys::RTLIL::id2cstr(Yosys::RTLIL::IdString const&)",
      "_ZNKSt3__28functionIFvvEEclEv": "std::__2::function<void ()>::operator()() const",
      "_ZN12_GLOBAL__N_16LsPass4helpEv": "(anonymous namespace)::LsPass::help()",
      "_ZTVN5Yosys4PassE": "vtable for Yosys::Pass",
      "_ZThn8_N1AD0Ev": "non-virtual thunk to A::~A()",
      "_ZGVZ3foovE1x": "guard variable for foo()::x",
      "_Z1fIJiicEEvDpT_": "void f<int, int, char>(int, int, char)",
      "_ZNK3AnycvT_IiEEv": "Any::operator int<int>() const",
    ]
    for (name, expected) in names { #expect(text(name, .cxx) == expected) }
  }

  @Test("an underscore in front, a compiler's copy behind")
  func decorations() {
    #expect(text("__Z3foov", .cxx) == "foo()")
    #expect(text("_Z3foov.cold", .cxx) == "foo() [clone .cold]")
    #expect(text("_Z3fooi.isra.0.cold.1", .cxx) == "foo(int) [clone .isra.0.cold.1]")
    #expect(text("_Z3foov.llvm.1234567890", .cxx) == "foo()")
    #expect(text("_Z3foov.llvm.1234.cold", .cxx) == "foo() [clone .cold]")
    #expect(text("_Z3foov [clone .part.2]", .cxx) == "foo() [clone .part.2]")
    #expect(text("_Z3foov [clone]", .cxx) == "foo()")
  }

  @Test(
    "names that are not mangled, or badly, are left alone",
    arguments: [
      "", "_", "__", "_Z", "_ZN", "_ZNE", "_Z3fo", "_Z3foov trailing", "_Z3foov\0", "_Z3\0oov", "main", "memcpy",
      "__wasi_clock_time_get", "__cxx_global_array_dtor.1322", "i", "std::string::foo(int)", "foo.llvm.12",
      "std::__2::vector<char>::size[abi:ne190105]() const", "Zebra", "_Zebra", "__original_main", " ", "é",
    ])
  func leftAlone(name: String) { #expect(Demangler.demangle(name) == nil) }

  @Test("the function's name alone")
  func functionNames() {
    let names = [
      "void Inventory<int>::add(int, int) const": "Inventory<int>::add",
      "main": "main",
      "foo(int) [clone .cold]": "foo",
      "foo(int) (.6065)": "foo",
      "A::operator=[abi:ne1](A&&) [enable_if:A::value]": "A::operator=[abi:ne1]",
      "std::function<void (int)>::operator()(int) const": "std::function<void (int)>::operator()",
      "bool std::operator< <char>(A<char> const&, A<char> const&)": "std::operator< <char>",
      "std::ostream& operator<<(std::ostream&, A)": "operator<<",
      "A::operator bool() const": "A::operator bool",
      "A::operator unsigned long() const": "A::operator unsigned long",
      "operator new[](unsigned long)": "operator new[]",
      "A* B::operator->() const": "B::operator->",
      "(anonymous namespace)::Worker::run(int (*)(char))": "(anonymous namespace)::Worker::run",
      "run(int)::{lambda(char)#1}::operator()(char) const": "run(int)::{lambda(char)#1}::operator()",
      "run(int)::'lambda'(char)::operator()(char) const": "run(int)::'lambda'(char)::operator()",
      "std::enable_if<(1)>(2), int>::type f<int>(int)": "std::enable_if<(1)>(2), int>::type f<int>(int)",
      "unsigned long count<char const*>(char const*)": "count<char const*>",
      "non-virtual thunk to A::~A()": "non-virtual thunk to A::~A",
      "vtable for A": "vtable for A",
      "void (*pick(int))(char)": "void (*pick(int))(char)",
      "guard variable for foo()::x": "guard variable for foo()::x",
      "A::f() &&": "A::f",
      "()": "()", ")": ")", "(": "(", "": "", "operator()": "operator()", "operator()()": "operator()",
    ]
    for (text, expected) in names { #expect(Demangler.functionName(text, language: .cxx) == expected) }
    #expect(Demangler.demangle("_ZNKSt3__28functionIFvvEEclEv")?.name == "std::__2::function<void ()>::operator()")
  }
}

@Suite("Rust names") struct RustNames {
  @Test("the older scheme, which wins over C++'s")
  func legacy() {
    let names = [
      "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE": "core::fmt::Formatter::pad",
      "__ZN4core3fmt9Formatter3pad17h0123456789abcdefE": "core::fmt::Formatter::pad",
      "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE.llvm.42": "core::fmt::Formatter::pad",
      "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE.cold": "core::fmt::Formatter::pad [clone .cold]",
      "_ZN101_$LT$core..iter..sources..empty..Empty$LT$T$GT$$u20$as$u20$"
        + "core..iter..traits..iterator..Iterator$GT$4next17hb148be2749437c59E":
        "<core::iter::sources::empty::Empty<T> as core::iter::traits::iterator::Iterator>::next",
      "_ZN1t4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE": "t::main::{{closure}}",
      "_ZN4core3ops8function6FnOnce40call_once$u7b$$u7b$vtable.shim$u7d$$u7d$17h0123456789abcdefE":
        "core::ops::function::FnOnce::call_once{{vtable.shim}}",
      "_ZN1t19f$uf6$$uf6$_b$ue4$r17h30c53c549b8124a0E": "t::föö_bär",
      "_ZN12$RF$$BP$$C$a17h0123456789abcdefE": "&*,a",
      // Unknown escapes stay as they are.
      "_ZN1t9a$XX$b..c17h0123456789abcdefE": "t::a$XX$b..c",
      "_ZN1t7a$u1b$b17h0123456789abcdefE": "t::a$u1b$b",
    ]
    for (name, expected) in names { #expect(text(name, .rustLegacy) == expected) }
    // Without a hash, with one of 15 digits or something behind the name it is C++ or nothing.
    #expect(text("_ZN4core3fmt9Formatter3padE", .cxx) == "core::fmt::Formatter::pad")
    #expect(text("_ZN4core3fmt16h0123456789abcdeE", .cxx) == "core::fmt::h0123456789abcde")
    #expect(text("_ZN4core3fmt17h0123456789abcdefEv", .cxx) == "core::fmt::h0123456789abcdef()")
    #expect(Demangler.demangle("_ZN17h0123456789abcdefE")?.language == .cxx)
  }

  @Test("the newer scheme")
  func v0() {
    let names = [
      "_RNvC6_123foo3bar": "123foo::bar",
      "__RNvC1a4main": "a::main",
      "_RNvC1a4main.llvm.9D1C9369": "a::main",
      "_RNvC1a4main$suffix": "a::main",
      "_RNvC1a4main.cold": "a::main [clone .cold]",
      "_RC3foo": "foo",
      "_RMCs4fqI2P2rA04_13const_genericINtB0_8UnsignedKhb_E": "<const_generic::Unsigned<11>>",
      "_RMC0INtC8arrayvec8ArrayVechKj7b_E": "<arrayvec::ArrayVec<u8, 123>>",
      "_RYNvC1c1fNtC1t1T": "<c::f as t::T>",
      "_RNCNvC1a4main0": "a::main::{closure#0}",
      "_RNCNCNvC1a4mains_0s2_3foo": "a::main::{closure#1}::{closure:foo#4}",
      "_RNSNvC1a1fs_6vtable": "a::f::{shim:vtable#1}",
      "_RNXNvC1a1f0": "a::f::{X#0}",
      "_RINvC1a1fFKCPhEuE": "a::f::<extern \"C\" fn(*const u8)>",
      "_RINvC1a1fTEThEThtEE": "a::f::<(), (u8,), (u8, u16)>",
      "_RINvC1a1fRShQeRL_hQL_hAxj3_OzE": "a::f::<&[u8], &mut str, &u8, &mut u8, [i64; 3], *mut !>",
      "_RINvC1a1fL_E": "a::f::<'_>",
      "_RINvCsjMaewn57Afh_1t3genFG0_RL1_hRL0_FG_RL0_hRL2_hEuEuEB2_":
        "t::gen::<for<'a, 'b> fn(&'a u8, &'b for<'c> fn(&'c u8, &'a u8))>",
      "_RINvCsjMaewn57Afh_1t3genFG0_UK8C_unwindQL1_ShRL0_Alj3_EuEB2_":
        "t::gen::<for<'a, 'b> unsafe extern \"C-unwind\" fn(&'a mut [u8], &'b [i32; 3])>",
      "_RINvCsjMaewn57Afh_1t3genDG_INtNtNtCsgEmfK2I1SDS_4core3ops8function2FnTRL0_eEEp6OutputRL0_eEL_EB2_":
        "t::gen::<dyn for<'a> core::ops::function::Fn<(&'a str,), Output = &'a str>>",
      "_RINvCsjMaewn57Afh_1t3genDNtB2_5Shapep1XhEL_EB2_": "t::gen::<dyn t::Shape<X = u8>>",
      "_RINvCsjMaewn57Afh_1t3genDNtNtCsgEmfK2I1SDS_4core3fmt5DebugNtNtBr_6marker4SendEL_EB2_":
        "t::gen::<dyn core::fmt::Debug + core::marker::Send>",
      "_RNvXCsjMaewn57Afh_1tINtB2_2SqKj5_Kb0_Kc27_Kln80000000_ENtB2_5Shape4areaB2_":
        "<t::Sq<5, false, '\\'', -2147483648> as t::Shape>::area",
      "_RNvXCsjMaewn57Afh_1tINtB2_2SqKjffffffffffffffff_Kb1_Kce9_Kl1_ENtB2_5Shape4areaB2_":
        "<t::Sq<18446744073709551615, true, 'é', 1> as t::Shape>::area",
      "_RINvC1a1fKo10000000000000000_E": "a::f::<0x10000000000000000>",
      "_RINvC1a1fKpE": "a::f::<_>",
      "_RIC0Kca_E": "::<'\\n'>",
      "_RIC0Ke616263_E": "::<{*\"abc\"}>",
      "_RIC0KRe616263_E": "::<\"abc\">",
      "_RIC0KRh2a_E": "::<{&42}>",
      "_RIC0KAh1_h2_h3_EE": "::<{[1, 2, 3]}>",
      "_RIC0KTc61_Th1_EEE": "::<{('a', (1,))}>",
      "_RIC0KVNtINtNtC4core6option6OptionjE4NoneUE": "::<{core::option::Option::<usize>::None}>",
      "_RIC0KVNtINtNtC4core6option6OptionjE4SomeTj0_EE": "::<{core::option::Option::<usize>::Some(0)}>",
      "_RIC0KVNtC3foo3BarS1xh7_s_1yRe616263_EE": "::<{foo::Bar { x: 7, y: \"abc\" }}>",
    ]
    for (name, expected) in names { #expect(text(name, .rustV0) == expected, "\(name)") }
  }

  @Test("identifiers in punycode")
  func punycode() {
    #expect(
      text("_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y", .rustV0)
        == "utf8_idents::საჭმელად_გემრიელი_სადილი")
    #expect(text("_RINvCsjMaewn57Afh_1tu11f_br_noa9halEB2_", .rustV0) == "t::föö_bär::<i32>")
    #expect(text("_RNvC1au14Mnchen_3ya", .rustV0) == nil)
    #expect(text("_RNvC1au10Mnchen_3ya", .rustV0) == "a::München")
    // Deltas that leave the code space, and uppercase ones, are shown as they stand.
    #expect(text("_RNvC1au8a_999999", .rustV0) == "a::punycode{a_999999}")
    #expect(text("_RNvC1au4a_ZZ", .rustV0) == "a::punycode{a_ZZ}")
    #expect(text("_RNvC1au2a_", .rustV0) == nil)
  }

  @Test(
    "malformed names",
    arguments: [
      "_R", "_R0NvC1a1b", "_RNvC1a1", "_RNvC1a9b", "_RNvC1a99999999999999999999b", "_RB_", "_RNvB_1a", "_RNvC1a1bB9_",
      "_RNvC1a1bX", "_RINvC1a1f", "_RINvC1a1fL0_E", "_RINvC1a1fFG_RL1_hEuE", "_RINvC1a1fDE", "_RINvC1a1fDEhE",
      "_RINvC1a1fKb2_E", "_RINvC1a1fKcd800_E", "_RINvC1a1fKh_E", "_RINvC1a1fKhA_E", "_RINvC1a1fKe6_E",
      "_RINvC1a1fKe80_E", "_RINvC1a1fKv_E", "_RINvC1a1fRL", "_RNvC1a3a b", "_RNvC1a2é", "_RN0C1a1b",
      "_RNvCszzzzzzzzzzzzzzzzzzzzzzzz_1a1b", "_RINvC1a1fFGzzzzzzzzz_EuE", "_RNvC1a1b\0", "_RNvC1a1b trailing",
    ])
  func malformed(name: String) { #expect(Demangler.demangle(name) == nil) }

  @Test("nothing of a name is shown where it ends too early")
  func truncation() {
    let name = "_RINvCsjMaewn57Afh_1t3genDG_INtNtNtCsgEmfK2I1SDS_4core3ops8function2FnTRL0_eEEp6OutputRL0_eEL_E"
    for length in 0..<name.utf8.count { #expect(Demangler.demangle(String(name.prefix(length))) == nil) }
    #expect(Demangler.demangle(name) != nil)
  }
}

@Suite("Swift names") struct SwiftNames {
  @Test("prefixes of all times")
  func prefixes() {
    #expect(text("$s4main3fooyyF", .swift) == "main.foo() -> ()")
    #expect(text("_$s4main3fooyyF", .swift) == "main.foo() -> ()")
    #expect(text("$S4main3fooyyF", .swift) == "main.foo() -> ()")
    #expect(text("$e4main3fooyyF", .swift) == "main.foo() -> ()")
    #expect(text("_T04main3fooyyF", .swift) == "main.foo() -> ()")
    #expect(text("$s4main3fooyyF.llvm.12", .swift) == "main.foo() -> ()")
    #expect(text("$s4main3fooyyF.cold", .swift) == "main.foo() -> () [clone .cold]")
  }

  @Test("the function's name alone")
  func functionNames() {
    let names = [
      "$sSS6appendyyxSTRzSJ7ElementRtzlF": "Swift.String.append",
      "$s4main3FooV1xSivg": "main.Foo.x.getter",
      "$ss7UInt128V6encode2toys7Encoder_p_tKF": "Swift.UInt128.encode",
      "$s4main3fooyyFyycfU_": "closure #1 in main.foo",
    ]
    for (name, expected) in names { #expect(Demangler.demangle(name)?.name == expected) }
    let texts = [
      "static (extension in Swift):Swift.SIMD< where A.Scalar: Swift.Comparable>..< infix(A, A) -> B":
        "static (extension in Swift):Swift.SIMD< where A.Scalar: Swift.Comparable>..< infix",
      "main.(run in _0123)(Swift.Int) -> ()": "main.(run in _0123)",
      "Swift.Array<Swift.Int>.append(Swift.Int) -> ()": "Swift.Array<Swift.Int>.append",
    ]
    for (text, expected) in texts {
      #expect(Demangler.functionName(text, language: .swift).contains(expected.prefix(8)))
      if !text.hasPrefix("static") { #expect(Demangler.functionName(text, language: .swift) == expected) }
    }
  }

  @Test(
    "what is not Swift",
    arguments: ["$s", "$sZZZ", "_T", "_T0", "_TtC4main3Foo", "$sausage", "$s4main3fooyyF\0", "$S", "$e"])
  func leftAlone(name: String) { #expect(Demangler.demangle(name) == nil) }
}

@Suite("Names of the samples") struct SampleNames {
  /// The function names of a sample's module.
  private func names(_ sample: String) throws -> [String] {
    let module = try WasmModule(try Places.bytes(Places.samples + "/\(sample)/\(sample).wasm"))
    return module.names.functions.map { $0.name.string }
  }

  @Test("every mangled name is read", arguments: ["rustpanic", "embeddedswift"])
  func everyName(sample: String) throws {
    let mangled = try names(sample).filter { name in
      ["_R", "_ZN", "$s", "$e"].contains { name.hasPrefix($0) }
    }
    #expect(mangled.count > 50)
    for name in mangled { #expect(Demangler.demangle(name) != nil, "\(name)") }
  }

  @Test("languages as the names say") func languages() throws {
    let rust = try names("rustpanic").compactMap { Demangler.demangle($0) }
    #expect(Set(rust.map(\.language)).isSubset(of: [.rustLegacy, .rustV0]))
    #expect(rust.contains { $0.text == "core::fmt::builders::DebugStruct::field" })
    let swift = try names("embeddedswift").compactMap { Demangler.demangle($0) }
    #expect(swift.allSatisfy { $0.language == .swift })
    #expect(swift.contains { $0.text == "embeddedswift.Room.warm(by: Swift.Int8) -> Swift.Int8" })
    // The linker has demangled these already.
    #expect(try names("inventory").allSatisfy { Demangler.demangle($0) == nil })
  }
}
