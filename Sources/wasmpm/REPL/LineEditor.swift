import CLibedit
import Glibc

/// The prompt on a terminal: libedit with emacs keys, history and completion.
final class LineEditor {
  /// What came of asking for a line.
  enum Answer {
    case line(String)
    /// ^C: the line is dropped.
    case interrupted
    /// ^D on an empty line, or the terminal is gone.
    case end
  }

  private let editor: OpaquePointer
  private let list: OpaquePointer
  private var history = LineHistory()

  /// Takes the terminal; nil where libedit cannot use it.
  init?() {
    // libedit turns the wide characters it edits into the locale's bytes; ours are UTF-8 whatever the locale says.
    setlocale(LC_CTYPE, "")
    if String(cString: nl_langinfo(Int32(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
    guard let editor = wasmpm_el_init("wasmpm"), let list = history_init() else { return nil }
    self.editor = editor
    self.list = list
    wasmpm_el_set_prompt(editor) { _ in LineEditor.prompt }
    wasmpm_el_set_string(editor, EL_EDITOR, "emacs")
    // Signals are ours: libedit would send them on to the whole process group.
    wasmpm_el_set_int(editor, EL_SIGNAL, 0)
    wasmpm_el_set_reader(editor) { LineEditor.readCharacter($0, $1) }
    wasmpm_el_add_function(editor, "wasmpm-complete", "Complete a command") { editor, _ in
      editor.map(LineEditor.complete) ?? UInt8(CC_ERROR)
    }
    for (key, function) in LineEditor.keys { wasmpm_el_bind(editor, key, function) }
    wasmpm_history_set_size(list, Int32(LineHistory.capacity))
    wasmpm_el_set_history(editor, list)
    for line in history.lines { wasmpm_history_enter(list, line) }
    // The user's own bindings come last.
    el_source(editor, nil)
  }

  deinit {
    el_end(editor)
    history_end(list)
  }

  /// Asks for a line.
  func read() -> Answer {
    Interrupt.reset()
    // libedit shows the prompt first and takes the terminal then: what is typed in between would be cooked.
    wasmpm_el_set_int(editor, EL_PREP_TERM, 1)
    var count: Int32 = 0
    let text = el_gets(editor, &count)
    if Interrupt.isRaised {
      Interrupt.reset()
      put("^C\n", to: STDOUT_FILENO)
      return .interrupted
    }
    guard let text, count > 0 else { return .end }
    var line = String(cString: text)
    while line.hasSuffix("\n") || line.hasSuffix("\r") { line.removeLast() }
    return .line(line)
  }

  /// Remembers a line that was typed.
  func remember(_ line: String) {
    let line = line.trimmed
    guard !line.isEmpty else { return }
    history.add(line)
    // libedit's own list has no way to move a line to its end but to be filled again: a thousand short strings.
    wasmpm_history_clear(list)
    for line in history.lines { wasmpm_history_enter(list, line) }
  }

  /// What the terminal shows before each line.
  static let promptText = "(wasmpm) "
  /// The same as libedit wants it, for as long as the process lives.
  nonisolated(unsafe) private static let prompt = strdup(promptText)

  /// Keys beyond libedit's emacs set: what people's hands know from other programs.
  private static let keys = [
    ("^I", "wasmpm-complete"), ("^R", "em-inc-search-prev"), ("\\e[3~", "ed-delete-next-char"),
    ("\\e[1~", "ed-move-to-beg"), ("\\e[4~", "ed-move-to-end"), ("\\e[1;5C", "em-next-word"),
    ("\\e[1;5D", "ed-prev-word"), ("\\ef", "em-next-word"), ("\\eb", "ed-prev-word"),
  ]
}

// MARK: What libedit calls

extension LineEditor {
  /// Reads one character; -1 where ^C or the terminal's end came instead.
  fileprivate static func readCharacter(_ editor: OpaquePointer?, _ result: UnsafeMutablePointer<wchar_t>?) -> Int32 {
    var bytes: [UInt8] = []
    while true {
      if Interrupt.isRaised { return -1 }
      guard Interrupt.waitForInput(on: STDIN_FILENO) else {
        attend(editor)
        continue
      }
      var byte: UInt8 = 0
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count == 0 { return 0 }
      guard count > 0 else {
        guard errno == EINTR else { return -1 }
        attend(editor)
        continue
      }
      bytes.append(byte)
      var iterator = bytes.makeIterator()
      var decoder = UTF8()
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        result?.pointee = wchar_t(bitPattern: scalar.value)
        return 1
      case .error where bytes.count < expectedLength(bytes[0]): continue
      case .error, .emptyInput:
        result?.pointee = 0xfffd
        return 1
      }
    }
  }

  /// How long the UTF-8 sequence is that `byte` begins.
  private static func expectedLength(_ byte: UInt8) -> Int {
    switch byte {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }

  /// A signal came while waiting for a key.
  private static func attend(_ editor: OpaquePointer?) {
    guard let editor else { return }
    if Interrupt.takeContinued() {
      // Whoever stopped us gave the terminal to someone else; libedit does nothing where it thinks to have it.
      wasmpm_el_set_int(editor, EL_PREP_TERM, 0)
      wasmpm_el_set_int(editor, EL_PREP_TERM, 1)
      wasmpm_el_refresh(editor)
    }
    if Interrupt.takeResized() {
      el_resize(editor)
      wasmpm_el_refresh(editor)
    }
  }

  /// Tab: inserts what is certain, lists what is not.
  fileprivate static func complete(_ editor: OpaquePointer) -> UInt8 {
    guard let info = el_line(editor)?.pointee, let start = info.buffer, let cursor = info.cursor else {
      return UInt8(CC_ERROR)
    }
    let before = String(
      decoding: UnsafeRawBufferPointer(start: start, count: cursor - start), as: UTF8.self)
    let (word, names) = Completion.candidates(for: before)
    guard !names.isEmpty else { return UInt8(CC_ERROR) }
    var addition = String(Completion.commonPrefix(names).dropFirst(word.count))
    if names.count == 1 { addition += " " }
    if !addition.isEmpty {
      return el_insertstr(editor, addition) == 0 ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
    put("\n" + Completion.columns(names, width: Terminal.width(of: STDOUT_FILENO)), to: STDOUT_FILENO)
    return UInt8(CC_REDISPLAY)
  }
}
