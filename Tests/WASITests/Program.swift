import TestSupport
import WASI
import WasmBinary
import WasmInterp

/// Errors of preview 1, by their numbers in its specification.
enum E {
  static let success = 0
  static let again = 6
  static let badf = 8
  static let exist = 20
  static let fault = 21
  static let fbig = 22
  static let ilseq = 25
  static let inval = 28
  static let isdir = 31
  static let loop = 32
  static let mfile = 33
  static let nametoolong = 37
  static let noent = 44
  static let notdir = 54
  static let notempty = 55
  static let notsock = 57
  static let notsup = 58
  static let perm = 63
  static let pipe = 64
  static let spipe = 70
  static let notcapable = 76
}

/// The functions of preview 1 with their parameters: `i` for i32, `l` for i64. Written down once more, so that a slip
/// in the library's table does not go unseen.
let signatures: [String: String] = [
  "args_get": "ii", "args_sizes_get": "ii", "environ_get": "ii", "environ_sizes_get": "ii", "clock_res_get": "ii",
  "clock_time_get": "ili", "fd_advise": "illi", "fd_allocate": "ill", "fd_close": "i", "fd_datasync": "i",
  "fd_fdstat_get": "ii", "fd_fdstat_set_flags": "ii", "fd_fdstat_set_rights": "ill", "fd_filestat_get": "ii",
  "fd_filestat_set_size": "il", "fd_filestat_set_times": "illi", "fd_pread": "iiili", "fd_prestat_get": "ii",
  "fd_prestat_dir_name": "iii", "fd_pwrite": "iiili", "fd_read": "iiii", "fd_readdir": "iiili", "fd_renumber": "ii",
  "fd_seek": "ilii", "fd_sync": "i", "fd_tell": "ii", "fd_write": "iiii", "path_create_directory": "iii",
  "path_filestat_get": "iiiii", "path_filestat_set_times": "iiiilli", "path_link": "iiiiiii",
  "path_open": "iiiiillii", "path_readlink": "iiiiii", "path_remove_directory": "iii", "path_rename": "iiiiii",
  "path_symlink": "iiiii", "path_unlink_file": "iii", "poll_oneoff": "iiii", "proc_exit": "i", "proc_raise": "i",
  "sched_yield": "", "random_get": "ii", "sock_accept": "iii", "sock_recv": "iiiiii", "sock_send": "iiiii",
  "sock_shutdown": "ii",
]

/// A program that does nothing but call the functions of preview 1: a module with two pages of memory that imports all
/// of them and exports each again, wrapped, so that it is the caller.
final class Program {
  let store: Store
  let instance: Instance
  let memory: Memory
  static let memorySize = 2 << 16

