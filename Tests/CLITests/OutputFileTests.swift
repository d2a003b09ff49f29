import Glibc
import TestSupport
import Testing

/// `report --output`.
@Suite struct OutputFileTests {
  private let folder: TemporaryFolder
  private static let core = "Samples/structs/structs.core"

  init() throws { folder = try TemporaryFolder() }

  private func names() throws -> [String] {
    try TemporaryFolder.names(in: folder.path).filter { $0 != ".stdout" && $0 != ".stderr" }
  }

  @Test func theDumpMayBeTheTarget() throws {
    let line = "cp \(Self.core) $TMP/a; wasmpm report --module Samples/structs $TMP/a --output $TMP/a; cat $TMP/a"
    let run = try Executable.run(line, in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("integer divide by zero in rounded_quotient"))
    #expect(try names() == ["a"])
  }

  @Test func aFailedRunLeavesAnEarlierReport() throws {
    let run = try Executable.run(
      "echo earlier > $TMP/r; wasmpm report $TMP/none -o $TMP/r; echo $?; cat $TMP/r", in: folder)
    #expect(run.output == "3\nearlier\n")
    #expect(try names() == ["r"])
  }

  @Test func permissionsAndLinksAreKept() throws {
    let run = try Executable.run(
      "echo > $TMP/r; chmod 640 $TMP/r; ln -s r $TMP/link; wasmpm report \(Self.core) -o $TMP/link; "
        + "stat -c '%a %F' $TMP/r $TMP/link; head -c 7 $TMP/r; umask 027; wasmpm report \(Self.core) -o $TMP/new; "
        + "echo; stat -c %a $TMP/new",
      in: folder)
    #expect(run.output == "640 regular file\n777 symbolic link\nSamples\n640\n")
  }

  @Test func aLinkThatLeadsNowhereLeadsToTheReport() throws {
    let run = try Executable.run(
      "mkdir $TMP/d; ln -s d/new $TMP/b; ln -s b $TMP/a; wasmpm report \(Self.core) -o $TMP/a; "
        + "stat -c %F $TMP/a $TMP/d/new; head -c 7 $TMP/d/new",
      in: folder)
    #expect(run.errors == "")
    #expect(run.output == "symbolic link\nregular file\nSamples")
  }

  @Test func twoNamesOfOneFileThatIsNotThereYet() throws {
    let split = "wasmpm split Samples/structs/structs.wasm --force --output $TMP/new --debug-file $TMP/link"
    let run = try Executable.run("ln -s new $TMP/link; \(split); echo $?", in: folder)
    #expect(run.errors.contains("--output and --debug-file are the same file"))
    #expect(run.output == "2\n")
    #expect(try names() == ["link"])
  }

  @Test func aFileThatMayNotGrowLeavesNothing() throws {
    let run = try Executable.run("ulimit -f 1; wasmpm report \(Self.core) --format json -o $TMP/r; echo $?", in: folder)
    #expect(run.output == "1\n")
    #expect(run.errors.contains("cannot write: file too large"))
    #expect(try names() == [])
  }

  @Test func devicesAndPipesAreWrittenDirectly() throws {
    for target in ["/dev/stdout", "/dev/fd/1"] {
      let run = try Executable.run("wasmpm report \(Self.core) -o \(target) | head -c 7", in: folder)
      #expect(run.output == "Samples")
    }
    #expect(try Executable.run("wasmpm report \(Self.core) -o /dev/null", in: folder).status == 0)
  }

  @Test func namesOfAListAreTakenAsTheyAre() throws {
    // U+2028 ends a line for some; a carriage return before the end of the line belongs to the line's end.
    let run = try Executable.run(
      "N=$(printf 'a\\342\\200\\250b.core'); cp \(Self.core) \"$TMP/$N\"; "
        + "printf '%s\\r\\n\\n' \"$TMP/$N\" | wasmpm report --module Samples/structs --files-from - | head -n 1",
      in: folder)
    #expect(run.errors == "")
    #expect(run.output.contains("a\\u{2028}b.core: integer divide by zero"))
  }

  @Test func anEmptyListNamesNoDump() throws {
    let run = try Executable.run("printf '\\n\\n' | wasmpm report --files-from -", in: folder)
    #expect(run == Executable.Run(status: 3, output: "", errors: "wasmpm: standard input: no dump is named\n"))
  }
}
