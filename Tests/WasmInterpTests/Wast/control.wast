;; Blocks, loops, branches and what they carry.

(module
  ;; The larger of two numbers, by a branch out of a block.
  (func (export "max") (param i32 i32) (result i32)
    (block (result i32)
      (local.get 0)
      (br_if 0 (i32.gt_s (local.get 0) (local.get 1)))
      (drop)
      (local.get 1)))

  ;; How many steps of Collatz's rule it takes to reach 1.
  (func (export "collatz") (param $n i64) (result i32)
    (local $steps i32)
    (loop $again
      (if (i64.ne (local.get $n) (i64.const 1))
        (then
          (local.set $n
            (if (result i64) (i32.wrap_i64 (i64.and (local.get $n) (i64.const 1)))
              (then (i64.add (i64.mul (local.get $n) (i64.const 3)) (i64.const 1)))
              (else (i64.shr_u (local.get $n) (i64.const 1)))))
          (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
          (br $again))))
    (local.get $steps))

  ;; The greatest common divisor: a loop with parameters, which its branch hands on.
  (func (export "gcd") (param i32 i32) (result i32)
    (local $rest i32)
    (local.get 0)
    (local.get 1)
    (loop $again (param i32 i32) (result i32)
      (local.set 1)
      (local.set 0)
      (if (result i32) (i32.eqz (local.get 1))
        (then (local.get 0))
        (else
          (local.set $rest (i32.rem_u (local.get 0) (local.get 1)))
          (br $again (local.get 1) (local.get $rest))))))

  (func (export "season") (param $month i32) (result i32)
    (block $winter
      (block $autumn
        (block $summer
          (block $spring
            (br_table $winter $winter $spring $spring $spring $summer $summer $summer $autumn $autumn $autumn $winter
              (local.get $month)))
          (return (i32.const 10)))
        (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40))

  ;; A table of branches that carries a value to blocks of different depth.
  (func (export "carried") (param i32) (result i32)
    (block $outer (result i32)
      (i32.add (i32.const 1)
        (block $middle (result i32)
          (i32.add (i32.const 10)
            (block $inner (result i32)
              (br_table $inner $middle $outer (i32.const 100) (local.get 0))))))))

  ;; Two values out of a block, swapped on the way.
  (func (export "swapped") (param i32 i64) (result i64 i32)
    (block (result i64 i32)
      (local.get 1)
      (local.get 0)
      (br 0)))

  ;; Operands under a block stay where they are.
  (func (export "under") (param i32) (result i32)
    (i32.const 1000)
    (local.get 0)
    (block (param i32) (result i32)
      (i32.const 5)
      (br_if 0 (i32.const 7) (local.get 0))
      (drop)
      (i32.add))
    (i32.sub))

  (func (export "selected") (param i32) (result f64)
    (select (f64.const 1.5) (f64.const -2.5) (local.get 0)))

  (func (export "early") (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 1))))
    (i32.const 2)
    (return)
    (drop)
    (unreachable))

  (func (export "unreached") (result i32)
    (block (result i32)
      (br 0 (i32.const 3))
      (i32.add)
      (loop (br 0))
      (if (then (unreachable)) (else (nop)))))

  (func (export "trap") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (unreachable)) (else (i32.const 9))))

  (func (export "deep") (result i32)
    (block (result i32) (block (result i32) (block (result i32) (block (result i32) (block (result i32)
      (br 4 (i32.const 77)))))))))

(assert_return (invoke "max" (i32.const 3) (i32.const 8)) (i32.const 8))
(assert_return (invoke "max" (i32.const 3) (i32.const -8)) (i32.const 3))
(assert_return (invoke "collatz" (i64.const 1)) (i32.const 0))
(assert_return (invoke "collatz" (i64.const 27)) (i32.const 111))
(assert_return (invoke "gcd" (i32.const 1071) (i32.const 462)) (i32.const 21))
(assert_return (invoke "gcd" (i32.const 17) (i32.const 0)) (i32.const 17))
(assert_return (invoke "season" (i32.const 0)) (i32.const 40))
(assert_return (invoke "season" (i32.const 2)) (i32.const 10))
(assert_return (invoke "season" (i32.const 7)) (i32.const 20))
(assert_return (invoke "season" (i32.const 8)) (i32.const 30))
(assert_return (invoke "season" (i32.const 11)) (i32.const 40))
(assert_return (invoke "season" (i32.const -1)) (i32.const 40))
(assert_return (invoke "carried" (i32.const 0)) (i32.const 111))
(assert_return (invoke "carried" (i32.const 1)) (i32.const 101))
(assert_return (invoke "carried" (i32.const 2)) (i32.const 100))
(assert_return (invoke "carried" (i32.const 99)) (i32.const 100))
(assert_return (invoke "swapped" (i32.const 1) (i64.const 2)) (i64.const 2) (i32.const 1))
(assert_return (invoke "under" (i32.const 0)) (i32.const 995))
(assert_return (invoke "under" (i32.const 4)) (i32.const 993))
(assert_return (invoke "selected" (i32.const 1)) (f64.const 1.5))
(assert_return (invoke "selected" (i32.const 0)) (f64.const -2.5))
(assert_return (invoke "early" (i32.const 1)) (i32.const 1))
(assert_return (invoke "early" (i32.const 0)) (i32.const 2))
(assert_return (invoke "unreached") (i32.const 3))
(assert_return (invoke "trap" (i32.const 0)) (i32.const 9))
(assert_trap (invoke "trap" (i32.const 1)) "unreachable")
(assert_return (invoke "deep") (i32.const 77))
