;; A call through a table that others may write: which function it led to is not known, the frames alone say it.
;; expect 0 local 0: 77 derived
;; expect 1 operand 0: 77 unproved
;; expect 1 operand 1: 2 derived
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
  (table (export "table") funcref (elem $other $other $crash))
  (func $crash (param i32)
    (i32.store (i32.const 2000) (local.get 0))
    unreachable)
  (func $other (param i32) (drop (i32.load (local.get 0))))
  (func (export "run")
    (call_indirect (param i32) (call $source) (i32.const 2))))
