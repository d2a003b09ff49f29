;; Pure operations on what is known, of every type of number.
;; expect 0 local 0: 3735928559 derived
;; expect 0 local 1: 2.5 derived
;; expect 0 local 2: -0.75 derived
;; expect 0 local 3: -17 derived
;; expect 0 local 4: 7 derived
(module
  (func $inner (param i64 f64 f32 i32) (local i32)
    (local.set 4 (select (i32.const 7) (i32.const 8) (i32.lt_s (local.get 3) (i32.const 0))))
    unreachable)
  (func (export "run")
    (call $inner
      (i64.or (i64.shl (i64.const 0xdead) (i64.const 16)) (i64.extend_i32_u (i32.const 0xbeef)))
      (f64.sqrt (f64.const 6.25))
      (f32.mul (f32.const 1.5) (f32.const -0.5))
      (i32.div_s (i32.const -52) (i32.const 3)))))
