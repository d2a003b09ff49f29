extension CoreDump {
  /// The dump without what only some producers record: no frame has locals or operands, and there is no trap, no table and
  /// no value of a reference. What is left is what Wasmtime records of the same crash: memories, globals that hold numbers
  /// or vectors, and the chain of frames.
  ///
  /// Written with `CoreDumpWriter` it has no section of our own. Beside the dump that it was made of it tells how well
  /// values are recovered, and it shows in a bug report what somebody sees whose engine records less.
  public func withoutRecordedValues() -> CoreDump {
    var dump = self
    for index in dump.threads.indices { dump.threads[index].frames = dump.threads[index].frames.withoutValues() }
    for index in dump.globals.indices where dump.globals[index].type.isReference {
      dump.globals[index].value = .missing(.referenceNotRecorded)
    }
    for index in dump.instances.indices { dump.instances[index].tables = [] }
    for index in dump.modules.indices { dump.modules[index].fingerprint = nil }
    dump.tables = []
    dump.trap = nil
    dump.dialect = nil
    return dump
  }
}

extension CoreDump.FrameList {
  /// The frames at their places without locals and operands.
  func withoutValues() -> Self {
    var result = Self()
    result.reserveCapacity(count)
    for var frame in self {
      frame.locals = CoreDump.Values(absence: .notRecorded)
      frame.operandStack = CoreDump.Values(absence: .notRecorded)
      result.append(frame)
    }
    return result
  }
}
