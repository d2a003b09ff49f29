#!/bin/bash
# Builds the programs of this folder anew, at four levels each, for the tests of recovery. Needs clang and wasm-ld of the
# Swift toolchain (6.3.1: other versions make other modules, and other counts than those that tests compare with), and
# Debian's wasi-libc and libclang-rt-14-dev-wasm32. No path of this build gets into a module.
#
#   Tests/PostMortemTests/Resources/Recovery/build.sh [NAME...]
set -euo pipefail
export LC_ALL=C SOURCE_DATE_EPOCH=0
cd "$(dirname "${BASH_SOURCE[0]}")"
swiftc=$(command -v swiftc)
export PATH=$(dirname "$(readlink -f "$swiftc")"):$PATH
runtime=$(echo /usr/lib/llvm-14/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a)
target=(--target=wasm32-wasi --sysroot=/usr)
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

compile() { # compile NAME LEVEL [COMPILER-FLAG...]
  local name=$1 level=$2
  shift 2
  clang "${target[@]}" -g "-$level" -Wall -Wextra -Werror -Wno-infinite-recursion -fdebug-compilation-dir=. \
    "-ffile-prefix-map=$(clang -print-resource-dir)=/usr/lib/clang" "$@" -c "$name.c" -o "$objects/$name.o"
}

build() { # build NAME LEVEL MODULE [COMPILER-FLAG...] [-- LINKER-FLAG...]
  local name=$1 level=$2 module=$3 flags=() parts=("$objects/$1.o")
  shift 3
  while [ $# -gt 0 ] && [ "$1" != -- ]; do flags+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  compile "$name" "$level" ${flags[@]+"${flags[@]}"}
  if grep -q '<stdlib.h>' "$name.c"; then
    # Not the C library's: that brings three times as much debugging information as the program has.
    compile heap "$level" -fno-builtin ${flags[@]+"${flags[@]}"}
    parts+=("$objects/heap.o")
  fi
  clang "${target[@]}" --no-wasm-opt -nodefaultlibs -o "$module" "${parts[@]}" -lc "$runtime" -Wl,--gc-sections \
    -Wl,-z,stack-size=65536 "$@"
}

names=("$@")
[ ${#names[@]} -gt 0 ] || for source in *.c; do [ "$source" = heap.c ] || names+=("${source%.c}"); done
for name in "${names[@]}"; do
  flags=()
  [ "$name" != chain ] || flags=(-mtail-call)
  for level in O0 O1 O2 Os; do build "$name" $level "$name-$level.wasm" ${flags[@]+"${flags[@]}"}; done
  # Other ways to compile and to link: the stack in front of the data, at the bottom of memory; other sizes of it; nothing
  # but code; newer instructions and debugging information.
  case $name in
    trees) build $name O2 $name-O2-first.wasm -- -Wl,--stack-first ;;
    frames)
      build $name O0 $name-O0-first.wasm -- -Wl,--stack-first
      build $name O2 $name-O2-first.wasm -- -Wl,--stack-first -Wl,-z,stack-size=131072 ;;
    sorting) build $name O2 $name-O2-stripped.wasm -- -Wl,--strip-all ;;
    wide) build $name O2 $name-O2-dwarf5.wasm -gdwarf-5 -mmultivalue ;;
    matrix) build $name O2 $name-O2-vectors.wasm -msimd128 -mbulk-memory ;;
  esac
done
