// Frames of every kind: large ones, alloca, arrays of variable length, alignment beyond the stack's, structs by value.
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct vector {
  double x, y, z;
};

struct box {
  struct vector low, high;
  int tag;
};

static struct vector crossed(struct vector a, struct vector b) {
  return (struct vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static __attribute__((noinline)) struct box joined(struct box a, const struct box *b) {
  struct box result = a;
  if (b->low.x < result.low.x) result.low.x = b->low.x;
  if (b->high.z > result.high.z) result.high.z = b->high.z;
  result.high = crossed(result.high, result.low);
  result.tag += b->tag;
  return result;
}

static __attribute__((noinline)) unsigned mix(unsigned char *bytes, size_t count) {
  unsigned hash = 1;
  for (size_t i = 0; i < count; i++) {
    bytes[i] ^= (unsigned char)(hash >> 7);
    hash = hash * 31 + bytes[i];
  }
  return hash;
}

static __attribute__((noinline)) unsigned large(unsigned seed) {
  unsigned char bytes[3000];
  memset(bytes, (int)seed, 200);
  return mix(bytes, 200) + bytes[seed % 200];
}

static __attribute__((noinline)) unsigned variable(unsigned count, unsigned seed) {
  unsigned numbers[count];
  for (unsigned i = 0; i < count; i++) numbers[i] = seed += i;
  unsigned result = mix((unsigned char *)numbers, sizeof numbers);
  if (count > 3) {
    unsigned char rows[count / 2][3];
    memset(rows, 7, sizeof rows);
    result ^= mix(&rows[0][0], sizeof rows) + variable(count - 2, result);
  }
  return result;
}

static __attribute__((noinline)) unsigned allocated(unsigned count) {
  unsigned result = 0;
  unsigned char *kept = NULL;
  for (unsigned i = 1; i <= count; i++) {
    unsigned char *piece = __builtin_alloca(i * 5);
    memset(piece, (int)i, i * 5);
    result += mix(piece, i * 5) + (kept ? kept[0] : 0);
    kept = piece;
  }
  return result;
}

static __attribute__((noinline)) unsigned aligned(unsigned value, int depth) {
  alignas(64) unsigned char line[64];
  alignas(32) unsigned words[4] = {value, value + 1, value + 2, value + 3};
  memset(line, depth, sizeof line);
  unsigned result = mix(line, sizeof line) ^ words[value & 3] ^ (unsigned)((uintptr_t)line & 63);
  return depth > 0 ? result + aligned(result, depth - 1) : result;
}

static __attribute__((noinline)) unsigned both(unsigned count) {
  alignas(128) unsigned char line[128];
  unsigned char more[count];
  memset(line, 3, sizeof line);
  memset(more, 4, count);
  return mix(line, sizeof line) + mix(more, count);
}

// Short-lived variables below the stack pointer: a leaf does not move it.
static __attribute__((noinline)) int leaf(int a, int b) {
  volatile int numbers[3] = {a, b, a + b};
  int result = 0;
  for (int i = 0; i < 3; i++) result += numbers[i] * i;
  return result;
}

static __attribute__((noinline)) unsigned early(unsigned value) {
  if (value & 1) return value * 3;
  volatile unsigned slots[8];
  for (unsigned i = 0; i < 8; i++) slots[i] = leaf((int)value, (int)i);
  return slots[value & 7];
}

static __attribute__((noinline)) int ends(const unsigned char *bytes, int depth) {
  unsigned char copy[48];
  memcpy(copy, bytes, sizeof copy);
  if (depth == 0) return bytes[mix(copy, sizeof copy) | 0x7f000000];
  copy[depth] = (unsigned char)depth;
  return ends(copy, depth - 1) + copy[depth];
}

int main(void) {
  struct box box = {{1, 2, 3}, {4, 5, 6}, 7}, other = {{0, 1, 2}, {9, 9, 9}, 1};
  unsigned result = 0;
  for (int i = 0; i < 12; i++) {
    box = joined(box, &other);
    other.low.x -= box.tag;
    result += large(result) + variable(9 + (unsigned)i, result) + allocated(6) + aligned(result, i % 4);
    result ^= both((result & 31) | 1) + early(result) + (unsigned)leaf(i, (int)result);
  }
  unsigned char bytes[48] = {1, 2, 3};
  return (int)result + ends(bytes, 5) + box.tag;
}
