import WasmBinary

extension Machine {
  /// A new object, all zero.
  /// - Parameter frame: the running function's.
  /// - Returns: nil where memory is used up.
  func make(_ type: UInt32, count: UInt32 = 0, _ frame: FramePointer) -> (bits: UInt64, object: ObjectPointer)? {
    if let made = heap.make(type, count: count) { return made }
    collect(frame, needing: heap.layouts[type].bytes(count: count))
    return heap.make(type, count: count)
  }

  /// A reference to the exception that is being thrown; nil where memory is used up.
  /// - Parameter frame: that of the instruction that throws: the exception's values are in its slots, or the exception
  ///   that they are of is.
  func make(_ exception: ExceptionValue, _ frame: FramePointer) -> UInt64? {
    if let bits = heap.make(exception) { return bits }
    collect(frame, needing: 0)
    return heap.make(exception)
  }

  /// Frees the objects that nothing refers to: no global, table or element segment, none of the host's references, no
  /// slot of the value stack up to the end of the youngest frame.
  @inline(never) func collect(_ frame: FramePointer, needing bytes: Int) {
    let count = frame.distance(from: stackStart) + Int(frame.function.frameSize)
    for slot in 0..<Int32(clamping: count) { heap.mark(stackStart[slot]) }
    for global in store.globals { heap.mark(global.cell.low) }
    for table in store.tables where !isFunction(table.type.element.heapType) {
      for bits in table.elements { heap.mark(bits) }
    }
    for instance in store.instances {
      for segment in instance.elements { for bits in segment { heap.mark(bits) } }
    }
    heap.collect(needing: bytes)
  }

  private func isFunction(_ type: HeapType) -> Bool { store.registry.matches(type, .func) }
}
