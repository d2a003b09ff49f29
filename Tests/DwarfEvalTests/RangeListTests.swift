import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct RangeListTests {
  private func read(_ reader: RangeListReader) throws(ReadError) -> [String] {
    var reader = reader
    var found: [String] = []
    while let range = try reader.next() { found.append(range.description) }
    return found
  }

  @Test(arguments: [4, 8] as [UInt8]) func readsPairs(_ size: UInt8) throws {
    let encoding = UnitEncoding(version: 4, offsetSize: 4, addressSize: size)
    let largest = encoding.largestAddress
    var section = ByteBuilder()
    let pairs: [(UInt64, UInt64)] = [
      (0x10, 0x20), (5, 5), (0x30, 0x28), (largest, 0x1000), (0, 8), (largest - 1, largest - 1),
      (largest, 1), (2, 3), (largest, 0), (2, 4), (largest, largest - 1), (2, 5), (largest, 0x2000), (1, 2), (0, 0),
    ]
    for (low, high) in pairs {
      section.number(low, size: Int(size))
      section.number(high, size: Int(size))
    }
    let ranges = DebugRanges(Bytes(copying: section.bytes))
    // Entries count from the unit's base, then from the selected ones; those of removed functions are left out. With
    // 64 bits one reaches beyond the last address, with 32 it is left out for its start alone.
    #expect(
      try read(ranges.list(at: DebugRangesOffset(0), base: 0x100, encoding: encoding)) == [
        "[0x110, 0x120)", "[0x1000, 0x1008)", "[0x2001, 0x2002)",
      ])
    // Without a base the tombstones 0 and 1 are seen too.
    var dead = ByteBuilder()
    for (low, high): (UInt64, UInt64) in [(1, 9), (0, 9), (largest - 1, largest), (0x40, 0x44), (0, 0)] {
      dead.number(low, size: Int(size))
      dead.number(high, size: Int(size))
    }
    let more = DebugRanges(Bytes(copying: dead.bytes))
    #expect(try read(more.list(at: DebugRangesOffset(0), base: 0, encoding: encoding)) == ["[0x40, 0x44)"])
    #expect(throws: ReadError.self) { try more.list(at: DebugRangesOffset(1000), base: 0, encoding: encoding) }
    for count in 0..<dead.bytes.count {
      let short = DebugRanges(Bytes(copying: dead.bytes[..<count]))
      #expect(throws: ReadError.self) {
        try read(short.list(at: DebugRangesOffset(0), base: 0, encoding: encoding))
      }
    }
  }

  @Test(arguments: encodings.filter { $0.version == 5 }) func readsEveryEntryKind(_ encoding: UnitEncoding) throws {
    let size = Int(encoding.addressSize)
    var table = ByteBuilder()
    for address: UInt64 in [0x1000, 0x1080, 0x3000, encoding.largestAddress] { table.number(address, size: size) }
    let addresses = DebugAddr(Bytes(copying: table.bytes))
    func read(_ bytes: [UInt8]) throws(ReadError) -> [String] {
      try self.read(
        DebugRngLists(Bytes(copying: bytes)).list(
          at: ListsOffset(0), base: 0x500, encoding: encoding, addresses: addresses, addrBase: DebugAddrBase(0))
      )
    }
    func list(_ fill: (inout ByteBuilder) -> Void) throws -> [String] {
      var section = ByteBuilder()
      fill(&section)
      section.u8(0)
      for count in 0..<section.bytes.count {
        #expect(throws: ReadError.self) { try read(Array(section.bytes[..<count])) }
      }
      return try read(section.bytes)
    }
    #expect(try list { $0.raw([4, 0x10, 0x20]) } == ["[0x510, 0x520)"])
    #expect(try list { $0.raw([1, 2, 4, 0x10, 0x20, 4, 0, 1]) } == ["[0x3010, 0x3020)", "[0x3000, 0x3001)"])
    #expect(try list { $0.raw([2, 0, 1]) } == ["[0x1000, 0x1080)"])
    #expect(try list { $0.raw([3, 1, 0x08]) } == ["[0x1080, 0x1088)"])
    #expect(
      try list {
        $0.u8(5)
        $0.number(0x9000, size: size)
        $0.raw([4, 1, 2])
        $0.u8(6)
        $0.number(0x40, size: size)
        $0.number(0x50, size: size)
        $0.u8(7)
        $0.number(0x60, size: size)
        $0.uleb(0x200)
      } == ["[0x9001, 0x9002)", "[0x40, 0x50)", "[0x60, 0x260)"])
    // Removed functions: a base that is a tombstone takes its pairs with it, until the next base.
    #expect(try list { $0.raw([1, 3, 4, 0x10, 0x20, 3, 3, 9, 1, 0, 4, 0, 2, 4, 5, 5]) } == ["[0x1000, 0x1002)"])
    #expect(
      try list {
        $0.u8(7)
        $0.number(1, size: size)
        $0.uleb(2)
        $0.u8(6)
        $0.number(0x80, size: size)
        $0.number(0x70, size: size)
        $0.u8(7)
        $0.number(0x90, size: size)
        $0.uleb(.max)
      } == [])
  }

  @Test func saysWhatIsWrong() throws {
    let encoding = UnitEncoding(version: 5, offsetSize: 4, addressSize: 4)
    func rule(_ bytes: [UInt8]) -> Rule? {
      let lists = DebugRngLists(Bytes(copying: bytes))
      do throws(ReadError) {
        var reader = try lists.list(
          at: ListsOffset(0), base: 0, encoding: encoding, addresses: DebugAddr(.empty),
          addrBase: DebugAddrBase(8))
        while try reader.next() != nil {}
        return nil
      } catch {
        #expect(error.section == ".debug_rnglists" || error.section == ".debug_addr")
        return error.rule
      }
    }
    #expect(rule([9]) == .unknownRangeListEntry)
    #expect(rule([3, 0, 1, 0]) == .indexOutOfBounds)
    #expect(rule([4, 1]) == .unexpectedEnd)
    #expect(rule([0]) == nil)
  }

  @Test(arguments: [4, 8] as [UInt8]) func findsListsByIndex(_ offsetSize: UInt8) throws {
    let encoding = UnitEncoding(version: 5, offsetSize: offsetSize, addressSize: 4)
    var builder = DwarfBuilder(encoding)
    _ = builder.rangeList { $0.raw([4, 0x10, 0x20]) }
    _ = builder.rangeList { $0.raw([4, 0x30, 0x40]) }
    let lists = DebugRngLists(try #require(builder.bytes()(".debug_rnglists")))
    let base = ListsBase<DebugRngLists>.standard(encoding)
    #expect(base.rawValue == builder.rngListsBase)
    let second = try lists.offset(1, base: base, encoding: encoding)
    let reader = try lists.list(
      at: second, base: 0, encoding: encoding, addresses: DebugAddr(.empty), addrBase: DebugAddrBase(0))
    #expect(try read(reader) == ["[0x30, 0x40)"])
    for index: UInt64 in [100, .max, .max / 4] {
      #expect(throws: ReadError.self) { try lists.offset(index, base: base, encoding: encoding) }
    }
  }
}
