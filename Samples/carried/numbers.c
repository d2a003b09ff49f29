/* Numbers: sorting, searching, arithmetic, matrices. */
#include "hold.h"
#include <stdint.h>

__attribute__((noinline)) static int insertion(int *a, int n) {
  FN;
  int moves = 0;
  for (int i = 1; i < n; i++) {
    int key = a[i];
    int j = i - 1;
    while (j >= 0 && a[j] > key) {
      a[j + 1] = a[j];
      j--;
      moves++;
    }
    a[j + 1] = key;
    if (j < 0) POINT(V(*a) V(n) V(moves) V(i) V(key) V(j));
  }
  POINT(V(*a) V(n) V(moves));
  return moves;
}

__attribute__((noinline)) static void quick(int *a, int low, int high, int depth) {
  FN;
  if (low >= high) {
    if (depth > 3) POINT(V(low) V(high) V(depth));
    return;
  }
  int pivot = a[low + (high - low) / 2];
  int i = low;
  int j = high;
  do {
    while (a[i] < pivot) i++;
    while (a[j] > pivot) j--;
    if (i <= j) {
      int t = a[i];
      a[i] = a[j];
      a[j] = t;
      i++;
      j--;
    }
  } while (i <= j);
  HOLD(V(low) V(high) V(depth) V(pivot) V(i) V(j)); quick(a, low, j, depth + 1);
  HOLD(V(low) V(high) V(depth) V(pivot) V(i) V(j)); quick(a, i, high, depth + 1);
}

__attribute__((noinline)) static int sift(int *heap, int root, int n) {
  FN;
  int value = heap[root];
  int level = 0;
  int child;
  while ((child = 2 * root + 1) < n) {
    if (child + 1 < n && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= value) break;
    heap[root] = heap[child];
    root = child;
    level++;
    if (level == 2) POINT(V(root) V(n) V(value) V(level) V(child));
  }
  heap[root] = value;
  return level;
}

__attribute__((noinline)) static int heapsort_(int *a, int n) {
  FN;
  int levels = 0;
  for (int i = n / 2 - 1; i >= 0; i--) {
    HOLD(V(n) V(levels) V(i)); levels += sift(a, i, n);
  }
  int rest = n;
  while (--rest > 0) {
    int t = a[0];
    a[0] = a[rest];
    a[rest] = t;
    HOLD(V(n) V(levels) V(rest) V(t)); levels += sift(a, 0, rest);
  }
  POINT(V(n) V(levels) V(rest));
  return levels;
}

