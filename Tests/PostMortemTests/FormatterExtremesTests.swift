import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Library types whose members have every size, and hold the smallest and the largest numbers that fit into it: what random
/// damage hardly ever comes to. Whatever is shown of them, nothing crashes, and what is not shown has a reason.
@Suite struct FormatterExtremesTests {
  // MARK: Shapes

  /// A library type by the paths of its members, as formatters ask for them.
  struct Shape {
    /// Namespaces and the name; its arguments are added.
    var name: String
    /// A path that ends with `*` leads to a pointer, one with `[]` to an array of characters, others to numbers.
    var paths: [String]
    /// What stands between `<` and `>`; nil for a type without.
    var arguments: Arguments? = .types
    /// Its size where the formatter asks for it.
    var size: UInt64 = 32
  }

  enum Arguments { case types, number, truth, pack }

  static let cxx: [Shape] = [
    Shape(
      name: "std::basic_string",
      paths: [
        "__r_.__value_.__s.__data_[]", "__r_.__value_.__s.__size_", "__r_.__value_.__s.__is_long_",
        "__r_.__value_.__l.__data_*", "__r_.__value_.__l.__size_", "__r_.__value_.__l.__cap_",
      ]),
    Shape(
      name: "std::basic_string",
      paths: [
        "__rep_.__s.__data_[]", "__rep_.__s.__size_", "__rep_.__l.__data_*", "__rep_.__l.__size_", "__rep_.__l.__cap_",
      ]
    ),
    Shape(
      name: "std::basic_string",
      paths: ["_M_dataplus._M_p*", "_M_string_length", "_M_local_buf[]", "_M_allocated_capacity"]),
    Shape(name: "std::basic_string", paths: ["_M_dataplus._M_p*"]),
    Shape(name: "std::basic_string_view", paths: ["__data_*", "__size_"]),
    Shape(name: "std::vector", paths: ["__begin_*", "__end_*", "__cap_*"]),
    Shape(name: "std::vector", paths: ["_M_impl._M_start*", "_M_impl._M_finish*", "_M_impl._M_end_of_storage*"]),
    Shape(name: "std::vector", paths: ["__begin_*", "__size_"], arguments: .truth),
    Shape(
      name: "std::vector",
      paths: ["_M_impl._M_start._M_p*", "_M_impl._M_finish._M_p*", "_M_impl._M_finish._M_offset"], arguments: .truth),
    Shape(name: "std::array", paths: ["__elems_[]"], arguments: .number),
    Shape(name: "std::span", paths: ["__data_*", "__size_"]),
    Shape(name: "std::span", paths: ["__data_*"], arguments: .number),
    Shape(name: "std::initializer_list", paths: ["__begin_*", "__size_"]),
    Shape(name: "std::valarray", paths: ["_M_data*", "_M_size"]),
    Shape(name: "std::deque", paths: ["__map_.__begin_*", "__map_.__end_*", "__start_", "__size_"]),
    Shape(
      name: "std::deque",
      paths: [
        "_M_impl._M_start._M_node*", "_M_impl._M_finish._M_node*", "_M_impl._M_start._M_cur*",
        "_M_impl._M_start._M_first*", "_M_impl._M_finish._M_cur*", "_M_impl._M_finish._M_first*",
      ]),
    Shape(name: "std::list", paths: ["__end_.__next_*", "__end_.__prev_*", "__size_"]),
    Shape(
      name: "std::list", paths: ["_M_impl._M_node._M_next*", "_M_impl._M_node._M_prev*", "_M_impl._M_node._M_size"]),
    Shape(name: "std::forward_list", paths: ["__before_begin_.__next_*"]),
    Shape(name: "std::map", paths: ["__tree_.__end_node_.__left_*", "__tree_.__begin_node_*", "__tree_.__size_"]),
    Shape(
      name: "std::set",
      paths: ["_M_t._M_impl._M_header._M_parent*", "_M_t._M_impl._M_header._M_left*", "_M_t._M_impl._M_node_count"]),
    Shape(name: "std::unordered_map", paths: ["__table_.__first_node_.__next_*", "__table_.__size_"]),
    Shape(name: "std::unordered_set", paths: ["_M_h._M_before_begin._M_nxt*", "_M_h._M_element_count"]),
    Shape(name: "std::unique_ptr", paths: ["__ptr_*"]),
    Shape(name: "std::shared_ptr", paths: ["__ptr_*", "__cntrl_*"]),
    Shape(name: "std::weak_ptr", paths: ["__ptr_*", "__cntrl_*"]),
    Shape(name: "std::optional", paths: ["__engaged_", "__val_"]),
    Shape(name: "std::optional", paths: ["__value_*"]),
    Shape(name: "std::variant", paths: ["__impl_.__index", "__impl_.__data.x"], arguments: .pack),
    Shape(name: "std::variant", paths: ["_M_index", "_M_u.x"], arguments: .pack),
    Shape(name: "std::function", paths: ["__f_.__f_*"]),
    Shape(name: "std::function", paths: ["_M_manager*", "_M_invoker*"]),
    Shape(name: "std::function", paths: ["__f_.__policy_*", "__f_.__invoker_.__call_*"]),
    Shape(name: "std::atomic", paths: ["__a_.__a_value"]),
    Shape(name: "std::reference_wrapper", paths: ["__f_*"]),
    Shape(name: "std::chrono::duration", paths: ["__rep_"]),
  ]

