# Rust with Debian's rustc and its standard library for Wasm.

rust_flags=(--edition 2021 --target wasm32-wasi -D warnings -C panic=abort -C codegen-units=1 -C symbol-mangling-version=v0)

rust_linker() { # rust_linker SYMBOLS [LINKER-FLAG...]: what of the standard library defines one of the symbols keeps its debug information
  # The standard library comes with 7 MB of it. wasm-ld wants no lib.rmeta in an archive.
  local symbols=$1 library=/usr/lib/rustlib/wasm32-wasi/lib archive copy object
  shift
  rm -rf "$out/std" && mkdir -p "$out/std"
  for archive in "$library"/*.rlib "$out"/*.rlib; do
    [ -e "$archive" ] || continue
    copy=$out/std/${archive##*/}
    mkdir "$copy.d" && (cd "$copy.d" && llvm-ar x "$archive" && rm -f lib.rmeta)
    for object in "$copy.d"/*.o; do
      [ -e "$object" ] || continue
      [[ $(llvm-nm --defined-only "$object" 2>/dev/null) =~ $symbols ]] || llvm-objcopy --strip-debug "$object"
    done
    (cd "$copy.d" && llvm-ar rcsD "$copy" $(llvm-ar t "$archive" | grep -v '^lib.rmeta$' || true))
  done
  { echo '#!/bin/bash'
    echo "args=(); for a; do case \$a in *.rlib) a=$out/std/\${a##*/};; -flavor|wasm) continue;; esac; args+=(\"\$a\"); done"
    echo "exec $toolchain/wasm-ld \"\${args[@]}\" $*"; } >"$out/link" && chmod +x "$out/link"
}

rust_module() { # rust_module MODULE SOURCE [RUSTC-FLAG...]
  local module=$1 source=$2
  shift 2
  /usr/bin/rustc "${rust_flags[@]}" -g -C opt-level=0 -C linker="$out/link" -C linker-flavor=wasm-ld --remap-path-prefix="$PWD=." "$@" \
    "$source" -o "$out/$module"
  slim "$out/$module" && cp "$out/$module" .
}
