import ByteCursor
import PostMortem
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Source maps: reading them, finding them, what they say of addresses.
@Suite struct SourceMapTests {
  private static let folder = Places.root + "/Tests/CLITests/Modules/average/"

  private static func map(_ text: String) throws -> SourceMap { try SourceMap(Bytes(copying: Array(text.utf8))) }

  private static func rule(_ text: String) -> String? {
    do throws(ReadError) {
      _ = try SourceMap(Bytes(copying: Array(text.utf8)))
      return nil
    } catch {
      return error.rule.rawValue
    }
  }

  // MARK: Reading

  @Test func mappingsAreDecoded() throws {
    // 16 → source 0, 5:3; 20 → none; 100 → source 1, 1:1, with a name.
    let map = try Self.map(
      #"{"version":3,"sourceRoot":"src/","sources":["a.ts","/b.ts"],"names":["n"],"mappings":"gBAIE,I,gFCJFA"}"#)
    #expect(map.sources == ["src/a.ts", "/b.ts"])
    #expect(map.place(at: FileOffset(15)) == nil)
    let first = try #require(map.place(at: FileOffset(16)))
    #expect(first.source == "src/a.ts" && first.line == 5 && first.column == 3)
    #expect(first.start == FileOffset(16) && first.end == FileOffset(20))
    #expect(map.place(at: FileOffset(19)) == first)
    let none = try #require(map.place(at: FileOffset(20)))
    #expect(none.source == nil)
    let last = try #require(map.place(at: FileOffset(100)))
    #expect(last.source == "/b.ts" && last.line == 1 && last.column == 1 && last.end == nil)
  }

  @Test func contentsAreUnescaped() throws {
    let map = try Self.map(
      #"\#u{29}]}'\#n {"sources":["a","b","file:///c"],"sourcesContent":["x\n\t\"\\\/\u00e9\ud83d\ude00",null,"plain"],"mappings":""}"#
    )
    #expect(map.content(of: "a")?.string == "x\n\t\"\\/é😀")
    #expect(map.content(of: "b") == nil)
    #expect(map.content(of: "/c")?.string == "plain")
  }

  @Test func linesLeadToCode() throws {
    // 2: line 1; 4: line 3; 6: line 3, another column; 8: line 1.
    let map = try Self.map(#"{"version":3,"sources":["a"],"mappings":"EAAA,EAEA,EAAC,EAFD"}"#)
    let places = map.places(line: 1) { $0 == "a" }
    #expect(places.map(\.start.rawValue) == [2, 8])
    let second = map.places(line: 2) { $0 == "a" }
    #expect(second.map(\.line) == [3] && second.first?.start == FileOffset(4) && second.first?.end == FileOffset(8))
    #expect(map.places(line: 4) { $0 == "a" }.isEmpty)
  }

  @Test func damageIsAnError() {
    #expect(Self.rule(#"{"version":3,"mappings":"A"}"#) == nil)
    #expect(Self.rule("") == "unexpected end of data")
    #expect(Self.rule("wasm") == "not what JSON has here")
    #expect(Self.rule(#"{"version":3,"sources":["a"#) == "string is not terminated")
    #expect(Self.rule(#"{"version":2,"mappings":""}"#) == "unknown version of a source map")
    #expect(Self.rule(#"{"version":-3,"mappings":""}"#) == "unknown version of a source map")
    #expect(Self.rule(#"{"version":3}"#) == "the source map has no mappings")
    #expect(
      Self.rule(#"{"version":3,"sections":[{}]}"#) == "the source map is an index of others, which is not supported")
    #expect(Self.rule(#"{"mappings":"AA"}"#) == "segment of a source map's mappings has an impossible number of fields")
    #expect(
      Self.rule(#"{"mappings":"AAAAAA"}"#) == "segment of a source map's mappings has an impossible number of fields")
    #expect(Self.rule(#"{"mappings":"D"}"#) == "number in a source map's mappings is out of bounds")
    #expect(Self.rule(#"{"mappings":"ggggggggggggB"}"#) == "number in a source map's mappings is too long")
    #expect(Self.rule(#"{"mappings":"A?"}"#) == "not a base64 digit of a source map's mappings")
    #expect(Self.rule(#"{"mappings":"g"}"#) == "unexpected end of data")
    #expect(Self.rule(#"{"mappings":";AAAA"}"#) == "the source map is of a text with several lines, not of a module")
    #expect(Self.rule(#"{"mappings":"AAAA;;"}"#) == nil)
  }

  @Test func damagedMapsNeverCrash() throws {
    let bytes = try Places.bytes(Self.folder + "average.wasm.map").array
    var state: UInt64 = 88_172_645_463_325_252
    func random(_ limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(limit))
    }
    for _ in 0..<5000 {
      var damaged = bytes
      for _ in 0...random(4) { damaged[random(damaged.count)] = UInt8(random(128)) }
      if random(4) == 0 { damaged.removeLast(random(damaged.count)) }
      guard let map = try? SourceMap(Bytes(copying: damaged)) else { continue }
      _ = map.place(at: FileOffset(UInt64(random(300))))
      _ = map.places(line: random(20)) { _ in true }
      for source in map.sources { _ = map.content(of: source) }
    }
  }

  // MARK: A module's

  private static func frame(_ symbolizer: Symbolizer, _ offset: UInt64) -> String {
    guard let address = symbolizer.codeAddress(of: FileOffset(offset)) else { return "no code" }
    return symbolizer.frames(at: address).map { frame in
      frame.function.display
        + (frame.source.map { " \($0.file):\($0.line ?? 0):\($0.column ?? 0)" } ?? "")
    }.joined(separator: ", ")
  }

  /// The lines that average.wat has, and the columns that binaryen makes of it: an expression begins with its first operand.
  @Test func binaryensMapIsRead() throws {
    let symbolizer = try Symbolizer(path: Self.folder + "average.wasm", options: SessionOptions())
    #expect(symbolizer.info.debugInfo.kind == .none)
    #expect(symbolizer.info.debugInfo.sourceMap == Self.folder + "average.wasm.map")
    #expect(symbolizer.info.problems.isEmpty)
    #expect(Self.frame(symbolizer, 0x6d) == "average/average average.ts:13:32")
    #expect(Self.frame(symbolizer, 0x7c) == "average/_start average.ts:18:14")
    #expect(Self.frame(symbolizer, 0x5e) == "average/sum average.ts:9:10")
  }

  /// A module in a folder of its own, with `url` in its section and `files` beside it.
  private static func open(
    url: String?, _ files: [(name: String, bytes: [UInt8])] = [], debugFiles: [String] = []
  ) throws -> (Symbolizer, TemporaryFolder) {
    let folder = try TemporaryFolder()
    let original = try WasmModule(try Places.bytes(Self.folder + "average.wasm"))
    let section = try #require(original.sections.last { $0.name == "sourceMappingURL" })
    var module = Array(original.file.array.prefix(Int(section.header.rawValue)))
    if let url {
      var builder = ByteBuilder()
      builder.customSection("sourceMappingURL") { $0.name(url) }
      module += builder.bytes
    }
    let path = try folder.write("app.wasm", module)
    for file in files { try folder.write(file.name, file.bytes) }
    var options = SessionOptions()
    options.debugFilePaths = debugFiles.map { folder.path + "/" + $0 }
    return (try Symbolizer(path: path, options: options), folder)
  }

  private static let place = "average/average average.ts:13:32"

  @Test func mapsAreFoundWhereTheyMayBe() throws {
    let map = try Places.bytes(Self.folder + "average.wasm.map").array
    for (url, name) in [
      ("other.map", "other.map"), ("https://example.org/maps/other.map", "other.map"), (nil, "app.wasm.map"),
      ("./other.map", "other.map"), ("../secret/other.map", "other.map"),
    ] {
      let (symbolizer, folder) = try Self.open(url: url, [(name, map)])
      #expect(Self.frame(symbolizer, 0x6d) == Self.place, "\(url ?? "no section")")
      #expect(symbolizer.info.problems.isEmpty)
      withExtendedLifetime(folder) {}
    }
    let (named, folder) = try Self.open(url: nil, [("elsewhere.map", map)], debugFiles: ["elsewhere.map"])
    #expect(Self.frame(named, 0x6d) == Self.place)
    withExtendedLifetime(folder) {}
  }

  @Test func dataURLsAreDecoded() throws {
    let map = try Places.bytes(Self.folder + "average.wasm.map").array
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    for start in stride(from: 0, to: map.count, by: 3) {
      let group = map[start..<min(start + 3, map.count)]
      let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for index in 0...group.count { encoded.append(digits[Int(bits >> UInt32(18 - 6 * index) & 63)]) }
      encoded += [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
    }
    let (symbolizer, folder) = try Self.open(
      url: "data:application/json;charset=utf-8;base64," + String(decoding: encoded, as: UTF8.self))
    #expect(Self.frame(symbolizer, 0x6d) == Self.place)
    #expect(symbolizer.info.debugInfo.sourceMap == folder.path + "/app.wasm")
    let plain = String(decoding: map, as: UTF8.self).split(separator: "\"", omittingEmptySubsequences: false)
    let (percent, other) = try Self.open(url: "data:application/json," + plain.joined(separator: "%22"))
    #expect(Self.frame(percent, 0x6d) == Self.place)
    withExtendedLifetime((folder, other)) {}
  }

  @Test func missingMapsAreNamed() throws {
    let (remote, first) = try Self.open(url: "https://example.org/app.map")
    #expect(
      remote.info.problems == [
        "the source map is at https://example.org/app.map, which is not fetched; download it and name it with --debug-file app.map"
      ])
    #expect(Self.frame(remote, 0x6d) == "average/average")
    let (absent, second) = try Self.open(url: "app.map")
    #expect(absent.info.problems == ["the source map app.map was not found; name it with --debug-file app.map"])
    withExtendedLifetime((first, second)) {}
  }

  /// A map of another build gives no line, and the reason.
  @Test func foreignMapsAreRefused() throws {
    // Every second byte: about half are no instructions.
    let foreign =
      #"{"version":3,"sources":["x.ts"],"mappings":"6DAAA,EAAA,EAAA,EAAA,EAAA,EAAA,EAAA,EAAA,EAAA,EAAA,CAAA,EAAA"}"#
    let (symbolizer, folder) = try Self.open(url: nil, [("app.wasm.map", Array(foreign.utf8))])
    let frame = Self.frame(symbolizer, 0x6d)
    #expect(frame == "average/average")
    #expect(symbolizer.info.debugInfo.sourceMap == nil)
    let path = folder.path + "/app.wasm.map: not the source map of this module: "
    #expect(symbolizer.info.problems.first?.hasPrefix(path) == true, "\(symbolizer.info.problems)")
    withExtendedLifetime(folder) {}
  }

  /// A map of another build that fits all functions but one gives that one no line.
  @Test func placesOffInstructionsAreNoLines() throws {
    let module = try WasmModule(Places.bytes(Self.folder + "average.wasm"))
    let (first, body) = (try #require(module.bodies.first), try #require(module.bodies.last))
    let known = try #require(first.fileOffset(of: Self.offsets(in: first).right)).rawValue
    let (wrong, right) = try Self.offsets(in: body)
    for (offset, isLine) in [(right, true), (wrong, false)] {
      let start = try #require(body.fileOffset(of: offset)).rawValue
      let mappings =
        Self.vlq(Int(known)) + "AAA" + String(repeating: ",AAAA", count: 16) + "," + Self.vlq(Int(start - known))
        + "AAA"
      let text = #"{"version":3,"sources":["x.ts"],"mappings":"\#(mappings)"}"#
      let (symbolizer, folder) = try Self.open(url: nil, [("app.wasm.map", Array(text.utf8))])
      #expect(symbolizer.info.debugInfo.sourceMap != nil)
      let address = try #require(body.codeAddress(of: offset))
      #expect((symbolizer.frames(at: address).first?.source?.line == 1) == isLine)
      withExtendedLifetime(folder) {}
    }
  }

  /// An offset in the middle of an instruction of a body, and that of an instruction.
  private static func offsets(in body: FunctionBody) throws -> (wrong: CodeOffset, right: CodeOffset) {
    var decoder = try BodyReader(body.contents).instructions
    _ = try decoder.next()
    while true {
      let start = decoder.codeOffset
      _ = try decoder.next()
      if decoder.codeOffset.rawValue - start.rawValue > 1 { return (CodeOffset(start.rawValue + 1), start) }
    }
  }

  /// A number as mappings have it.
  private static func vlq(_ number: Int) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var rest = number < 0 ? -number << 1 | 1 : number << 1
    var text = ""
    repeat {
      text.append(digits[rest & 31 | (rest > 31 ? 32 : 0)])
      rest >>= 5
    } while rest > 0
    return text
  }

  /// Of places at one offset the last one counts, however many there are.
  @Test func manyPlacesAtOneOffset() throws {
    let map = try Self.map(
      #"{"version":3,"sources":["a"],"mappings":"EAAA\#(String(repeating: ",AACA", count: 50_000)),EAAA"}"#)
    let place = try #require(map.place(at: FileOffset(3)))
    #expect(place.line == 50_001 && place.start == FileOffset(2) && place.end == FileOffset(4))
    #expect(map.places(line: 1) { _ in true }.map(\.line) == [50_001])
    #expect(map.places(line: 50_001) { _ in true }.map(\.start.rawValue) == [2])
  }

  /// A root that would make all paths together too long is left out.
  @Test func longRootsOfManySources() throws {
    func map(sources: Int) throws -> SourceMap {
      let list = (0..<sources).map { "\"s\($0).ts\"" }.joined(separator: ",")
      return try Self.map(
        #"{"version":3,"sourceRoot":"/\#(String(repeating: "r", count: 4000))","sources":[\#(list)],"mappings":"EAAA"}"#
      )
    }
    #expect(try map(sources: 100).sources.last?.utf8.count == 4008)
    let many = try map(sources: 50_000)
    #expect(many.sources.last == "s49999.ts")
    #expect(many.places(line: 1) { $0 == "s0.ts" }.count == 1)
  }

  /// What stands in front of a function says nothing of it.
  @Test func placesEndWithTheirFunctions() throws {
    let before = #"{"version":3,"sources":["x.ts"],"mappings":"2DAAA"}"#
    let (symbolizer, folder) = try Self.open(url: nil, [("app.wasm.map", Array(before.utf8))])
    #expect(Self.frame(symbolizer, 0x5e) == "average/sum x.ts:1:1")
    #expect(Self.frame(symbolizer, 0x6d) == "average/average")
    withExtendedLifetime(folder) {}
  }
}
