c_module structs.wasm 65536 structs.c -gdwarf-4 -O2
dump structs.core structs.wasm "integer divide by zero"
