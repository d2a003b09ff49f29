/* A shop's order queue: orders come in as text, are queued by priority and priced. Shipped
   stripped, its debug information is in a file of its own. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ARTICLE 1000

enum priority { SLOW, NORMAL, EXPRESS, PRIORITIES };

struct money {
  int32_t cents;
  char currency[4];
};

struct article {
  char name[12];
  struct money price;
  float weight;
};

struct line {
  int article; /* its number, not its index */
  unsigned short quantity;
};

struct order {
  unsigned number;
  enum priority priority;
  bool paid : 1, gift : 1;
  unsigned used : 6;
  struct line lines[4];
  struct order *next;
};

struct queue {
  struct order *first[PRIORITIES];
  int length;
};

static const struct article catalogue[] = {
    {"soap", {199, "EUR"}, 0.15f},
    {"towel", {1299, "EUR"}, 0.6f},
    {"lamp", {4950, "EUR"}, 2.25f},
    {"saw", {1549, "EUR"}, 0.9f},
};

static struct order *parse(const char *text, unsigned number) {
  struct order *o = calloc(1, sizeof *o);
  char kind;
  int read;
  if (sscanf(text, "%c:%n", &kind, &read) != 1) return free(o), NULL;
  o->number = number;
  o->priority = kind == 'x' ? EXPRESS : kind == 's' ? SLOW : NORMAL;
  o->paid = true;
  while (o->used < 4) {
    struct line *l = &o->lines[o->used];
    text += read;
    if (sscanf(text, " %hu * %d%n", &l->quantity, &l->article, &read) != 2) break;
    o->used++;
  }
  return o;
}

static void push(struct queue *q, struct order *o) {
  struct order **at = &q->first[o->priority];
  while (*at != NULL) at = &(*at)->next;
  *at = o;
  q->length++;
}

static inline int64_t worth(const struct line *l) {
  const struct article *a = &catalogue[l->article - FIRST_ARTICLE]; /* BUG: not checked */
  return (int64_t)a->price.cents * l->quantity; /* CRASH: no such article, memory out of bounds */
}

__attribute__((noinline)) static int64_t total(const struct order *o, int64_t *dearest) {
  int64_t sum = 0, most = 0;
  for (unsigned i = 0; i < o->used; i++) {
    int64_t cents = worth(&o->lines[i]); /* CALL */
    sum += cents;
    if (cents > most) most = cents;
  }
  *dearest = most;
  return o->gift ? sum + 299 : sum;
}

__attribute__((noinline)) static int64_t bill(const struct queue *q) {
  int64_t income = 0, dearest = 0;
  for (int p = PRIORITIES - 1; p >= 0; p--)
    for (const struct order *o = q->first[p]; o != NULL; o = o->next) {
      if (!o->paid) continue;
      income += total(o, &dearest); /* CALL */
      printf("order %u: dearest line %lld\n", o->number, dearest);
    }
  return income;
}

int main(void) {
  static const char *const texts[] = {"n: 3 * 1000 1 * 1001", "x: 2 * 1002", "s: 1 * 1003 12 * 7 1 * 1002"};
  struct queue queue = {{NULL}, 0};
  for (unsigned i = 0; i < 3; i++) {
    struct order *o = parse(texts[i], 7001 + i);
    if (o != NULL) push(&queue, o);
  }
  printf("%d orders, income: %lld\n", queue.length, bill(&queue)); /* CALL */
  return 0;
}
