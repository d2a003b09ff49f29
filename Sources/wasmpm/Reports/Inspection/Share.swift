/// A part of a whole, in percent.
struct Share {
  private let part: Double
  private let whole: Double

  init(_ part: some BinaryInteger, of whole: some BinaryInteger) {
    self.part = Double(part)
    self.whole = Double(whole)
  }

  /// `97.7 %`; a dash where there is no whole. 100 % is all of it and 0 % none: what is nearly so is not rounded to it.
  var text: String {
    guard whole > 0 else { return "–" }
    var tenths = Int(min(max((part / whole * 1000).rounded(), 0), 1000))
    if tenths == 1000, part < whole { tenths = 999 }
    if tenths == 0, part > 0 { tenths = 1 }
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
