// A ferry's cargo list: every kind of value that Embedded Swift makes, in the locals of three functions
// that call each other. The last one stops the program.

enum Deck: UInt8 {
  case car = 1
  case passenger
  case sun
}

enum Berth {
  case none
  case seat(Int16)
  case cabin(number: Int32, window: Bool)
}

struct Weight {
  var kilograms: Double
  var isHazardous: Bool
}

struct Item {
  var name: String
  var weight: Weight
  var deck: Deck
}

final class Crew {
  let name: String
  var age: UInt8

  init(name: String, age: UInt8) {
    self.name = name
    self.age = age
  }
}

/// What seeds the hashes, so that each run has the same.
@_cdecl("arc4random_buf")
func fill(_ buffer: UnsafeMutableRawPointer, _ count: Int) {
  for index in 0..<count { buffer.storeBytes(of: 7, toByteOffset: index, as: UInt8.self) }
}

@inline(never)
func keep<T>(_ value: borrowing T) {}

@inline(never)
func scalars() {
  let small: Int8 = -5
  let unsigned: UInt16 = 65_000
  let word = 123_456
  let large: UInt64 = 18_446_744_073_709_551_615
  let yes = true
  let no = false
  let float: Float = 0.25
  let double = -1.5
  let letter: Character = "f"
  let scalar: Unicode.Scalar = "\u{e9}"
  let fixed: StaticString = "static"
  let tuple = (1, true)
  let named = (low: UInt8(3), high: UInt8(9))
  let deck = Deck.passenger
  let unit: Void = ()
  keep(small); keep(unsigned); keep(word); keep(large); keep(yes); keep(no); keep(float); keep(double)
  keep(letter); keep(scalar); keep(fixed); keep(tuple); keep(named); keep(deck); keep(unit)
  texts("argument", count: 3)
}

@inline(never)
func texts(_ argument: String, count: Int) {
  let short = "ferry"
  let accented = "Öresund"
  let empty = ""
  let literal = "a literal of more than fifteen bytes"
  var grown = "built from "
  grown += "two long enough parts"
  let numbers: [Int32] = [4, -5, 6]
  let none: [UInt8] = []
  let words = ["one", "two"]
  let items = [Item(name: "crate", weight: Weight(kilograms: 12.5, isHazardous: false), deck: .car)]
  let nested: [[UInt8]] = [[1], [2, 3]]
  let slice = numbers[1...]
  keep(short); keep(accented); keep(empty); keep(literal); keep(grown); keep(numbers); keep(none); keep(words)
  keep(items); keep(nested); keep(slice)
  kinds(numbers)
}

@inline(never)
func kinds(_ numbers: [Int32]) {
  let some: Int? = 7
  let nothing: Int? = nil
  let someText: String? = "here"
  let noText: String? = nil
  let someFlag: Bool? = false
  let noFlag: Bool? = nil
  let none = Berth.none
  let seat = Berth.seat(12)
  let cabin = Berth.cabin(number: 301, window: true)
  let item = Item(name: "piano", weight: Weight(kilograms: 310, isHazardous: true), deck: .sun)
  let crew = Crew(name: "Ada", age: 36)
  let someCrew: Crew? = crew
  let noCrew: Crew? = nil
  let range = 2..<5
  let closed = 1...3
  let ages: [UInt8: Int16] = [1: 10, 2: 20, 3: 30]
  let decks: Set<UInt8> = [5]
  let closure = { (value: Int32) in value + numbers[0] }
  keep(some); keep(nothing); keep(someText); keep(noText); keep(someFlag); keep(noFlag); keep(none); keep(seat)
  keep(cabin); keep(item); keep(crew); keep(someCrew); keep(noCrew); keep(range); keep(closed); keep(ages)
  keep(decks); keep(closure)
  numbers.withUnsafeBufferPointer { buffer in
    let pointer = buffer.baseAddress
    stop(pointer!, buffer)
  }
}

@inline(never)
func stop(_ pointer: UnsafePointer<Int32>, _ buffer: UnsafeBufferPointer<Int32>) {
  let raw = UnsafeRawPointer(pointer)
  keep(raw)
  fatalError()
}

@main
struct Ferry {
  static func main() {
    scalars()
  }
}
