;; The stack pointer moves by an amount that is not constant; the frame pointer stays.
;; expect 0 sp: 65456 derived
;; expect 1 sp: 65456 derived
;; expect 1 local 0: 41 derived
;; expect 1 local 1: 65504 derived
;; expect 1 local 2: 65456 derived
;; expect 2 sp: 65536 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $crash unreachable)
  (func $outer (param i32)
    (local i32 i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 32))))
    (i32.store offset=28 (local.get 1) (local.get 0))
    (local.set 2
      (i32.sub (local.get 1) (i32.and (i32.add (local.get 0) (i32.const 15)) (i32.const -16))))
    (global.set $__stack_pointer (local.get 2))
    (call $crash)
    (i32.store (local.get 2) (i32.const 0))
    (global.set $__stack_pointer (i32.add (local.get 1) (i32.const 32))))
  (func (export "run") (call $outer (i32.const 41))))
