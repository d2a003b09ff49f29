;; The default arm tells no number, nor does an arm that two numbers lead to.
;; expect 0 local 0: 77 unavailable
;; expect 0 local 1: 1 unavailable
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
    (local.set 0 (call $source))
    (local.set 1 (i32.sub (local.get 0) (i32.const 76)))
    (block $other
      (block $both
        (block $zero (br_table $zero $both $both $zero (local.get 1)))
        (return))
      (block $default
        (block $zero (br_table $zero $zero $default (local.get 0)))
        (return))
      unreachable)))
