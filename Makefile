# `make demo` and `make test` are all that a new machine with Swift 6.3 needs; see README.md.
SWIFT ?= swift
PREFIX ?= /usr/local
# Release everywhere: parsers run some twenty times slower in a debug build. The standard library is linked in, which
# halves the start-up time; the tests cannot be linked so, hence their own build folder.
BUILD := $(SWIFT) build -c release --static-swift-stdlib
TEST := $(SWIFT) test -c release --scratch-path .build-tests
BINARY := .build/release/wasmpm
SWIFT_FILES := Package.swift Sources Tests $(wildcard Fuzz/Package.swift Fuzz/Sources)

# The test library looks for the origin of every error that is thrown. Ours are thrown by the million and on all
# processors at once, which now and then crashes in the C library's backtrace().
export SWT_SWIFT_ERROR_BACKTRACING_ENABLED := 0

.PHONY: all build demo test samples sqlite bench format lint install deps clean

all: build

deps:
	@./.ci/install-libedit

build: deps
	$(BUILD) --product wasmpm

demo: build
	@./Samples/demo $(BINARY)

test: deps
	$(TEST)

samples: build
	WASMPM=$(abspath $(BINARY)) ./Samples/build.sh

sqlite:
	./Benchmarks/sqlite.py

bench: build
	./Benchmarks/run $(BINARY)

format:
	$(SWIFT) format -i -r $(SWIFT_FILES)

lint:
	$(SWIFT) format lint --strict -r $(SWIFT_FILES)

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/wasmpm

clean:
	rm -rf .build .build-*
