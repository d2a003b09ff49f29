/// The step of the language's history that brought an instruction. All of these are part of core Wasm 3.0
/// except `threads` and `legacyExceptions`.
///
/// Multi-value, extended constants, memory64 and multi-memory changed what instructions mean and brought none.
public enum Proposal: String, Hashable, Sendable, CaseIterable {
  /// The first version of WebAssembly.
  case mvp
  case signExtension = "sign-extension"
  case saturatingConversion = "saturating-conversion"
  case bulkMemory = "bulk-memory"
  case referenceTypes = "reference-types"
  case simd
  case relaxedSIMD = "relaxed-simd"
  case tailCalls = "tail-calls"
  /// Exception handling with `try_table`.
  case exceptions = "exception-handling"
  /// Exception handling with `try` and `catch`, which was shipped before it was standardised otherwise.
  case legacyExceptions = "legacy-exception-handling"
  case functionReferences = "typed-function-references"
  case gc
  case threads
}
