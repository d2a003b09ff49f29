// Floating-point numbers of both sizes: bodies that attract each other, roots, integrals, conversions.
#include <stdint.h>
#include <string.h>

struct body {
  double position[3], velocity[3], mass;
};

static double root(double square) {
  if (square <= 0) return 0;
  double guess = square > 1 ? square / 2 : 1;
  for (int i = 0; i < 30; i++) {
    double next = (guess + square / guess) / 2;
    if (next == guess) break;
    guess = next;
  }
  return guess;
}

static double energy(const struct body *bodies, int count) {
  double total = 0;
  for (int i = 0; i < count; i++) {
    double square = 0;
    for (int k = 0; k < 3; k++) square += bodies[i].velocity[k] * bodies[i].velocity[k];
    total += bodies[i].mass * square / 2;
    for (int j = i + 1; j < count; j++) {
      double distance = 0;
      for (int k = 0; k < 3; k++) {
        double difference = bodies[i].position[k] - bodies[j].position[k];
        distance += difference * difference;
      }
      total -= bodies[i].mass * bodies[j].mass / root(distance);
    }
  }
  return total;
}

static void advance(struct body *bodies, int count, double step) {
  for (int i = 0; i < count; i++)
    for (int j = i + 1; j < count; j++) {
      double difference[3], square = 0;
      for (int k = 0; k < 3; k++) {
        difference[k] = bodies[i].position[k] - bodies[j].position[k];
        square += difference[k] * difference[k];
      }
      double magnitude = step / (square * root(square));
      for (int k = 0; k < 3; k++) {
        bodies[i].velocity[k] -= difference[k] * bodies[j].mass * magnitude;
        bodies[j].velocity[k] += difference[k] * bodies[i].mass * magnitude;
      }
    }
  for (int i = 0; i < count; i++)
    for (int k = 0; k < 3; k++) bodies[i].position[k] += step * bodies[i].velocity[k];
}

static float single(float value, int depth) {
  float half = value * 0.5f;
  if (depth == 0 || half < 0.01f) return value;
  return single(half, depth - 1) + single(value - half * 1.5f, depth - 1);
}

static double integral(double (*function)(double), double low, double high, double error) {
  double middle = (low + high) / 2;
  double whole = (high - low) * (function(low) + function(high)) / 2;
  double halves = (high - low) * (function(low) + 2 * function(middle) + function(high)) / 4;
  double difference = whole - halves;
  if (difference < 0) difference = -difference;
  if (difference < error || high - low < 1e-3) return halves;
  return integral(function, low, middle, error / 2) + integral(function, middle, high, error / 2);
}

static double cubic(double x) { return x * x * x - 2 * x + 1; }
static double bell(double x) { return 1 / (1 + x * x); }

static uint64_t bits(double value) {
  uint64_t result;
  memcpy(&result, &value, sizeof result);
  return result;
}

static int ends(const float *values, int count, double scale) {
  double sum = 0;
  volatile int far = 40000000;
  for (int i = 0; i < count; i++) sum += values[i * far] * scale;
  return (int)sum;
}

int main(void) {
  struct body bodies[3] = {
    {{0, 0, 0}, {0, 0.1, 0}, 10}, {{3, 0, 0.5}, {0, 1.5, 0}, 1}, {{0, -5, 1}, {1.25, 0, 0.25}, 0.5},
  };
  double before = energy(bodies, 3);
  for (int i = 0; i < 40; i++) advance(bodies, 3, 0.01);
  double after = energy(bodies, 3);
  float singles = single(3.75f, 7);
  double area = integral(cubic, -1, 2, 1e-4) + integral(bell, 0, 4, 1e-4);
  float values[2] = {singles, (float)area};
  return (int)(bits(before - after) >> 40) + (int)(area * 1000) + ends(values, 2, area);
}
