/* Records: lists, trees, tables, small structs by value. */
#include "hold.h"
#include <stddef.h>
#include <stdint.h>

struct node { struct node *next; int value; };
struct tree { struct tree *left, *right; int key, count; };
struct pair { int low, high; };
struct fraction { int64_t top, bottom; };
struct rectangle { struct pair x, y; };

static char arena[8192];
static int used;

__attribute__((noinline)) static void *allocate(int size) {
  FN;
  int rounded = (size + 7) & ~7;
  if (used + rounded > (int)sizeof arena) {
    int missing = used + rounded - (int)sizeof arena;
    POINT(V(size) V(rounded) V(missing));
    return NULL;
  }
  void *result = arena + used;
  used += rounded;
  return result;
}

__attribute__((noinline)) static struct node *cons(int value, struct node *next) {
  FN;
  struct node *made = allocate(sizeof *made);
  made->value = value;
  made->next = next;
  return made;
}

__attribute__((noinline)) static struct node *reverse(struct node *list) {
  FN;
  struct node *done = NULL;
  int n = 0;
  while (list) {
    struct node *next = list->next;
    list->next = done;
    done = list;
    list = next;
    n++;
    if (n == 3) POINT(V(done->value) V(list->value) V(next->value) V(n));
  }
  POINT(V(done->value) V(n));
  return done;
}

__attribute__((noinline)) static struct node *merge(struct node *a, struct node *b) {
  FN;
  struct node head;
  struct node *tail = &head;
  int taken = 0;
  while (a && b) {
    int left = a->value;
    int right = b->value;
    if (left <= right) {
      tail->next = a;
      a = a->next;
      taken++;
    } else {
      tail->next = b;
      b = b->next;
      if (left - right > 5) POINT(V(taken) V(left) V(right) V(a->value));
    }
    tail = tail->next;
  }
  tail->next = a ? a : b;
  POINT(V(taken) V(tail->value) V(head.next->value));
  return head.next;
}

__attribute__((noinline)) static struct node *sort(struct node *list, int n) {
  FN;
  if (n < 2) {
    if (list) list->next = NULL;
    return list;
  }
  int half = n / 2;
  struct node *second = list;
  for (int i = 0; i < half; i++) second = second->next;
  HOLD(V(n) V(half) V(second->value)); second = sort(second, n - half);
  HOLD(V(n) V(half)); list = sort(list, half);
  HOLD(V(n) V(half)); struct node *sorted = merge(list, second);
  return sorted;
}

__attribute__((noinline)) static struct tree *insert(struct tree *root, int key, int *depth) {
  FN;
  struct tree *made = NULL;
  struct tree **place = &root;
  int turns = 0;
  char last = 0;
  while (*place) {
    struct tree *at = *place;
    if (key == at->key) {
      at->count++;
      POINT(V(key) V(turns) V(last) V(at->key) V(at->count));
      return root;
    }
    char turn = key < at->key ? 'l' : 'r';
    if (turn != last) turns++;
    last = turn;
    place = turn == 'l' ? &at->left : &at->right;
    ++*depth;
  }
  made = allocate(sizeof *made);
  made->left = made->right = NULL;
  made->key = key;
  made->count = 1;
  *place = made;
  if (turns > 2) POINT(V(key) V(turns) V(last) V(made->key) V(*depth));
  return root;
}

__attribute__((noinline)) static int visit(const struct tree *tree, int depth, int *sum) {
  FN;
  if (!tree) return depth;
  HOLD(V(tree->key) V(depth)); int left = visit(tree->left, depth + 1, sum);
  *sum += tree->key * tree->count;
  if (tree->key % 5 == 0) POINT(V(tree->key) V(depth) V(*sum) V(left));
  HOLD(V(tree->key) V(depth) V(left)); int right = visit(tree->right, depth + 1, sum);
  int deeper = left > right ? left : right;
  return deeper;
}