  static let rust: [Shape] = [
    Shape(
      name: "alloc::string::String", paths: ["vec.buf.inner.ptr*", "vec.buf.inner.cap", "vec.len"], arguments: nil),
    Shape(name: "alloc::vec::Vec", paths: ["buf.inner.ptr*", "buf.inner.cap", "len"]),
    Shape(
      name: "alloc::collections::vec_deque::VecDeque", paths: ["buf.inner.ptr*", "buf.inner.cap", "head", "len"]),
    Shape(name: "alloc::collections::vec_deque::VecDeque", paths: ["buf.ptr*", "buf.cap", "head", "tail"]),
    Shape(name: "&str", paths: ["data_ptr*", "length"], arguments: nil),
    Shape(name: "&std::ffi::c_str::CStr", paths: ["data_ptr*", "length"], arguments: nil),
    Shape(name: "&[u16]", paths: ["data_ptr*", "length"], arguments: nil),
    Shape(name: "&dyn Trait", paths: ["pointer*", "vtable*"], arguments: nil),
    Shape(name: "alloc::boxed::Box", paths: ["data_ptr*", "length"]),
    Shape(name: "alloc::rc::Rc", paths: ["ptr.pointer*", "phantom"]),
    Shape(name: "alloc::sync::Arc", paths: ["ptr.data_ptr*", "ptr.length", "phantom"]),
    Shape(name: "alloc::sync::Weak", paths: ["ptr.pointer*", "phantom"]),
    Shape(name: "core::cell::RefCell", paths: ["borrow", "value"]),
    Shape(name: "core::cell::Ref", paths: ["value*", "borrow"]),
    Shape(name: "std::sync::mutex::Mutex", paths: ["data", "poison"]),
    Shape(name: "core::sync::atomic::AtomicBool", paths: ["v"], arguments: nil),
    Shape(name: "core::num::nonzero::NonZero", paths: ["__0"]),
    Shape(name: "core::time::Duration", paths: ["secs", "nanos"], arguments: nil),
    Shape(name: "core::ops::range::Range", paths: ["start", "end"]),
    Shape(name: "core::ops::range::RangeInclusive", paths: ["start", "end", "exhausted"]),
    Shape(
      name: "std::collections::hash::map::HashMap",
      paths: ["base.table.table.ctrl*", "base.table.table.items", "base.table.table.bucket_mask"]),
    Shape(
      name: "hashbrown::set::HashSet",
      paths: ["map.table.table.ctrl*", "map.table.table.items", "map.table.table.bucket_mask"]),
    Shape(
      name: "alloc::collections::btree::map::BTreeMap", paths: ["root.node*", "root.height", "length"]),
  ]

