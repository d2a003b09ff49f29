import ByteCursor

/// One function's code (5.5.13), undecoded.
public struct FunctionBody: Sendable {
  /// The function's index in the function index space.
  public let function: UInt32
  /// Where the LEB128 number of the body's size stands.
  public let header: CodeAddress
  /// Where the body starts: at its locals vector, behind the size. DWARF's low pc.
  public let codeAddress: CodeAddress
  /// The body from the locals vector to its `end`.
  public let contents: Bytes
  /// Whether the body says that it is longer: `contents` is what the code section has of it.
  public let isTruncated: Bool

  /// Where the body starts in the file.
  public var fileOffset: FileOffset { contents.fileOffset }
  /// The first address behind the body.
  public var end: CodeAddress { CodeAddress(codeAddress.rawValue + UInt64(contents.count)) }

  /// The address of an offset in the body, or nil behind its end. (The end itself is an address: ranges end there.)
  public func codeAddress(of offset: CodeOffset) -> CodeAddress? {
    offset.rawValue <= UInt64(contents.count) ? codeAddress.advanced(by: offset.rawValue) : nil
  }

  /// The file offset of an offset in the body, or nil behind its end.
  public func fileOffset(of offset: CodeOffset) -> FileOffset? {
    offset.rawValue <= UInt64(contents.count) ? fileOffset.advanced(by: offset.rawValue) : nil
  }

  /// The offset in the body of an address, or nil outside of it and of its end.
  public func codeOffset(of address: CodeAddress) -> CodeOffset? {
    guard let distance = address.distance(from: codeAddress), distance <= UInt64(contents.count) else { return nil }
    return CodeOffset(distance)
  }

  /// The offset in the body of a file offset, or nil outside of it and of its end.
  public func codeOffset(of offset: FileOffset) -> CodeOffset? {
    guard let distance = offset.distance(from: fileOffset), distance <= UInt64(contents.count) else { return nil }
    return CodeOffset(distance)
  }

  /// The body's locals vector (5.5.13), and where the instructions start.
  /// - Throws: `overLimit` for more locals than `limits` allow, and what the reading of types throws.
  public func localDeclarations(limits: Limits = .standard) throws(ReadError) -> LocalDeclarations {
    do throws(ReadError) { return try LocalDeclarations(contents, limits: limits) } catch { throw error.within("code") }
  }
}

/// Locals of one type that stand in a row.
public struct LocalGroup: Hashable, Sendable {
  public let count: UInt32
  public let type: ValueType

  public init(count: UInt32, type: ValueType) {
    self.count = count
    self.type = type
  }
}

/// What a body declares in front of its instructions.
public struct LocalDeclarations: Sendable {
  /// The locals in order; without empty groups.
  public let groups: [LocalGroup]
  /// How many locals the groups make, parameters not among them.
  public let count: UInt32
  /// Where the first instruction stands, from the start of the body.
  public let firstInstruction: CodeOffset
  /// The instructions, to the end of the body.
  public let instructions: Bytes

  /// Reads the locals vector of `body`, a function body without its size (5.5.13).
  /// - Throws: `overLimit` for more locals than `limits` allow, and what the reading of types throws.
  public init(_ body: Bytes, limits: Limits = .standard) throws(ReadError) {
    var cursor = body.cursor()
    let groupCount = try cursor.uleb32()
    var groups: [LocalGroup] = []
    var total = 0
    for _ in 0..<groupCount {
      let here = cursor.fileOffset
      let count = try cursor.uleb32()
      let type = try cursor.valueType()
      total += Int(count)
      guard total <= limits.locals else { throw ReadError(.overLimit, value: UInt64(count), offset: here) }
      // A body can have as many empty groups as it has bytes; they declare nothing.
      if count > 0 { groups.append(LocalGroup(count: count, type: type)) }
    }
    self.groups = groups
    self.count = UInt32(total)
    firstInstruction = CodeOffset(UInt64(cursor.position - body.start))
    instructions = cursor.rest()
  }
}

/// The local index space of a function: parameters, then declared locals.
public struct FunctionLocals: Sendable {
  public let parameters: [ValueType]
  /// What the body declares.
  public let declarations: LocalDeclarations

  public init(parameters: [ValueType], declarations: LocalDeclarations) {
    self.parameters = parameters
    self.declarations = declarations
  }

  /// How many locals there are, parameters among them.
  public var count: Int { parameters.count + Int(declarations.count) }

  /// The type of a local; nil where there is none of this index. Takes a step per group: an array of
  /// `types` is faster for whoever asks often.
  public subscript(index: UInt32) -> ValueType? {
    if index < parameters.count { return parameters[Int(index)] }
    var rest = index - UInt32(parameters.count)
    for group in declarations.groups {
      if rest < group.count { return group.type }
      rest -= group.count
    }
    return nil
  }

  /// The type of every local.
  public var types: [ValueType] {
    var types = parameters
    types.reserveCapacity(count)
    for group in declarations.groups {
      types.append(contentsOf: repeatElement(group.type, count: Int(group.count)))
    }
    return types
  }
}

/// The bodies of a module's code section, in the order of the functions that it defines.
///
/// Four bytes are kept for each; the rest is read anew when a body is asked for.
public struct FunctionBodies: RandomAccessCollection, Sendable {
  /// The code section's contents, which `CodeAddress` counts in.
  public let section: Bytes
  /// The index of the first defined function: how many are imported.
  public let firstFunction: UInt32
  /// Where each body's size stands in the section, and at last where the last body ends.
  let headers: [UInt32]

  public var startIndex: Int { 0 }
  public var endIndex: Int { headers.count - 1 }

  /// The body at a position of the code section; `body(_:)` takes a function index.
  public subscript(position: Int) -> FunctionBody {
    let header = Int(headers[position])
    var cursor = section.clamped(header, count: section.count).cursor()
    // Was read when the headers were found.
    let size = (try? cursor.uleb32()) ?? 0
    let start = cursor.position - section.start
    let contents = section.clamped(start, count: Int(headers[position + 1]) - start)
    return FunctionBody(
      function: firstFunction + UInt32(truncatingIfNeeded: position), header: CodeAddress(UInt64(header)),
      codeAddress: CodeAddress(UInt64(start)), contents: contents, isTruncated: Int(size) > contents.count)
  }

  /// The body of a function, by its index in the function index space; nil for an imported function and
  /// where the code section has none.
  public func body(_ function: UInt32) -> FunctionBody? {
    guard function >= firstFunction, Int(function - firstFunction) < count else { return nil }
    return self[Int(function - firstFunction)]
  }

  /// The body that an address lies in; nil between bodies, which is where their sizes stand.
  public func body(containing address: CodeAddress) -> FunctionBody? {
    // The first header behind the address: the body is the one before it.
    var low = 0
    var high = headers.count
    while low < high {
      let middle = low + (high - low) / 2
      if UInt64(headers[middle]) <= address.rawValue { low = middle + 1 } else { high = middle }
    }
    guard low > 0, low - 1 < count else { return nil }
    let body = self[low - 1]
    return address >= body.codeAddress && address < body.end ? body : nil
  }
}
