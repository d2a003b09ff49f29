;; A byte was stored over the slot: what is there is not what the local has.
;; expect 0 local 0: 77 unavailable
;; expect 0 local 2: 78 known
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
  (func $outer (local i32 i32 i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store offset=12 (local.get 1) (local.tee 0 (call $source)))
    (i32.store8 offset=13 (local.get 1) (i32.const 255))
    (i32.store (i32.const 1000) (i32.const 78))
    (i32.store offset=8 (local.get 1) (local.tee 2 (call $source)))
    (i32.store8 offset=7 (local.get 1) (i32.const 1))
    (i32.store8 offset=12 (local.get 1) (i32.const 1))
    unreachable)
  (func (export "run") (call $outer)))