static unsigned hash(const char *s) {
  unsigned h = 5381;
  while (*s) h = h * 33 + (unsigned char)*s++;
  return h;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) {
    a++;
    b++;
  }
  return *a == *b;
}

struct entry { const char *name; int value; };
static struct entry table[8];

__attribute__((noinline)) static struct entry *lookup(const char *name, int add) {
  FN;
  unsigned h = hash(name);
  unsigned start = h % 8;
  unsigned slot = start;
  int probes = 0;
  struct entry *free = NULL;
  do {
    struct entry *entry = &table[slot];
    if (!entry->name) {
      free = entry;
      break;
    }
    if (same(entry->name, name)) {
      if (probes > 0) POINT(V(*name) V(add) V(h) V(start) V(slot) V(probes) V(entry->value));
      return entry;
    }
    slot = (slot + 1) % 8;
    probes++;
  } while (slot != start);
  if (add && free) {
    free->name = name;
    free->value = probes;
    if (probes > 1) POINT(V(*name) V(add) V(h) V(start) V(slot) V(probes) V(free->value));
    return free;
  }
  POINT(V(*name) V(add) V(h) V(start) V(slot) V(probes));
  return NULL;
}

static struct pair clamp(struct pair p, int low, int high) {
  if (p.low < low) p.low = low;
  if (p.high > high) p.high = high;
  return p;
}

/* Structs that live in locals. */
__attribute__((noinline)) static int cover(const struct pair *spans, int n) {
  FN;
  struct pair open = { 0, 0 };
  int covered = 0;
  int joined = 0;
  for (int i = 0; i < n; i++) {
    struct pair span = clamp(spans[i], 0, 100);
    if (span.low > open.high) {
      covered += open.high - open.low;
      if (covered > 20) POINT(V(n) V(open.low) V(open.high) V(covered) V(joined) V(i) V(span.low) V(span.high));
      open = span;
    } else if (span.high > open.high) {
      open.high = span.high;
      joined++;
    } else {
      POINT(V(n) V(open.low) V(open.high) V(covered) V(joined) V(i) V(span.low) V(span.high));
    }
  }
  covered += open.high - open.low;
  POINT(V(n) V(open.low) V(open.high) V(covered) V(joined));
  return covered;
}

