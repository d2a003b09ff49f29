# The code of generic types is in a library without debug information; with -O2 the linker joins equal strings.
/usr/bin/rustc "${rust_flags[@]}" -C opt-level=s --remap-path-prefix="$PWD=." --crate-type rlib desk.rs -o "$out/libdesk.rlib"
rust_linker 'no symbol' -O2
rust_module values.wasm values.rs -C overflow-checks=off -C debug-assertions=off --extern desk="$out/libdesk.rlib"
record values.core values.wasm