  static let swift: [Shape] = [
    Shape(name: "Swift.Int", paths: ["_value"], arguments: nil, size: 4),
    Shape(name: "Swift.UInt128", paths: ["_value"], arguments: nil, size: 16),
    Shape(name: "Swift.Bool", paths: ["_value"], arguments: nil, size: 1),
    Shape(name: "Swift.Double", paths: ["_value"], arguments: nil, size: 8),
    Shape(name: "Swift.Unicode.Scalar", paths: ["_value"], arguments: nil, size: 4),
    Shape(name: "Swift.String", paths: ["_guts"], arguments: nil, size: 12),
    Shape(name: "Swift.Character", paths: ["_str"], arguments: nil, size: 12),
    Shape(
      name: "Swift.StaticString", paths: ["_startPtrOrData", "_utf8CodeUnitCount", "_flags"], arguments: nil, size: 12),
    Shape(name: "Swift.Optional", paths: ["some"], size: 5),
    Shape(name: "Swift.Array", paths: ["_buffer*"], size: 4),
    Shape(name: "Swift.ArraySlice", paths: ["_buffer*", "a", "b", "c"], size: 16),
    Shape(name: "Swift.UnsafeBufferPointer", paths: ["_position*", "count"], size: 8),
    Shape(name: "Swift.Dictionary", paths: ["_variant*"], size: 4),
    Shape(name: "Swift.Set", paths: ["_variant*"], arguments: .truth, size: 4),
    Shape(name: "Swift.UnsafePointer", paths: ["_rawValue*"], size: 4),
    Shape(name: "Swift.Range", paths: ["lowerBound", "upperBound"], size: 8),
    Shape(name: "Swift.ClosedRange", paths: ["lowerBound", "upperBound"], size: 32),
  ]

  static let zig: [Shape] = [
    Shape(name: "[]T", paths: ["ptr*", "len"], arguments: nil),
    Shape(name: "?[]T", paths: ["ptr*", "len"], arguments: nil),
    Shape(name: "?T", paths: ["payload", "some"], arguments: nil),
    Shape(name: "array_list.Aligned(T)", paths: ["items.ptr*", "items.len", "capacity"], arguments: nil),
    Shape(name: "error{}!T", paths: ["error", "payload"], arguments: nil),
    Shape(name: "Tagged", paths: ["payload", "tag"], arguments: nil),
  ]

  /// What pointers lead to: whatever formatters ask for there.
  static let target = [
    "__shared_owners_", "__shared_weak_owners_", "strong", "weak", "value", "len", "parent_idx", "parent", "keys",
    "vals", "__is_null", "__type_info*",
  ]
  /// The same for libstdc++.
  static let otherTarget = ["_M_use_count", "_M_weak_count", "strong", "weak", "data"]

  // MARK: Types

  static let sizes: [UInt64] = Array(0...17) + [64, 1 << 31, 1 << 62, 1 << 63, .max - 1, .max]

  /// What the members of all shapes are: the `n`th pointer and the `n`th number of each are of the same size, and lie in the
  /// same bytes.
  struct Round {
    static let slots = 12
    var pointers = [UInt64](repeating: 4, count: slots)
    var numbers = [(size: UInt64, isSigned: Bool)](repeating: (4, false), count: slots)
    var bytes: [UInt8]
    var element: UInt64 = 4
    var size: UInt64?
    var isOtherTarget = false
    var constant: UInt64 = 3

    static let start: UInt64 = 0x400
    /// Where numbers lie, behind the pointers, and what pointers lead to, where the same numbers are.
    static let numbersStart = 16 * slots
    static let heap: UInt64 = 0x800

