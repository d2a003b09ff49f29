;; Declared locals begin as zeros; nothing writes these.
;; expect 0 local 0: 0 derived
;; expect 0 local 1: 0 derived
;; expect 0 local 2: 0.0 derived
(module
  (func (export "run") (local i32 i64 f64)
    unreachable
    (local.set 0 (i32.const 1))))
