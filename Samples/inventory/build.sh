libcxx_objects -gdwarf-4 -gline-tables-only -- libcxx/src/{new,new_handler,new_helpers,string,verbose_abort} \
  libcxxabi/src/{abort_message,cxa_virtual,private_typeinfo,stdlib_new_delete,stdlib_typeinfo}
clang++ "${libcxx[@]}" -gdwarf-4 -O1 -Wall -Wextra -Werror -c inventory.cpp -o "$out/inventory.o"
link inventory.wasm 65536 "$out/inventory.o" "${objects[@]}"
dump inventory.core inventory.wasm "out of bounds memory access"
