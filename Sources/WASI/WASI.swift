import WasmBinary
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a program gets of the world: nothing that is not named here.
public struct WASIConfiguration: Sendable {
  /// The command line, the program's name first.
  public var arguments: [String] = []
  public var environment: [(name: String, value: String)] = []
  /// Folders that the program may use with all that is in them, and its names for them. It sees nothing outside.
  public var directories: [(host: String, guest: String)] = []
  /// The host's descriptors that are the program's 0, 1 and 2. They are never closed, and never switched to
  /// non-blocking mode; one that is not open is not open for the program either.
  public var standardInput: Int32 = 0
  public var standardOutput: Int32 = 1
  public var standardError: Int32 = 2
  /// As many descriptors as the program may have open, these included. A directory that is being listed takes two of
  /// the host's.
  public var maximumDescriptors = 1024

  public init() {}
}

/// A directory of the configuration that cannot be opened.
public struct WASIError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  /// As the system puts it.
  public let reason: String

  public var description: String { "\(path): \(reason)" }
}

/// The program ended itself (`proc_exit`). The trap that ends the run is of kind `host` and has this as its
/// `hostError`.
public struct ProcessExit: Error, Hashable, Sendable, CustomStringConvertible {
  /// Zero for success. A host can pass on as much as its own exit status holds.
  public let code: UInt32
  public init(code: UInt32) { self.code = code }

  public var description: String { "the program exited with status \(code)" }
}

/// The system interface WASI, preview 1 (`wasi_snapshot_preview1`), for one program.
///
/// Functions act on the memory that the calling instance exports as `memory`; a caller without one is ended. What a
/// program passes is hostile: pointers are checked, sizes bounded, and no path leads out of the directories that were
/// given. The program can fill a disk with what it writes into them, and reads devices and pipes that it finds in them.
///
/// Waiting (for a clock, a terminal, a pipe) ends within a twentieth of a second after the store's `Interrupt` was
/// requested, with a trap of kind `interrupted`.
///
/// Writing to a pipe that nobody reads gives the program the error `pipe`, but only where the process ignores `SIGPIPE`:
/// signals are the caller's affair.
public final class WASI {
  let arguments: StringList
  let environment: StringList
  var descriptors: DescriptorTable

  /// The system's words for an error, as they stand behind a colon.
  private static func systemReason(_ number: Int32) -> String {
    let text = String(cString: strerror(number))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// - Throws: where a directory of the configuration cannot be opened.
  public init(_ configuration: WASIConfiguration) throws(WASIError) {
    arguments = StringList(configuration.arguments)
    environment = StringList(configuration.environment.map { "\($0.name)=\($0.value)" })
    descriptors = DescriptorTable(maximum: configuration.maximumDescriptors)
    for number in [configuration.standardInput, configuration.standardOutput, configuration.standardError] {
      descriptors.append(Self.standardStream(number))
    }
    for (host, guest) in configuration.directories {
      let number = open(host, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard number >= 0 else { throw WASIError(path: host, reason: Self.systemReason(errno)) }
      descriptors.append(
        Descriptor(
          HostDescriptor(number), .directory(guestName: Array(guest.utf8)), .directory, rights: .directory,
          inheriting: Rights.directory.union(.file)))
    }
  }

  /// The function that a module imports by this name, for one store; nil where WASI has none.
  ///
  /// Only the module `wasi_snapshot_preview1` is known: `wasi_unstable` passes other structures under the same names.
  public func external(module: String, name: String, in store: Store) -> External? {
    guard module == "wasi_snapshot_preview1", let entry = Self.functions[name] else { return nil }
    return .function(
      store.hostFunction(entry.type) { caller, arguments in
        do {
          try entry.body(self)(Call(caller, arguments))
          return entry.type.results.isEmpty ? [] : [.i32(Int32(Errno.success))]
        } catch let error as Errno {
          return [.i32(Int32(error.rawValue))]
        }
      })
  }

  /// What is open there; nil for nothing.
  private static func standardStream(_ number: Int32) -> Descriptor? {
    let host = HostDescriptor(number, isOwned: false)
    guard let status = try? FileStatus(host) else { return nil }
    var rights = Rights.file
    // By the lack of these a C library recognises a terminal.
    if isatty(number) == 1 { rights.subtract([.fdSeek, .fdTell]) }
    let flags: DescriptorFlags = fcntl(number, F_GETFL) & O_APPEND != 0 ? .append : []
    return Descriptor(host, .standardStream, status.fileType, flags: flags, rights: rights)
  }
}
