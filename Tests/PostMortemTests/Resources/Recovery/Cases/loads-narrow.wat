;; Narrow loads of what nothing writes, with and without sign.
;; expect 0 local 0: -2 derived
;; expect 0 local 1: 254 derived
;; expect 0 local 2: -32515 derived
;; expect 0 local 3: 33021 derived
;; expect 0 local 4: -2 derived
;; expect 0 local 5: 2164129278 known
(module
  (memory 1)
  (data (i32.const 16) "\fe\fd\80\80\fe\fd\fd\80")
  (func (export "run") (local i32 i32 i32 i32 i64 i64)
    (local.set 0 (i32.load8_s (i32.const 16)))
    (local.set 1 (i32.load8_u (i32.const 16)))
    (local.set 2 (i32.load16_s offset=1 (i32.const 21)))
    (local.set 3 (i32.load16_u offset=1 (i32.const 21)))
    (local.set 4 (i64.load8_s offset=4 (i32.const 16)))
    (local.set 5 (i64.load32_u (i32.const 20)))
    unreachable))
