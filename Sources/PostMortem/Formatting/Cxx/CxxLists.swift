import ByteCursor
import DwarfEval

/// What has its elements in nodes, each of which leads to the next one.
let cxxListFormatters: [Formatter] = [
  cxx("list") { value throws(Unavailable) in
    let end = value.find("__end_", "_M_impl._M_node")
    guard let end, let next = end.find("__next_", "_M_next"), end.find("__prev_", "_M_prev") != nil,
      let size = value.find("__size_alloc_.__value_", "__size_", "_M_impl._M_node._M_size")
    else { return nil }
    let count = try size.count()
    // In both libraries a pointer in each direction stands in front of the element; libc++ has the one back first.
    let width = value.addressSize
    let isForwardFirst = try next.address() == (try end.address())
    let chain = NodeChain(
      container: value, start: try next.pointer(), end: try end.address(), next: isForwardFirst ? 0 : width,
      previous: isForwardFirst ? width : 0, content: 2 &* width)
    return NodeContent(of: value, isMap: false).presentation(of: value, count: count) { limit in
      chain.contents(NodeContent(of: value, isMap: false), limit: limit, count: count)
    }
  },
  cxx("forward_list") { value throws(Unavailable) in
    guard
      let first = value.find("__before_begin_.__value_.__next_", "__before_begin_.__next_", "_M_impl._M_head._M_next")
    else { return nil }
    let chain = NodeChain(
      container: value, start: try first.pointer(), end: 0, next: 0, previous: nil, content: value.addressSize)
    let content = NodeContent(of: value, isMap: false)
    // It keeps no size: its nodes are counted.
    let all = chain.contents(content, limit: NodeChain.most, count: nil)
    let count = UInt64(all.elements.count)
    var presentation = content.presentation(of: value, count: count) { limit in
      .init(Array(all.elements.prefix(limit)), problem: all.problem)
    }
    if all.problem != nil { presentation.summary = "size>=\(count)" }
    return presentation
  },
]

/// Nodes that lead one to the next.
struct NodeChain: Sendable {
  let container: Value
  /// The first node.
  let start: UInt64
  /// What the last one leads to.
  let end: UInt64
  /// Where in a node the pointer to the next one is.
  let next: UInt64
  /// Where the pointer to the one before is, if there is one.
  let previous: UInt64?
  /// How many bytes stand in front of the content.
  let content: UInt64

  /// More nodes than this are never followed.
  static let most = 1 << 16

  /// Where the first contents are.
  /// - Parameter count: how many there should be; nil where nothing says it.
  func contents(_ content: NodeContent, limit: Int, count: UInt64?) -> Presentation.Found<UInt64> {
    var found = Presentation.Found<UInt64>()
    guard limit > 0 else { return found }
    var seen: Set<UInt64> = []
    var (node, before) = (start, end)
    do throws(Unavailable) {
      while node != end {
        if let count, UInt64(found.elements.count) == count {
          found.problem = "its links lead to more elements than the \(count) it should have"
          return found
        }
        guard found.elements.count < min(limit, Self.most) else {
          if count == nil { found.problem = "more than \(found.elements.count) elements were not followed" }
          return found
        }
        guard seen.insert(node).inserted else {
          found.problem = "its links go in circles: \(hexadecimal(node)) comes again"
          return found
        }
        let following = try container.word(at: node &+ next)
        if let previous, case let back = try container.word(at: node &+ previous), back != before {
          found.problem =
            "the node at \(hexadecimal(node)) says that the one before is at \(hexadecimal(back)), not \(hexadecimal(before))"
          return found
        }
        found.elements.append(node &+ content.start(behind: self.content))
        (before, node) = (node, following)
      }
    } catch {
      found.problem = "the link to \(hexadecimal(node)) leads nowhere: \(error.reason)"
      return found
    }
    if let count, UInt64(found.elements.count) < count {
      found.problem = "its links lead to \(found.elements.count) of the \(count) elements it should have"
    }
    return found
  }
}
