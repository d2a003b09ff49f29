;; The frame is made behind a branch (shrink wrapping): before it there is none.
;; expect 0 sp: 65520 derived
;; expect 1 sp: 65520 derived
;; expect 1 local 0: 0 derived
;; expect 1 local 1: 65520 derived
;; expect 2 sp: 65536 derived
;; expect 2 local 0: 1 derived
;; expect 2 local 1: 0 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $crash unreachable)
  (func $late (param i32)
    (local i32)
    (if (local.get 0)
      (then (call $late (i32.sub (local.get 0) (i32.const 1))) (return)))
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (call $crash)
    (global.set $__stack_pointer (i32.add (local.get 1) (i32.const 16))))
  (func (export "run") (call $late (i32.const 1))))
