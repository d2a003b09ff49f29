;; A frame larger than a page, by adding a negative constant; the frame pointer is set apart from the global.
;; expect 0 sp: 31072 derived
;; expect 1 sp: 31072 derived
;; expect 1 local 0: 31072 derived
(module
  (memory (export "memory") 4)
  (global $__stack_pointer (mut i32) (i32.const 131072))
  (func $crash unreachable)
  (func $outer
    (local i32)
    (local.set 0 (i32.add (global.get $__stack_pointer) (i32.const -100000)))
    (global.set $__stack_pointer (local.get 0))
    (call $crash)
    (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 100000))))
  (func (export "run") (call $outer)))
