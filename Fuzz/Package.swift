// swift-tools-version: 6.2
import PackageDescription

// Coverage-guided fuzzing with libFuzzer, a program for each reader: `swift build --sanitize fuzzer`. See README.md here.

func fuzzer(_ name: String, _ room: String) -> Target {
  // libFuzzer has the `main`.
  .executableTarget(
    name: name, dependencies: [.product(name: room, package: "wasmpm")],
    swiftSettings: [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])])
}

let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "wasmpm", path: "..")],
  targets: [
    fuzzer("FuzzModule", "PostMortem"), fuzzer("FuzzCoreDump", "CoreDumpFormat"), fuzzer("FuzzSymbolize", "PostMortem"),
    fuzzer("FuzzValues", "PostMortem"), fuzzer("FuzzCodeMap", "WasmInterp"), fuzzer("FuzzSplit", "PostMortem"),
    fuzzer("FuzzSourceMap", "PostMortem"), fuzzer("FuzzQuality", "PostMortem"),
    fuzzer("FuzzCodeMapSection", "WasmInterp"),
  ]
)
