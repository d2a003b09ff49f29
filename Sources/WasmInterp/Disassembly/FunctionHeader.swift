import WasmBinary

/// The lines of a function in front of its instructions (6.6.5).
struct FunctionHeader {
  let function: UInt32
  /// The index of its type; nil where the module has none.
  let typeIndex: UInt32?
  let type: FunctionType?
  let locals: NameTable
  let formatter: InstructionFormatter

  /// `(func $add (;3;) (type 0) (param $x i32) (param i32 i32) (result i32)`.
  var functionLine: String {
    var words = ["(func"]
    if let name = formatter.name(IndexReference(.function, function)) { words.append(Identifier.text(name)) }
    words.append("(;\(function);)")
    if let typeIndex { words.append("(type \(formatter.reference(.type, typeIndex)))") }
    if let type {
      words += declarations("param", type.parameters.lazy.map { (1, $0) }, from: 0)
      if !type.results.isEmpty { words.append(formatter.list("result", type.results)) }
    }
    return words.joined(separator: " ")
  }

  /// `(local $i i32) (local i64 i64)`; nil where there are no locals.
  func localsLine(_ declared: [LocalGroup]) -> String? {
    let first = UInt32(type?.parameters.count ?? 0)
    let words = declarations("local", declared.lazy.map { ($0.count, $0.type) }, from: first)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// Parameters or locals: those with names stand alone, others that follow each other together.
  private func declarations(
    _ keyword: String, _ groups: some Sequence<(count: UInt32, type: ValueType)>, from first: UInt32
  ) -> [String] {
    var words: [String] = []
    var unnamed: [String] = []
    func endUnnamed() {
      if !unnamed.isEmpty { words.append("(\(keyword) \(unnamed.joined(separator: " ")))") }
      unnamed = []
    }
    var index = first
    var left = formatter.listLimit
    for group in groups {
      let type = formatter.text(group.type)
      for _ in 0..<group.count {
        guard left > 0 else {
          endUnnamed()
          return words + ["…"]
        }
        left -= 1
        if let name = locals[index] {
          endUnnamed()
          words.append("(\(keyword) \(Identifier.text(name)) \(type))")
        } else {
          unnamed.append(type)
        }
        index += 1
      }
    }
    endUnnamed()
    return words
  }
}
