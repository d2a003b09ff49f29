import WasmInterp

/// One call of a function by the program.
struct Call {
  private let host: HostCall
  private let arguments: [Value]

  init(_ host: HostCall, _ arguments: [Value]) {
    self.host = host
    self.arguments = arguments
  }

  // The types were checked when the function was linked.
  func u32(_ index: Int) -> UInt32 {
    guard case .i32(let value) = arguments[index] else { return 0 }
    return UInt32(bitPattern: value)
  }
  func i64(_ index: Int) -> Int64 {
    guard case .i64(let value) = arguments[index] else { return 0 }
    return value
  }
  func u64(_ index: Int) -> UInt64 { UInt64(bitPattern: i64(index)) }

  /// The memory that the calling instance exports as `memory`.
  /// - Throws: `MissingMemory` where it exports none.
  var memory: GuestMemory {
    get throws {
      guard case .memory(let memory)? = host.instance?.export("memory") else { throw MissingMemory() }
      return GuestMemory(memory: memory)
    }
  }

  /// A path that two arguments describe.
  func path(at index: Int) throws -> [UInt8] { try memory.path(u32(index), u32(index + 1)) }

  /// Ends the run where somebody asked for it; to be called in everything that may take long.
  func checkInterrupt() throws(Trap) {
    if host.store.interrupt.isRequested { throw Trap(.interrupted) }
  }
}

/// The caller has no memory to which pointers could lead.
struct MissingMemory: Error, CustomStringConvertible {
  var description: String { "the module exports no memory by the name 'memory', which WASI needs" }
}