    /// Pointers that lead to the objects, and ones.
    init() {
      bytes = []
      for _ in 0..<Self.slots { bytes += littleEndian(UInt128(Self.heap), 16) }
      for _ in 0..<Self.slots { bytes += littleEndian(1, 16) }
    }

    mutating func set(pointer slot: Int, _ value: UInt128) {
      bytes.replaceSubrange(16 * slot..<16 * slot + 16, with: littleEndian(value, 16))
    }

    mutating func set(number slot: Int, _ value: UInt128) {
      let place = Self.numbersStart + 16 * slot
      bytes.replaceSubrange(place..<place + 16, with: littleEndian(value, 16))
    }
  }

  private static func littleEndian(_ number: UInt128, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt128(8 * $0)) }
  }

  /// The smallest and the largest numbers of a size, with and without a sign.
  static func extremes(_ size: UInt64) -> [UInt128] {
    let bits = UInt128(min(max(size, 1), 16) * 8)
    let largest: UInt128 = bits == 128 ? .max : 1 << bits - 1
    return [0, 1, largest, largest >> 1, largest >> 1 + 1]
  }

  private static func types(_ round: Round) -> [DIE] {
    var types: [DIE] = []
    for size in sizes {
      for isSigned in [false, true] {
        let name = "n\(size)\(isSigned ? "s" : "")"
        types.append(base(name, isSigned ? .signed : .unsigned, size))
      }
      types.append(
        DIE(DwTag.pointerType, [typed("object"), number(.byteSize, size)], label: "p\(size)"))
    }
    types.append(
      DIE(
        DwTag.baseType,
        [
          named("Int"), number(.encoding, UInt64(DwEncoding.signed.rawValue)), number(.byteSize, round.element),
        ], label: "element"))
    types.append(
      DIE(
        DwTag.arrayType, [typed("char")], label: "text",
        children: [DIE(DwTag.subrangeType, [number(.count, round.numbers[0].size)])]))
    types += [argument("ratio", round.constant)]
    types += tree(round.isOtherTarget ? otherTarget : target, "object", round, 64, [])
    return types
  }

  /// `std::ratio<n, n>`.
  private static func argument(_ name: String, _ constant: UInt64) -> DIE {
    let values = ["Num", "Den"].map { part in
      DIE(DwTag.templateValueParameter, [named(part), typed("long long"), number(.constValue, constant)])
    }
    return DIE(
      DwTag.structureType, [named("ratio<1, 1>"), number(.byteSize, 1)], label: name, children: values)
  }

  /// The records of a shape, the innermost first.
  private static func tree(_ paths: [String], _ label: String, _ round: Round, _ size: UInt64, _ more: [DIE]) -> [DIE] {
    var types: [DIE] = []
    var (pointers, numbers) = (0, 0)
    struct Node {
      var names: [String] = []
      var children: [String: Node] = [:]
      var leaf: (type: String, offset: UInt64)?
      mutating func insert(_ path: [String], _ leaf: (String, UInt64)) {
        guard let name = path.first else { return self.leaf = leaf }
        if children[name] == nil { names.append(name) }
        children[name, default: Node()].insert(Array(path.dropFirst()), leaf)
      }
    }
    var root = Node()
    for path in paths {
      let isText = path.hasSuffix("[]")
      let parts = path.filter { !"*[]".contains($0) }.split(separator: ".").map { String($0) }
      if path.hasSuffix("*") {
        root.insert(parts, ("p\(round.pointers[pointers])", UInt64(16 * pointers)))
        pointers += 1
      } else {
        let slot = round.numbers[numbers]
        let type = isText ? "text" : "n\(slot.size)\(slot.isSigned ? "s" : "")"
        root.insert(parts, (type, UInt64(Round.numbersStart + 16 * numbers)))
        numbers += 1
      }
    }
    func write(_ node: Node, _ label: String, _ name: String, _ size: UInt64, _ more: [DIE]) {
      var members: [DIE] = []
      for name in node.names {
        guard let child = node.children[name] else { continue }
        if let leaf = child.leaf {
          members.append(member(name, leaf.type, leaf.offset))
        } else {
          write(child, label + "." + name, name, 400, [])
          members.append(member(name, label + "." + name, 0))
        }
      }
      types.append(
        DIE(
          DwTag.structureType, [named(name), number(.byteSize, size)], label: label, children: more + members))
    }
    write(root, label, label, size, more)
    return types
  }

  /// A shape's types in its namespaces.
  private static func types(_ shape: Shape, _ label: String, _ round: Round, _ language: DwLanguage) -> [DIE] {
    var arguments: [DIE] = []
    let first = shape.arguments == .truth ? "bool" : "element"
    func type(_ name: String, _ label: String) -> DIE { DIE(DwTag.templateTypeParameter, [named(name), typed(label)]) }
    switch shape.arguments {
    case .types?, .truth?:
      arguments = [type("T", first), type("V", language == .cPlusPlus14 ? "ratio" : "element"), type("K", "element")]
      if language == .swift {
        arguments = shape.name == "Swift.Dictionary" ? Array(arguments.prefix(2)) : [arguments[0]]
      }
    case .number?:
      arguments = [
        type("T", first),
        DIE(DwTag.templateValueParameter, [named("N"), typed("long long"), number(.constValue, round.constant)]),
      ]
    case .pack?:
      arguments = [
        DIE(DwTag.gnuTemplateParameterPack, [named("Types")], children: [type("", "element"), type("", "int")])
      ]
    case nil: break
    }
    var types = tree(shape.paths, label, round, round.size ?? shape.size, arguments)
    var last = types.removeLast()
    let parts = shape.name.split(separator: ":").map { String($0) }
    let isNested = language == .cPlusPlus14
    let name = (isNested ? parts[parts.count - 1] : shape.name) + (shape.arguments == nil ? "" : "<T>")
    last.attributes[0] = named(name)
    if isNested {
      for space in parts.dropLast().reversed() { last = DIE(DwTag.namespace, [named(space)], children: [last]) }
    }
    return types + [last]
  }

  // MARK: Tests

  /// The shapes as variables of a program.
  private func stage(_ shapes: [Shape], _ language: DwLanguage, _ round: Round) throws -> Stage {
    let variables = shapes.indices.map { index in
      variable("v\(index)", "shape\(index)", [0x03] + Self.littleEndian(UInt128(Round.start), 4))
    }
    return try Stage(variables) {
      $0.language = language
      $0.memory = [
        (Round.start, round.bytes), (Round.heap, round.bytes),
      ]
      $0.unitEntries = Self.types(round)
      for (index, shape) in shapes.enumerated() {
        $0.unitEntries += Self.types(shape, "shape\(index)", round, language)
      }
    }
  }

  /// What is shown of the shapes.
  private func nodes(_ shapes: [Shape], _ language: DwLanguage, _ round: Round) throws -> [ValueNode] {
    Array(try stage(shapes, language, round).nodes().values)
  }

  /// Describes a round's values, asks for parts of them, and returns how many nodes there were.
  private func check(_ shapes: [Shape], _ language: DwLanguage, _ round: Round) throws -> Int {
    let stage = try stage(shapes, language, round)
    let frame = stage.session.backtrace(thread: 0)[0]
    var limits = DescriptionLimits()
    (limits.elements, limits.nodes) = (4, 40)
    var count = 0
    func check(_ node: ValueNode) {
      count += 1
      if node.trust == .unavailable { #expect(node.reason?.isEmpty == false, "\(node.type)") }
      node.children.forEach(check)
    }
    for node in stage.session.description(of: frame, thread: 0, limits: limits).locals { check(node) }
    let expressions = ExpressionSession(session: stage.session)
    for index in shapes.indices {
      for expression in ["v\(index)[0]", "v\(index)[18446744073709551615]", "*v\(index)"] {
        guard let value = try? expressions.evaluate(expression, frame: frame, thread: 0),
          var describer = expressions.describer(of: value)
        else { continue }
        describer.limits = limits
        check(describer.describe(value))
      }
    }
    return count
  }

  static let languages: [(DwLanguage, [Shape])] = [
    (.cPlusPlus14, cxx), (.rust, rust), (.swift, swift), (.zig, zig),
  ]

  /// One member at a time is of another size and at an extreme; then the types of elements, and whole objects.
  @Test(arguments: languages.indices) func oneAtATime(_ language: Int) throws {
    let (language, shapes) = Self.languages[language]
    var count = 0
    for slot in 0..<5 {
      for size in Self.sizes {
        // The sizes of machine words at every extreme, others at the greatest number.
        let values = [1, 4, 8, 16].contains(size) ? Self.extremes(size) : [Self.extremes(size)[2]]
        for (index, value) in values.enumerated() where index > 0 || values.count == 1 {
          var round = Round()
          round.numbers[slot] = (size, index > 2)
          round.set(number: slot, value)
          round.isOtherTarget = slot > 1
          count += try check(shapes, language, round)
        }
        guard [0, 1, 8, 9, 16, .max].contains(size) else { continue }
        var round = Round()
        round.pointers[slot] = size
        round.set(pointer: slot, Self.extremes(size)[2])
        count += try check(shapes, language, round)
      }
    }
    for size in Self.sizes {
      var round = Round()
      round.element = size
      count += try check(shapes, language, round)
      round.size = size
      round.constant = size
      count += try check(shapes, language, round)
    }
    #expect(count > shapes.count * 200)
  }

  /// All members are of any sizes and hold anything of that kind.
  @Test(arguments: languages.indices) func allAtOnce(_ language: Int) throws {
    let (language, shapes) = Self.languages[language]
    var generator = SeededGenerator(seed: 4)
    var count = 0
    for turn in 0..<60 {
      var round = Round()
      for slot in 0..<Round.slots {
        func size() -> UInt64 {
          Bool.random(using: &generator)
            ? 4 : [1, 8, 8, 16, Self.sizes.randomElement(using: &generator)!].randomElement(using: &generator)!
        }
        round.pointers[slot] = size()
        round.numbers[slot] = (size(), Bool.random(using: &generator))
        if Int.random(in: 0..<3, using: &generator) > 0 {
          round.set(pointer: slot, Self.extremes(round.pointers[slot]).randomElement(using: &generator)!)
        }
        if Int.random(in: 0..<3, using: &generator) > 0 {
          round.set(number: slot, Self.extremes(round.numbers[slot].size).randomElement(using: &generator)!)
        }
      }
      if turn % 3 == 0 { round.element = Self.sizes.randomElement(using: &generator)! }
      if turn % 4 == 0 { round.size = Self.sizes.randomElement(using: &generator)! }
      round.constant = Self.sizes.randomElement(using: &generator)!
      round.isOtherTarget = turn % 2 == 0
      count += try check(shapes, language, round)
    }
    #expect(count > shapes.count * 60)
  }

  /// With nothing extreme types are shown by their formatters: otherwise the tests above would test nothing. Some want more
  /// than pointers and small numbers can be.
  @Test(arguments: languages.indices) func formattersAreReached(_ language: Int) throws {
    let (language, shapes) = Self.languages[language]
    var round = Round()
    round.set(number: 0, 0)
    let shown = try nodes(shapes, language, round).filter { $0.summary != nil || $0.value != nil || $0.reason != nil }
    #expect(shown.count * 3 >= shapes.count * 2, "\(shown.map(\.type))")
  }
}
