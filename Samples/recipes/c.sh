# C and C++ with the Swift toolchain's clang, Debian's wasi-libc and compiler runtime.

clang_library=$(clang -print-resource-dir)
runtime=$(echo /usr/lib/llvm-14/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a)

# Every compiler runs in the sample's folder; modules record the sources' bare names.
neutral=(-fdebug-compilation-dir=. "-ffile-prefix-map=$clang_library=/usr/lib/clang" "-ffile-prefix-map=$zig_library=/usr/lib/zig")
target=(--target=wasm32-wasi --sysroot=/usr)

link() { # link MODULE STACK-SIZE OBJECT... [LINKER-FLAG...]: MODULE, and if it is one of the sample's, as it would be shipped
  local module=$1 size=$2
  shift 2
  local command=(clang "${target[@]}" --no-wasm-opt -nodefaultlibs "$@" -lc "$runtime" -Wl,--gc-sections -Wl,-z,stack-size="$size")
  "${command[@]}" -o "$module"
  # The same objects, shrunk, which wasm-ld refuses to do together with debug information.
  [[ $module = /* ]] || "${command[@]}" -o "${module%.wasm}.shipped.wasm" -Wl,--compress-relocations -Wl,--strip-all
}

c_module() { # c_module MODULE STACK-SIZE SOURCE FLAG... [-- LINKER-FLAG...]
  local module=$1 size=$2 source=$3 flags=()
  shift 3
  while [ $# -gt 0 ] && [ "$1" != -- ]; do flags+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  clang "${target[@]}" -Wall -Wextra -Werror "${neutral[@]}" "${flags[@]}" -c "$source" -o "$out/${source%.*}.o"
  link "$module" "$size" "$out/${source%.*}.o" "$@"
}

# Without the look-up tables that name everything once more.
slim() { llvm-objcopy --remove-section=.debug_pubnames --remove-section=.debug_pubtypes "$1"; }
