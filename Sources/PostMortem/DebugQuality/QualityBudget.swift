import ByteCursor
import Synchronization

/// What may be read of one file more than once. Honest units share little; in a hostile file every one of half a million
/// could name the same long list, line program or description.
final class QualityBudget: Sendable {
  /// What there is a budget for.
  enum Resource: Int, CaseIterable, Sendable {
    /// Bytes of range lists and location lists.
    case lists
    /// Bytes of line programs.
    case lines
    /// Entries of descriptions that inlined functions share.
    case entries
    /// Bytes of names that are kept.
    case names
  }
  private let left: Mutex<[Int]>

  /// - Parameter bytes: how large the debug information is.
  init(bytes: Int) {
    let some = 1 << 20
    var amounts = [Int](repeating: 0, count: Resource.allCases.count)
    amounts[Resource.lists.rawValue] = bytes &* 4 &+ some
    amounts[Resource.lines.rawValue] = bytes &* 2 &+ some
    // An abstract function's variables are gone through for each place that it was inlined in.
    amounts[Resource.entries.rawValue] = bytes &* 4 &+ some
    amounts[Resource.names.rawValue] = 256 << 20
    left = Mutex(amounts)
  }

  /// Whether it is used up.
  func isSpent(_ resource: Resource) -> Bool { left.withLock { $0[resource.rawValue] == 0 } }

  /// Takes `amount`; false where there is not so much left, and then nothing is from now on.
  func spend(_ amount: Int, of resource: Resource) -> Bool {
    left.withLock {
      guard $0[resource.rawValue] > amount else {
        $0[resource.rawValue] = 0
        return false
      }
      $0[resource.rawValue] -= amount
      return true
    }
  }
}

extension String {
  /// At most `limit` bytes of it, whole characters.
  func clipped(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var text = self
    while text.utf8.count > limit { text = String(decoding: text.utf8.prefix(limit - 4), as: UTF8.self) }
    return text + "…"
  }
}
