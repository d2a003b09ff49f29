# C++ without its library.
clang++ "${target[@]}" -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Werror "${neutral[@]}" -gdwarf-5 -O0 -c classes.cpp -o "$out/classes.o"
link classes.wasm 65536 "$out/classes.o"
record classes.core classes.wasm
