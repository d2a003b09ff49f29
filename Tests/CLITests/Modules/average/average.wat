(module
  (memory (export "memory") 1)
  (export "_start" (func $average/_start))
  (func $average/sum (param $from i32) (param $to i32) (result i32)
    (local $total i32)
    (local $value i32)
    ;;@ average.ts:6:21
    (local.set $value
      ;;@ average.ts:6:21
      (local.get $from))
    (block $done
      (loop $next
        ;;@ average.ts:6:25
        (br_if $done
          ;;@ average.ts:6:25
          (i32.ge_s
            ;;@ average.ts:6:25
            (local.get $value)
            ;;@ average.ts:6:33
            (local.get $to)))
        ;;@ average.ts:7:4
        (local.set $total
          ;;@ average.ts:7:4
          (i32.add
            ;;@ average.ts:7:4
            (local.get $total)
            ;;@ average.ts:7:13
            (local.get $value)))
        ;;@ average.ts:6:37
        (local.set $value
          ;;@ average.ts:6:37
          (i32.add
            ;;@ average.ts:6:37
            (local.get $value)
            ;;@ average.ts:6:37
            (i32.const 1)))
        ;;@ average.ts:6:2
        (br $next)))
    ;;@ average.ts:9:9
    (local.get $total))
  (func $average/average (param $from i32) (param $to i32) (result i32)
    ;;@ average.ts:13:9
    (i32.div_s
      ;;@ average.ts:13:9
      (call $average/sum
        ;;@ average.ts:13:13
        (local.get $from)
        ;;@ average.ts:13:19
        (local.get $to))
      ;;@ average.ts:13:26
      (i32.sub
        ;;@ average.ts:13:26
        (local.get $to)
        ;;@ average.ts:13:31
        (local.get $from))))
  (func $average/_start
    ;;@ average.ts:17:2
    (drop
      ;;@ average.ts:17:2
      (call $average/average
        ;;@ average.ts:17:10
        (i32.const 10)
        ;;@ average.ts:17:14
        (i32.const 20)))
    ;;@ average.ts:18:2
    (drop
      ;;@ average.ts:18:2
      (call $average/average
        ;;@ average.ts:18:10
        (i32.const 7)
        ;;@ average.ts:18:13
        (i32.const 7)))))
