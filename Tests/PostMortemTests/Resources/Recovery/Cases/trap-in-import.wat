;; The host ends the program: a system function of one without an exported memory. The youngest frame is at its call.
;; expect 0 operand 0: 1 derived
;; expect 0 operand 1: 65528 derived
;; expect 0 operand 2: 1 derived
;; expect 0 operand 3: 65520 derived
;; expect 0 sp: 65520 derived
;; expect 1 sp: 65536 derived
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $outer (local i32)
    (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (drop (call $write (i32.const 1) (i32.add (local.get 0) (i32.const 8)) (i32.const 1) (local.get 0))))
  (func (export "run") (call $outer)))
