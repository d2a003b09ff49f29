;; LLVM's usual prologue: the frame pointer is the stack pointer less a constant.
;; expect 0 sp: 65472 derived
;; expect 0 local 0: 7 derived
;; expect 0 local 1: 65472 derived
;; expect 1 sp: 65488 derived
;; expect 1 local 0: 65488 derived
;; expect 1 operand 0: 7 derived
;; expect 2 sp: 65536 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $inner (param i32)
    (local i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store offset=12 (local.get 1) (local.get 0))
    unreachable)
  (func $outer
    (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 48))))
    (call $inner (i32.const 7))
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 48))))
  (func (export "run") (call $outer)))
