;; Paths that meet: what they agree about is known.
;; expect 0 local 0: 77 unavailable
;; expect 0 local 1: 5 derived
;; expect 0 local 2: 6 unavailable
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
  (func (export "run")
    (local i32 i32 i32)
    (local.set 0 (call $source))
    (if (i32.gt_s (local.get 0) (i32.const 10))
      (then (local.set 1 (i32.const 5)) (local.set 2 (i32.const 6)))
      (else (local.set 1 (i32.const 5)) (local.set 2 (i32.const 8))))
    unreachable))
