;; The size of a memory as it was before it grew, and now.
;; expect 0 local 0: 1 unproved
;; expect 0 local 1: 3 derived
(module
  (memory 1)
  (func (export "run") (local i32 i32)
    (local.set 0 (memory.size))
    (drop (memory.grow (i32.const 2)))
    (local.set 1 (memory.size))
    unreachable))
