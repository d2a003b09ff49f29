#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs what recurses deeply on a stack of its own: the threads of a pool have half a megabyte, of which some of our
/// functions take tens of kilobytes a level.
public enum DeepStack {
  /// Reserved, not used: memory is taken as far as the recursion gets.
  private static let bytes = 64 << 20

  /// `@unchecked Sendable`: whoever made it waits while another thread does it.
  fileprivate final class Work: @unchecked Sendable {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Calls `body` on another thread, and waits for it.
  /// - Throws: what `body` throws.
  public static func run<Success, Failure: Error>(
    _ body: @escaping () throws(Failure) -> Success
  ) throws(Failure) -> Success {
    var result: Result<Success, Failure>?
    let work = Work {
      do throws(Failure) { result = .success(try body()) } catch { result = .failure(error) }
    }
    wait(for: work)
    return try result!.get()
  }

  private static func wait(for work: Work) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, bytes)
    let box = Unmanaged.passRetained(work)
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, &attributes, startWork, box.toOpaque())
      let made = thread
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, &attributes, startWork, box.toOpaque())
      let made: pthread_t? = thread
    #endif
    if status == 0, let made {
      pthread_join(made, nil)
    } else {
      // No room for another thread: this one has to do.
      box.release()
      work.body()
    }
  }

}

/// What the thread begins with.
private func startWork(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let work else { return nil }
  Unmanaged<DeepStack.Work>.fromOpaque(work).takeRetainedValue().body()
  return nil
}
