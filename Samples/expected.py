#!/usr/bin/env python3
"""Prints the line of EXPECTED.txt for a dump: which frames the dump holds and what the module's
debug information says about each, inlined functions included.

  expected.py DUMP MODULE TRAP [DEBUG]     with wasm-tools, llvm-symbolizer and swift-demangle on PATH

DEBUG is the module with its debug information when MODULE has none. Two readers of DWARF are asked.
That they agree, and that every line in a sample's own source has a CRASH or a CALL comment, is checked.
Needs nothing but Python's standard library.
"""
import itertools
import json
import os
import re
import subprocess
import sys


class Bytes:
    def __init__(self, data, at=0, end=None):
        self.data, self.at, self.end = data, at, len(data) if end is None else end

    def more(self):
        return self.at < self.end

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def leb(self):
        value = shift = 0
        while True:
            b = self.byte()
            value |= (b & 0x7F) << shift
            shift += 7
            if b < 0x80:
                return value

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def name(self):
        return self.take(self.leb()).decode()


def sections(data):
    """(id, name of a custom section or None, reader over the contents)"""
    assert data[:4] == b"\0asm"
    at = Bytes(data, 8)
    while at.more():
        number, size = at.byte(), at.leb()
        body = Bytes(data, at.at, at.at + size)
        yield number, body.name() if number == 0 else None, body
        at.at += size


def skip_limits(r):
    flags = r.byte()
    r.leb()
    if flags & 1:
        r.leb()


def read_module(data):
    """Code addresses of the functions' locals vectors by function index, names by function index."""
    imports, bodies, names = 0, [], {}
    for number, name, r in sections(data):
        if number == 2:
            for _ in range(r.leb()):
                r.name(), r.name()
                kind = r.byte()
                if kind == 0:
                    imports += 1
                    r.leb()
                elif kind == 1:
                    r.byte(), skip_limits(r)
                elif kind == 2:
                    skip_limits(r)
                else:
                    r.take(2)
        elif number == 10:
            start = r.at
            for _ in range(r.leb()):
                size = r.leb()
                bodies.append((r.at - start, size))
                r.at += size
        elif name == "name":
            while r.more():
                kind, size = r.byte(), r.leb()
                end = r.at + size
                if kind == 1:
                    for _ in range(r.leb()):
                        index = r.leb()
                        names[index] = r.name()
                r.at = end
    return imports, bodies, names


def read_frames(data):
    """The youngest frame first: (function index, offset into the function)"""
    for number, name, r in sections(data):
        if name == "corestack":
            assert r.byte() == 0
            r.name()
            frames = []
            for _ in range(r.leb()):
                assert r.byte() == 0
                r.leb()
                frames.append((r.leb(), r.leb()))
                assert r.leb() == 0 and r.leb() == 0  # no locals, no operand stack
            return frames
    raise SystemExit("no corestack section")


def run(*command, **more):
    return subprocess.run(command, capture_output=True, check=True, text=True, **more).stdout


def person(name):
    """A function's name as a person writes it: without mangling, hashes and parameters."""
    if name.startswith(("$s", "$e")):
        return run("swift-demangle", "-compact", "-simplified", name).strip().split(" -> ")[0].removeprefix("static ")
    name = {"__main_argc_argv": "main"}.get(name, name)  # its name for the linker
    name = re.sub(r"\[[0-9a-f]{13,}\]|::h[0-9a-f]{16}$|__func_\d+$", "", name)
    name = re.sub(r"\(unsigned int\)(\d+)", r"\1u", name)
    depth = 0
    for at in range(len(name) - 1, 0, -1):  # the parameter list at the end
        depth += {")": 1, "(": -1}.get(name[at], 0)
        if depth == 0:
            return name[:at] if name[at] == "(" else name
    return name


def ask_wasm_tools(module, addresses):
    """For every address its functions, innermost first: (name, file, line or 0)"""
    answers, known = {}, None
    for line in run("wasm-tools", "addr2line", "--code-section-relative", module, *map(hex, addresses)).splitlines():
        start = re.match(r"(0x[0-9a-f]+): |\t", line)
        if start[1]:
            known = answers.setdefault(int(start[1], 16), [])
        found = re.fullmatch(r"(.*?) ([^ ]+?)(?::(\d+))?(?::\d+)?", line[start.end() :])
        if "no dwarf frames" not in line:
            known.append((found[1], found[2], int(found[3] or 0)))
    return answers


def ask_llvm(module, addresses):
    """For every address the lines, innermost first. Not the names: for an address in a Wasm module
    llvm-symbolizer takes the outermost one from a symbol table whose addresses count differently."""
    answers = json.loads(run("llvm-symbolizer", "--output-style=JSON", "--obj=" + module, *map(hex, addresses)))
    return {a: [s["Line"] for s in answer.get("Symbol", [])] for a, answer in zip(addresses, answers)}


def main():
    dump, module, trap = sys.argv[1:4]
    debug = sys.argv[4] if len(sys.argv) > 4 else module
    with open(dump, "rb") as file:
        frames = read_frames(file.read())
    with open(module, "rb") as file:
        imports, bodies, _ = read_module(file.read())
    demangled = subprocess.run(["wasm-tools", "demangle", debug], capture_output=True, check=True).stdout
    names = read_module(demangled)[2]

    addresses = [bodies[index - imports][0] + offset for index, offset in frames]
    unique = sorted(set(addresses))
    scopes, lines = ask_wasm_tools(debug, unique), ask_llvm(debug, unique)
    folder, mistakes, written, marker = os.path.dirname(dump), [], [], "CRASH"
    for (index, offset), address in zip(frames, addresses):
        if offset >= bodies[index - imports][1]:
            mistakes.append(f"offset {offset:#x} is outside function {index}")
        known = scopes[address]
        if known and [line for _, _, line in known] != lines[address]:
            mistakes.append(f"{address:#x}: {known}, llvm-symbolizer has the lines {lines[address]}")
        for depth, (name, file, line) in enumerate(known):
            source = os.path.join(folder, os.path.basename(file))
            if offset and line and os.path.exists(source):
                with open(source) as text:
                    text = text.read().splitlines()[line - 1]
                if not re.search("CRASH|" + marker, text):
                    mistakes.append(f"{source}:{line} has no {marker} comment: {text}")
                marker = "CALL"
            inlined = " (inlined)" if depth + 1 < len(known) else ""
            written.append(person(name) + (f":{line}" if line else "") + inlined)
        if not known:
            written.append(person(names.get(index, f"func[{index}]")))
    folded = [(frame, len(list(group))) for frame, group in itertools.groupby(written)]
    text = [frame if count == 1 else f"{frame} (x{count})" for frame, count in folded]
    print(" | ".join([dump, module, trap, *text]))
    if marker == "CRASH":
        mistakes.append("no frame is at a CRASH comment")
    for mistake in mistakes:
        print(f"{dump}: {mistake}", file=sys.stderr)
    return 1 if mistakes else 0


sys.exit(main())
