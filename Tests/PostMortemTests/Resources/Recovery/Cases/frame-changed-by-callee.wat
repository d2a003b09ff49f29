;; A callee that keeps the stack pointer lower than it was, which LLVM's C ABI forbids: both ends do not meet, and what is
;; counted from the old end is no truth of the frames past that point.
;; expect 0 sp: 65504 derived
;; expect 1 sp: 65504 unproved
;; expect 1 local 1: 65520 unproved
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $crash unreachable)
  (func $take
    ;; Longer than the little functions whose doing is looked at (Emscripten's stackAlloc).
    (drop (i64.const 0x1122334455667788)) (drop (i64.const 0x1122334455667788)) (drop (i64.const 0x1122334455667788))
    (drop (i64.const 0x1122334455667788)) (drop (i64.const 0x1122334455667788)) (drop (i64.const 0x1122334455667788))
    (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (i32.const 16))))
  (func $outer
    (local i32 i32)
    (call $take)
    (local.set 1 (global.get $__stack_pointer))
    (global.set $__stack_pointer (local.tee 0 (i32.sub (local.get 1) (i32.const 16))))
    (call $crash)
    (drop (local.get 1)))
  (func (export "run") (call $outer)))
