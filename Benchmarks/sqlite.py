#!/usr/bin/env python3
"""A program on SQLite (orders.c) that traps deep inside of it, linked twice from the same objects: `orders.wasm` with padded numbers and
DWARF, `orders.shipped.wasm` shrunk and stripped. 1 MB of code, 1 500 functions.

usage: Benchmarks/sqlite.py [FOLDER]

SQLite is Debian's source package, of whichever release this machine's list of packages names. Everything stands in FOLDER
(.build-bench/sqlite), and what is there is not made again.
"""
import glob, os, re, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(os.path.dirname(HERE), ".build-bench", "sqlite")
FLAGS = [
    "--target=wasm32-wasi", "--sysroot=/usr", "-g", "-O2", "-w",
    # What WASI has none of: threads, locks, shared memory, dynamic libraries. The files are those of SQLite's own example.
    "-DSQLITE_OS_OTHER=1", "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_WAL", "-DSQLITE_MAX_MMAP_SIZE=0",
    "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_SHARED_CACHE", "-DSQLITE_TEMP_STORE=3",
    # What brings it to 1 MB.
    "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE", "-DSQLITE_ENABLE_JSON1",
]


class Missing(Exception):
    """Why there is no such program on this machine."""


def run(*command, folder=None):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode != 0:
        raise Missing(f"{os.path.basename(command[0])} failed: {(done.stdout.strip().splitlines() or ['no reason told'])[-1]}")


def need(programs):
    """Programs by their packages; installed where that is allowed."""
    missing = {program: package for program, package in programs.items() if not shutil.which(program)}
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", *missing.values()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for program in missing:
        if not shutil.which(program):
            raise Missing(f"there is no {program}")


def download(folder):
    """The source package's upstream part, by way of the machine's own package sources, which are not changed."""
    found = glob.glob(os.path.join(folder, "sqlite3_*.orig.tar.?z"))
    if found:
        return found[0]
    need({"apt-get": "apt"})
    lists, apt = os.path.join(folder, "apt", "sources"), os.path.join(folder, "apt")
    for place in (lists, os.path.join(apt, "lists", "partial"), os.path.join(apt, "cache", "archives", "partial")):
        os.makedirs(place, exist_ok=True)
    for path in glob.glob("/etc/apt/sources.list.d/*.sources") + glob.glob("/etc/apt/sources.list.d/*.list") + ["/etc/apt/sources.list"]:
        if os.path.exists(path):
            with open(path) as source, open(os.path.join(lists, os.path.basename(path)), "w") as target:
                target.write(re.sub(r"(?m)^(Types:.*\bdeb\b|deb)(?!-src)(?=\s)",
                                    lambda found: "Types: deb-src" if ":" in found[0] else "deb-src", source.read()))
    options = [word for option in (
        "Dir::Etc::SourceList=/dev/null", f"Dir::Etc::SourceParts={lists}", f"Dir::State::Lists={apt}/lists",
        f"Dir::Cache={apt}/cache", "APT::Sandbox::User=") for word in ("-o", option)]
    run("apt-get", *options, "update")
    run("apt-get", *options, "source", "--download-only", "sqlite3", folder=folder)
    found = glob.glob(os.path.join(folder, "sqlite3_*.orig.tar.?z"))
    if not found:
        raise Missing("the source package holds no sqlite3_*.orig.tar")
    return found[0]


def amalgamation(folder):
    """SQLite in one file, which its own scripts make; and the example of a file system."""
    made = os.path.join(folder, "source")
    if not os.path.exists(os.path.join(made, "sqlite3.c")):
        archive = download(folder)
        need({"tclsh": "tcl", "cc": "gcc", "make": "make", "xz": "xz-utils"})
        tree = os.path.join(folder, "tree")
        shutil.rmtree(tree, ignore_errors=True)
        os.makedirs(tree)
        run("tar", "-xf", archive, "-C", tree, "--strip-components=1")
        run("./configure", "--disable-tcl", "--disable-readline", folder=tree)
        run("make", "sqlite3.c", "sqlite3.h", folder=tree)
        os.makedirs(made, exist_ok=True)
        for name in ("sqlite3.h", "src/test_demovfs.c", "sqlite3.c"):
            shutil.copy(os.path.join(tree, name), made)
        shutil.rmtree(tree)
    return made


def build(folder=FOLDER):
    """Where the padded module is, where the shipped one, and SQLite's version. Throws `Missing`."""
    full, shipped = os.path.join(folder, "orders.wasm"), os.path.join(folder, "orders.shipped.wasm")
    program = os.path.join(HERE, "orders.c")
    os.makedirs(folder, exist_ok=True)
    source = amalgamation(folder)
    if not all(os.path.exists(path) and os.path.getmtime(path) > os.path.getmtime(program) for path in (full, shipped)):
        if not os.path.exists("/usr/lib/wasm32-wasi/libc.a") and os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "install", "-y", "-q", "wasi-libc", "libclang-rt-14-dev-wasm32"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runtime = glob.glob("/usr/lib/llvm-14/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a")
        if not runtime or not os.path.exists("/usr/lib/wasm32-wasi/libc.a"):
            raise Missing("there is no wasi-libc, or no libclang-rt-14-dev-wasm32")
        need({"clang": "clang", "wasm-ld": "lld"})
        objects = []
        for path in (program, os.path.join(source, "test_demovfs.c"), os.path.join(source, "sqlite3.c")):
            objects.append(os.path.join(folder, os.path.basename(path)[:-2] + ".o"))
            if not os.path.exists(objects[-1]) or os.path.getmtime(objects[-1]) <= os.path.getmtime(path):
                run("clang", *FLAGS, f"-I{source}", "-c", path, "-o", objects[-1])
        parts = ["/usr/lib/wasm32-wasi/crt1-command.o", *objects, "-L/usr/lib/wasm32-wasi", "-lc", runtime[0]]
        run("wasm-ld", "-o", full, *parts)
        run("wasm-ld", "--compress-relocations", "--strip-all", "-o", shipped, *parts)
    with open(os.path.join(source, "sqlite3.h"), errors="replace") as header:
        return full, shipped, re.search(r'#define SQLITE_VERSION\s+"([^"]+)"', header.read())[1]


if __name__ == "__main__":
    try:
        print("\n".join(build(*sys.argv[1:2])))
    except Missing as reason:
        sys.exit(f"no program on SQLite: {reason}")
