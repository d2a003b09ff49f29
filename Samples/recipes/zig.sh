# Zig, whose compiler makes LLVM's intermediate code and, as `zig cc`, machine code of it.

zig_module() { # zig_module NAME ZIG-FLAG...: Zig has no flag for other paths: they are replaced in the intermediate code
  local program=$1
  shift
  "$zig" build-exe -target wasm32-wasi -O debug "$program.zig" -fno-emit-bin -femit-llvm-ir="$out/$program.ll" "$@"
  sed -i "s#directory: \"$zig_library#directory: \"/usr/lib/zig#; s#directory: \"$PWD\"#directory: \".\"#; s#directory: \"$build/zig[^\"]*\"#directory: \"zig-cache\"#" "$out/$program.ll"
  "$zig" cc -target wasm32-wasi -O0 -w -c "$out/$program.ll" -o "$out/$program.o"
  "$zig" build-obj -target wasm32-wasi -O small -fstrip "$zig_library/compiler_rt.zig" -femit-bin="$out/compiler_rt.o"
  wasm-ld --gc-sections -z stack-size=262144 "$out/$program.o" "$out/compiler_rt.o" -o "$out/$program.wasm"
  slim "$out/$program.wasm" && cp "$out/$program.wasm" .
}
