// Rows of the opcode table; `OpcodeGroup` says how to read them.

extension OpcodeGroup {
  /// Threads: atomic memory accesses, wait and notify.
  static let threads = OpcodeGroup(
    proposal: .threads, prefix: 0xFE,
    rows: """
      00 memory.atomic.notify       memarg/4 addr i32 -> i32
      01 memory.atomic.wait32       memarg/4 addr i32 i64 -> i32 ! unshared-wait
      02 memory.atomic.wait64       memarg/8 addr i64 i64 -> i32 ! unshared-wait
      03 atomic.fence               zero     ->
      10 i32.atomic.load            memarg/4 addr -> i32
      11 i64.atomic.load            memarg/8 addr -> i64
      12 i32.atomic.load8_u         memarg/1 addr -> i32
      13 i32.atomic.load16_u        memarg/2 addr -> i32
      14 i64.atomic.load8_u         memarg/1 addr -> i64
      15 i64.atomic.load16_u        memarg/2 addr -> i64
      16 i64.atomic.load32_u        memarg/4 addr -> i64
      17 i32.atomic.store           memarg/4 addr i32 ->
      18 i64.atomic.store           memarg/8 addr i64 ->
      19 i32.atomic.store8          memarg/1 addr i32 ->
      1a i32.atomic.store16         memarg/2 addr i32 ->
      1b i64.atomic.store8          memarg/1 addr i64 ->
      1c i64.atomic.store16         memarg/2 addr i64 ->
      1d i64.atomic.store32         memarg/4 addr i64 ->
      1e i32.atomic.rmw.add         memarg/4 addr i32 -> i32
      1f i64.atomic.rmw.add         memarg/8 addr i64 -> i64
      20 i32.atomic.rmw8.add_u      memarg/1 addr i32 -> i32
      21 i32.atomic.rmw16.add_u     memarg/2 addr i32 -> i32
      22 i64.atomic.rmw8.add_u      memarg/1 addr i64 -> i64
      23 i64.atomic.rmw16.add_u     memarg/2 addr i64 -> i64
      24 i64.atomic.rmw32.add_u     memarg/4 addr i64 -> i64
      25 i32.atomic.rmw.sub         memarg/4 addr i32 -> i32
      26 i64.atomic.rmw.sub         memarg/8 addr i64 -> i64
      27 i32.atomic.rmw8.sub_u      memarg/1 addr i32 -> i32
      28 i32.atomic.rmw16.sub_u     memarg/2 addr i32 -> i32
      29 i64.atomic.rmw8.sub_u      memarg/1 addr i64 -> i64
      2a i64.atomic.rmw16.sub_u     memarg/2 addr i64 -> i64
      2b i64.atomic.rmw32.sub_u     memarg/4 addr i64 -> i64
      2c i32.atomic.rmw.and         memarg/4 addr i32 -> i32
      2d i64.atomic.rmw.and         memarg/8 addr i64 -> i64
      2e i32.atomic.rmw8.and_u      memarg/1 addr i32 -> i32
      2f i32.atomic.rmw16.and_u     memarg/2 addr i32 -> i32
      30 i64.atomic.rmw8.and_u      memarg/1 addr i64 -> i64
      31 i64.atomic.rmw16.and_u     memarg/2 addr i64 -> i64
      32 i64.atomic.rmw32.and_u     memarg/4 addr i64 -> i64
      33 i32.atomic.rmw.or          memarg/4 addr i32 -> i32
      34 i64.atomic.rmw.or          memarg/8 addr i64 -> i64
      35 i32.atomic.rmw8.or_u       memarg/1 addr i32 -> i32
      36 i32.atomic.rmw16.or_u      memarg/2 addr i32 -> i32
      37 i64.atomic.rmw8.or_u       memarg/1 addr i64 -> i64
      38 i64.atomic.rmw16.or_u      memarg/2 addr i64 -> i64
      39 i64.atomic.rmw32.or_u      memarg/4 addr i64 -> i64
      3a i32.atomic.rmw.xor         memarg/4 addr i32 -> i32
      3b i64.atomic.rmw.xor         memarg/8 addr i64 -> i64
      3c i32.atomic.rmw8.xor_u      memarg/1 addr i32 -> i32
      3d i32.atomic.rmw16.xor_u     memarg/2 addr i32 -> i32
      3e i64.atomic.rmw8.xor_u      memarg/1 addr i64 -> i64
      3f i64.atomic.rmw16.xor_u     memarg/2 addr i64 -> i64
      40 i64.atomic.rmw32.xor_u     memarg/4 addr i64 -> i64
      41 i32.atomic.rmw.xchg        memarg/4 addr i32 -> i32
      42 i64.atomic.rmw.xchg        memarg/8 addr i64 -> i64
      43 i32.atomic.rmw8.xchg_u     memarg/1 addr i32 -> i32
      44 i32.atomic.rmw16.xchg_u    memarg/2 addr i32 -> i32
      45 i64.atomic.rmw8.xchg_u     memarg/1 addr i64 -> i64
      46 i64.atomic.rmw16.xchg_u    memarg/2 addr i64 -> i64
      47 i64.atomic.rmw32.xchg_u    memarg/4 addr i64 -> i64
      48 i32.atomic.rmw.cmpxchg     memarg/4 addr i32 i32 -> i32
      49 i64.atomic.rmw.cmpxchg     memarg/8 addr i64 i64 -> i64
      4a i32.atomic.rmw8.cmpxchg_u  memarg/1 addr i32 i32 -> i32
      4b i32.atomic.rmw16.cmpxchg_u memarg/2 addr i32 i32 -> i32
      4c i64.atomic.rmw8.cmpxchg_u  memarg/1 addr i64 i64 -> i64
      4d i64.atomic.rmw16.cmpxchg_u memarg/2 addr i64 i64 -> i64
      4e i64.atomic.rmw32.cmpxchg_u memarg/4 addr i64 i64 -> i64
      """)
}
