;; Functions without a frame between such with one.
;; expect 0 sp: 65488 derived
;; expect 1 sp: 65504 derived
;; expect 1 local 0: 3 derived
;; expect 2 sp: 65504 derived
;; expect 2 local 0: 65504 derived
;; expect 3 sp: 65536 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $inner (param i32)
    (local i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    unreachable)
  (func $between (param i32) (call $inner (i32.add (local.get 0) (i32.const 1))))
  (func $outer
    (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 32))))
    (call $between (i32.const 3))
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 32))))
  (func (export "run") (call $outer)))
