# The same program with the headers of libstdc++ for x86-64, without what they say of glibc and threads.
headers=$out/include
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
nameless_module values.wasm 65536 "$out/values.o" "$out/libstdcxx.o" "${objects[@]}"
record values.core values.wasm
