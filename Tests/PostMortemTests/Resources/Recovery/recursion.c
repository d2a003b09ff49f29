// Functions that call themselves and each other, deep and wide. Ends where the stack does.
static int queens(int size, unsigned columns, unsigned left, unsigned right) {
  unsigned all = (1u << size) - 1;
  if (columns == all) return 1;
  int count = 0;
  for (unsigned free = all & ~(columns | left | right); free; free &= free - 1) {
    unsigned bit = free & -free;
    count += queens(size, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

static int ackermann(int m, int n) {
  if (m == 0) return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static int odd(unsigned number, int *steps);
static __attribute__((noinline)) int even(unsigned number, int *steps) {
  ++*steps;
  return number == 0 ? 1 : odd(number - 1, steps) + 0 * *steps;
}
static __attribute__((noinline)) int odd(unsigned number, int *steps) {
  *steps += 2;
  return number == 0 ? 0 : even(number - 1, steps) * 1;
}

struct tower {
  int pegs[3][10];
  int heights[3];
  int moves;
};

static void move(struct tower *tower, int count, int from, int to) {
  if (count == 0) return;
  int other = 3 - from - to;
  move(tower, count - 1, from, other);
  int disk = tower->pegs[from][--tower->heights[from]];
  tower->pegs[to][tower->heights[to]++] = disk;
  tower->moves += disk;
  move(tower, count - 1, other, to);
}

static void permute(int *items, int start, int count, int *found) {
  if (start == count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += items[i] * (i + 1);
    if (sum > *found) *found = sum;
    return;
  }
  for (int i = start; i < count; i++) {
    int kept = items[start];
    items[start] = items[i];
    items[i] = kept;
    permute(items, start + 1, count, found);
    items[i] = items[start];
    items[start] = kept;
  }
}

static long long collatz(unsigned long long number, int depth, int *deepest) {
  if (depth > *deepest) *deepest = depth;
  if (number == 1) return depth;
  return number + (unsigned long long)collatz(number % 2 ? number * 3 + 1 : number / 2, depth + 1, deepest);
}

static int endless(volatile int *previous, int depth) {
  volatile int mine[4];
  mine[depth & 3] = *previous + depth;
  return endless(&mine[depth & 3], depth + 1) + mine[0];
}

int main(void) {
  int steps = 0, found = 0, deepest = 0;
  struct tower tower = {{{0}}, {7, 0, 0}, 0};
  for (int i = 0; i < 7; i++) tower.pegs[0][i] = 7 - i;
  int result = queens(6, 0, 0, 0) + ackermann(2, 5) + even(60, &steps);
  move(&tower, 7, 0, 2);
  int items[] = {3, 1, 4, 1, 5};
  permute(items, 0, 5, &found);
  result += (int)collatz(27, 0, &deepest) + tower.moves + found + steps;
  volatile int start = result;
  return endless(&start, 0);
}
