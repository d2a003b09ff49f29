import ByteCursor

// What the index spaces of a module hold (2.5).

/// The kinds of what is imported and exported (5.5.5).
public enum ExternalKind: UInt8, Hashable, Sendable, CustomStringConvertible {
  case function = 0
  case table = 1
  case memory = 2
  case global = 3
  case tag = 4

  /// The text format's word.
  public var description: String {
    switch self {
    case .function: return "func"
    case .table: return "table"
    case .memory: return "memory"
    case .global: return "global"
    case .tag: return "tag"
    }
  }
}

/// What an import has to be (2.5.10).
public enum ImportType: Hashable, Sendable {
  /// A function of the type with this index.
  case function(UInt32)
  case table(TableType)
  case memory(MemoryType)
  case global(GlobalType)
  /// A tag whose function type has this index.
  case tag(UInt32)

  /// Its kind alone.
  public var kind: ExternalKind {
    switch self {
    case .function: return .function
    case .table: return .table
    case .memory: return .memory
    case .global: return .global
    case .tag: return .tag
    }
  }
}

/// An import (2.5.10).
public struct Import: Hashable, Sendable {
  /// The name of the module that it comes from; U+FFFD stands where it is not UTF-8.
  public let module: String
  /// Its name in that module.
  public let name: String
  public let type: ImportType

  public init(module: String, name: String, type: ImportType) {
    self.module = module
    self.name = name
    self.type = type
  }
}

/// An export (2.5.9).
public struct Export: Hashable, Sendable {
  /// U+FFFD stands where it is not UTF-8.
  public let name: String
  public let kind: ExternalKind
  /// The index in the index space of its kind.
  public let index: UInt32

  public init(name: String, kind: ExternalKind, index: UInt32) {
    self.name = name
    self.kind = kind
    self.index = index
  }
}

/// A table (2.5.3), imported or defined.
public struct Table: Sendable {
  public let type: TableType
  /// What its elements are at first; nil for null and for an imported table.
  public let initializer: ConstantExpression?
}

/// A global (2.5.5), imported or defined.
public struct Global: Sendable {
  public let type: GlobalType
  /// Its value at first; nil for an imported global.
  public let initializer: ConstantExpression?
}

/// An element segment (2.5.6).
public struct ElementSegment: Sendable {
  /// What becomes of the segment when the module is instantiated.
  public enum Mode: Sendable {
    /// It is copied into a table.
    case active(table: UInt32, offset: ConstantExpression)
    /// Instructions copy it.
    case passive
    /// It only declares that references to its functions exist.
    case declarative
  }

  public let mode: Mode
  public let type: ReferenceType
  /// The elements, decoded as they are asked for.
  public let elements: Elements

  /// The elements of a segment, which the file has as function indices or as expressions.
  public struct Elements: Sequence, Sendable {
    /// How many there are.
    public let count: Int
    let areExpressions: Bool
    let bytes: Bytes

    public func makeIterator() -> Iterator {
      Iterator(cursor: bytes.cursor(), areExpressions: areExpressions, left: count)
    }

    public var underestimatedCount: Int { count }

    /// The function that each element refers to; nil where it is null or not known from its expression.
    public var functions: [UInt32?] { map(\.function) }
  }

  /// One element.
  public enum Element: Sendable {
    case function(UInt32)
    case expression(ConstantExpression)

    /// The function that it refers to; nil where it is null or not known from its expression.
    public var function: UInt32? {
      switch self {
      case .function(let index): return index
      case .expression(let expression):
        if case .function(let index)? = expression.literal { return index }
        return nil
      }
    }
  }

  /// Decodes elements one by one. They were checked when the segment was read.
  public struct Iterator: IteratorProtocol {
    var cursor: Cursor
    let areExpressions: Bool
    var left: Int

    public mutating func next() -> Element? {
      guard left > 0 else { return nil }
      left -= 1
      if areExpressions { return (try? cursor.constantExpression()).map { .expression($0) } }
      return (try? cursor.uleb32()).map { .function($0) }
    }
  }
}

/// A data segment (2.5.7).
public struct DataSegment: Sendable {
  /// What becomes of the segment when the module is instantiated.
  public enum Mode: Sendable {
    /// It is copied into a memory.
    case active(memory: UInt32, offset: ConstantExpression)
    /// Instructions copy it.
    case passive
  }

  public let mode: Mode
  /// What is copied: in place, in the file. Of a segment that the file's end cuts off, what is there.
  public let contents: Bytes
}
