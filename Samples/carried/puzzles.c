/* Puzzles: grids, searches, calendars, big numbers. Written after the rules of what is carried, to check them. */
#include "hold.h"
#include <stdint.h>

__attribute__((noinline)) static int generation(const unsigned char *from, unsigned char *to, int width, int height) {
  FN;
  int born = 0, died = 0, alive = 0;
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      int around = 0;
      for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
          if (dx == 0 && dy == 0) continue;
          int nx = (x + dx + width) % width;
          int ny = (y + dy + height) % height;
          around += from[ny * width + nx];
        }
      int before = from[y * width + x];
      int after = around == 3 || (before && around == 2);
      to[y * width + x] = (unsigned char)after;
      alive += after;
      if (after > before) {
        born++;
        if (born == 2) POINT(V(width) V(height) V(born) V(died) V(alive) V(y) V(x) V(around) V(before));
      } else if (after < before) {
        died++;
        if (around > 3) POINT(V(width) V(height) V(born) V(died) V(alive) V(y) V(x) V(around) V(before));
      }
    }
  }
  POINT(V(width) V(height) V(born) V(died) V(alive));
  return alive;
}

static int won(const char *board, char who) {
  static const unsigned char lines[8][3] = { { 0, 1, 2 }, { 3, 4, 5 }, { 6, 7, 8 }, { 0, 3, 6 }, { 1, 4, 7 }, { 2, 5, 8 }, { 0, 4, 8 }, { 2, 4, 6 } };
  for (int i = 0; i < 8; i++)
    if (board[lines[i][0]] == who && board[lines[i][1]] == who && board[lines[i][2]] == who) return 1;
  return 0;
}

__attribute__((noinline)) static int best(char *board, char who, int depth, int *nodes) {
  FN;
  char other = who == 'x' ? 'o' : 'x';
  int tried = ++*nodes;
  if (won(board, other)) {
    if (tried % 40 == 0) POINT(V(who) V(depth) V(other) V(tried));
    return depth - 10;
  }
  int highest = -100;
  int place = -1;
  for (int i = 0; i < 9; i++) {
    if (board[i] != ' ') continue;
    board[i] = who;
    HOLD(V(who) V(depth) V(other) V(tried) V(highest) V(place) V(i)); int score = -best(board, other, depth + 1, nodes);
    board[i] = ' ';
    if (score > highest) {
      highest = score;
      place = i;
      if (tried % 50 == 0) POINT(V(who) V(depth) V(other) V(tried) V(highest) V(place) V(i) V(score));
    }
  }
  if (place < 0) return 0;
  return highest;
}

__attribute__((noinline)) static int knapsack(const int *weights, const int *values, int n, int room) {
  FN;
  int table[33] = { 0 };
  int updates = 0;
  for (int item = 0; item < n; item++) {
    int weight = weights[item];
    int value = values[item];
    if (weight > room) {
      POINT(V(n) V(room) V(updates) V(item) V(weight) V(value));
      continue;
    }
    int improved = 0;
    for (int left = room; left >= weight; left--) {
      int with = table[left - weight] + value;
      if (with > table[left]) {
        table[left] = with;
        improved++;
      }
    }
    updates += improved;
    if (improved < 5) POINT(V(n) V(room) V(updates) V(item) V(weight) V(value) V(improved));
  }
  int result = table[room];
  POINT(V(n) V(room) V(updates) V(result));
  return result;
}

__attribute__((noinline)) static int maze(const char *grid, int width, int height, int start) {
  FN;
  short distance[64];
  unsigned char queue[64];
  int head = 0, tail = 0;
  for (int i = 0; i < width * height; i++) distance[i] = -1;
  distance[start] = 0;
  queue[tail++] = (unsigned char)start;
  int farthest = 0;
  while (head < tail) {
    int at = queue[head++];
    int x = at % width;
    int y = at / width;
    int steps = distance[at] + 1;
    for (int side = 0; side < 4; side++) {
      int nx = x + (side == 0) - (side == 1);
      int ny = y + (side == 2) - (side == 3);
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      int next = ny * width + nx;
      if (grid[next] == '#' || distance[next] >= 0) continue;
      distance[next] = (short)steps;
      queue[tail++] = (unsigned char)next;
      if (steps > farthest) farthest = steps;
      if (grid[next] == 'E') {
        int waiting = tail - head;
        POINT(V(width) V(height) V(start) V(head) V(tail) V(farthest) V(at) V(x) V(y) V(steps) V(side) V(next) V(waiting));
        return steps;
      }
    }
    if (tail - head > 2) POINT(V(width) V(height) V(start) V(head) V(tail) V(farthest) V(at) V(x) V(y) V(steps));
  }
  POINT(V(width) V(height) V(start) V(head) V(farthest));
  return -farthest;
}

