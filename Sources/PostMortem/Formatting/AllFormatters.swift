/// The rows of the registry, a list for each library. Of two rows for one type the first that has a presentation counts.
let allFormatters: [Formatter] = [
  cxxFormatters,
  rustFormatters,
  swiftFormatters,
  zigFormatters,
].flatMap(\.self)
