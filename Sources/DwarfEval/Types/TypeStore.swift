import ByteCursor
import Synchronization

/// What has been read about types, of one file.
final class TypeStore: Sendable {
  private struct State {
    var details: [TypePlace: Box<TypeDetails>] = [:]
    var names: [DwarfType.Identity: String] = [:]
  }
  private let state = Mutex(State())

  /// What is known about `type`, which is read the first time. Its types have no owner.
  func details(of type: DwarfType) -> TypeDetails {
    switch type.identity {
    case .made(let made):
      return TypeDetails(
        kind: made.kind, size: made.size, simpleName: made.name, language: made.language,
        addressSize: made.addressSize)
    case .described(let place):
      if let known = state.withLock({ $0.details[place] }) { return known.value }
      // Outside of the lock: reading one type may need another. Two threads that read one read the same.
      var details = TypeReader(type.dwarf).details(of: place)
      details.kind = details.kind.owned(by: nil)
      details.definition = details.definition?.owned(by: nil)
      let kept = Box(details)
      state.withLock { $0.details[place] = kept }
      return details
    }
  }

  /// The name of `type`, which is put together the first time.
  func name(of type: DwarfType) -> String {
    if let known = state.withLock({ $0.names[type.identity] }) { return known }
    var writer = TypeNameWriter(type.dwarf)
    let name = writer.name(of: type)
    // Made types come and go, and hold on to what they are made of.
    if case .described = type.identity { state.withLock { $0.names[type.identity] = name } }
    return name
  }
}

// What is kept holds no owner, and gets the one who asks.

extension TypeKind {
  /// The same with types of `owner`.
  func owned(by owner: Dwarf?) -> TypeKind {
    switch self {
    case .pointer(let type): .pointer(type?.owned(by: owner))
    case .reference(let type): .reference(type?.owned(by: owner))
    case .rvalueReference(let type): .rvalueReference(type?.owned(by: owner))
    case .memberPointer(let target, let type):
      .memberPointer(target: target?.owned(by: owner), class: type?.owned(by: owner))
    case .array(let array):
      .array(
        ArrayType(
          element: array.element?.owned(by: owner), dimensions: array.dimensions, isVector: array.isVector,
          bitStride: array.bitStride))
    case .record(let record): .record(record.owned(by: owner))
    case .enumeration(let enumeration):
      .enumeration(
        EnumerationType(
          isScoped: enumeration.isScoped, underlying: enumeration.underlying?.owned(by: owner),
          enumerators: enumeration.enumerators, isIncomplete: enumeration.isIncomplete))
    case .typedef(let type): .typedef(type?.owned(by: owner))
    case .qualified(let qualifier, let type): .qualified(qualifier, type?.owned(by: owner))
    case .subroutine(let subroutine):
      .subroutine(
        SubroutineType(
          result: subroutine.result?.owned(by: owner), parameters: subroutine.parameters.map { $0?.owned(by: owner) },
          isVariadic: subroutine.isVariadic, isPrototyped: subroutine.isPrototyped))
    case .subrange(let range):
      .subrange(
        SubrangeType(
          base: range.base?.owned(by: owner), lowerBound: range.lowerBound, upperBound: range.upperBound))
    case .base, .unspecified, .opaque: self
    }
  }
}

extension RecordType {
  fileprivate func owned(by owner: Dwarf?) -> RecordType {
    var copy = self
    copy.members = members.map { $0.owned(by: owner) }
    copy.staticMembers = staticMembers.map { $0.owned(by: owner) }
    copy.bases = bases.map {
      BaseClass(
        type: $0.type?.owned(by: owner), location: $0.location, isVirtual: $0.isVirtual,
        accessibility: $0.accessibility)
    }
    copy.templateArguments = templateArguments.map { $0.owned(by: owner) }
    copy.variantParts = variantParts.map { part in
      VariantPart(
        discriminant: part.discriminant?.owned(by: owner), tagType: part.tagType?.owned(by: owner),
        variants: part.variants.map {
          VariantPart.Variant(values: $0.values, members: $0.members.map { $0.owned(by: owner) })
        })
    }
    copy.virtualTableHolder = virtualTableHolder?.owned(by: owner)
    return copy
  }
}

extension Member {
  fileprivate func owned(by owner: Dwarf?) -> Member {
    var copy = self
    copy.type = type?.owned(by: owner)
    return copy
  }
}

extension TemplateArgument {
  fileprivate func owned(by owner: Dwarf?) -> TemplateArgument {
    switch self {
    case .type(let name, let type): .type(name: name, type?.owned(by: owner))
    case .value(let name, let type, let value): .value(name: name, type: type?.owned(by: owner), value)
    case .template: self
    case .pack(let name, let arguments): .pack(name: name, arguments.map { $0.owned(by: owner) })
    }
  }
}
