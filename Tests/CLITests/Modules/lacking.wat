;; Imports what nobody has.
(module
  (import "env" "missing" (func))
  (import "env" "gone" (global i32))
  (func (export "_start")))
