zig_module values -fno-entry
record values.core values.wasm
