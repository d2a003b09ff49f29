swift_module embeddedswift
dump embeddedswift.core embeddedswift.wasm 'wasm `unreachable` instruction executed'