__attribute__((noinline)) static int roman(const char *text) {
  FN;
  int total = 0;
  int last = 1000;
  int letters = 0;
  for (; *text; text++) {
    int value;
    switch (*text) {
      case 'I': value = 1; break;
      case 'V': value = 5; break;
      case 'X': value = 10; break;
      case 'L': value = 50; break;
      case 'C': value = 100; break;
      case 'D': value = 500; break;
      case 'M': value = 1000; break;
      default:
        POINT(V(*text) V(total) V(last) V(letters));
        return -1;
    }
    letters++;
    if (value > last) {
      int taken = 2 * last;
      POINT(V(*text) V(total) V(last) V(letters) V(value) V(taken));
      total -= taken;
    }
    total += value;
    last = value;
  }
  POINT(V(total) V(last) V(letters));
  return total;
}

static int leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

__attribute__((noinline)) static int date(int days, int year) {
  FN;
  static const unsigned char lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  int left = days;
  int leaps = 0;
  for (;;) {
    int length = leap(year) ? 366 : 365;
    if (left < length) break;
    left -= length;
    if (length == 366) {
      leaps++;
      if (leaps == 3) POINT(V(days) V(year) V(left) V(leaps) V(length));
    }
    year++;
  }
  int month = 0;
  while (month < 12) {
    int length = lengths[month];
    if (month == 1 && leap(year)) length++;
    if (left < length) break;
    left -= length;
    month++;
    if (month == 6) POINT(V(days) V(year) V(left) V(leaps) V(month) V(length));
  }
  int day = left + 1;
  POINT(V(days) V(year) V(left) V(leaps) V(month) V(day));
  return year * 10000 + (month + 1) * 100 + day;
}

__attribute__((noinline)) static int pack(const unsigned char *bytes, int size, unsigned char *out) {
  FN;
  int length = 0;
  int runs = 0;
  int i = 0;
  while (i < size) {
    unsigned char byte = bytes[i];
    int count = 1;
    while (i + count < size && bytes[i + count] == byte && count < 9) count++;
    if (count > 2) {
      out[length++] = (unsigned char)count;
      runs++;
      if (count == 9) POINT(V(*bytes) V(size) V(length) V(runs) V(i) V(byte) V(count));
    } else {
      for (int k = 0; k < count; k++) out[length++] = byte;
    }
    if (byte > 'c') {
      int end = i + count;
      POINT(V(*bytes) V(size) V(length) V(runs) V(i) V(byte) V(count) V(end));
    }
    i += count;
  }
  POINT(V(*bytes) V(size) V(length) V(runs));
  return length;
}

struct big { int length; uint32_t digits[12]; };

__attribute__((noinline)) static void multiply(struct big *a, uint32_t by) {
  FN;
  uint64_t carry = 0;
  int i;
  for (i = 0; i < a->length; i++) {
    uint64_t product = (uint64_t)a->digits[i] * by + carry;
    a->digits[i] = (uint32_t)(product % 1000000000);
    carry = product / 1000000000;
    if (carry > 15) POINT(V(a->length) V(by) V(carry) V(i) V(product));
  }
  if (carry != 0) {
    a->digits[a->length++] = (uint32_t)carry;
    POINT(V(a->length) V(by) V(carry) V(i));
  }
}

__attribute__((noinline)) static int factorial(int n) {
  FN;
  struct big f = { 1, { 1 } };
  int zeros = 0;
  for (int k = 2; k <= n; k++) {
    HOLD(V(n) V(zeros) V(k)); multiply(&f, (uint32_t)k);
    int five = k;
    while (five % 5 == 0) {
      zeros++;
      five /= 5;
    }
  }
  int sum = 0;
  for (int i = f.length - 1; i >= 0; i--) {
    uint32_t rest = f.digits[i];
    while (rest) {
      sum += rest % 10;
      rest /= 10;
    }
    if (i == 1) POINT(V(n) V(zeros) V(sum) V(i));
  }
  POINT(V(n) V(zeros) V(sum) V(f.length));
  return sum;
}

