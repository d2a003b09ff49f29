import WasmBinary

/// The sections of a module, as a table or as JSON.
struct SectionTable {
  let sections: [Section]

  func writeText(to output: Output) {
    output.line(output.style(.heading, "sections"))
    output.line(output.style(.faint, "      offset           size  section"))
    for section in sections {
      let offset = section.header.description.leftPadded(12)
      let size = grouped(section.contents.count).leftPadded(14)
      output.line(
        "\(offset) \(size)  " + escaped(section.title)
          + (section.isTruncated ? output.style(.warning, "  cut off") : ""))
    }
  }

  func writeJSON(to json: JSONWriter) {
    json.member("sections", sections) { section in
      json.object {
        json.member("name", section.title)
        json.member("custom", section.id == .custom)
        json.member("offset", section.header.description)
        json.member("size", section.contents.count)
        if section.isTruncated { json.member("truncated", true) }
      }
    }
  }
}
