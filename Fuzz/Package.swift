// swift-tools-version: 6.2
import PackageDescription

// Coverage-guided fuzzing with libFuzzer, a program for each reader. See README.md here.

let fuzzing: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"]),
]
let linking: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]

func fuzzer(_ name: String, _ rooms: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: rooms + ["Driver"], swiftSettings: fuzzing, linkerSettings: linking)
}

let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "wasmpm", path: "..")],
  targets: [
    .target(name: "Driver", swiftSettings: [.swiftLanguageMode(.v6)]),
    fuzzer("FuzzModule", [.product(name: "PostMortem", package: "wasmpm")]),
    fuzzer("FuzzCoreDump", [.product(name: "CoreDumpFormat", package: "wasmpm")]),
    fuzzer("FuzzSymbolize", [.product(name: "PostMortem", package: "wasmpm")]),
    fuzzer("FuzzValues", [.product(name: "PostMortem", package: "wasmpm")]),
  ]
)
