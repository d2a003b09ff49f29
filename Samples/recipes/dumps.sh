# How dumps are made of modules that trap.

dump() { # dump CORE MODULE TRAP [DEBUG-MODULE] [WASMTIME-FLAG...]: runs the module, which is to end with that trap
  local core=$1 module=$2 trap=$3 debug=$samples/$name/$2 status=0
  shift 3
  if [ $# -gt 0 ] && [[ $1 != -* ]]; then debug=$1; shift; fi
  [ $# -gt 0 ] || set -- -D max-backtrace=20000
  rm -f "$core"
  timeout 60 "$wasmtime" run -D "coredump=$core" "$@" "$module" >"$out/stdout" 2>"$out/stderr" || status=$?
  [ "$status" = 134 ] && grep -q "wasm trap: $trap\$" "$out/stderr" || { cat "$out/stderr"; fail "$core: exit code $status, not the trap: $trap"; }
  wasm-tools validate --features all "$module"
  wasm-tools print "$core" -o /dev/null
  # What the program itself printed: for whoever runs it another way.
  mv "$out/stdout" "${core%.core}.stdout"
  sed '/^Error: failed to run main module/,$d' "$out/stderr" >"${core%.core}.stderr"
  find . -maxdepth 1 -empty -name "${core%.core}.std*" -delete
  (cd "$samples" && python3 expected.py "$name/$core" "$name/$module" "$trap" "$debug") >>"$out/expected"
}

record() { # record CORE MODULE: runs the module with this debugger's own interpreter, whose dumps have locals and operand stacks
  local status=0
  [ -x "$wasmpm" ] || fail "no $wasmpm to record dumps with: make it, or say in WASMPM where it is"
  "$wasmpm" run "$2" --core "$1" >"$out/stdout" 2>"$out/stderr" || status=$?
  [ "$status" = 134 ] || { cat "$out/stderr"; fail "$1: exit code $status, not a trap's"; }
  wasm-tools validate --features all "$2"
}
