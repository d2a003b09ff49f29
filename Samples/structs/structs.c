/* A weather station: readings come in through a ring buffer; once an hour they are averaged,
   put into a calibrated unit and printed. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SLOTS 8
#define CHANNELS 3

enum channel { TEMPERATURE, HUMIDITY, PRESSURE };
enum quality { GOOD = 'g', NOISY = 'n', BROKEN = 'b' };

struct reading {
  uint32_t time;
  int16_t raw[CHANNELS];
  enum quality quality : 8;
  bool valid;
};

struct ring {
  struct reading slots[SLOTS];
  unsigned head : 4, used : 4, lost : 24;
};

struct calibration {
  const char *unit;
  struct { int scale, offset; } linear;
  float drift;
};

struct station {
  char name[12];
  struct { double latitude, longitude; } place;
  struct ring ring;
  struct calibration channels[CHANNELS];
};

static struct station station = {
    "Brocken", {51.7991, 10.6156}, {{{0}}, 0, 0, 0},
    {{"K", {10, 2731}, 0.5f}, {"%", {2, 0}, 0.0f}, {"hPa", {4, 9000}, -1.25f}}};

static inline int rounded_quotient(int64_t sum, int count) {
  int half = count / 2;
  int total = (int)(sum < 0 ? sum - half : sum + half);
  return total / count; /* CRASH: count is 0, integer division by zero */
}

static inline int mean(const struct ring *ring, enum channel channel) {
  int64_t sum = 0;
  int count = 0;
  for (unsigned i = 0; i < ring->used; i++) {
    const struct reading *r = &ring->slots[(ring->head + SLOTS - 1 - i) % SLOTS];
    if (!r->valid) continue;
    sum += r->raw[channel];
    count++;
  }
  return rounded_quotient(sum, count); /* CALL */
}

static inline int calibrated(const struct station *s, enum channel channel) {
  const struct calibration *c = &s->channels[channel];
  int raw = mean(&s->ring, channel); /* CALL */
  return raw * c->linear.scale + c->linear.offset;
}

__attribute__((noinline)) static int hourly(const struct station *s, unsigned hour, int values[CHANNELS]) {
  int highest = INT16_MIN;
  for (enum channel ch = TEMPERATURE; ch <= PRESSURE; ch++) {
    values[ch] = calibrated(s, ch); /* CALL */
    if (values[ch] > highest) highest = values[ch];
  }
  printf("%02u:00 %s: highest %d\n", hour, s->name, highest);
  return highest;
}

__attribute__((noinline)) static void store(struct ring *ring, uint32_t time, const int16_t raw[CHANNELS], enum quality quality) {
  struct reading *r = &ring->slots[ring->head];
  *r = (struct reading){.time = time, .raw = {raw[0], raw[1], raw[2]}, .quality = quality, .valid = quality != BROKEN};
  ring->head = (ring->head + 1) % SLOTS;
  if (ring->used < SLOTS) ring->used++; else ring->lost++;
}

__attribute__((noinline)) static int run_day(struct station *s, unsigned hours, int16_t noise) {
  struct { int values[CHANNELS]; int sum; } day = {{0}, 0};
  for (unsigned hour = 0; hour < hours; hour++) {
    for (uint32_t minute = 0; minute < 60; minute += 5) {
      enum quality quality = hour < 3 ? GOOD : BROKEN; /* the cable comes loose at three o'clock */
      int16_t raw[CHANNELS] = {(int16_t)(120 + noise), (int16_t)(61 - noise), (int16_t)(203 + (int)hour)};
      store(&s->ring, hour * 3600 + minute * 60, raw, quality);
    }
    day.sum += hourly(s, hour, day.values); /* CALL */
  }
  return day.sum;
}

int main(int argc, char **argv) {
  (void)argv;
  int sum = run_day(&station, 24, (int16_t)argc); /* CALL */
  printf("day: %d\n", sum);
  return 0;
}
