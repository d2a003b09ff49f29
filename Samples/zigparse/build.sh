zig_module zigparse
dump zigparse.core zigparse.wasm 'wasm `unreachable` instruction executed'
