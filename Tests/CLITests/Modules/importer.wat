;; Imports from another module, and traps in it.
(module $importer
  (import "calls" "divide" (func $divide (param i64 i64) (result i64)))
  (import "calls" "memory" (memory 1))
  (func (export "_start") (drop (call $divide (i64.const 7) (i64.const 0)))))
