import ByteCursor
import DwarfEval

/// Red-black trees.
let cxxTreeFormatters: [Formatter] =
  cxx(["map", "multimap"]) { value throws(Unavailable) in try tree(value, isMap: true) }
  + cxx(["set", "multiset"]) { value throws(Unavailable) in try tree(value, isMap: false) }

private func tree(_ value: Value, isMap: Bool) throws(Unavailable) -> Presentation? {
  let content = NodeContent(of: value, isMap: isMap)
  let width = value.addressSize
  let (links, count): (TreeLinks, UInt64)
  if let tree = value.find("__tree_") {
    // A node is three pointers, a flag and the content, which the padding behind the flag is used for.
    guard let end = tree.find("__pair1_.__value_", "__end_node_"), let root = end.find("__left_"),
      let size = tree.find("__pair3_.__value_", "__size_"), let first = tree.find("__begin_node_")
    else { return nil }
    count = try size.count()
    links = TreeLinks(
      container: value, header: try end.address(), root: try root.pointer(), first: try first.pointer(),
      left: 0, right: width, parent: 2 &* width, content: content.start(behind: 3 &* width &+ 1))
  } else {
    // A node is its colour, three pointers and the content.
    guard let header = value.find("_M_t._M_impl._M_header"), let root = header.find("_M_parent"),
      let first = header.find("_M_left"), let size = value.find("_M_t._M_impl._M_node_count")
    else { return nil }
    count = try size.count()
    links = TreeLinks(
      container: value, header: try header.address(), root: try root.pointer(), first: try first.pointer(),
      left: 2 &* width, right: 3 &* width, parent: width, content: content.start(behind: 4 &* width))
  }
  return content.presentation(of: value, count: count) { limit in links.contents(limit: limit, count: count) }
}

/// How the nodes of a binary tree hang together.
private struct TreeLinks: Sendable {
  let container: Value
  /// What the root has as its parent.
  let header: UInt64
  let root: UInt64
  /// The node that the container says comes first.
  let first: UInt64
  /// Where in a node its links and its content are.
  let left: UInt64
  let right: UInt64
  let parent: UInt64
  let content: UInt64

  private struct Damage: Error { var text: String }

  /// Where the first contents are, in order. Every link is checked against the one that leads back.
  func contents(limit: Int, count: UInt64) -> Presentation.Found<UInt64> {
    var found = Presentation.Found<UInt64>()
    guard limit > 0 else { return found }
    // A walk over all of a tree goes along each link twice; links in circles never end.
    var budget = 4 &* Int(min(count, 200_000)) &+ 256
    do throws(Damage) {
      guard root != 0 else {
        if count > 0 { throw Damage(text: "it should have \(count) elements, but has no root") }
        return found
      }
      guard try link(root, parent) == header else {
        throw Damage(text: "its root at \(hexadecimal(root)) does not lead back to it")
      }
      var node = try leftmost(root, &budget)
      guard node == first else {
        throw Damage(text: "its first node should be at \(hexadecimal(first)), but is at \(hexadecimal(node))")
      }
      while node != header {
        if UInt64(found.elements.count) == count {
          throw Damage(text: "its links lead to more elements than the \(count) it should have")
        }
        guard found.elements.count < limit else { return found }
        found.elements.append(node &+ content)
        node = try successor(node, &budget)
      }
      if UInt64(found.elements.count) < count {
        throw Damage(text: "its links lead to \(found.elements.count) of the \(count) elements it should have")
      }
    } catch {
      found.problem = error.text
    }
    return found
  }

  private func link(_ node: UInt64, _ offset: UInt64) throws(Damage) -> UInt64 {
    do throws(Unavailable) {
      return try container.word(at: node &+ offset)
    } catch {
      throw Damage(text: "a link leads to \(hexadecimal(node)), where there is no node: \(error.reason)")
    }
  }

  /// The child on one side, which has to lead back; 0 for none.
  private func child(_ node: UInt64, _ side: UInt64, _ budget: inout Int) throws(Damage) -> UInt64 {
    budget -= 1
    guard budget > 0 else { throw Damage(text: "its links go in circles") }
    let next = try link(node, side)
    guard next != 0 else { return 0 }
    let back = try link(next, parent)
    guard back == node else {
      throw Damage(
        text:
          "the node at \(hexadecimal(next)) says that its parent is at \(hexadecimal(back)), not \(hexadecimal(node))")
    }
    return next
  }

  private func leftmost(_ node: UInt64, _ budget: inout Int) throws(Damage) -> UInt64 {
    var node = node
    while case let next = try child(node, left, &budget), next != 0 { node = next }
    return node
  }

  /// The node that comes next in order; the header behind the last one.
  private func successor(_ node: UInt64, _ budget: inout Int) throws(Damage) -> UInt64 {
    let next = try child(node, right, &budget)
    if next != 0 { return try leftmost(next, &budget) }
    var node = node
    while true {
      budget -= 1
      guard budget > 0 else { throw Damage(text: "its links go in circles") }
      let above = try link(node, parent)
      if above == header {
        guard node == root else { throw Damage(text: "the node at \(hexadecimal(node)) says that it is the root") }
        return header
      }
      if try link(above, left) == node { return above }
      guard try link(above, right) == node else {
        throw Damage(text: "the node at \(hexadecimal(node)) is no child of its parent at \(hexadecimal(above))")
      }
      node = above
    }
  }
}
