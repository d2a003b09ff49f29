// Declarations of the demanglers that the C++ and Swift runtimes already carry.
#ifndef WASMPM_CDEMANGLE_H
#define WASMPM_CDEMANGLE_H
#include <stddef.h>
#include <stdint.h>

// Itanium C++ ABI 3.4: a malloc'd string, or NULL with *status < 0.
char *__cxa_demangle(const char *mangled, char *buffer, size_t *length, int *status);

// The Swift runtime's; a malloc'd string, or NULL where the name is not a Swift symbol.
char *swift_demangle(const char *mangled, size_t mangledLength, char *output, size_t *outputSize, uint32_t flags);
#endif
