;; A counter without a trace is not known; one that is kept in the frame is.
;; expect 0 local 0: 65520 derived
;; expect 0 local 1: 12 unavailable
;; expect 1 local 1: 24 known
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
  (func $inner
    (local i32 i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 0))))
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.const 3)))
      (br_if 0 (i32.lt_u (i32.mul (local.get 1) (local.get 1)) (i32.load (i32.const 1000)))))
    (i32.store (i32.const 1000) (i32.const 0))
    unreachable)
  (func $outer
    (local i32 i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.const 8)))
      (i32.store offset=12 (local.get 0) (local.get 1))
      (if (i32.eq (local.get 1) (i32.const 24)) (then (i32.store (i32.const 1000) (i32.const 100)) (call $inner)))
      (br 0)))
  (func (export "run") (call $outer)))
