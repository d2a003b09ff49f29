;; The slot's address was given away, and its content changed: it does not tell what the local has.
;; expect 2 local 1: 77 unproved
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
  (func $change (param i32)
    (i32.store (local.get 0) (i32.const 9))
    (call $crash))
  (func $outer
    (local i32 i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store offset=12 (local.get 0) (local.tee 1 (call $source)))
    (call $change (i32.add (local.get 0) (i32.const 12)))
    (drop (local.get 1)))
  (func (export "run") (call $outer)))
