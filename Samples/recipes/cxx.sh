# C++ with Zig's libc++. Of the library's own sources those that a program needs are compiled too.

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

# What every program needs of the library.
cxx_runtime=(libcxx/src/{new,new_handler,new_helpers,verbose_abort}
  libcxxabi/src/{abort_message,cxa_virtual,private_typeinfo,stdlib_new_delete,stdlib_typeinfo,cxa_noexception})

# Links a program with much of the library in it. The names of templates' functions are longer than all else together, and
# left out.
nameless_module() { # nameless_module MODULE STACK-SIZE OBJECT...
  link "$@"
  llvm-objcopy --remove-section=name "$1"
}
