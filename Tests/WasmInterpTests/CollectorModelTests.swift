import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// A heap that changes at random while it is collected.
@Suite struct CollectorModelTests {
  /// Fifty places with lists that share their tails, changed at random beside a model of them.
  @Test func aGraphThatChangesStaysAsItsModel() throws {
    final class Node {
      let value: Int32
      var next: Node?
      init(_ value: Int32) { self.value = value }
    }
    let place = [0x23, 0] + Code.get(0)
    let node = place + Code.gc(11, 5)
    let isNull: [UInt8] = Code.get(2) + [0xd1]
    var module = ObjectModule()
    module.builder.global(
      GlobalType(.reference(ReferenceType(.defined(5)))), initializer: Code.i32(50) + Code.gc(7, 5) + Code.end)
    // new(place, value), which makes garbage too; drop(place); link(place, other): the next of what is there
    module.function(
      "new", [.i32, .i32], [], Code.i32(1000), Code.gc(7, 3), Code.drop, place, Code.get(1), Code.null(1),
      Code.gc(0, 1), Code.gc(14, 5))
    module.function("drop", [.i32], [], place, Code.null(1), Code.gc(14, 5))
    module.function(
      "link", [.i32, .i32], [], node, [0x23, 0], Code.get(1), Code.gc(11, 5), Code.gc(5, 1, 1))
    // The value so many steps from a place; -1 where the list is shorter.
    module.function(
      "value", [.i32, .i32], [.i32], locals: [ObjectModule.nodeReference], node, Code.set(2), [0x02, 0x40, 0x03, 0x40],
      isNull,
      [0x0d, 1], Code.get(1), [0x45, 0x0d, 1], Code.get(2), Code.gc(2, 1, 1), Code.set(2), Code.get(1), Code.i32(1),
      [0x6b], Code.set(1), [0x0c, 0], Code.end, Code.end, isNull, [0x04, 0x7f], Code.i32(-1), [0x05], Code.get(2),
      Code.gc(2, 1, 0), Code.end)
    let running = try module.running(heapBytes: 256 << 10)
    var model = [Node?](repeating: nil, count: 50)
    var state: UInt64 = 1
    func random(_ count: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % count)
    }
    for step in 0..<20_000 as Range<Int32> {
      let (first, second) = (random(50), random(50))
      let (place, other) = (Value.i32(Int32(first)), Value.i32(Int32(second)))
      switch random(8) {
      case 0...2:
        _ = try running.call("new", [place, .i32(step)])
        model[first] = Node(step)
      case 3:
        _ = try running.call("drop", [place])
        model[first] = nil
      case 4...5:
        // A cycle would keep the model's nodes.
        var node = model[second]
        while let this = node, this !== model[first] { node = this.next }
        guard let changed = model[first], node == nil else { continue }
        _ = try running.call("link", [place, other])
        changed.next = model[second]
      default:
        let steps = random(6)
        var node = model[first]
        for _ in 0..<steps { node = node?.next }
        #expect(try running.call("value", [place, .i32(Int32(steps))]) == [.i32(node?.value ?? -1)])
      }
    }
    #expect(running.store.collections > 20)
  }
}
