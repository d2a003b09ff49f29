c_module recursion.wasm 65536 recursion.c -gdwarf-4 -O0
dump recursion.core recursion.wasm "out of bounds memory access"
