;; The counter is stored in each round, in a frame whose address goes nowhere: the slot has it.
;; expect 1 local 1: 77 known
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
  (func $outer
    (local i32 i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (local.set 1 (i32.mul (call $source) (i32.const 1)))
    (i32.store offset=12 (local.get 0) (local.get 1))
    (call $crash)
    (drop (local.get 1)))
  (func (export "run") (call $outer)))
