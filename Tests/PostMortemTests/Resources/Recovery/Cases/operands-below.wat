;; Operands that wait below a call's arguments.
;; expect 1 operand 0: 77 known
;; expect 1 operand 1: 21 derived
;; expect 1 operand 2: 4 derived
;; expect 0 local 0: 4 derived
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
  (func $inner (param i32) (result i32) unreachable)
  (func (export "run") (local i32)
    (local.set 0 (i32.sub (global.get $__stack_pointer) (i32.const 16)))
    (i32.store (local.get 0) (call $source))
    (i32.load (local.get 0))
    (i32.const 21)
    (call $inner (i32.const 4))
    drop drop drop))
