;; The same by an amount that nobody knows any more: the global still tells where the stack ends, and that is where it
;; ended in every frame that did not move it.
;; expect 0 sp: 65424 derived
;; expect 1 sp: 65424 known
;; expect 1 local 0: 65504 known
;; expect 2 sp: 65536 derived
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
  (func $crash unreachable)
  (func $outer
    (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 32))))
    (global.set $__stack_pointer
      (i32.sub (local.get 0) (i32.and (i32.add (call $source) (i32.const 15)) (i32.const -16))))
    (call $crash)
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 32))))
  (func (export "run") (call $outer)))
