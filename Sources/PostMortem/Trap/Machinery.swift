/// The functions through which a program ends itself on purpose: above them on the stack stands the one that did it.
///
/// Data, one row a habit: what a stack that holds such a function means, and which functions belong to the
/// machinery and are not worth a look.
struct Machinery: Sendable {
  /// The finding's stable name.
  let id: String
  /// What happened, before "by FUNCTION".
  let summary: String
  /// The function whose presence says so, as it is displayed or linked; a `*` at the end stands for any ending.
  let signs: [String]
  /// More functions that belong to it: the frames that are skipped to find who began it.
  let parts: [String]

  /// More telling rows before less telling ones: a panic ends in abort, an assertion too.
  static let rows: [Machinery] = [
    Machinery(
      id: "rust-panic", summary: "a Rust panic was raised",
      signs: [
        "core::panicking::panic*", "core::panicking::assert_failed*", "std::panicking::begin_panic*",
        "std::panicking::rust_panic*", "std::rt::begin_panic*", "rust_panic", "__rust_start_panic", "rust_begin_unwind",
      ],
      parts: [
        "core::result::unwrap_failed*", "core::option::unwrap_failed*", "core::option::expect_failed*",
        "core::slice::index::*", "core::str::slice_error_fail*", "alloc::alloc::handle_alloc_error*",
        "std::process::abort*",
        "std::sys::*", "core::cell::panic_already_*", "abort", "__rustc*", "_RNvCs*rust_*", "panic_abort::*",
        "std::sys_common::backtrace::__rust_end_short_backtrace*", "std::panicking::*", "std::alloc::*", "__rg_oom",
        "rust_oom",
        // Rust's own checks, which report at their caller's place.
        "<core::option::Option<*", "<core::result::Result<*", "core::option::Option<*", "core::result::Result<*",
        "<usize as core::slice::index::SliceIndex*", "<alloc::vec::Vec<* as core::ops::index::*",
      ]),
    Machinery(
      id: "assertion-failed", summary: "an assertion failed",
      signs: ["__assert_fail", "__assert", "__assert_rtn", "__assert_fail_*"],
      parts: ["abort", "raise", "__abort"]),
    Machinery(
      id: "swift-fatal-error", summary: "a Swift runtime check failed",
      signs: ["*_assertionFailure*", "*_fatalErrorMessage*", "Swift._assertionFailure*", "swift_reportFatalError*"],
      parts: ["Swift.*", "swift_*", "$ss*", "abort"]),
    Machinery(
      id: "zig-panic", summary: "a Zig panic was raised",
      signs: [
        "debug.defaultPanic*", "debug.FullPanic*", "builtin.default_panic*", "debug.panicExtra*", "posix.abort*",
        "process.abort*", "debug.panic*",
      ],
      parts: ["debug.*", "builtin.*", "os.*", "posix.*", "process.*", "Thread.*", "abort"]),
    Machinery(
      id: "out-of-memory", summary: "memory ran out: operator new failed",
      signs: ["__throw_bad_alloc_shim*", "std::__throw_bad_alloc*"],
      parts: ["operator new*", "std::*", "__cxa_*", "abort*", "__cxxabiv1::*", "demangling_terminate_handler*"]),
    Machinery(
      id: "cxx-terminate", summary: "an exception was not caught, or could not be thrown",
      signs: [
        "std::terminate*", "__cxa_throw", "__cxxabiv1::*", "abort_message", "__abort_message", "_ZSt9terminatev",
        "std::__terminate*", "std::__*::__libcpp_verbose_abort*", "std::__libcpp_verbose_abort*", "__cxa_pure_virtual",
      ],
      parts: [
        "__cxa_*", "std::__throw_*", "std::__*::__throw_*", "abort", "operator new*", "__throw_*", "std::*",
        "demangling_terminate_handler*",
      ]),
    Machinery(
      id: "stack-smashed", summary: "a stack canary was overwritten",
      signs: ["__stack_chk_fail", "__stack_chk_fail_local"],
      parts: ["abort"]),
    Machinery(
      id: "abort-called", summary: "abort was called", signs: ["abort"],
      parts: ["raise", "__abort", "_Exit", "std::abort*"]),
  ]

  /// Whether `name` is one of the machinery's own.
  func holds(_ name: FunctionName) -> Bool {
    isShown(by: name) || Self.any(of: parts, match: name)
  }

  /// Whether `name`'s presence says that this happened.
  func isShown(by name: FunctionName) -> Bool {
    Self.any(of: signs, match: name)
  }

  private static func any(of patterns: [String], match name: FunctionName) -> Bool {
    patterns.contains { pattern in
      matches(name.display, pattern) || (name.linkageName.map { matches($0, pattern) } ?? false)
    }
  }

  /// `*` stands for any run of characters.
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.utf8)
    let pattern = Array(pattern.utf8)
    var t = 0
    var p = 0
    var star = -1
    var mark = 0
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = p
        mark = t
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] {
        p += 1
        t += 1
      } else if star >= 0 {
        p = star + 1
        mark += 1
        t = mark
      } else {
        return false
      }
    }
    while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.count
  }
}
