import ByteCursor
import Synchronization

/// Where readers note what they lost, from any thread. It keeps as many as the limits allow, each once.
final class DiagnosticLog: Sendable {
  private struct State {
    var diagnostics: [Diagnostic] = []
    var seen: Set<Diagnostic> = []
  }
  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func add(_ diagnostic: Diagnostic) {
    state.withLock {
      guard $0.diagnostics.count < limit, $0.seen.insert(diagnostic).inserted else { return }
      $0.diagnostics.append(diagnostic)
    }
  }

  func add(_ error: ReadError, lost: String) { add(Diagnostic(error, lost: lost)) }

  var diagnostics: [Diagnostic] { state.withLock { $0.diagnostics } }
}
