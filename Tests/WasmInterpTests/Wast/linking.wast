;; Imports and exports between modules, and modules that cannot be linked or started.

(module $counter
  (global $count (export "count") (mut i32) (i32.const 10))
  (global (export "limit") i64 (i64.const 99))
  (memory (export "memory") 1 4)
  (table (export "table") 4 8 funcref)
  (func $next (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "peek") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "size") (result i32) (memory.size))
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(register "counter" $counter)

(module $user
  (import "counter" "next" (func $next (result i32)))
  (import "counter" "count" (global $count (mut i32)))
  (import "counter" "limit" (global $limit i64))
  (import "counter" "memory" (memory 1))
  (import "counter" "table" (table 2 funcref))
  (import "spectest" "print_i32" (func $print (param i32)))
  (global (export "copy") i64 (i64.add (global.get $limit) (i64.const 1)))
  (data (i32.const 5) "\2a")
  (elem (i32.const 1) $answer)
  (func $answer (result i32) (i32.const 42))
  (func (export "twice") (result i32) (i32.add (call $next) (call $next)))
  (func (export "reset") (global.set $count (i32.const 0)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  ;; After the call the memory is another module's, and this one's again.
  (func (export "write") (param i32 i32) (result i32)
    (i32.store8 (local.get 0) (local.get 1))
    (drop (call $next))
    (i32.load8_u (local.get 0)))
  (func (export "print") (call $print (i32.const 1))))

(assert_return (invoke $user "twice") (i32.const 23))
(assert_return (get $counter "count") (i32.const 12))
(assert_return (get $user "copy") (i64.const 100))
(assert_return (invoke $user "reset"))
(assert_return (invoke $counter "next") (i32.const 1))
(assert_return (invoke $counter "peek" (i32.const 5)) (i32.const 42))
(assert_return (invoke $counter "call" (i32.const 1)) (i32.const 42))
(assert_trap (invoke $counter "call" (i32.const 0)) "uninitialized element")
(assert_return (invoke $user "grow") (i32.const 1))
(assert_return (invoke $counter "size") (i32.const 2))
(assert_return (invoke $user "write" (i32.const 0x1ffff) (i32.const 7)) (i32.const 7))
(assert_return (invoke $counter "peek" (i32.const 0x1ffff)) (i32.const 7))
(assert_return (invoke $user "print"))

;; Two instances of one module have each their own state.
(module definition $cell
  (global $value (mut i32) (i32.const 0))
  (func (export "put") (param i32) (result i32) (global.get $value) (global.set $value (local.get 0))))
(module instance $a $cell)
(module instance $b $cell)
(assert_return (invoke $a "put" (i32.const 5)) (i32.const 0))
(assert_return (invoke $b "put" (i32.const 6)) (i32.const 0))
(assert_return (invoke $a "put" (i32.const 7)) (i32.const 5))

(assert_unlinkable (module (import "counter" "missing" (func))) "unknown import")
(assert_unlinkable (module (import "nowhere" "next" (func))) "unknown import")
(assert_unlinkable (module (import "counter" "next" (func))) "incompatible import type")
(assert_unlinkable (module (import "counter" "next" (global i32))) "incompatible import type")
(assert_unlinkable (module (import "counter" "count" (global i32))) "incompatible import type")
(assert_unlinkable (module (import "counter" "limit" (global i32))) "incompatible import type")
(assert_unlinkable (module (import "counter" "memory" (memory 3))) "incompatible import type")
(assert_unlinkable (module (import "counter" "memory" (memory 1 3))) "incompatible import type")
(assert_unlinkable (module (import "counter" "memory" (memory i64 1))) "incompatible import type")
(assert_unlinkable (module (import "counter" "table" (table 5 funcref))) "incompatible import type")
(assert_unlinkable (module (import "counter" "table" (table 1 externref))) "incompatible import type")

;; A start function runs once, and its trap is the module's; what it did before stays done.
(module $starter
  (import "counter" "memory" (memory 1))
  (func $start (i32.store8 (i32.const 9) (i32.const 33)))
  (start $start))
(assert_return (invoke $counter "peek" (i32.const 9)) (i32.const 33))
(assert_trap (module (func $start (unreachable)) (start $start)) "unreachable")
(assert_trap
  (module
    (import "counter" "memory" (memory 1))
    (data (i32.const 10) "\37")
    (data (i32.const 0x20000) "\01"))
  "out of bounds memory access")
(assert_return (invoke $counter "peek" (i32.const 10)) (i32.const 0x37))
(assert_trap (module (table 1 funcref) (func $f) (elem (i32.const 1) $f)) "out of bounds table access")

;; Names are equal if their bytes are: these two look alike.
(module
  (func (export "\c3\85") (result i32) (i32.const 1))
  (func (export "A\cc\8a") (result i32) (i32.const 2))
  (func (export "") (result i32) (i32.const 3)))
(assert_return (invoke "\c3\85") (i32.const 1))
(assert_return (invoke "A\cc\8a") (i32.const 2))
(assert_return (invoke "") (i32.const 3))
