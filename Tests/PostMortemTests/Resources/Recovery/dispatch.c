// Calls through pointers: tables, objects with methods, callbacks with contexts. Ends in a call of the wrong type.
#include <stdlib.h>

struct shape;

struct methods {
  const char *name;
  double (*area)(const struct shape *);
  void (*scale)(struct shape *, double);
  struct shape *(*copy)(const struct shape *);
};

struct shape {
  const struct methods *methods;
  double a, b;
  int id;
};

static int made;

static struct shape *make(const struct methods *methods, double a, double b) {
  struct shape *shape = malloc(sizeof *shape);
  shape->methods = methods;
  shape->a = a;
  shape->b = b;
  shape->id = ++made;
  return shape;
}

static double circle_area(const struct shape *shape) { return shape->a * shape->a * 3.14159; }
static double square_area(const struct shape *shape) { return shape->a * shape->b; }
static double ring_area(const struct shape *shape) {
  struct shape inner = *shape;
  inner.a = shape->b;
  return circle_area(shape) - circle_area(&inner);
}
static void both(struct shape *shape, double factor) {
  shape->a *= factor;
  shape->b *= factor;
}
static void first(struct shape *shape, double factor) { shape->a *= factor; }
static struct shape *copied(const struct shape *shape) { return make(shape->methods, shape->a, shape->b); }

static const struct methods circle = {"circle", circle_area, first, copied};
static const struct methods square = {"square", square_area, both, copied};
static const struct methods ring = {"ring", ring_area, both, copied};

typedef int (*binary)(int, int);
static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static int multiply(int a, int b) { return a * b; }
static int larger(int a, int b) { return a > b ? a : b; }
static binary volatile operations[] = {add, subtract, multiply, larger};

static int fold(const int *numbers, int count, binary operation, int start) {
  int result = start;
  for (int i = 0; i < count; i++) result = operation(result, numbers[i]);
  return result;
}

struct context {
  double total;
  int calls;
  int (*accept)(const struct shape *, struct context *);
};

static int is_large(const struct shape *shape, struct context *context) {
  context->calls++;
  return shape->methods->area(shape) > 10;
}

static void each(struct shape **shapes, int count, struct context *context) {
  for (int i = 0; i < count; i++) {
    struct shape *shape = shapes[i];
    if (!context->accept(shape, context)) shape->methods->scale(shape, 1.25);
    context->total += shape->methods->area(shape);
  }
}

static int apply(int depth, binary operation, int (*next)(int, binary)) {
  int number = operation(depth, depth + 1);
  return depth > 0 ? number + next(depth - 1, operations[depth & 3]) : number;
}

static int again(int depth, binary operation) { return apply(depth, operation, again); }

static int wrong(double value, int depth) {
  union {
    double (*real)(const struct shape *);
    int (*fake)(double, int);
  } function;
  function.real = depth > 100 ? ring_area : circle_area;
  return function.fake(value, depth) + depth;
}

int main(void) {
  struct shape *shapes[12];
  const struct methods *kinds[] = {&circle, &square, &ring};
  for (int i = 0; i < 6; i++) shapes[i] = make(kinds[i % 3], 1 + i * 0.5, 2 - i * 0.25);
  for (int i = 6; i < 12; i++) shapes[i] = shapes[i - 6]->methods->copy(shapes[i - 6]);
  struct context context = {0, 0, is_large};
  for (int round = 0; round < 8; round++) each(shapes, 12, &context);
  int numbers[10], result = (int)context.total + context.calls;
  for (int i = 0; i < 10; i++) numbers[i] = (i * 7 + 3) % 11 - 4;
  for (int i = 0; i < 4; i++) result += fold(numbers, 10, operations[i], i);
  for (int i = 0; i < 20; i++) result += again(i, operations[i & 3]);
  return result + wrong(result / 4.0, result & 15);
}
