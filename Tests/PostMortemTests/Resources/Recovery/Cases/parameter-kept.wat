;; The callee put its parameter into a slot of its own frame, which nobody else can reach.
;; expect 0 local 0: 77 known
;; expect 1 local 0: 77 known
;; expect 1 local 1: 78 known
;; expect 1 operand 0: 77 known
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
  (func $inner (param i32)
    (local i32)
    (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store offset=12 (local.get 1) (local.get 0))
    unreachable)
  (func (export "run") (local i32 i32)
    (local.set 0 (call $source))
    (local.set 1 (i32.add (local.get 0) (i32.const 1)))
    (call $inner (local.get 0))
    (drop (i32.add (local.get 0) (local.get 1)))))
