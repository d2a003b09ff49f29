c_module dwarf5.wasm 65536 dwarf5.c -gdwarf-5 -O2
dump dwarf5.core dwarf5.wasm "indirect call type mismatch"
