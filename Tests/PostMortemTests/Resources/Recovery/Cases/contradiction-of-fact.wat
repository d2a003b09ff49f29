;; What follows from facts is not overruled by a slot that has changed.
;; expect 1 local 0: 5 derived
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
  (func $crash unreachable)
  (func $change (param i32) (i32.store (local.get 0) (i32.const 9)))
  (func $outer (param i32) (local i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store offset=12 (local.get 1) (local.get 0))
    (call $change (i32.add (local.get 1) (i32.const 12)))
    (call $crash)
    (drop (local.get 0)))
  (func (export "run") (call $outer (i32.const 5))))
