// Small numbers and parts of words: bytes, shorts, bit fields, unions, signs. Ends behind the memory by a sign.
#include <stdint.h>
#include <string.h>

struct pixel {
  uint8_t red, green, blue, alpha;
};

struct header {
  unsigned kind : 3, flags : 5, size : 12;
  signed offset : 12;
};

union word {
  uint32_t whole;
  int16_t halves[2];
  int8_t bytes[4];
  struct pixel pixel;
};

static uint8_t blended(uint8_t a, uint8_t b, uint8_t weight) { return (uint8_t)((a * weight + b * (255 - weight)) / 255); }

static struct pixel mixed(struct pixel a, struct pixel b) {
  struct pixel result = {blended(a.red, b.red, a.alpha), blended(a.green, b.green, a.alpha),
                         blended(a.blue, b.blue, b.alpha), (uint8_t)(a.alpha + b.alpha)};
  return result;
}

static int16_t clamped(int value) { return value > 32767 ? 32767 : value < -32768 ? -32768 : (int16_t)value; }

static int filtered(int16_t *samples, int count) {
  int8_t step = 3;
  int16_t last = 0, peak = 0;
  for (int i = 0; i < count; i++) {
    int16_t sample = samples[i];
    samples[i] = clamped(sample + last / 2 - step * 100);
    last = sample;
    step = (int8_t)(step * 5 + (sample & 7));
    if (samples[i] > peak) peak = samples[i];
  }
  return peak;
}

static unsigned packed(struct header *headers, int count) {
  unsigned total = 0;
  for (int i = 0; i < count; i++) {
    headers[i].kind = (unsigned)i;
    headers[i].size += headers[i].kind * 100u;
    headers[i].offset -= (signed)headers[i].size;
    if (headers[i].offset < 0) headers[i].flags |= 1u << (i % 5);
    total += headers[i].flags + (unsigned)headers[i].offset;
  }
  return total;
}

static int encoded(uint8_t *out, int64_t value) {
  int count = 0;
  for (;;) {
    uint8_t byte = value & 0x7f;
    value >>= 7;
    int isLast = (value == 0 && !(byte & 0x40)) || (value == -1 && (byte & 0x40));
    out[count++] = isLast ? byte : (uint8_t)(byte | 0x80);
    if (isLast) return count;
  }
}

static int64_t decoded(const uint8_t *bytes, int *position) {
  int64_t result = 0;
  int shift = 0;
  uint8_t byte;
  do {
    byte = bytes[(*position)++];
    result |= (int64_t)(byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  if (shift < 64 && (byte & 0x40)) result |= -((int64_t)1 << shift);
  return result;
}

static int signs(const int8_t *bytes, int index, _Bool isWild) {
  int8_t value = bytes[index];
  if (value < 0) {
    volatile int far = value * 10000000;
    return isWild ? bytes[(unsigned)far] : -value;
  }
  uint16_t next = (uint16_t)(value * 3);
  return value + signs(bytes, next & 15, isWild);
}

int main(void) {
  union word words[8];
  for (int i = 0; i < 8; i++) words[i].whole = (uint32_t)i * 0x9e3779b9u;
  int16_t samples[40];
  for (int i = 0; i < 40; i++) samples[i] = (int16_t)(words[i & 7].halves[i & 1] + i);
  struct header headers[7];
  memset(headers, 0x5a, sizeof headers);
  unsigned total = 0;
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < 7; i++) words[i].pixel = mixed(words[i].pixel, words[i + 1].pixel);
    total += (unsigned)filtered(samples, 40) + packed(headers, 7) + (unsigned)words[3].bytes[2];
    uint8_t bytes[12];
    int position = 0, count = encoded(bytes, (int64_t)samples[round] * 123456789 * (round - 4));
    total += (unsigned)decoded(bytes, &position) + (unsigned)(position == count);
  }
  int8_t list[16] = {1, 9, 5, 4, 5, -6, 7, 2, 9, 10, 11, 3, 13, 14, 15, 8};
  total += (unsigned)signs(list, 0, 0);
  return (int)total + signs(list, 3, total != 1);
}
