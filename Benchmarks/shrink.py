"""A module as `wasm-ld --compress-relocations --strip-all` would have linked it: numbers in code take as many bytes as they need,
custom sections are gone. Knows the instructions that C++ comes out as."""

UNSIGNED = set([0x07, 0x08, 0x09, 0x0C, 0x0D, 0x10, 0x12, 0x18, 0x3F, 0x40, 0xD2]) | set(range(0x20, 0x27))
SIGNED = set([0x02, 0x03, 0x04, 0x06, 0x41, 0x42, 0xD0])
PAIRS = set([0x11, 0x13]) | set(range(0x28, 0x3F))


def number(data, at):
    """An unsigned LEB128 number and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def uleb(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return out


def minimal(data, start, end, signed):
    """The number's bytes without its padding."""
    if end - start == 1:
        return data[start:end]
    value, _ = number(data, start)
    if not signed:
        return uleb(value)
    if data[end - 1] & 64:
        value -= 1 << 7 * (end - start)
    out = bytearray()
    while not -64 <= value <= 63:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value & 127)
    return out


def body(data):
    """A function's body, from its locals vector on; and where its instructions start in both forms."""
    out, at, starts = bytearray(), 0, []

    def take(signed=False):
        nonlocal at
        value, end = number(data, at)
        out.extend(minimal(data, at, end, signed))
        at = end
        return value

    def copy(count):
        nonlocal at
        out.extend(data[at:at + count])
        at += count

    for _ in range(take()):
        take()
        copy(1)
    while at < len(data):
        starts.append((at, len(out)))
        opcode = data[at]
        copy(1)
        if opcode in UNSIGNED:
            take()
        elif opcode in SIGNED:
            take(True)
        elif opcode in PAIRS:
            take()
            take()
        elif opcode == 0x0E:
            for _ in range(take() + 1):
                take()
        elif opcode == 0x1C:
            copy(take())
        elif opcode in (0x43, 0x44):
            copy(4 if opcode == 0x43 else 8)
        elif opcode == 0xFC:
            kind = take()
            for _ in range(0 if kind < 8 else 2 if kind in (8, 10, 12, 14) else 1):
                take()
        elif opcode >= 0xFB:
            raise ValueError(f"instruction 0x{opcode:x} is not known")
    return out, starts


def module(data):
    """The shrunk module, and for each function where its body starts in the code section in both, and its instructions."""
    out, at, functions = bytearray(data[:8]), 8, []
    while at < len(data):
        kind = data[at]
        size, start = number(data, at + 1)
        at = start + size
        if kind == 0:
            continue
        if kind != 10:
            out += bytes([kind]) + uleb(size) + data[start:at]
            continue
        count, place = number(data, start)
        code = bytearray(uleb(count))
        for _ in range(count):
            length, place = number(data, place)
            shrunk, starts = body(data[place:place + length])
            code += uleb(len(shrunk))
            functions.append((place - start, len(code), starts))
            code += shrunk
            place += length
        out += bytes([kind]) + uleb(len(code)) + code
    return out, functions
