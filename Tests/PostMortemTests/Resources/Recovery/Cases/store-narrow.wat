;; Of a byte that was stored, no more than eight bits are known.
;; expect 0 local 0: 333 unavailable
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
  (func $outer (local i32 i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (local.set 0 (i32.add (call $source) (i32.const 256)))
    (i32.store8 offset=12 (local.get 1) (local.get 0))
    unreachable)
  (func (export "run") (call $outer)))
