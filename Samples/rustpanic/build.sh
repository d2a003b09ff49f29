# What is on the way of a panic keeps its debug information.
rust_linker '__rust_start_panic|rust_panic_with_hook|panicking9panic_fmt|13unwrap_failed17'
rust_module rustpanic.wasm rustpanic.rs
dump rustpanic.core rustpanic.wasm 'wasm `unreachable` instruction executed'
