;; A frame whose alignment is more than the stack's: what it was before is in a local.
;; expect 0 sp: 65408 derived
;; expect 1 sp: 65408 derived
;; expect 1 local 0: 65520 derived
;; expect 1 local 1: 65408 derived
;; expect 2 sp: 65520 derived
;; expect 2 local 0: 65520 derived
;; expect 3 sp: 65536 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $crash unreachable)
  (func $inner
    (local i32 i32)
    (local.set 0 (global.get $__stack_pointer))
    (global.set $__stack_pointer
      (local.tee 1 (i32.and (i32.sub (local.get 0) (i32.const 96)) (i32.const -64))))
    (call $crash)
    (global.set $__stack_pointer (local.get 0)))
  (func $outer
    (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (call $inner)
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16))))
  (func (export "run") (call $outer)))