  /// - Parameter folder: becomes descriptor 3, by the name `/`.
  init(
    folder: String? = nil, interrupt: Interrupt = Interrupt(), exportsMemory: Bool = true,
    configure: (inout WASIConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = WASIConfiguration()
    if let folder { configuration.directories = [(folder, "/")] }
    configure(&configuration)
    let wasi = try WASI(configuration)

    var builder = ModuleBuilder()
    let names = signatures.keys.sorted()
    let imports = names.map { name in
      builder.importFunction(
        "wasi_snapshot_preview1", name, Self.parameters(name), name == "proc_exit" ? [] : [.i32])
    }
    for (name, index) in zip(names, imports) {
      let gets = (0..<signatures[name]!.count).flatMap { [UInt8(0x20), UInt8($0)] }
      builder.function(
        Self.parameters(name), name == "proc_exit" ? [] : [.i32], body: gets + [0x10, UInt8(index), 0x0b], export: name)
    }
    let memoryIndex = builder.memory(MemoryType(SizeLimits(2, 2)))
    builder.export(exportsMemory ? "memory" : "other", .memory, memoryIndex)
    let store = try Store(interrupt: interrupt)
    self.store = store
    instance = try store.instantiate(
      try WasmModule(builder.bytes), imports: { wasi.external(module: $0, name: $1, in: store) })
    memory = instance.memories[0]
  }

  static func parameters(_ name: String) -> [ValueType] { signatures[name]!.map { $0 == "l" ? .i64 : .i32 } }

  /// Calls a function; what it returns, or −1 where it returns nothing.
  @discardableResult func call(_ name: String, _ arguments: Int...) throws -> Int { try call(name, arguments) }

  func call(_ name: String, _ arguments: [Int]) throws -> Int {
    guard case .function(let function)? = instance.export(name) else { throw Refused(errno: -1) }
    let values = zip(Self.parameters(name), arguments).map { type, argument in
      type == .i64 ? Value.i64(Int64(argument)) : .i32(Int32(truncatingIfNeeded: argument))
    }
    guard case .i32(let result)? = try store.invoke(function, values).first else { return -1 }
    return Int(result)
  }

  /// Calls a function that should succeed.
  func succeed(_ name: String, _ arguments: Int...) throws { try succeed(name, arguments) }

  func succeed(_ name: String, _ arguments: [Int]) throws {
    let errno = try call(name, arguments)
    if errno != 0 { throw Refused(errno: errno) }
  }

  // MARK: Memory

  // Where things are put.
  static let result = 0x10
  static let vectors = 0x100
  static let path = 0x1000
  static let otherPath = 0x3000
  static let buffer = 0x8000

  func put(_ bytes: some Collection<UInt8>, at address: Int) { memory.write(UInt64(address), bytes) }
  func putWords(_ values: [UInt32], at address: Int) {
    put(values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }, at: address)
  }
  func bytes(_ address: Int, _ count: Int) -> [UInt8] { memory.read(UInt64(address), count: count) ?? [] }
  func text(_ address: Int, _ count: Int) -> String { String(decoding: bytes(address, count), as: UTF8.self) }
  func number(_ address: Int, size: Int) -> Int {
    bytes(address, size).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
  /// The 32 bits where results are put.
  var result: Int { number(Self.result, size: 4) }

  // MARK: What tests do often

  static let reading = 1 << 1
  static let writing = 1 << 6
  static let create = 1
  static let directory = 2
  static let exclusive = 4
  static let truncate = 8

  /// Puts a path and returns its address and size.
  func path(_ text: String, at address: Int = Program.path) -> [Int] {
    put(text.utf8, at: address)
    return [address, text.utf8.count]
  }

  /// Opens a path; the descriptor.
  /// - Throws: `Refused`.
  @discardableResult func open(
    _ path: String, in directory: Int = 3, follow: Bool = true, _ flags: Int = 0,
    rights: Int = Program.reading | Program.writing, descriptorFlags: Int = 0
  ) throws -> Int {
    let errno = try call(
      "path_open",
      [directory, follow ? 1 : 0] + self.path(path) + [flags, rights, -1, descriptorFlags, Self.result])
    if errno != 0 { throw Refused(errno: errno) }
    return result
  }

  /// The error of opening a path; zero where it can be opened.
  func openError(_ path: String, in directory: Int = 3, follow: Bool = true, _ flags: Int = 0, rights: Int = 2) throws
    -> Int
  {
    do {
      try succeed("fd_close", try open(path, in: directory, follow: follow, flags, rights: rights))
      return 0
    } catch let refused as Refused { return refused.errno }
  }

  /// Calls a function of one path whose other arguments come before and behind it.
  func call(_ name: String, _ before: [Int] = [3], path: String, _ behind: Int...) throws -> Int {
    try call(name, before + self.path(path) + behind)
  }

  /// Calls a function of two paths, both in the directory 3.
  func rename(_ old: String, _ new: String) throws -> Int {
    try call("path_rename", [3] + path(old) + [3] + path(new, at: Self.otherPath))
  }
  func symlink(_ target: String, _ new: String) throws -> Int {
    try call("path_symlink", path(target) + [3] + path(new, at: Self.otherPath))
  }
  func link(_ old: String, _ new: String, follow: Bool = false) throws -> Int {
    try call("path_link", [3, follow ? 1 : 0] + path(old) + [3] + path(new, at: Self.otherPath))
  }

  /// Writes text; the number of bytes written.
  @discardableResult func write(_ descriptor: Int, _ text: String) throws -> Int {
    put(text.utf8, at: Self.buffer)
    putWords([UInt32(Self.buffer), UInt32(text.utf8.count)], at: Self.vectors)
    try succeed("fd_write", descriptor, Self.vectors, 1, Self.result)
    return result
  }

  /// Reads at most `count` bytes in one call.
  func read(_ descriptor: Int, _ count: Int = 4096) throws -> String {
    putWords([UInt32(Self.buffer), UInt32(count)], at: Self.vectors)
    try succeed("fd_read", descriptor, Self.vectors, 1, Self.result)
    return text(Self.buffer, result)
  }

  /// The names in a directory, with the types of the entries.
  func list(_ descriptor: Int, buffer size: Int = 4096) throws -> [String: Int] {
    var found: [String: Int] = [:]
    var cookie = 0
    while true {
      try succeed("fd_readdir", descriptor, Self.buffer, size, cookie, Self.result)
      let used = result
      var place = Self.buffer
      while place + 24 <= Self.buffer + used {
        let length = number(place + 16, size: 4)
        guard place + 24 + length <= Self.buffer + used else { break }
        cookie = number(place, size: 8)
        found[text(place + 24, length)] = number(place + 20, size: 1)
        place += 24 + length
      }
      if used < size { return found }
    }
  }
}

/// A function that returned an error.
struct Refused: Error, Equatable {
  let errno: Int
}
