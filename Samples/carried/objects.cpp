// Objects: classes, templates, lambdas, references, iterators.
#include "hold.h"
#include <stddef.h>
#include <stdint.h>

namespace {

template <typename T, int N> class Stack {
public:
  bool push(T value) {
    if (count == N) return false;
    items[count++] = value;
    return true;
  }
  bool pop(T &value) {
    if (count == 0) return false;
    value = items[--count];
    return true;
  }
  int size() const { return count; }
  const T *begin() const { return items; }
  const T *end() const { return items + count; }

private:
  T items[N];
  int count = 0;
};

struct Vec {
  float x, y, z;
  Vec operator+(const Vec &o) const { return {x + o.x, y + o.y, z + o.z}; }
  Vec operator*(float f) const { return {x * f, y * f, z * f}; }
  float dot(const Vec &o) const { return x * o.x + y * o.y + z * o.z; }
};

// Reverse Polish notation.
__attribute__((noinline)) int polish(const char *text) {
  FN;
  Stack<int, 4> stack;
  int line = 0;
  for (const char *p = text; *p; ++p) {
    char c = *p;
    if (c == ' ') continue;
    if (c >= '0' && c <= '9') {
      int value = c - '0';
      if (!stack.push(value)) {
        POINT(V(*text) V(line) V(*p) V(c) V(value));
        return -1;
      }
      continue;
    }
    int right = 0, left = 0;
    bool good = stack.pop(right) && stack.pop(left);
    if (!good) {
      POINT(V(*text) V(line) V(*p) V(c) V(right) V(left) V(good));
      return -2;
    }
    int result;
    switch (c) {
      case '+': result = left + right; break;
      case '-': result = left - right; break;
      case '*': result = left * right; break;
      default:
        POINT(V(*text) V(line) V(*p) V(c) V(right) V(left) V(good));
        return -3;
    }
    line++;
    stack.push(result);
    if (result > 20) POINT(V(*text) V(line) V(*p) V(c) V(right) V(left) V(result));
  }
  int top = 0;
  stack.pop(top);
  POINT(V(*text) V(line) V(top));
  return top;
}

class Shape {
public:
  virtual int area(int scale) const = 0;
  int id = 0;
};

class Box : public Shape {
public:
  Box(int w, int h) : width(w), height(h) {}
  __attribute__((noinline)) int area(int scale) const override {
    FN;
    int result = width * height * scale;
    if (scale > 1) POINT(V(scale) V(result) V(width) V(height));
    return result;
  }

private:
  int width, height;
};

class Disc : public Shape {
public:
  explicit Disc(int r) : radius(r) {}
  __attribute__((noinline)) int area(int scale) const override {
    FN;
    int squared = radius * radius;
    int result = squared * 355 / 113 * scale;
    POINT(V(scale) V(squared) V(result) V(radius));
    return result;
  }

private:
  int radius;
};

__attribute__((noinline)) int total(const Shape *const *shapes, int n) {
  FN;
  int sum = 0;
  int largest = -1;
  int index = -1;
  for (int i = 0; i < n; i++) {
    int scale = i % 2 + 1;
    HOLD(V(n) V(sum) V(largest) V(index) V(i) V(scale)); int area = shapes[i]->area(scale);
    sum += area;
    if (area > largest) {
      largest = area;
      index = i;
    }
  }
  POINT(V(n) V(sum) V(largest) V(index));
  return sum + index;
}

template <typename F> int count_if(const int *from, const int *to, F fits) {
  int n = 0;
  for (; from != to; ++from)
    if (fits(*from)) n++;
  return n;
}

__attribute__((noinline)) int filters(const int *a, int n, int limit) {
  FN;
  int seen = 0;
  int above = count_if(a, a + n, [&](int v) {
    seen++;
    return v > limit;
  });
  int odd = count_if(a, a + n, [](int v) { return v % 2 != 0; });
  int both = 0;
  for (int i = 0; i < n; i++) {
    if (a[i] <= limit || a[i] % 2 == 0) continue;
    both++;
    if (both == 2) POINT(V(*a) V(n) V(limit) V(seen) V(above) V(odd) V(both) V(i));
  }
  POINT(V(*a) V(n) V(limit) V(seen) V(above) V(odd) V(both));
  return above * odd + both;
}

__attribute__((noinline)) float fall(Vec position, Vec speed, float step) {
  FN;
  const Vec gravity = {0, -10, 0};
  int bounces = 0;
  float time = 0;
  while (time < 3) {
    speed = speed + gravity * step;
    position = position + speed * step;
    time += step;
    if (position.y < 0) {
      position.y = -position.y;
      speed.y = -speed.y * 0.5f;
      bounces++;
      POINT(V(step) V(bounces) V(time) V(position.y) V(speed.y) V(speed.x));
    }
  }
  float energy = speed.dot(speed);
  POINT(V(step) V(bounces) V(time) V(position.y) V(speed.y) V(energy));
  return energy;
}

struct Guard {
  int &depth;
  explicit Guard(int &d) : depth(d) { ++depth; }
  ~Guard() { --depth; }
};

__attribute__((noinline)) int flood(char (*grid)[6], int x, int y, int &depth, int &deepest) {
  FN;
  if (x < 0 || y < 0 || x >= 6 || y >= 5 || grid[y][x] != '.') return 0;
  Guard guard(depth);
  if (depth > deepest) {
    deepest = depth;
    if (depth % 4 == 0) POINT(V(x) V(y) V(depth) V(deepest));
  }
  grid[y][x] = '#';
  int size = 1;
  static const int steps[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  for (const auto &step : steps) {
    int nx = x + step[0];
    int ny = y + step[1];
    HOLD(V(x) V(y) V(size) V(nx) V(ny)); size += flood(grid, nx, ny, depth, deepest);
  }
  return size;
}

__attribute__((noinline)) uint64_t mix(uint64_t seed, const uint8_t *bytes, size_t size) {
  FN;
  uint64_t h = seed ^ size * 0x9e3779b97f4a7c15u;
  size_t left = size;
  while (left >= 4) {
    uint32_t k = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    k *= 0xcc9e2d51;
    k = k << 15 | k >> 17;
    h ^= k;
    h = (h << 13 | h >> 51) * 5;
    bytes += 4;
    left -= 4;
  }
  uint64_t tail = 0;
  switch (left) {
    case 3: tail ^= (uint64_t)bytes[2] << 16; [[fallthrough]];
    case 2: tail ^= (uint64_t)bytes[1] << 8; [[fallthrough]];
    case 1:
      tail ^= bytes[0];
      POINT(V(seed) V(size) V(left) V(h) V(tail) V(*bytes));
      h ^= tail;
      break;
    default: break;
  }
  h ^= h >> 33;
  POINT(V(seed) V(size) V(left) V(h) V(tail));
  return h;
}

__attribute__((noinline)) int queens(int row, unsigned columns, unsigned up, unsigned down, int n) {
  FN;
  if (row == n) {
    if (columns % 3 == 0) POINT(V(row) V(columns) V(up) V(down) V(n));
    return 1;
  }
  int found = 0;
  unsigned free = ~(columns | up | down) & ((1u << n) - 1);
  while (free) {
    unsigned bit = free & -free;
    free ^= bit;
    HOLD(V(row) V(columns) V(up) V(down) V(n) V(found) V(free) V(bit)); found += queens(row + 1, columns | bit, (up | bit) << 1, (down | bit) >> 1, n);
  }
  return found;
}

// Swaps until it is in order, by references and bool flags.
template <typename T> void exchange(T &a, T &b) {
  T t = a;
  a = b;
  b = t;
}

__attribute__((noinline)) int bubble(short *a, int n) {
  FN;
  int passes = 0;
  bool changed;
  do {
    changed = false;
    int swaps = 0;
    for (int i = 0; i + 1 < n; i++) {
      short &left = a[i];
      short &right = a[i + 1];
      if (left <= right) continue;
      exchange(left, right);
      changed = true;
      swaps++;
    }
    passes++;
    if (swaps > 2) POINT(V(*a) V(n) V(passes) V(changed) V(swaps));
  } while (changed && passes < 10);
  POINT(V(*a) V(n) V(passes) V(changed));
  return passes;
}

} // namespace

extern "C" void program(void) {
  FN;
  static const char *const texts[] = {"12+3*", "99*", "1+", "12345", "84-2/"};
  int sum = 0;
  for (const char *text : texts) {
    HOLD(V(sum) V(*text)); int value = polish(text);
    sum += value;
  }
  Box small(2, 3), large(7, 5);
  Disc disc(4);
  const Shape *shapes[] = {&small, &large, &disc, &small};
  HOLD(V(sum)); int area = total(shapes, 4);
  static const int numbers[] = {4, 7, 1, 12, 9, 30, 15};
  HOLD(V(sum) V(area)); int kept = filters(numbers, 7, 5);
  HOLD(V(sum) V(area) V(kept)); float energy = fall({0, 5, 0}, {1, 0, 0}, 0.25f);
  char grid[5][6] = {{'.', '.', 'x', '.', '.', '.'}, {'.', 'x', 'x', '.', 'x', '.'}, {'.', '.', '.', '.', 'x', '.'}, {'x', 'x', '.', 'x', 'x', '.'}, {'.', '.', '.', '.', '.', '.'}};
  int depth = 0, deepest = 0;
  HOLD(V(sum) V(area) V(kept) V(energy)); int filled = flood(grid, 0, 0, depth, deepest);
  HOLD(V(sum) V(area) V(kept) V(filled)); uint64_t mixed = mix(7, (const uint8_t *)"overlapping", 11);
  HOLD(V(sum) V(area) V(kept) V(filled) V(mixed)); mixed += mix(9, (const uint8_t *)"even", 4);
  HOLD(V(sum) V(area) V(kept) V(filled) V(mixed)); int solutions = queens(0, 0, 0, 0, 5);
  short shorts[] = {9, -2, 5, 5, 0, 31, 4};
  HOLD(V(sum) V(area) V(kept) V(filled) V(solutions)); int passes = bubble(shorts, 7);
  POINT(V(sum) V(area) V(kept) V(energy) V(filled) V(mixed) V(solutions) V(passes));
}
