;; A global that cannot change, one that a callee changed, and one that nothing writes.
;; expect 1 local 0: 11 derived
;; expect 1 local 1: 12 unproved
;; expect 1 local 2: 13 derived
;; expect 0 local 0: 14 derived
(module
  (global $constant i32 (i32.const 11))
  (global $changed (mut i32) (i32.const 12))
  (global $kept (mut i32) (i32.const 13))
  (func $inner (local i32)
    (global.set $changed (i32.const 14))
    (local.set 0 (global.get $changed))
    unreachable)
  (func (export "run") (local i32 i32 i32)
    (local.set 0 (global.get $constant))
    (local.set 1 (global.get $changed))
    (local.set 2 (global.get $kept))
    (call $inner)
    (drop (i32.add (local.get 0) (i32.add (local.get 1) (local.get 2))))))
