# Embedded Swift.

swift_module() { # swift_module NAME: incremental code generation would put a random number into the data
  swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -parse-as-library -g -Onone -warnings-as-errors \
    -Xfrontend -disable-stack-protector -Xfrontend -no-clang-module-breadcrumbs -Xfrontend -disable-incremental-llvm-codegen -Xfrontend -function-sections -module-cache-path "$out/modules" \
    -module-name "$1" -file-prefix-map "$PWD=." -file-prefix-map "${toolchain%/bin}=/usr" -c "$1.swift" -o "$out/$1.o"
  link "$1.wasm" 65536 "$out/$1.o"
}
