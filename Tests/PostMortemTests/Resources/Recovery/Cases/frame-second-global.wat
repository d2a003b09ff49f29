;; The stack pointer is not the first global; the name tells which it is.
;; expect 0 sp: 65520 derived
;; expect 1 sp: 65520 derived
;; expect 1 local 0: 65520 derived
;; expect 1 local 1: 9 derived
(module
  (memory (export "memory") 2)
  (global $limit i32 (i32.const 9))
  (global $count (mut i32) (i32.const 100))
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $crash unreachable)
  (func $outer
    (local i32 i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (local.set 1 (global.get $limit))
    (global.set $count (i32.sub (global.get $count) (i32.const 1)))
    (call $crash)
    (drop (local.get 1))
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16))))
  (func (export "run") (call $outer)))
