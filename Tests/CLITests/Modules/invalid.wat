;; Not valid: an i64 where an i32 is wanted.
(module (func $good) (func $bad (result i32) (i64.const 1)) (export "_start" (func $good)))
