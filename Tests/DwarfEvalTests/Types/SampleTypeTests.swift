import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Types and variables of the sample programs, as their sources and llvm-dwarfdump have them.
@Suite struct SampleTypeTests {
  private func dwarf(_ sample: String) throws -> Dwarf {
    let sections = try Places.customSections(Places.samples + "/\(sample)/\(sample).wasm")
    return Dwarf(DwarfSections { sections[$0] })
  }

  /// `declaration @offset`, and the bits of a bit field.
  private func text(_ members: [Member]) -> [String] {
    members.map { member in
      let declaration = member.type?.declaration(of: member.name ?? "") ?? member.name ?? "?"
      let place = member.bits.map { "bits \($0.offset):\($0.size)" } ?? member.location.offset.map { "@\($0)" } ?? "?"
      return "\(declaration) \(place)"
    }
  }

  @Test func readsCStructures() throws {
    let dwarf = try dwarf("structs")
    let station = try #require(dwarf.variables(named: "station").first)
    #expect(station.kind == .global && !station.isExternal)
    #expect(station.storage == .address)
    #expect(station.declaration?.line == 38)
    let type = try #require(station.type)
    #expect(type.name == "struct station")
    #expect(type.size == 184)
    #expect(type.alignment == 8)
    #expect(
      text(try #require(type.record).members) == [
        "char name[12] @0", "struct {...} place @16", "struct ring ring @32", "struct calibration channels[3] @132",
      ])
    #expect(
      text(try #require(dwarf.type(named: "struct ring")?.record).members) == [
        "struct reading slots[8] @0", "unsigned int head bits 768:4", "unsigned int used bits 772:4",
        "unsigned int lost bits 776:24",
      ])
    #expect(
      text(try #require(dwarf.type(named: "struct reading")?.record).members) == [
        "uint32_t time @0", "int16_t raw[3] @4", "enum quality quality bits 80:8", "_Bool valid @11",
      ])
    #expect(
      text(try #require(dwarf.type(named: "struct calibration")?.record).members) == [
        "const char *unit @0", "struct {...} linear @4", "float drift @12",
      ])
    let quality = try #require(dwarf.type(named: "enum quality")?.enumeration)
    #expect(quality.enumerators.map { "\($0.name)=\($0.value)" } == ["GOOD=103", "NOISY=110", "BROKEN=98"])
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test func readsCPlusPlusClasses() throws {
    let dwarf = try dwarf("inventory")
    let tool = try #require(dwarf.type(named: "warehouse::Tool"))
    #expect(tool.size == 40)
    let record = try #require(tool.record)
    #expect(record.keyword == .class)
    #expect(record.bases.map { $0.type?.name } == ["warehouse::Product"])
    #expect(record.bases[0].accessibility == .public && !record.bases[0].isVirtual)
    #expect(text(record.members) == ["std::__1::pair<int, int> size_ @32"])
    #expect(record.members[0].accessibility == .private)
    #expect(record.methods.contains { $0.name == "cost" && $0.isVirtual && $0.accessibility == .public })
    let product = try #require(dwarf.type(named: "warehouse::Product")?.record)
    #expect(
      text(product.members) == [
        "__vtbl_ptr_type *_vptr$Product @0", "std::__1::string name_ @4", "warehouse::Unit unit_ @16",
        "double price_ @24",
      ])
    #expect(product.members.map(\.isArtificial) == [true, false, false, false])
    #expect(product.members.map(\.accessibility).dropFirst() == [.protected, .protected, .protected])
    #expect(product.virtualTableHolder?.name == "warehouse::Product")
    let place = try #require(dwarf.type(named: "warehouse::Place")?.record)
    #expect(text(place.members) == ["uint32_t slot bits 0:24", "uint32_t row bits 24:8"])
    let unit = try #require(dwarf.type(named: "enum warehouse::Unit")?.enumeration)
    #expect(unit.isScoped && unit.underlying?.name == "uint8_t")
    #expect(unit.enumerators.map { "\($0.name)=\($0.value)" } == ["Piece=1", "Litre=2", "Metre=3"])
    let shelf = try #require(dwarf.type(named: "warehouse::Shelf<warehouse::Tool, 4U>")?.record)
    guard case .type(_, let item) = shelf.templateArguments[0],
      case .value(_, let type, let rows) = shelf.templateArguments[1]
    else {
      Issue.record("other template arguments")
      return
    }
    #expect(item?.name == "warehouse::Tool")
    #expect(type?.name == "unsigned int" && rows?.integer(signed: false) == 4)
    // A name of the library as its users write it.
    #expect(dwarf.type(named: "std::string")?.name == "std::__1::string")
    #expect(dwarf.type(named: "std::string")?.underlying?.size == 12)
    let vector = try #require(
      dwarf.type(named: "std::vector<warehouse::Order, std::allocator<warehouse::Order>>")
        ?? dwarf.type(named: "std::vector<warehouse::Order, std::__1::allocator<warehouse::Order>>"))
    #expect(vector.size == 12)
    #expect(dwarf.variables(named: "warehouse::Tool::_vtable$").first?.kind == .member)
    #expect(dwarf.variables(named: "kNowhere").first?.type?.name == "const warehouse::Place")
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test func readsRustEnumerations() throws {
    let dwarf = try dwarf("rustpanic")
    let stop = try #require(dwarf.type(named: "rustpanic::Stop"))
    #expect(stop.size == 6)
    let part = try #require(stop.record?.variantParts.first)
    #expect(part.discriminant?.type?.name == "u8")
    #expect(part.variants.map { $0.members[0].name } == ["Through", "Halt", "Terminus"])
    #expect(part.variant(for: 1)?.members[0].type?.name == "rustpanic::Stop::Halt")
    #expect(part.variant(for: 1)?.members[0].type?.record?.members.map(\.name) == ["arrival", "minutes"])
    #expect(part.variant(for: 3) == nil)
    // A niche: what is no null is the other variant.
    let option = try #require(dwarf.type(named: "core::option::Option<&str>")?.record?.variantParts.first)
    #expect(option.discriminant?.type?.name == "u32")
    #expect(option.variant(for: 0)?.members[0].name == "None")
    #expect(option.variant(for: 0x1000)?.members[0].name == "Some")
    let c = try #require(dwarf.type(named: "rustpanic::Class")?.enumeration)
    #expect(c.enumerators.map { "\($0.name)=\($0.value)" } == ["Local=0", "Express=1", "Freight=9"])
    let text = try #require(dwarf.type(named: "&str"))
    #expect(self.text(try #require(text.record).members) == ["data_ptr: *const u8 @0", "length: usize @4"])
    let station = try #require(dwarf.type(named: "rustpanic::Station")?.record)
    #expect(self.text(station.members).contains("platforms: [u8; 3] @28"))
    let parse = try #require(dwarf.functions(named: "parse_stop").first)
    let address = try #require(parse.ranges.first).low
    let parameters = try #require(dwarf.localScopes(of: parse, at: address).last).variables.filter {
      $0.kind == .parameter
    }
    #expect(
      parameters.map { $0.type?.declaration(of: $0.name ?? "?") } == [
        "text: &str", "column: usize", "stations: &[rustpanic::Station]",
      ])
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test func readsZigUnions() throws {
    let dwarf = try dwarf("zigparse")
    #expect(dwarf.units[0].sourceLanguage == .zig)
    let value = try #require(dwarf.type(named: "zigparse.Value"))
    #expect(value.size == 16)
    let members = try #require(value.record).members
    #expect(members.map(\.name) == ["payload", "tag"])
    #expect(members.map(\.location.offset) == [0, 8])
    #expect(
      members[0].type?.record.map { text($0.members) } == [
        "none: void @0", "flag: bool @0", "number: i64 @0", "ratio: f32 @0", "text: []const u8 @0",
        "list: []const zigparse.Value @0",
      ])
    #expect(
      members[1].type?.enumeration?.enumerators.map(\.name) == ["none", "flag", "number", "ratio", "text", "list"])
    #expect(members[1].type?.enumeration?.isFlags == false)
    #expect(dwarf.type(named: "Token.Kind")?.enumeration?.enumerators.first?.value == 119)
    #expect(
      dwarf.type(named: "Setting")?.record.map { text($0.members) } == [
        "value: zigparse.Value @0", "name: []const u8 @16", "line: u32 @24", "next: ?*const zigparse.Setting @28",
      ])
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test func readsEmbeddedSwift() throws {
    let dwarf = try dwarf("embeddedswift")
    let command = try #require(dwarf.type(named: "embeddedswift.Command"))
    #expect(command.size == 2)
    #expect(command.linkageName == "$e13embeddedswift7CommandOD")
    let part = try #require(command.record?.variantParts.first)
    // Nothing says how the compiler tells the cases apart.
    #expect(part.discriminant == nil)
    #expect(part.variants.map { $0.members[0].name } == ["off", "setTarget", "adjust", "schedule"])
    #expect(
      part.variants.map { $0.members[0].type?.simpleName } == [
        nil, "Int8", "$es4Int8V2by_tD", "$es5UInt8V4hour_13embeddedswift5LevelO5leveltD",
      ])
    let level = try #require(dwarf.type(named: "embeddedswift.Level")?.enumeration)
    #expect(level.enumerators.map { "\($0.name)=\($0.value)" } == ["low=0", "medium=1", "high=2"])
    #expect(level.underlying?.name == "Swift.UInt8")
    func record(_ name: String) throws -> RecordType {
      let type = try #require(dwarf.type(named: name))
      return try #require(SwiftLayout.record(of: type))
    }
    let slot = try record("Slot")
    #expect(text(slot.members) == ["hour: Swift.UInt8 @0", "level: embeddedswift.Level @1", "active: Swift.Bool @2"])
    #expect(dwarf.type(named: "embeddedswift.Slot")?.size == 3)
    // The compiler says that humidity is at 1 and slots at 5.
    let reading = try record("Reading")
    #expect(
      text(reading.members) == ["celsius: Swift.Int8 @0", "humidity: Swift.Float @4", "valid: Swift.Bool @8"])
    // An object's properties stand behind its header.
    #expect(try record("Room").members.map(\.location.offset) == [8, 12, 16, 20])
    #expect(try record("Decoder").members.map(\.location.offset) == [0, 4])
    #expect(dwarf.variables(named: "errno").first?.storage == .threadLocal)
    #expect(dwarf.diagnostics.isEmpty)
  }

  /// A call through three inlined functions, each with variables of its own.
  @Test func readsVariablesOfInlinedFrames() throws {
    let dwarf = try dwarf("structs")
    let deepest = ["rounded_quotient", "mean", "calibrated", "hourly"]
    let addresses = dwarf.units.compactMap(\.lineTable).flatMap { $0.rows.map(\.address) }
    let address = try #require(
      addresses.first { dwarf.inlineChain(at: $0).compactMap { dwarf.info($0)?.name }.starts(with: deepest) })
    let chain = dwarf.inlineChain(at: address)
    let names = chain.map { frame in
      dwarf.localScopes(of: frame, at: address).map {
        $0.variables.map { $0.type?.declaration(of: $0.name ?? "?") ?? "?" }
      }
    }
    #expect(names[0].last == ["int64_t sum", "int count", "int half", "int total"])
    #expect(names[1].last == ["const struct ring *ring", "enum channel channel", "int64_t sum", "int count"])
    #expect(
      names[2].last == ["const struct station *s", "enum channel channel", "int raw", "const struct calibration *c"])
    #expect(names[3].last == ["const struct station *s", "unsigned int hour", "int *values", "int highest"])
    #expect(names[3].dropLast() == [["enum channel ch"]])
  }
}
