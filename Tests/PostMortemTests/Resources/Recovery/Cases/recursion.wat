;; Each frame of a recursion has its own state.
;; expect 0 local 0: 0 derived
;; expect 0 sp: 65472 derived
;; expect 1 local 0: 1 derived
;; expect 1 sp: 65472 derived
;; expect 2 local 0: 2 derived
;; expect 2 sp: 65488 derived
;; expect 2 local 1: 65488 derived
;; expect 3 local 0: 3 derived
;; expect 3 operand 0: 2 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $deeper (param i32)
    (local i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (call $deeper (i32.sub (local.get 0) (i32.const 1)))
    (global.set $__stack_pointer (i32.add (local.get 1) (i32.const 16))))
  (func (export "run")
    (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (i32.const 16)))
    (call $deeper (i32.const 3))))