/* The least recently used of four pages. */
struct page { int key; unsigned used; };

__attribute__((noinline)) static int cache(const int *keys, int n) {
  FN;
  struct page pages[4] = { { -1, 0 }, { -1, 0 }, { -1, 0 }, { -1, 0 } };
  int hits = 0;
  unsigned clock = 0;
  for (int i = 0; i < n; i++) {
    int key = keys[i];
    struct page *oldest = &pages[0];
    struct page *found = 0;
    clock++;
    for (struct page *p = pages; p < pages + 4; p++) {
      if (p->key == key) {
        found = p;
        break;
      }
      if (p->used < oldest->used) oldest = p;
    }
    if (found) {
      hits++;
      found->used = clock;
      if (hits == 3) POINT(V(n) V(hits) V(clock) V(i) V(key) V(found->key));
      continue;
    }
    if (oldest->key >= 0) {
      int thrown = oldest->key;
      POINT(V(n) V(hits) V(clock) V(i) V(key) V(thrown) V(oldest->used));
    }
    oldest->key = key;
    oldest->used = clock;
  }
  POINT(V(n) V(hits) V(clock));
  return hits;
}

__attribute__((noinline)) static int account(const int *orders, int n, int balance) {
  FN;
  int lowest = balance;
  int fees = 0;
  int refused = 0;
  for (const int *order = orders; order < orders + n; order++) {
    int amount = *order;
    int fee = amount < -100 ? 2 : 0;
    if (balance + amount - fee < -50) {
      refused++;
      if (refused > 1) {
        POINT(V(n) V(balance) V(lowest) V(fees) V(refused) V(amount) V(fee) V(*order));
        break;
      }
      continue;
    }
    balance += amount - fee;
    fees += fee;
    if (balance < lowest) lowest = balance;
    if (balance < 0) {
      int interest = -balance / 10 + 1;
      POINT(V(n) V(balance) V(lowest) V(fees) V(refused) V(amount) V(fee) V(interest));
      balance -= interest;
    }
  }
  POINT(V(n) V(balance) V(lowest) V(fees) V(refused));
  return balance;
}

void program(void) {
  FN;
  unsigned char a[36] = { 0 }, b[36];
  a[7] = a[8] = a[9] = a[13] = a[14] = a[19] = 1;
  int alive = 0;
  for (int turn = 0; turn < 2; turn++) {
    HOLD(V(alive) V(turn)); alive += generation(turn ? b : a, turn ? a : b, 6, 6);
  }
  char board[10] = "xox o    ";
  int nodes = 0;
  HOLD(V(alive)); int score = best(board, 'x', 0, &nodes);
  static const int weights[] = { 3, 40, 5, 7, 11, 2 };
  static const int values[] = { 4, 99, 6, 11, 15, 1 };
  HOLD(V(alive) V(score)); int worth = knapsack(weights, values, 6, 16);
  HOLD(V(alive) V(score) V(worth)); int steps = maze("..#......#.##.#...#...#.#.#..E##", 8, 4, 0);
  HOLD(V(alive) V(score) V(worth) V(steps)); steps += maze(".#.##.", 3, 2, 0);
  HOLD(V(alive) V(score) V(worth) V(steps)); int year = roman("MCMXCIV") + roman("XIZ");
  HOLD(V(score) V(worth) V(steps) V(year)); int day = date(20000, 1970) + date(59, 2024);
  unsigned char packed[32];
  HOLD(V(worth) V(steps) V(year) V(day)); int length = pack((const unsigned char *)"aaabcddddaaaaaaaaaaaef", 22, packed);
  HOLD(V(steps) V(year) V(day) V(length)); int digits = factorial(25);
  static const int keys[] = { 1, 2, 3, 1, 4, 5, 1, 2, 1, 6, 1 };
  HOLD(V(year) V(day) V(length) V(digits)); int hits = cache(keys, 11);
  static const int orders[] = { 30, -120, -20, 500, -450, -60, 10, -200, 1 };
  HOLD(V(day) V(length) V(digits) V(hits)); int rest = account(orders, 9, 40);
  POINT(V(alive) V(score) V(worth) V(steps) V(year) V(day) V(length) V(digits) V(hits) V(rest));
}
