import ByteCursor
import DwarfEval

/// The rows for the C++ library's types: those of libc++ (`__1`) and libstdc++.
///
/// Members are found by name on several paths, as versions of a library differ in what they wrap a member in.
let cxxFormatters: [Formatter] =
  cxxStringFormatters + cxxSequenceFormatters + cxxListFormatters + cxxTreeFormatters + cxxHashTableFormatters
  + cxxUtilityFormatters + cxxPointerFormatters + cxxChronoFormatters

/// A row for a class template `std::name`. A type inside of it has the same key (`std::vector<int>::iterator`), and is left alone.
func cxx(
  _ name: String, _ present: @escaping @Sendable (Value) throws(Unavailable) -> Presentation?
) -> Formatter {
  Formatter("std::" + name) { value throws(Unavailable) in
    guard value.type?.record != nil, let simple = value.underlying?.simpleName else { return nil }
    let last = FormatterRegistry.key(name).split(separator: ":").last.map(String.init)
    guard simple.prefix(while: { $0 != "<" }) == last ?? name else { return nil }
    return try present(value)
  }
}

/// Rows for templates of one make.
func cxx(
  _ names: [String], _ present: @escaping @Sendable (Value) throws(Unavailable) -> Presentation?
) -> [Formatter] {
  names.map { cxx($0, present) }
}

/// What contradicts itself in a value, said in the words that sequences use.
func damaged(_ text: String) -> Unavailable { Unavailable("damaged: \(text)") }

extension Value {
  /// The member at the end of the first path that exists; paths are written `a.b`.
  func find(_ paths: String...) -> Value? {
    for path in paths {
      var value: Value? = self
      for name in path.split(separator: ".") { value = value?.member(named: String(name)) }
      if let value { return value }
    }
    return nil
  }

  /// Bytes of an address.
  var addressSize: UInt64 { UInt64(type?.addressSize ?? 4) }

  /// The type that is the template's argument with this number.
  func typeArgument(_ index: Int) -> DwarfType? {
    guard let arguments = type?.record?.templateArguments, arguments.indices.contains(index),
      case .type(_, let type) = arguments[index]
    else { return nil }
    return type
  }

  /// The number that is the template's argument with this number.
  func numberArgument(_ index: Int) -> Int128? {
    guard let arguments = type?.record?.templateArguments, arguments.indices.contains(index),
      case .value(_, let type, let constant) = arguments[index]
    else { return nil }
    return constant?.integer(signed: type?.isSigned ?? false)
  }

  /// The types of a template's pack of arguments, which is its last.
  var packArguments: [DwarfType?] {
    guard let arguments = type?.record?.templateArguments else { return [] }
    var types: [DwarfType?] = []
    for case .pack(_, let members) in arguments {
      for case .type(_, let type) in members { types.append(type) }
    }
    return types
  }

  /// The address at which it lies.
  func address() throws(Unavailable) -> UInt64 {
    guard let address = storage.address else { throw Unavailable("it lies in no memory") }
    return address.offset
  }

  /// The address that stands at an address.
  func word(at address: UInt64) throws(Unavailable) -> UInt64 {
    let bytes = try surroundings.memory.read(
      object(nil, at: address, storage.assurance).storage, count: Int(addressSize)
    ).complete()
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Why bytes at an address cannot be there: memory ends before. Bytes that only are not in the dump can.
  func misplacement(at address: UInt64, count: UInt64) -> String? {
    guard count > 0 else { return nil }
    let (last, overflow) = address.addingReportingOverflow(count - 1)
    let index = storage.address?.memory ?? 0
    guard let memory = surroundings.memory.dump.memory(Int(index), of: surroundings.instance) else { return nil }
    guard !overflow, memory.run(at: last) != nil, memory.run(at: address) != nil else {
      return "\(count) bytes at \(hexadecimal(address)) are not within memory"
    }
    return nil
  }

  /// Elements that lie one behind the other.
  /// - Throws: that they do not lie in memory.
  func elements(_ element: DwarfType?, at start: UInt64, count: UInt64) throws(Unavailable) -> Presentation {
    guard let element, let size = element.size else {
      throw Unavailable("the size of its elements is not known")
    }
    let (bytes, overflow) = size.multipliedReportingOverflow(by: count)
    if let problem = overflow ? "it cannot have \(count) elements" : misplacement(at: start, count: bytes) {
      throw damaged("of its \(count) elements, \(problem)")
    }
    return .container(count: count) { index throws(Unavailable) in
      object(element, at: start &+ index &* size, storage.assurance)
    }
  }
}

/// Where things lie behind one another in a structure that no entry describes.
enum Layout {
  /// The first place from `offset` on that is right for the type.
  static func place(of type: DwarfType?, from offset: UInt64) -> UInt64 {
    let alignment = max(type?.alignment ?? 1, 1)
    guard alignment.nonzeroBitCount == 1, alignment <= 1 << 16 else { return offset }
    return (offset &+ alignment &- 1) & ~(alignment &- 1)
  }
}

/// What nodes of a container hold: elements, or keys with values.
struct NodeContent {
  let key: DwarfType?
  /// Nil where nodes hold elements.
  let mapped: DwarfType?

  /// Of a container whose template's arguments begin with the key's type and, in a map, the value's.
  init(of container: Value, isMap: Bool) {
    key = container.typeArgument(0)
    mapped = isMap ? container.typeArgument(1) : nil
  }

  /// Where the content starts, behind a node's links.
  func start(behind offset: UInt64) -> UInt64 {
    max(Layout.place(of: key, from: offset), Layout.place(of: mapped, from: offset))
  }

  /// The entry that starts at an address.
  func entry(at address: UInt64, in container: Value) -> Presentation.Entry {
    let first = container.object(key, at: address, container.storage.assurance)
    guard let mapped else { return Presentation.Entry(first, first) }
    let second = address &+ Layout.place(of: mapped, from: key?.size ?? 0)
    return Presentation.Entry(first, container.object(mapped, at: second, container.storage.assurance))
  }

  /// A container of these, which `nodes` finds: the addresses of their contents.
  func presentation(
    of container: Value, count: UInt64, nodes: @escaping @Sendable (Int) -> Presentation.Found<UInt64>
  ) -> Presentation {
    let summary = "size=\(count)"
    let content = self
    guard mapped != nil else {
      return Presentation(
        summary: summary,
        children: .sequence(count: count) { limit in
          let found = nodes(limit)
          return .init(found.elements.map { content.entry(at: $0, in: container).key }, problem: found.problem)
        })
    }
    return Presentation(
      summary: summary,
      children: .entries(count: count) { limit in
        let found = nodes(limit)
        return .init(found.elements.map { content.entry(at: $0, in: container) }, problem: found.problem)
      })
  }
}

extension NodeContent: Sendable {}
