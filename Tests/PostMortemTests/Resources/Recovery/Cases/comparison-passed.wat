;; Comparisons that must have been true, or false, on the only way to the crash.
;; expect 0 local 0: 77 derived
;; expect 0 local 1: 0 derived
;; expect 0 local 2: 5 derived
;; expect 0 local 3: 1 unavailable
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
  (func (export "run") (local i32 i32 i32 i32)
    (local.set 0 (call $source))
    (local.set 1 (call $source))
    (i32.store (i32.const 1000) (i32.const 5))
    (local.set 2 (call $source))
    (i32.store (i32.const 1000) (i32.const 1))
    (local.set 3 (call $source))
    (if (i32.eq (local.get 0) (i32.const 77))
      (then
        (if (local.get 1) (then (return)))
        (if (i32.ne (i32.const 5) (local.get 2)) (then (return)))
        (if (i32.eqz (local.get 3)) (then (return)))
        unreachable))))
