;; The divisor must have been zero.
;; expect 0 operand 0: 100 derived
;; expect 0 operand 1: 0 derived
;; expect 0 local 0: 0 derived
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
  (func (export "run") (local i32)
    (local.set 0 (i32.sub (call $source) (i32.const 77)))
    (drop (i32.div_u (i32.const 100) (local.get 0)))))
