;; What was loaded has been stored over since: memory holds another value than the local.
;; expect 0 local 0: 77 unavailable
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (data (i32.const 1000) "\4d\00\00\00")
  (func (export "run") (local i32)
    (local.set 0 (i32.load (i32.const 1000)))
    (i32.store (i32.const 1000) (i32.const 9))
    unreachable))
