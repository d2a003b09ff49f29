import ByteCursor
import WasmBinary

/// Counts how long instructions are in both modules, and makes of it the model with the fewest exceptions.
struct WidthStatistics {
  private struct Count {
    /// Instructions that are of one length in both modules.
    var same = 0
    /// Those that are not, by the companion's length.
    var padded: [Int: Int] = [:]
    /// By number: how many more are padded than not.
    var balance: [Int64: Int] = [:]
  }

  private var counts: [Opcode: Count] = [:]

  mutating func add(_ opcode: Opcode, number: Int64?, shipped: Int, companion: Int) {
    var count = counts.removeValue(forKey: opcode) ?? Count()
    if shipped == companion { count.same += 1 } else { count.padded[companion, default: 0] += 1 }
    if let number { count.balance[number, default: 0] += shipped == companion ? -1 : 1 }
    counts[opcode] = count
  }

  var model: WidthModel {
    var model = WidthModel()
    let used = counts.filter { !$0.value.padded.isEmpty }
    model.addresses = Self.bestRange(used.values.map(\.balance))
    for (opcode, count) in used {
      let (length, padded) = count.padded.max { ($0.value, $0.key) < ($1.value, $1.key) } ?? (0, 0)
      let all = count.padded.values.reduce(0, +)
      // What a rule gets wrong.
      var best = (wrong: all, rule: WidthModel.Rule.never)
      if count.same + all - padded < best.wrong { best = (count.same + all - padded, .always) }
      if !count.balance.isEmpty {
        let inside = count.balance.reduce(0) { $0 + (model.addresses.contains($1.key) ? $1.value : 0) }
        if all - inside < best.wrong { best = (all - inside, .addresses) }
      }
      model[opcode] = WidthModel.Entry(rule: best.rule, length: length)
    }
    return model
  }

  /// The range of numbers with the greatest sum of balances.
  private static func bestRange(_ balances: [[Int64: Int]]) -> Range<Int64> {
    var sums: [Int64: Int] = [:]
    for balance in balances { sums.merge(balance, uniquingKeysWith: +) }
    var best = (sum: 0, range: Int64(0)..<Int64(0))
    var current = (sum: 0, start: Int64(0))
    for (number, balance) in sums.sorted(by: { $0.key < $1.key }) where number < .max {
      if current.sum <= 0 { current = (0, number) }
      current.sum += balance
      if current.sum > best.sum { best = (current.sum, current.start..<number + 1) }
    }
    return best.range
  }
}
