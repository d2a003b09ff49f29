/* Finds the order to install packages in. Every package on the way from the one asked for
   is kept in a chain on the stack, to be printed when something is wrong. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum state { WANTED, READY };

struct version {
  uint8_t major, minor;
  uint16_t patch;
};

struct package {
  const char *name;
  struct version version;
  enum state state;
  const struct package *needs[3]; /* null-terminated */
};

struct step { /* one link of the chain */
  const struct package *package;
  const struct step *from;
  int depth;
  float cost;
};

static struct package packages[] = {
    {"app", {1, 4, 0}, WANTED, {&packages[1], &packages[2]}},
    {"http", {0, 9, 12}, WANTED, {&packages[3]}},
    {"log", {2, 0, 1}, READY, {NULL}},
    {"tls", {3, 1, 7}, WANTED, {&packages[2], &packages[4]}},
    {"cert", {1, 0, 0}, WANTED, {&packages[1]}}, /* BUG: a cycle, cert needs http */
};

static int installed;

static void print_chain(const struct step *step) {
  for (; step != NULL; step = step->from) printf(" < %s", step->package->name);
  putchar('\n');
}

/* The number of packages to install for `package`, itself included. */
__attribute__((noinline)) static int install(const struct package *package, const struct step *from) {
  struct step step = {package, from, from != NULL ? from->depth + 1 : 0, 0.5f};
  if (package->state == READY) return 0;
  if (package->version.major == 0 && package->version.minor == 0) print_chain(&step);
  int sum = 1;
  for (int i = 0; i < 3 && package->needs[i] != NULL; i++)
    sum += install(package->needs[i], &step); /* CRASH: without end, call stack exhausted */
  step.cost += sum;
  installed += step.cost > 0;
  return sum;
}

int main(void) {
  int count = install(&packages[0], NULL); /* CALL */
  printf("%d packages, %d installed\n", count, installed);
  return 0;
}
