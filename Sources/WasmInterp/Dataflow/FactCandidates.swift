import ByteCursor
import WasmBinary

/// The facts that may hold at one place: only what is found out where every path to the place leads through.
struct FactCandidates {
  /// A load or store may have come about in a block that dominates the place.
  private(set) var events: [MemoryEvent] = []
  private(set) var conditions: [PointFacts.ConditionFact] = []
  /// By the edge where they are passed: their numbers.
  private(set) var conditionOfEdge: [ControlFlowEdge: Int] = [:]

  private struct Condition: Hashable {
    let value: ValueID
    let test: PointFacts.Test
  }

  init(
    _ sites: FactSites, _ graph: ControlFlowGraph, _ values: ValueTable, _ block: Int, _ offset: CodeOffset,
    limit: Int
  ) {
    var numbers: [Condition: Int] = [:]
    var block = block
    var end = offset.short
    while true {
      for event in sites.events(of: block).reversed() where event.at < end && events.count < limit {
        if event.kind == .load || event.kind == .store { events.append(event) }
      }
      for index in graph.predecessors(of: block) where numbers.count < limit {
        let edge = graph.edges[Int(index)]
        guard let value = sites.conditions[edge.source], let test = Self.test(edge) else { continue }
        add(Condition(value: value, test: test), edge, &numbers, values)
      }
      if block == 0 || (events.count >= limit && conditions.count >= limit) { return }
      end = .max
      block = Int(sites.dominators[block])
    }
  }

  private mutating func add(
    _ condition: Condition, _ edge: ControlFlowEdge, _ numbers: inout [Condition: Int], _ values: ValueTable
  ) {
    if let number = numbers[condition] {
      conditionOfEdge[edge] = number
      return
    }
    guard values.node(condition.value).kind != .constant else { return }
    let number = conditions.count
    numbers[condition] = number
    conditionOfEdge[edge] = number
    conditions.append(PointFacts.ConditionFact(value: condition.value, test: condition.test))
  }

  /// What is known of the operand of a `br_if`, `if` or `br_table` where an edge is taken.
  private static func test(_ edge: ControlFlowEdge) -> PointFacts.Test? {
    switch edge.kind {
    case .taken: .isNotZero
    case .notTaken: .isZero
    case .tableCase(let number): number.map { .equals($0) }
    case .fallthrough, .exception, .catchClause: nil
    }
  }
}
