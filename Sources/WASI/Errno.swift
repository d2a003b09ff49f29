#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Why a function failed, as the program is told (preview 1, `errno`).
enum Errno: UInt16, Error {
  case tooBig = 1
  case acces, addrinuse, addrnotavail, afnosupport, again, already, badf, badmsg, busy, canceled, child, connaborted
  case connrefused, connreset, deadlk, destaddrreq, dom, dquot, exist, fault, fbig, hostunreach, idrm, ilseq
  case inprogress, intr, inval, io, isconn, isdir, loop, mfile, mlink, msgsize, multihop, nametoolong, netdown
  case netreset, netunreach, nfile, nobufs, nodev, noent, noexec, nolck, nolink, nomem, nomsg, noprotoopt, nospc
  case nosys, notconn, notdir, notempty, notrecoverable, notsock, notsup, notty, nxio, overflow, ownerdead, perm
  case pipe, proto, protonosupport, prototype, range, rofs, spipe, srch, stale, timedout, txtbsy, xdev, notcapable

  /// What success is in the same type.
  static let success: UInt16 = 0

  /// An error number of the host's; `io` where preview 1 has no such error.
  init(host number: Int32) { self = Self.byHostNumber[number] ?? .io }

  /// The host's error number of the call that just failed.
  static var ofLastCall: Errno { Errno(host: errno) }

  private static let byHostNumber: [Int32: Errno] = Dictionary(
    [
      (E2BIG, .tooBig), (EACCES, .acces), (EADDRINUSE, .addrinuse), (EADDRNOTAVAIL, .addrnotavail),
      (EAFNOSUPPORT, .afnosupport), (EAGAIN, .again), (EWOULDBLOCK, .again), (EALREADY, .already), (EBADF, .badf),
      (EBADMSG, .badmsg), (EBUSY, .busy), (ECANCELED, .canceled), (ECHILD, .child), (ECONNABORTED, .connaborted),
      (ECONNREFUSED, .connrefused), (ECONNRESET, .connreset), (EDEADLK, .deadlk), (EDESTADDRREQ, .destaddrreq),
      (EDOM, .dom), (EDQUOT, .dquot), (EEXIST, .exist), (EFAULT, .fault), (EFBIG, .fbig),
      (EHOSTUNREACH, .hostunreach), (EIDRM, .idrm), (EILSEQ, .ilseq), (EINPROGRESS, .inprogress), (EINTR, .intr),
      (EINVAL, .inval), (EIO, .io), (EISCONN, .isconn), (EISDIR, .isdir), (ELOOP, .loop), (EMFILE, .mfile),
      (EMLINK, .mlink), (EMSGSIZE, .msgsize), (EMULTIHOP, .multihop), (ENAMETOOLONG, .nametoolong),
      (ENETDOWN, .netdown), (ENETRESET, .netreset), (ENETUNREACH, .netunreach), (ENFILE, .nfile),
      (ENOBUFS, .nobufs), (ENODEV, .nodev), (ENOENT, .noent), (ENOEXEC, .noexec), (ENOLCK, .nolck),
      (ENOLINK, .nolink), (ENOMEM, .nomem), (ENOMSG, .nomsg), (ENOPROTOOPT, .noprotoopt), (ENOSPC, .nospc),
      (ENOSYS, .nosys), (ENOTCONN, .notconn), (ENOTDIR, .notdir), (ENOTEMPTY, .notempty),
      (ENOTRECOVERABLE, .notrecoverable), (ENOTSOCK, .notsock), (ENOTSUP, .notsup), (EOPNOTSUPP, .notsup),
      (ENOTTY, .notty), (ENXIO, .nxio), (EOVERFLOW, .overflow), (EOWNERDEAD, .ownerdead), (EPERM, .perm),
      (EPIPE, .pipe), (EPROTO, .proto), (EPROTONOSUPPORT, .protonosupport), (EPROTOTYPE, .prototype),
      (ERANGE, .range), (EROFS, .rofs), (ESPIPE, .spipe), (ESRCH, .srch), (ESTALE, .stale), (ETIMEDOUT, .timedout),
      (ETXTBSY, .txtbsy), (EXDEV, .xdev),
    ], uniquingKeysWith: { first, _ in first })
}
