import ByteCursor

/// A call that a function makes, with what was passed (DWARF 5, 3.4; GNU's form of DWARF 4).
public struct CallSiteEntry: Sendable {
  public let entry: Entry
  /// Where the call returns to.
  public let returnAddress: CodeAddress?
  /// The call's own address.
  public let address: CodeAddress?
  /// The function that is called, where the compiler knows it.
  public let callee: Entry?
  /// An expression for the address of the function that is called indirectly.
  public let target: FormValue?
  /// Whether the caller's frame is gone then.
  public let isTailCall: Bool
  public let parameters: [Parameter]

  /// A parameter and its value at the call.
  public struct Parameter: Sendable {
    /// Where the callee finds it, as an expression.
    public let location: FormValue?
    /// An expression for the value in the caller's frame.
    public let value: FormValue?
    /// The callee's parameter, where the compiler says it.
    public let parameter: Entry?
  }
}

extension Dwarf {
  /// The calls of `function`, those in its blocks and in what was inlined into it too, in the order of their entries.
  public func callSites(of function: Function) -> [CallSiteEntry] {
    guard var reader = try? function.unit.entries(from: function.offset) else { return [] }
    var sites: [CallSiteEntry] = []
    /// The depth at which a nested function started, whose calls are its own.
    var nested = Int.max
    do throws(ReadError) {
      while let entry = try reader.next() {
        if reader.depth <= nested { nested = .max }
        guard nested == .max else { continue }
        if entry.tag == .subprogram, reader.depth > 0 { nested = reader.depth }
        if entry.tag == .callSite || entry.tag == .gnuCallSite { sites.append(callSite(entry)) }
      }
    } catch {
      log(error, lost: "calls of a function")
    }
    return sites
  }

  private func callSite(_ entry: Entry) -> CallSiteEntry {
    let isGNU = entry.tag == .gnuCallSite
    func address(_ attribute: DwAttribute) -> CodeAddress? {
      entry[attribute].flatMap { entry.unit.address($0) }.map { CodeAddress($0) }
    }
    var parameters: [CallSiteEntry.Parameter] = []
    forEachChild(of: entry) { child in
      guard child.tag == .callSiteParameter || child.tag == .gnuCallSiteParameter else { return }
      let origin = child[.callParameter] ?? child[.abstractOrigin]
      parameters.append(
        CallSiteEntry.Parameter(
          location: child[.location], value: child[.callValue] ?? child[.gnuCallSiteValue],
          parameter: origin.flatMap { self.entry($0, from: child.unit) }))
    }
    return CallSiteEntry(
      entry: entry, returnAddress: isGNU ? address(.lowPC) : address(.callReturnPC), address: address(.callPC),
      callee: (entry[.callOrigin] ?? entry[.abstractOrigin]).flatMap { self.entry($0, from: entry.unit) },
      target: entry[.callTarget] ?? entry[.gnuCallSiteTarget],
      isTailCall: (entry[.callTailCall] ?? entry[.gnuTailCall])?.flagValue == true, parameters: parameters)
  }
}
