;; A call behind the epilogue: the frame is gone, its pointer is not.
;; expect 0 sp: 65536 derived
;; expect 1 sp: 65536 derived
;; expect 1 local 0: 65504 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $crash unreachable)
  (func $outer
    (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 32))))
    (i32.store (local.get 0) (i32.const 1))
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 32)))
    (call $crash))
  (func (export "run") (call $outer)))
