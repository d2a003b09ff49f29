// swift-tools-version: 6.2
import PackageDescription

// The rooms and arrows of ARCHITECTURE.md. A target may depend only on what the arrows allow.

/// Settings of every Swift target. `WASMPM_WERROR` (set by CI) turns warnings into errors for our own
/// targets only; a dependency's warnings are not ours to fail on.
let common: [SwiftSetting] =
  [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
  + (Context.environment["WASMPM_WERROR"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// Rooms that parse hostile input: unsafe memory has to be marked where it is used, and it is used in
/// `ByteCursor` alone.
let strict: [SwiftSetting] = common + [.strictMemorySafety()]

let package = Package(
  name: "wasmpm",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "wasmpm", targets: ["wasmpm"]),
    .library(name: "CoreDumpFormat", targets: ["CoreDumpFormat"]),
    .library(name: "WasmInterp", targets: ["WasmInterp"]),
    .library(name: "DwarfEval", targets: ["DwarfEval"]),
    .library(name: "PostMortem", targets: ["PostMortem"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "ByteCursor", swiftSettings: common),
    .target(name: "WasmBinary", dependencies: ["ByteCursor"], swiftSettings: strict),
    .target(name: "CoreDumpFormat", dependencies: ["WasmBinary", "ByteCursor"], swiftSettings: strict),
    .target(name: "WasmInterp", dependencies: ["WasmBinary", "ByteCursor"], swiftSettings: strict),
    .target(name: "WASI", dependencies: ["WasmInterp", "WasmBinary", "ByteCursor"], swiftSettings: common),
    .target(name: "DwarfEval", dependencies: ["ByteCursor"], swiftSettings: strict),
    .systemLibrary(name: "CDemangle"),
    .target(
      name: "PostMortem",
      dependencies: ["CoreDumpFormat", "WASI", "WasmInterp", "DwarfEval", "WasmBinary", "ByteCursor", "CDemangle"],
      swiftSettings: common),
    .systemLibrary(name: "CLibedit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .executableTarget(
      name: "wasmpm",
      dependencies: [
        "PostMortem", "CoreDumpFormat", "WASI", "WasmInterp", "DwarfEval", "WasmBinary", "ByteCursor", "CLibedit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: common),

    .target(
      name: "TestSupport", dependencies: ["ByteCursor", "WasmBinary"], path: "Tests/TestSupport",
      swiftSettings: common),
    .testTarget(name: "ByteCursorTests", dependencies: ["ByteCursor", "TestSupport"], swiftSettings: common),
    .testTarget(name: "WasmBinaryTests", dependencies: ["WasmBinary", "TestSupport"], swiftSettings: common),
    .testTarget(
      name: "CoreDumpFormatTests", dependencies: ["CoreDumpFormat", "WasmBinary", "TestSupport"], swiftSettings: common),
    .testTarget(name: "WASITests", dependencies: ["WASI", "WasmInterp", "TestSupport"], swiftSettings: common),
    .testTarget(
      name: "WasmInterpTests", dependencies: ["WasmInterp", "TestSupport"],
      exclude: ["OfficialSuite.md", "Wast", "Differential/Programs.txt"],
      swiftSettings: common),
    .testTarget(
      name: "DwarfEvalTests", dependencies: ["DwarfEval", "TestSupport"], exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
      name: "PostMortemTests", dependencies: ["PostMortem", "CoreDumpFormat", "WASI", "WasmInterp", "TestSupport"],
      exclude: ["Resources"], swiftSettings: common),
    .testTarget(
      name: "CLITests", dependencies: ["wasmpm", "TestSupport"], exclude: ["Golden", "Modules"],
      swiftSettings: common),
  ]
)
