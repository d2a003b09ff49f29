import WasmBinary

extension WASI {
  /// A function of preview 1.
  struct Entry: Sendable {
    let type: FunctionType
    let body: @Sendable (WASI) -> (Call) throws -> Void

    /// - Parameters:
    ///   - parameters: a letter each, `i` for i32 and `l` for i64.
    ///   - body: does the work; an `Errno` that it throws is what the function returns.
    init(
      _ parameters: String, returnsError: Bool = true, _ body: @escaping @Sendable (WASI) -> (Call) throws -> Void
    ) {
      type = FunctionType(parameters.map { $0 == "l" ? .i64 : .i32 }, returnsError ? [.i32] : [])
      self.body = body
    }
  }

  /// All functions of preview 1. Results are written where the last pointers lead.
  static let functions: [String: Entry] = [
    "args_get": Entry("ii", WASI.argsGet),
    "args_sizes_get": Entry("ii", WASI.argsSizesGet),
    "clock_res_get": Entry("ii", WASI.clockResGet),
    "clock_time_get": Entry("ili", WASI.clockTimeGet),
    "environ_get": Entry("ii", WASI.environGet),
    "environ_sizes_get": Entry("ii", WASI.environSizesGet),
    "fd_advise": Entry("illi", WASI.fdAdvise),
    "fd_allocate": Entry("ill", WASI.fdAllocate),
    "fd_close": Entry("i", WASI.fdClose),
    "fd_datasync": Entry("i", WASI.fdDatasync),
    "fd_fdstat_get": Entry("ii", WASI.fdFdstatGet),
    "fd_fdstat_set_flags": Entry("ii", WASI.fdFdstatSetFlags),
    "fd_fdstat_set_rights": Entry("ill", WASI.fdFdstatSetRights),
    "fd_filestat_get": Entry("ii", WASI.fdFilestatGet),
    "fd_filestat_set_size": Entry("il", WASI.fdFilestatSetSize),
    "fd_filestat_set_times": Entry("illi", WASI.fdFilestatSetTimes),
    "fd_pread": Entry("iiili", WASI.fdPread),
    "fd_prestat_dir_name": Entry("iii", WASI.fdPrestatDirName),
    "fd_prestat_get": Entry("ii", WASI.fdPrestatGet),
    "fd_pwrite": Entry("iiili", WASI.fdPwrite),
    "fd_read": Entry("iiii", WASI.fdRead),
    "fd_readdir": Entry("iiili", WASI.fdReaddir),
    "fd_renumber": Entry("ii", WASI.fdRenumber),
    "fd_seek": Entry("ilii", WASI.fdSeek),
    "fd_sync": Entry("i", WASI.fdSync),
    "fd_tell": Entry("ii", WASI.fdTell),
    "fd_write": Entry("iiii", WASI.fdWrite),
    "path_create_directory": Entry("iii", WASI.pathCreateDirectory),
    "path_filestat_get": Entry("iiiii", WASI.pathFilestatGet),
    "path_filestat_set_times": Entry("iiiilli", WASI.pathFilestatSetTimes),
    "path_link": Entry("iiiiiii", WASI.pathLink),
    "path_open": Entry("iiiiillii", WASI.pathOpen),
    "path_readlink": Entry("iiiiii", WASI.pathReadlink),
    "path_remove_directory": Entry("iii", WASI.pathRemoveDirectory),
    "path_rename": Entry("iiiiii", WASI.pathRename),
    "path_symlink": Entry("iiiii", WASI.pathSymlink),
    "path_unlink_file": Entry("iii", WASI.pathUnlinkFile),
    "poll_oneoff": Entry("iiii", WASI.pollOneoff),
    "proc_exit": Entry("i", returnsError: false, WASI.procExit),
    "proc_raise": Entry("i", WASI.procRaise),
    "random_get": Entry("ii", WASI.randomGet),
    "sched_yield": Entry("", WASI.schedYield),
    "sock_accept": Entry("iii", WASI.socketCall),
    "sock_recv": Entry("iiiiii", WASI.socketCall),
    "sock_send": Entry("iiiii", WASI.socketCall),
    "sock_shutdown": Entry("ii", WASI.socketCall),
  ]
}
