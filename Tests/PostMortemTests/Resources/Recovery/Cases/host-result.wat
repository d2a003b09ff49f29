;; What the host returned is gone.
;; expect 0 local 0: 8 unproved
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (local i32)
    (local.set 0 (call $close (i32.const 99)))
    unreachable))
