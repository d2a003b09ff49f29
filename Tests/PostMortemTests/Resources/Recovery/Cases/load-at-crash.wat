;; No store and no call since the load.
;; expect 0 local 0: 77 derived
;; expect 0 local 1: 77 unavailable
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
  (func (export "run") (local i32 i32)
    (local.set 1 (call $source))
    (i32.store (i32.const 2000) (i32.const 77))
    (local.set 0 (i32.load (i32.const 2000)))
    unreachable))
