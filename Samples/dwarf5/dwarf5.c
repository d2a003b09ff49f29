/* A desk calculator in reverse Polish notation: a table holds a function a word, of one or
   of two operands. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef double (*unary_fn)(double);
typedef double (*binary_fn)(double, double);

enum arity { CONSTANT, UNARY, BINARY };

struct word {
  char name[8];
  enum arity arity;
  union {
    double value;
    unary_fn unary;
    binary_fn binary;
  } as;
  unsigned uses : 20;
  bool exact : 1;
};

struct machine {
  double stack[16];
  int depth;
  const char *input;
  struct { unsigned words, numbers; float load; } count;
};

static double add(double a, double b) { return a + b; }
static double mul(double a, double b) { return a * b; }
static double negate(double a) { return -a; }

static struct word words[] = {
    {"pi", CONSTANT, {.value = 3.141592653589793}, 0, false},
    {"+", BINARY, {.binary = add}, 0, true},
    {"*", BINARY, {.binary = mul}, 0, true},
    {"neg", UNARY, {.unary = negate}, 0, true},
    {"sqrt", BINARY, {.unary = sqrt}, 0, false}, /* BUG: takes one operand, not two */
};

static struct word *find(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i].name) == length && memcmp(words[i].name, name, length) == 0) return &words[i];
  return NULL;
}

static inline double pop(struct machine *m) { return m->depth > 0 ? m->stack[--m->depth] : NAN; }
static inline void push(struct machine *m, double value) {
  if (m->depth < 16) m->stack[m->depth++] = value;
}

static inline double call_binary(struct word *w, struct machine *m) {
  double right = pop(m), left = pop(m);
  w->uses++;
  return w->as.binary(left, right); /* CRASH: sqrt called with two operands, indirect call type mismatch */
}

__attribute__((noinline)) static void execute(struct machine *m, struct word *w) {
  double result;
  m->count.words++;
  switch (w->arity) {
  case CONSTANT: result = w->as.value; break;
  case UNARY: result = w->as.unary(pop(m)); break;
  case BINARY: result = call_binary(w, m); break; /* CALL */
  }
  push(m, result);
}

__attribute__((noinline)) static bool evaluate(struct machine *m, const char *line) {
  const char separators[] = " \t\n";
  for (m->input = line; *m->input != '\0';) {
    m->input += strspn(m->input, separators);
    size_t length = strcspn(m->input, separators);
    char *end;
    double number = strtod(m->input, &end);
    if (end == m->input + length && length > 0) {
      m->count.numbers++;
      push(m, number);
    } else {
      struct word *w = find(m->input, length);
      if (w == NULL) return false;
      execute(m, w); /* CALL */
    }
    m->input += length;
    m->count.load = (float)m->depth / 16;
  }
  return true;
}

int main(void) {
  static const char *const lines[] = {"1 2 + 3 *", "pi 2 *", "3 3 * 4 4 * + sqrt", "2 neg"};
  struct machine m = {0};
  for (int i = 0; i < 4; i++) {
    bool known = evaluate(&m, lines[i]); /* CALL */
    printf("%-20s = %g%s\n", lines[i], pop(&m), known ? "" : " ?");
  }
  return 0;
}
