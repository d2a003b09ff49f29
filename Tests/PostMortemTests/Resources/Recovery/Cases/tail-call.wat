;; What is on the stack was not called by what is below it: the operands at the call were another function's.
;; expect 0 local 0: 100 unavailable
;; expect 0 local 1: 77 honest
;; expect 1 local 0: 3 derived
;; expect 1 operand 0: 3 derived
;; expect 1 operand 1: 4 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (data (i32.const 1000) "\4d\00\00\00")
  ;; 77, which nothing else in the dump tells
  (func $source (result i32)
    (local i32)
    (local.set 0 (i32.load (i32.const 1000)))
    (i32.store (i32.const 1000) (i32.const 0))
    (local.get 0))
  (func $last (param i32 i32) unreachable)
  (func $first (param i32 i32)
    (return_call $last (i32.add (call $source) (i32.const 23)) (i32.const 77)))
  (func (export "run") (local i32)
    (local.set 0 (i32.const 3))
    (call $first (local.get 0) (i32.const 4))))
