/// Vector instructions.
enum Vector {
  @inline(never) static func execute(_ pc: CodePointer, _ frame: FramePointer) {}
  static func access(_ pc: CodePointer, _ frame: FramePointer, _ memory: LinearMemory, _ address: UInt64) -> Trap.Kind?
  {
    .unsupported
  }
}
