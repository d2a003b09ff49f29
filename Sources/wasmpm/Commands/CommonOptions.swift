import ArgumentParser
import ByteCursor
import Glibc
import PostMortem

/// Where to find what belongs to a dump: the options that all commands share.
struct CommonOptions: ParsableArguments {
  @Option(name: .customLong("module"), help: ArgumentHelp("A module, or a folder to look in.", valueName: "path"))
  var modules: [String] = []

  @Option(
    name: .customLong("debug-file"), help: ArgumentHelp("A debug file, or a folder to look in.", valueName: "path"))
  var debugFiles: [String] = []

  @Option(
    name: .customLong("source-map"),
    help: ArgumentHelp("Replace the beginning of source paths.", valueName: "from=to"))
  var sourceMaps: [String] = []

  @Option(name: .customLong("source"), help: ArgumentHelp("A folder to look for sources in.", valueName: "path"))
  var sources: [String] = []

  @Option(help: "Colour the output: auto, always or never.")
  var color: ColorMode = .auto

  func validate() throws {
    for map in sourceMaps where SourceMapping(argument: map) == nil {
      throw ValidationError("--source-map needs FROM=TO, not '\(map)'")
    }
    for (option, paths) in [("--module", modules), ("--debug-file", debugFiles), ("--source", sources)] {
      for path in paths where access(path, F_OK) != 0 {
        throw ValidationError("\(option) \(path): \(systemError())")
      }
    }
  }

  /// What the library is told: the options and the environment.
  var session: SessionOptions {
    var options = SessionOptions()
    options.modulePaths = modules
    options.debugFilePaths = debugFiles
    options.sourcePaths = sources
    options.sourceMap = sourceMaps.compactMap(SourceMapping.init(argument:))
    options.moduleSearchPath = Environment.folders("WASMPM_MODULE_PATH")
    options.debugSearchPath = Environment.folders("WASMPM_DEBUG_PATH")
    options.progress = Progress.callback
    return options
  }

  /// Standard output in the colours that are wanted.
  var standardOutput: Output { Output(style: Style(colored: color.isOn(for: STDOUT_FILENO))) }
}

extension Session {
  /// The dump at `path`, `-` being standard input.
  /// - Throws: `Failure` of kind `unreadable`, with the file, section and offset.
  static func open(_ path: String, _ options: SessionOptions) throws(Failure) -> Session {
    Progress.shared.restart()
    do throws(SessionError) {
      return try Session(path: path, options: options)
    } catch {
      throw Failure(.unreadable, error.description)
    }
  }

  /// The dump in `bytes`, as if it had been read from `path`.
  static func open(_ bytes: Bytes, path: String, _ options: SessionOptions) throws(Failure) -> Session {
    Progress.shared.restart()
    do throws(SessionError) {
      return try Session(bytes: bytes, path: path, options: options)
    } catch {
      throw Failure(.unreadable, error.description)
    }
  }
}
