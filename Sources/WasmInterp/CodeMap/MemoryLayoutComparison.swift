import ByteCursor
import WasmBinary

/// Compares what two modules put into memory at their start.
///
/// Linkers give the same objects the same memory. Tools that process a module afterwards may split segments and leave out
/// zeros, which is no difference.
enum MemoryLayoutComparison {
  /// Whether both modules have the same bytes at the same addresses. Where that cannot be told it is no.
  static func agree(_ companion: WasmModule, _ shipped: WasmModule) -> Bool {
    let (left, right) = (companion.data, shipped.data)
    if left.count == right.count, zip(left, right).allSatisfy({ $0.isTheSame(as: $1) }) { return true }
    guard let mine = pieces(left), let theirs = pieces(right) else { return false }
    return covers(mine, theirs) && covers(theirs, mine)
  }

  private struct Piece {
    var memory: UInt32
    var address: UInt64
    var bytes: Bytes
    var end: UInt64 { address &+ UInt64(bytes.count) }
  }

  /// The active segments by address; nil where one is passive, has no constant address, or lies on another.
  private static func pieces(_ segments: [DataSegment]) -> [Piece]? {
    var pieces: [Piece] = []
    for segment in segments where !segment.contents.isEmpty {
      guard case .active(let memory, let offset) = segment.mode, let address = offset.literal?.offset,
        address < UInt64.max - UInt64(segment.contents.count)
      else { return nil }
      pieces.append(Piece(memory: memory, address: address, bytes: segment.contents))
    }
    pieces.sort { ($0.memory, $0.address) < ($1.memory, $1.address) }
    for (piece, next) in zip(pieces, pieces.dropFirst()) where piece.memory == next.memory && piece.end > next.address {
      return nil
    }
    return pieces
  }

  /// Whether `others` have what `pieces` have, and zeros where they have nothing.
  private static func covers(_ others: [Piece], _ pieces: [Piece]) -> Bool {
    var first = 0
    for piece in pieces {
      while first < others.count,
        (others[first].memory, others[first].end) <= (piece.memory, piece.address)
      { first += 1 }
      var position = piece.address
      var index = first
      while position < piece.end {
        let other = index < others.count && others[index].memory == piece.memory ? others[index] : nil
        if let other, other.address <= position {
          let end = min(piece.end, other.end)
          let mine = piece.bytes.clamped(Int(position - piece.address), count: Int(end - position))
          let theirs = other.bytes.clamped(Int(position - other.address), count: Int(end - position))
          guard mine.hasSameBytes(as: theirs) else { return false }
          position = end
          index += 1
        } else {
          let end = min(piece.end, other?.address ?? piece.end)
          let gap = piece.bytes.clamped(Int(position - piece.address), count: Int(end - position))
          guard gap.array.allSatisfy({ $0 == 0 }) else { return false }
          position = end
        }
      }
    }
    return true
  }
}

extension DataSegment {
  fileprivate func isTheSame(as other: DataSegment) -> Bool {
    guard contents.hasSameBytes(as: other.contents) else { return false }
    switch (mode, other.mode) {
    case (.passive, .passive): return true
    case (.active(let memory, let offset), .active(let otherMemory, let otherOffset)):
      return memory == otherMemory && offset.bytes.hasSameBytes(as: otherOffset.bytes)
    default: return false
    }
  }
}
