c_module values.wasm 65536 values.c -gdwarf-5 -O0
record values.core values.wasm
