# The linker puts the file's name into the name section, where Wasmtime takes the dump's module name from.
mkdir -p "$out/full"
c_module "$out/full/app.wasm" 65536 app.c -gdwarf-4 -O2 -- -Wl,--build-id
llvm-objcopy --strip-debug "$out/full/app.wasm" app.wasm
llvm-objcopy --only-keep-debug --keep-section=build_id "$out/full/app.wasm" app.debug.wasm
dump app.core app.wasm "out of bounds memory access" "$out/full/app.wasm"
