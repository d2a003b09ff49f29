;; Code that no path leads through has no say.
;; expect 0 local 0: 4 derived
;; expect 0 local 1: 1 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $inner (param i32) (local i32)
    (local.set 1 (i32.const 1))
    (block
      (br_if 0 (i32.eq (local.get 0) (i32.const 4)))
      (local.set 1 (i32.const 2)))
    unreachable)
  (func (export "run") (call $inner (i32.const 4))))
