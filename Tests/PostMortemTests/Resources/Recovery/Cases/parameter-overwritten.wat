;; The callee's local is not its parameter any more: the caller's operand is not what it holds now.
;; expect 0 local 0: 3 derived
;; expect 1 operand 0: 77 unavailable
;; expect 1 local 0: 77 unavailable
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
  (func $inner (param i32)
    (local.set 0 (i32.const 3))
    unreachable)
  (func (export "run") (local i32)
    (local.set 0 (call $source))
    (call $inner (local.get 0))
    (drop (local.get 0))))
