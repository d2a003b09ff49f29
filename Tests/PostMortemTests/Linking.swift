import ByteCursor
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// What a companion says of a shipped module beside what that module's own debug information says, address by address.
///
/// Records a failure for each line and each name that is not that of the module's own source.
struct CompanionComparison {
  /// Addresses whose innermost frame has the right line, and those that have none although the source has one.
  private(set) var right = 0
  private(set) var none = 0
  /// Functions that have the right name, and those that have no more than a number.
  private(set) var named = 0
  private(set) var nameless = 0

  /// - Parameters:
  ///   - own: the same objects as `shipped`, linked with debug information.
  ///   - other: the companion that is tried.
  init(shipped: [UInt8], own: String, other: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("app.wasm", shipped)
    func symbolizer(_ debugFile: String) throws -> Symbolizer {
      var options = SessionOptions()
      options.debugFilePaths = [debugFile]
      return try Symbolizer(path: path, options: options)
    }
    let (truth, tested) = (try symbolizer(own), try symbolizer(other))
    #expect([.mapped, .separate].contains(truth.info.debugInfo.kind))
    for body in try WasmModule(Bytes(copying: shipped)).bodies {
      for address in body.codeAddress.rawValue..<body.end.rawValue {
        let expected = truth.frames(at: CodeAddress(address))
        let found = tested.frames(at: CodeAddress(address))
        compareLines(found, expected, address)
        if address == body.codeAddress.rawValue { compareNames(found, expected, address) }
      }
    }
  }

  private mutating func compareLines(_ found: [SourceFrame], _ expected: [SourceFrame], _ address: UInt64) {
    if found.count == expected.count {
      for (frame, truth) in zip(found, expected) where frame.source != nil {
        #expect(frame.source?.line == truth.source?.line, "at \(address)")
      }
    } else {
      #expect(found.allSatisfy { $0.source == nil }, "at \(address)")
    }
    if found.first?.source != nil { right += 1 } else if expected.first?.source != nil { none += 1 }
  }

  private mutating func compareNames(_ found: [SourceFrame], _ expected: [SourceFrame], _ address: UInt64) {
    guard let name = found.last?.function, name.origin != .index else {
      nameless += 1
      return
    }
    #expect(name.display == expected.last?.function.display, "at \(address)")
    named += 1
  }
}

/// The compiler and the linker, and a folder to work in.
struct Toolchain {
  static let clang = Tool("clang", variable: "CLANG")
  static let linker = Tool("wasm-ld", variable: "WASM_LD")
  static let wasmOpt = Tool("wasm-opt", variable: "WASM_OPT")
  static let isThere: Bool = {
    guard let clang, linker != nil else { return false }
    return clang.output(["--target=wasm32", "-x", "c", "-c", "-", "-o", "/dev/null"], input: "int x;") != nil
  }()

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  struct Failure: Error { let what: String }

  /// Compiles a source without a C library; paths in the debug information do not say in which folder.
  /// - Parameter headers: what it may include, by name.
  func compile(
    _ source: String, _ name: String, folder subfolder: String = "v1", level: String = "-O2",
    headers: [String: String] = [:], flags more: [String] = []
  ) throws -> String {
    for (name, text) in headers { try folder.write(subfolder + "/" + name, Array(text.utf8)) }
    let path = try folder.write(subfolder + "/" + name, Array(source.utf8))
    let object = path + ".o"
    let flags = [
      "--target=wasm32", "-ffreestanding", "-g", level, "-fno-builtin", "-w", "-fdebug-compilation-dir=.",
      "-ffile-prefix-map=\(folder.path)/\(subfolder)/=", "-c", path, "-o", object,
    ]
    guard Self.clang?.output(flags + more) != nil else { throw Failure(what: "clang " + name) }
    return object
  }

  /// Links objects; functions that these export are kept.
  func link(_ objects: [String], _ name: String, _ flags: [String] = [], exporting: [String] = []) throws -> String {
    let path = folder.path + "/" + name
    let keep = ["--no-entry"] + exporting.map { "--export=" + $0 }
    guard Self.linker?.output(keep + flags + objects + ["-o", path]) != nil else {
      throw Failure(what: "wasm-ld " + name)
    }
    return path
  }
}
