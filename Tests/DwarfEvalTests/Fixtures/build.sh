#!/bin/bash
# Builds the split modules that SplitTests reads, with the clang, wasm-ld and llvm-objcopy of the Swift toolchain
# (LLVM 21) and llvm-dwp 14.
set -euo pipefail
cd "$(dirname "$0")"
for version in 4 5; do
  module=split$version
  for source in shelves offers; do
    clang++ --target=wasm32-wasi -std=c++17 -gdwarf-$version -gsplit-dwarf -fdebug-types-section -O1 -fdebug-compilation-dir=. \
      -c $source.cpp -o $source$version.o
  done
  wasm-ld --no-entry --export=run shelves$version.o offers$version.o -o $module.wasm
  llvm-objcopy --remove-section=.debug_gnu_pubnames --remove-section=.debug_gnu_pubtypes $module.wasm
  llvm-dwp shelves$version.dwo offers$version.dwo -o $module.dwp
  rm shelves$version.o offers$version.o
done
