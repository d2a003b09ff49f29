swift_module values
record values.core values.wasm