__attribute__((noinline)) static int search(const int *a, int n, int wanted) {
  FN;
  int low = 0;
  int high = n;
  int steps = 0;
  while (low < high) {
    int middle = (low + high) / 2;
    steps++;
    if (a[middle] == wanted) {
      POINT(V(n) V(wanted) V(low) V(high) V(steps) V(middle));
      return middle;
    }
    if (a[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  POINT(V(n) V(wanted) V(low) V(high) V(steps));
  return -low - 1;
}

__attribute__((noinline)) static unsigned gcd(unsigned a, unsigned b) {
  FN;
  unsigned first = a;
  int rounds = 0;
  while (b != 0) {
    unsigned rest = a % b;
    a = b;
    b = rest;
    rounds++;
    if (rounds == 3) POINT(V(first) V(a) V(b) V(rest) V(rounds));
  }
  if (rounds > 3) POINT(V(first) V(a) V(b) V(rounds));
  return a;
}

__attribute__((noinline)) static int sieve(unsigned char *composite, int limit) {
  FN;
  int primes = 0;
  int last = 0;
  for (int p = 2; p < limit; p++) {
    if (composite[p]) continue;
    primes++;
    int gap = p - last;
    last = p;
    for (int multiple = p * p; multiple < limit; multiple += p) composite[multiple] = 1;
    if (gap > 4) POINT(V(limit) V(primes) V(last) V(p) V(gap));
  }
  POINT(V(limit) V(primes) V(last));
  return primes;
}

__attribute__((noinline)) static uint32_t crc(const unsigned char *bytes, int size) {
  FN;
  uint32_t sum = 0xffffffff;
  const unsigned char *p = bytes;
  const unsigned char *end = bytes + size;
  while (p < end) {
    sum ^= *p++;
    for (int bit = 0; bit < 8; bit++) {
      uint32_t low = sum & 1;
      sum >>= 1;
      if (low) sum ^= 0xedb88320;
    }
    if ((sum & 15) == 0) {
      int left = end - p;
      POINT(V(*bytes) V(size) V(sum) V(left));
    }
  }
  uint32_t result = ~sum;
  POINT(V(*bytes) V(size) V(sum) V(result));
  return result;
}

#define N 4

__attribute__((noinline)) static int eliminate(double m[N][N + 1], double *x) {
  FN;
  int swaps = 0;
  for (int column = 0; column < N; column++) {
    int best = column;
    double largest = m[column][column] < 0 ? -m[column][column] : m[column][column];
    for (int row = column + 1; row < N; row++) {
      double size = m[row][column] < 0 ? -m[row][column] : m[row][column];
      if (size > largest) {
        largest = size;
        best = row;
      }
    }
    if (largest < 1e-9) {
      POINT(V(swaps) V(column) V(best) V(largest));
      return -1;
    }
    if (best != column) {
      for (int k = 0; k <= N; k++) {
        double t = m[best][k];
        m[best][k] = m[column][k];
        m[column][k] = t;
      }
      swaps++;
      POINT(V(swaps) V(column) V(best) V(largest));
    }
    for (int row = column + 1; row < N; row++) {
      double factor = m[row][column] / m[column][column];
      if (factor == 0) {
        POINT(V(swaps) V(column) V(best) V(largest) V(row) V(factor));
        continue;
      }
      for (int k = column; k <= N; k++) m[row][k] -= factor * m[column][k];
    }
  }
  for (int row = N - 1; row >= 0; row--) {
    double sum = m[row][N];
    for (int k = row + 1; k < N; k++) sum -= m[row][k] * x[k];
    x[row] = sum / m[row][row];
    if (x[row] < 0) POINT(V(swaps) V(row) V(sum));
  }
  return swaps;
}

__attribute__((noinline)) static int distance(const char *a, const char *b) {
  FN;
  int row[32];
  int columns = 0;
  while (b[columns]) {
    row[columns] = columns;
    columns++;
  }
  row[columns] = columns;
  for (int i = 0; a[i]; i++) {
    int diagonal = row[0];
    int smallest = i + 1;
    row[0] = i + 1;
    for (int j = 0; j < columns; j++) {
      int above = row[j + 1];
      int cost = a[i] == b[j] ? diagonal : diagonal + 1;
      if (above + 1 < cost) cost = above + 1;
      if (row[j] + 1 < cost) cost = row[j] + 1;
      row[j + 1] = cost;
      diagonal = above;
      if (cost < smallest) smallest = cost;
    }
    if (smallest > 1) POINT(V(*a) V(*b) V(columns) V(i) V(smallest));
  }
  int result = row[columns];
  POINT(V(*a) V(*b) V(columns) V(result));
  return result;
}

__attribute__((noinline)) static uint64_t power(uint64_t base, unsigned exponent, uint64_t modulus) {
  FN;
  uint64_t result = 1;
  unsigned bits = 0;
  base %= modulus;
  for (unsigned e = exponent; e; e >>= 1) {
    if (e & 1) {
      result = result * base % modulus;
      if (result < 10) POINT(V(base) V(exponent) V(modulus) V(result) V(bits) V(e));
    }
    base = base * base % modulus;
    bits++;
  }
  POINT(V(base) V(exponent) V(modulus) V(result) V(bits));
  return result;
}

__attribute__((noinline)) static int collatz(unsigned start, unsigned limit) {
  FN;
  unsigned n = start;
  unsigned highest = n;
  int steps = 0;
  do {
    n = n % 2 ? 3 * n + 1 : n / 2;
    steps++;
    if (n > highest) highest = n;
    if (n > limit) {
      unsigned over = n - limit;
      POINT(V(start) V(limit) V(n) V(highest) V(steps) V(over));
      return -steps;
    }
  } while (n != 1);
  POINT(V(start) V(limit) V(n) V(highest) V(steps));
  return steps;
}

static int sum_of(const int *a, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += a[i];
  return sum;
}

/* Statistics: several loops, with an inlined one. */
__attribute__((noinline)) static int statistics(const int *a, int n) {
  FN;
  int sum = sum_of(a, n);
  int mean = sum / n;
  int low = a[0];
  int high = a[0];
  for (int i = 1; i < n; i++) {
    if (a[i] < low) low = a[i];
    if (a[i] > high) high = a[i];
  }
  int spread = 0;
  for (int i = 0; i < n; i++) {
    int d = a[i] - mean;
    spread += d * d;
    if (d > 50) POINT(V(n) V(sum) V(mean) V(low) V(high) V(spread) V(i) V(d));
  }
  int variance = n > 1 ? spread / (n - 1) : 0;
  POINT(V(n) V(sum) V(mean) V(low) V(high) V(spread) V(variance));
  return variance;
}

void program(void) {
  FN;
  int a[12] = { 5, -3, 99, 12, 0, 7, -20, 64, 31, 8, 77, 1 };
  int b[12];
  int c[12];
  for (int i = 0; i < 12; i++) {
    b[i] = a[i] * 7 % 41;
    c[i] = 100 - b[i];
  }
  HOLD(); int total = insertion(a, 12);
  HOLD(V(total)); quick(b, 0, 11, 0);
  HOLD(V(total)); total += heapsort_(c, 12);
  int found = 0;
  for (int wanted = -3; wanted < 80; wanted += 11) {
    HOLD(V(total) V(found) V(wanted)); int place = search(a, 12, wanted);
    if (place >= 0) found++;
  }
  HOLD(V(total) V(found)); unsigned common = gcd(1071, 462) + gcd(610, 377);
  static unsigned char composite[64];
  HOLD(V(total) V(found) V(common)); int primes = sieve(composite, 64);
  HOLD(V(total) V(found) V(common) V(primes)); uint32_t check = crc((const unsigned char *)"The quick brown fox", 19);
  double m[N][N + 1] = { { 0, 2, 1, -1, 3 }, { 4, 0, 0, 1, 2 }, { 1, 1, 3, 0, -4 }, { 2, -1, 0, 5, 1 } };
  double x[N];
  HOLD(V(total) V(primes) V(check)); int swaps = eliminate(m, x);
  double flat[N][N + 1] = { { 1, 2, 0, 0, 1 }, { 2, 4, 0, 0, 1 }, { 0, 0, 1, 0, 1 }, { 0, 0, 0, 1, 1 } };
  HOLD(V(total) V(primes) V(check) V(swaps)); swaps += eliminate(flat, x);
  HOLD(V(total) V(primes) V(check) V(swaps)); int edits = distance("kitten", "sitting") + distance("ab", "xyz");
  HOLD(V(total) V(primes) V(swaps) V(edits)); uint64_t p = power(7, 45, 1000) + power(3, 200, 13);
  HOLD(V(total) V(primes) V(swaps) V(edits) V(p)); int steps = collatz(27, 5000) + collatz(6, 100);
  HOLD(V(total) V(primes) V(edits) V(p) V(steps)); int variance = statistics(a, 12);
  POINT(V(total) V(found) V(common) V(primes) V(check) V(swaps) V(edits) V(p) V(steps) V(variance));
}
