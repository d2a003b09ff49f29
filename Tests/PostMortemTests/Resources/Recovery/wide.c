// 64 bits and more: hashes, multiplication of large numbers, powers modulo, bits. Ends in a division by zero.
#include <stdint.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint64_t rotated(uint64_t value, unsigned count) { return value << count | value >> (64 - count); }

struct sponge {
  uint64_t lanes[8];
  unsigned rounds;
};

static void permute(struct sponge *sponge) {
  for (unsigned round = 0; round < sponge->rounds; round++) {
    uint64_t parity = 0;
    for (unsigned i = 0; i < 8; i++) parity ^= sponge->lanes[i];
    for (unsigned i = 0; i < 8; i++) {
      uint64_t mixed = sponge->lanes[i] ^ rotated(parity, i * 5 + 1);
      sponge->lanes[i] = mixed + rotated(sponge->lanes[(i + 3) & 7], 11) * 0x9e3779b97f4a7c15u;
    }
  }
}

static uint64_t absorbed(struct sponge *sponge, const unsigned char *bytes, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    sponge->lanes[i & 7] ^= (uint64_t)bytes[i] << (i % 8 * 8);
    if ((i & 7) == 7) permute(sponge);
  }
  return sponge->lanes[0];
}

static uint64_t multiplied(uint64_t a, uint64_t b, uint64_t modulus) {
  uint64_t result = 0;
  for (; b; b >>= 1) {
    if (b & 1) result = (result + a) % modulus;
    a = a * 2 % modulus;
  }
  return result;
}

static uint64_t power(uint64_t base, uint64_t exponent, uint64_t modulus) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = multiplied(result, base, modulus);
    base = multiplied(base, base, modulus);
  }
  return result;
}

static int is_prime(uint64_t candidate) {
  if (candidate < 4 || candidate % 2 == 0) return candidate == 2 || candidate == 3;
  uint64_t odd = candidate - 1;
  int shift = 0;
  while (odd % 2 == 0) odd /= 2, shift++;
  for (uint64_t base = 2; base < 5; base++) {
    uint64_t value = power(base, odd, candidate);
    if (value == 1 || value == candidate - 1) continue;
    int i = 1;
    for (; i < shift; i++) {
      value = multiplied(value, value, candidate);
      if (value == candidate - 1) break;
    }
    if (i >= shift) return 0;
  }
  return 1;
}

static void large(uint32_t *out, const uint32_t *a, const uint32_t *b, int count) {
  memset(out, 0, (size_t)count * 2 * sizeof *out);
  for (int i = 0; i < count; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < count; j++) {
      carry += (uint64_t)a[i] * b[j] + out[i + j];
      out[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    out[i + count] = (uint32_t)carry;
  }
}

static int64_t gcd(int64_t a, int64_t b) { return b == 0 ? a : gcd(b, a % b); }

static int64_t ends(int64_t value, int64_t divisor) {
  volatile int64_t guarded = divisor;
  if (guarded < 0) return value;
  return ends(value / guarded + 1, divisor - 1) + value;
}

int main(void) {
  struct sponge sponge = {{1, 2, 3, 4, 5, 6, 7, 8}, 5};
  unsigned char bytes[100];
  for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)next();
  uint64_t total = absorbed(&sponge, bytes, sizeof bytes);
  for (uint64_t i = 0; i < 6; i++) total += (uint64_t)is_prime(1000003 + i * 2 * (next() & 0xff));
  uint32_t a[6], b[6], product[12];
  for (int i = 0; i < 6; i++) a[i] = (uint32_t)next(), b[i] = (uint32_t)(next() >> 32);
  for (int i = 0; i < 5; i++) {
    large(product, a, b, 6);
    memcpy(a, product + 3, sizeof a);
  }
  total += (uint64_t)__builtin_popcountll(total) + (uint64_t)gcd((int64_t)(total >> 3), 5040) + product[4];
  return (int)(total ^ (uint64_t)ends((int64_t)(total >> 8), 4));
}