static int64_t common(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

static struct fraction reduced(struct fraction f) {
  int64_t c = common(f.top, f.bottom);
  if (c > 1) {
    f.top /= c;
    f.bottom /= c;
  }
  return f;
}

static struct fraction plus(struct fraction a, struct fraction b) {
  struct fraction sum = { a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom };
  return reduced(sum);
}

__attribute__((noinline)) static int64_t harmonic(int n) {
  FN;
  struct fraction sum = { 0, 1 };
  int whole = 0;
  for (int i = 1; i <= n; i++) {
    struct fraction next = { 1, i };
    sum = plus(sum, next);
    if (sum.top > sum.bottom * (whole + 1)) {
      whole++;
      POINT(V(n) V(whole) V(i) V(sum.top) V(sum.bottom));
    }
  }
  POINT(V(n) V(whole) V(sum.top) V(sum.bottom));
  return sum.top;
}

__attribute__((noinline)) static int overlap(struct rectangle a, struct rectangle b) {
  FN;
  int left = a.x.low > b.x.low ? a.x.low : b.x.low;
  int right = a.x.high < b.x.high ? a.x.high : b.x.high;
  if (left >= right) {
    POINT(V(a.x.low) V(b.x.high) V(left) V(right));
    return 0;
  }
  int bottom = a.y.low > b.y.low ? a.y.low : b.y.low;
  int top = a.y.high < b.y.high ? a.y.high : b.y.high;
  if (bottom >= top) {
    POINT(V(a.x.low) V(b.x.high) V(left) V(right) V(bottom) V(top));
    return 0;
  }
  int area = (right - left) * (top - bottom);
  POINT(V(left) V(right) V(bottom) V(top) V(area));
  return area;
}

/* A ring buffer with a state machine. */
enum state { IDLE, FILLING, FULL, BROKEN };
struct ring { uint8_t bytes[4]; unsigned head, tail; enum state state; };

__attribute__((noinline)) static int feed(struct ring *ring, const char *script) {
  FN;
  int refused = 0;
  int position = 0;
  for (const char *p = script; *p; p++, position++) {
    enum state before = ring->state;
    unsigned filled = ring->head - ring->tail;
    switch (*p) {
      case '<':
        if (filled == 0) {
          refused++;
          POINT(V(*script) V(refused) V(position) V(before) V(filled) V(*p));
          continue;
        }
        ring->tail++;
        filled--;
        break;
      case '!':
        ring->state = BROKEN;
        POINT(V(*script) V(refused) V(position) V(before) V(filled) V(*p));
        return -position;
      default:
        if (filled == 4) {
          refused++;
          if (refused > 1) POINT(V(*script) V(refused) V(position) V(before) V(filled) V(*p));
          break;
        }
        ring->bytes[ring->head++ % 4] = (uint8_t)*p;
        filled++;
    }
    enum state after = filled == 0 ? IDLE : filled == 4 ? FULL : FILLING;
    ring->state = after;
    if (before == FILLING && after == FULL) POINT(V(refused) V(position) V(before) V(after) V(filled) V(*p));
  }
  return refused;
}

void program(void) {
  FN;
  static const int values[] = { 9, 3, 14, 1, 8, 20, 5, 3, 11, 2 };
  struct node *list = NULL;
  for (int i = 0; i < 10; i++) {
    HOLD(V(i)); list = cons(values[i], list);
  }
  HOLD(V(list->value)); list = reverse(list);
  HOLD(V(list->value)); list = sort(list, 10);
  struct tree *root = allocate(sizeof *root);
  root->left = root->right = NULL;
  root->key = 7;
  root->count = 1;
  int depth = 0;
  for (struct node *n = list; n; n = n->next) {
    int key = n->value * 3 % 17;
    HOLD(V(list->value) V(root->key) V(n->value) V(key)); root = insert(root, key, &depth);
  }
  int sum = 0;
  HOLD(V(depth) V(root->key)); int levels = visit(root, 0, &sum);
  static const char *const names[] = { "a", "i", "q", "b", "y", "a", "bb", "y" };
  int hits = 0;
  for (int i = 0; i < 8; i++) {
    HOLD(V(sum) V(levels) V(hits) V(i)); struct entry *e = lookup(names[i], i % 3 != 2);
    if (!e) continue;
    hits += e->value;
  }
  static const struct pair spans[] = { { -5, 3 }, { 2, 9 }, { 20, 35 }, { 22, 30 }, { 40, 47 }, { 46, 200 } };
  HOLD(V(sum) V(levels) V(hits)); int covered = cover(spans, 6);
  HOLD(V(sum) V(levels) V(hits) V(covered)); int64_t top = harmonic(11);
  struct rectangle a = { { 0, 10 }, { 0, 10 } };
  int area = 0;
  for (int i = 0; i < 3; i++) {
    struct rectangle b = { { 4 * i, 12 }, { 8 - i, 9 + i } };
    HOLD(V(sum) V(levels) V(hits) V(covered) V(top) V(area) V(i)); area += overlap(a, b);
    a.y.high -= 2;
    if (i == 1) a.x.low = 12;
  }
  struct ring ring = { { 0 }, 0, 0, IDLE };
  HOLD(V(covered) V(top) V(area)); int refused = feed(&ring, "<ab<cdefgh<<<<<x") + feed(&ring, "abcde!f");
  HOLD(V(covered) V(top) V(area) V(refused)); void *none = allocate(9000);
  POINT(V(sum) V(levels) V(hits) V(covered) V(top) V(area) V(refused) V(none));
}
