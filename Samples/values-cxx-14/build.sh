# The same program with the libc++ of LLVM 14 for Wasm, whose second ABI (`std::__2`) and older wrappers differ.
old=$build/libcxx-14
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
nameless_module values.wasm 65536 "$out/values.o" "$old/libc++.a" "$old/libc++abi.a"
record values.core values.wasm
