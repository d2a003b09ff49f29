;; A leaf counts its frame from the stack pointer and never moves it.
;; expect 0 sp: 65520 derived
;; expect 0 local 0: 5 derived
;; expect 0 local 1: 65504 derived
;; expect 1 sp: 65520 derived
;; expect 1 local 0: 65520 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $leaf (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.sub (global.get $__stack_pointer) (i32.const 16)))
    (i32.store offset=12 (local.get 1) (local.get 0))
    (i32.div_u (i32.load offset=12 (local.get 1)) (i32.const 0)))
  (func $outer
    (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (drop (call $leaf (i32.const 5)))
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16))))
  (func (export "run") (call $outer)))
