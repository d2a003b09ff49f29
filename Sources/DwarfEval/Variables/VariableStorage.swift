import ByteCursor

/// Where a variable's location starts from, as far as the first operations of its expression tell: enough to know
/// variables that outlive their function's calls from others without evaluating anything.
public enum VariableStorage: Hashable, Sendable {
  /// A fixed address of linear memory.
  case address
  /// An address counted from a global of the module: `__memory_base` of position-independent code, or `__tls_base`
  /// of thread-local variables, which the global's name tells apart.
  case global(UInt64)
  /// Thread-local, by DWARF's own operation for it.
  case threadLocal
  /// In a frame, or anything else.
  case other

  /// What `expression` says; a location list or nothing stand for `other`.
  init(_ expression: Bytes?) {
    guard let expression, let last = expression.isEmpty ? nil : expression[expression.count - 1] else {
      self = .other
      return
    }
    var cursor = expression.cursor()
    let first = (try? cursor.u8()) ?? 0
    switch first {
    // DW_OP_form_tls_address and DW_OP_GNU_push_tls_address stand behind the offset (addr, addrx, const…).
    case 0x03, 0x08...0x11, 0xa1, 0xa2, 0xfb, 0xfc:
      if last == 0x9b || last == 0xe0, expression.count > 1 {
        self = .threadLocal
      } else {
        self = first == 0x03 || first == 0xa1 || first == 0xfb ? .address : .other
      }
    case 0xed:
      // DW_OP_WASM_location of a global, and something that is added: the global alone is no variable's place.
      let kind = try? cursor.u8()
      let index = kind == 3 ? (try? cursor.u32()).map { UInt64($0) } : kind == 1 ? try? cursor.uleb64() : nil
      self = index.map { last == 0x22 ? .global($0) : .other } ?? .other
    default: self = .other
    }
  }

  /// Whether the place is the same for all calls.
  var isFixed: Bool { self != .other }
}
