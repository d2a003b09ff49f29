# Programs that print what their frames hold, and the same programs optimised and without the printing.
flags=("${target[@]}" "${neutral[@]}" -ffreestanding -fno-builtin -Wall -Wextra -Wno-unused -Werror)
clang "${flags[@]}" -O1 -c hold.c -o "$out/hold.o"
clang "${flags[@]}" -O1 -DTRUTH -c hold.c -o "$out/hold-truth.o"
for source in text.c numbers.c records.c objects.cpp puzzles.c; do
  program=${source%.*}
  compiler=(clang -std=c17)
  [[ $source != *.cpp ]] || compiler=(clang++ -std=c++20 -fno-exceptions -fno-rtti)
  # What a program prints does not depend on the level, or it would be no truth.
  for level in O2 O0; do
    "${compiler[@]}" "${flags[@]}" -$level -DTRUTH -c "$source" -o "$out/$program.o"
    wasm-ld -z stack-size=16384 "$out/$program.o" "$out/hold-truth.o" -o "$out/$program-truth.wasm"
    "$wasmtime" run "$out/$program-truth.wasm" >"$out/$program-$level.truth"
  done
  cmp "$out/$program-O2.truth" "$out/$program-O0.truth" || fail "$program: it prints something else at -O2"
  cp "$out/$program-O0.truth" "$program.truth"
  for level in O1 O2 O3 Os; do
    "${compiler[@]}" "${flags[@]}" -$level -gdwarf-4 -c "$source" -o "$out/$program.o"
    wasm-ld --gc-sections -z stack-size=16384 "$out/$program.o" "$out/hold.o" -o "$program-$level.wasm"
    slim "$program-$level.wasm"
    wasm-tools validate "$program-$level.wasm"
  done
done
