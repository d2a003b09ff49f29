// A thermostat for a small controller: commands come in as bytes, are decoded and carried
// out. Built with Embedded Swift.

enum Command: Equatable {
    case off
    case setTarget(Int8)
    case adjust(by: Int8)
    case schedule(hour: UInt8, level: Level)
}

enum Level: UInt8 {
    case low = 1
    case medium
    case high
}

struct Slot {
    var hour: UInt8
    var level: Level
    var active: Bool
}

struct Reading {
    let celsius: Int8
    let humidity: Float
    let valid: Bool
}

final class Room {
    let number: Int
    var target: Int8
    var slots: [Slot] = []
    var last: Reading?

    init(number: Int, target: Int8) {
        self.number = number
        self.target = target
    }

    @inline(never)
    func warm(by step: Int8) -> Int8 {
        let before = target
        target = before + step  // CRASH: 100 + 50 does not fit in eight bits, arithmetic overflow
        return target - before
    }
}

struct Decoder {
    let bytes: [UInt8]
    var position = 0

    mutating func next() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func command() -> Command? {
        guard let code = next() else { return nil }
        switch code {
        case 1: return next().map { .setTarget(Int8(bitPattern: $0)) }
        case 2: return next().map { .adjust(by: Int8(bitPattern: $0)) }
        case 3:
            guard let hour = next(), let level = next().flatMap(Level.init(rawValue:)) else { return nil }
            return .schedule(hour: hour, level: level)
        default: return .off
        }
    }
}

@inline(never)
func carryOut(_ command: Command, in room: Room) -> Int {
    switch command {
    case .off: room.target = 0
    case .setTarget(let celsius): room.target = celsius
    case .adjust(let step): return Int(room.warm(by: step))  // CALL
    case .schedule(let hour, let level): room.slots.append(Slot(hour: hour, level: level, active: true))
    }
    return 0
}

@inline(never)
func runAll(_ bytes: [UInt8], in room: Room) -> (commands: Int, change: Int) {
    var decoder = Decoder(bytes: bytes)
    var commands = 0
    var change = 0
    while let command = decoder.command() {
        commands += 1
        change += carryOut(command, in: room)  // CALL
    }
    return (commands, change)
}

@main
struct Thermostat {
    static func main() {
        let room = Room(number: 12, target: 20)
        room.last = Reading(celsius: 19, humidity: 0.45, valid: true)
        let result = runAll([3, 6, 2, 1, 100, 3, 22, 1, 2, 50, 0], in: room)  // CALL
        print(result.commands == 5 ? "done" : "stopped early")
    }
}
