;; A call stands between the load and the crash. It wrote there, which only its code tells.
;; expect 0 local 0: 77 unproved
;; expect 0 local 1: 5 known
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
  (data (i32.const 2000) "\05\00\00\00")
  (func (export "run") (local i32 i32)
    (local.set 0 (i32.load (i32.const 1000)))
    (local.set 1 (i32.load (i32.const 2000)))
    (drop (call $source))
    unreachable))
