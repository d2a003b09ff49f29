;; A call through a table: the callee's parameters are the caller's operands, the topmost being the number.
;; expect 0 local 0: 11 derived
;; expect 1 operand 0: 11 derived
;; expect 1 operand 1: 2 known
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (table funcref (elem $other $other $crash))
  (func $crash (param i32) unreachable)
  (func $other (param i32) (drop (i32.load (local.get 0))))
  (func (export "run")
    (call_indirect (param i32) (i32.const 11) (i32.const 2))))
