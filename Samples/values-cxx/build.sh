libcxx_objects -- "${cxx_runtime[@]}" libcxx/src/{string,hash,memory,functional,optional,variant}
variables_only values.cpp "$out/values.o" "${libcxx[@]}"
nameless_module values.wasm 65536 "$out/values.o" "${objects[@]}"
record values.core values.wasm
