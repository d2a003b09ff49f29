// Tail calls: what is on the stack was not called by what is below it. Needs the extension.
#include <stdint.h>

struct machine {
  const uint8_t *code;
  int64_t registers[4];
  unsigned steps;
};

#define must __attribute__((musttail))
typedef int64_t handler(struct machine *, const uint8_t *, int64_t, int);
static handler add, move, loop, halt, crash;
static handler *const table[] = {add, move, loop, halt, crash};

#define next(code, value, count) must return table[*(code)](machine, code, value, count)

static int64_t add(struct machine *machine, const uint8_t *code, int64_t value, int count) {
  machine->steps++;
  next(code + 2, value + code[1], count);
}
static int64_t move(struct machine *machine, const uint8_t *code, int64_t value, int count) {
  machine->registers[code[1] & 3] = value * 3;
  next(code + 2, value, count);
}
static int64_t loop(struct machine *machine, const uint8_t *code, int64_t value, int count) {
  if (count > 0) next(code - code[1], value, count - 1);
  next(code + 2, value, count);
}
static int64_t halt(struct machine *machine, const uint8_t *code, int64_t value, int count) {
  return value + machine->registers[1] + count + code[0];
}
static int64_t crash(struct machine *machine, const uint8_t *code, int64_t value, int count) {
  volatile int64_t divisor = machine->registers[3] - 4;
  return value / divisor + count + code[0];
}

static __attribute__((noinline)) int64_t run(const uint8_t *code, int count) {
  struct machine machine = {code, {1, 2, 3, 4}, 0};
  int64_t result = table[*code](&machine, code, count * 5, count);
  return result + machine.steps;
}

static const uint8_t first[] = {0, 3, 1, 1, 0, 7, 1, 3, 2, 8, 3};
static const uint8_t second[] = {0, 9, 1, 0, 2, 4, 4};

int main(void) {
  int64_t total = 0;
  for (int i = 0; i < 20; i++) total += run(first, i);
  return (int)(total + run(second, 11));
}
