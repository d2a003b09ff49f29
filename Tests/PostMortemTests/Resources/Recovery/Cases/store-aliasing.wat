;; A store through an address from elsewhere, which happens to be the slot's.
;; expect 0 local 0: 77 unproved
;; expect 0 local 2: 65532 unproved
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
  (func $elsewhere (result i32)
    (local i32)
    (local.set 0 (i32.load (i32.const 1004)))
    (i32.store (i32.const 1004) (i32.const 0))
    (local.get 0))
  (func $outer (local i32 i32 i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store (i32.const 1004) (i32.add (local.get 1) (i32.const 12)))
    (local.set 2 (call $elsewhere))
    (i32.store offset=12 (local.get 1) (local.tee 0 (call $source)))
    (i32.store (local.get 2) (i32.const 9))
    unreachable)
  (func (export "run") (call $outer)))
