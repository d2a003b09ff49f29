c_module crash.wasm 65536 crash.c -gdwarf-5 -O0
record crash.core crash.wasm
