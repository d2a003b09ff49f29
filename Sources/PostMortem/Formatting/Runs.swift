import CoreDumpFormat
import DwarfEval

/// Values of one type in a row in memory: what buffers, slices and tables are made of.
struct ValueRun: Sendable {
  /// A value whose memory the run lies in.
  let holder: Value
  let address: UInt64
  let element: DwarfType?
  /// Bytes of an element.
  let stride: UInt64
  let count: UInt64
  /// How the address is known.
  let assurance: Assurance

  /// A run that a pointer leads to.
  /// - Parameter pointer: a value that holds the address.
  /// - Throws: where the length is impossible: it does not fit into the memory.
  init(_ element: DwarfType?, count: UInt64, at pointer: Value) throws(Unavailable) {
    guard let stride = element?.size else { throw Unavailable("the size of an element is not known") }
    holder = pointer
    address = try pointer.pointer()
    self.element = element
    self.stride = stride
    self.count = count
    assurance = pointer.contents().assurance
    try pointer.checkExtent(address, count, stride)
  }

  /// Bytes of text that a pointer leads to, whatever it is said to lead to.
  init(textBytes count: UInt64, at pointer: Value) throws(Unavailable) {
    holder = pointer
    address = try pointer.pointer()
    element = nil
    stride = 1
    self.count = count
    assurance = pointer.contents().assurance
    try pointer.checkExtent(address, count, 1)
  }

  /// The element with a number, which may lie outside.
  func callAsFunction(_ index: UInt64) -> Value {
    holder.object(element, at: address &+ index &* stride, assurance)
  }

  /// As a container.
  var container: Presentation {
    .container(count: count) { index throws(Unavailable) in self(index) }
  }

  /// As a quoted text of UTF-8, as far as it is shown.
  func text() throws(Unavailable) -> String {
    let limit = UInt64(DescriptionLimits().stringBytes)
    let shown = Int(min(count, limit))
    let contents = holder.surroundings.memory.read(self(0).storage, count: shown)
    let known = contents.knownPrefix
    if known == 0, shown > 0 { throw Unavailable(contents.absence ?? "its text is not known") }
    return CodeUnits.quoted(
      contents.bytes.prefix(known), isCut: count > UInt64(known), .of(holder.type?.language))
  }
}

extension Value {
  /// Checks that so many elements can be in memory from an address on.
  func checkExtent(_ address: UInt64, _ count: UInt64, _ stride: UInt64) throws(Unavailable) {
    guard count > 0, stride > 0 else { return }
    let (bytes, isTooLong) = count.multipliedReportingOverflow(by: stride)
    let (last, wraps) = address.addingReportingOverflow(bytes &- 1)
    let index = storage.address?.memory ?? 0
    let memory = surroundings.memory.dump.memory(Int(index), of: surroundings.instance)
    guard !isTooLong, !wraps, memory == nil || memory?.run(at: last) != nil else {
      throw Unavailable(
        "damaged: \(count) elements of \(stride) bytes at \(hexadecimal(address)) do not fit into the memory")
    }
  }
}
