# The shadow stack is made large enough for Wasmtime's own stack to run out first.
c_module deep.wasm 1048576 deep.c -gdwarf-4 -O1
dump deep.core deep.wasm "call stack exhausted"
dump deep-20.core deep.wasm "call stack exhausted" -D max-backtrace=20
