import ArgumentParser
import PostMortem

/// `wasmpm inspect`: what a file holds.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a dump, a module or a debug file holds.")

  @Argument(help: "The file.")
  var file: String

  func run() throws {
    throw Failure(.unreadable, "\(file): not yet")
  }
}
