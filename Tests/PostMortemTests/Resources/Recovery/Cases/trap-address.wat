;; What an access that was out of bounds had for an address is known from elsewhere: the two fit.
;; expect 0 operand 0: 131072 derived
;; expect 0 local 0: 131072 derived
;; expect 1 operand 0: 131072 derived
;; expect 1 local 0: 131072 derived
(module
  (memory (export "memory") 2)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (func $inner (param i32) (result i32)
    (i32.load (local.get 0)))
  (func $outer (param i32) (result i32)
    (i32.add (call $inner (local.get 0)) (local.get 0)))
  (func (export "run") (drop (call $outer (i32.const 131072)))))
