;; The arm of a table that was taken tells the number.
;; expect 0 local 0: 2 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (data (i32.const 1000) "\02\00\00\00")
  (func $source (result i32)
    (local i32)
    (local.set 0 (i32.load (i32.const 1000)))
    (i32.store (i32.const 1000) (i32.const 0))
    (local.get 0))
  (func (export "run") (local i32)
    (local.set 0 (call $source))
    (block $other
      (block $two
        (block $one
          (block $zero (br_table $zero $one $two $other (local.get 0)))
          (return))
        (return))
      unreachable)))
