// A small language: a scanner, a parser by recursive descent, code for a stack machine, and the machine.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum operation { PUSH, LOAD, STORE, ADD, SUBTRACT, MULTIPLY, DIVIDE, LESS, JUMP, BRANCH, DUPLICATE, DROP, HALT };

struct instruction {
  enum operation operation;
  int operand;
};

struct program {
  const char *source;
  struct instruction code[256];
  int length;
  int errors;
};

static void emit(struct program *program, enum operation operation, int operand) {
  if (program->length == 256) {
    program->errors++;
    return;
  }
  program->code[program->length++] = (struct instruction){operation, operand};
}

static void skip(struct program *program) {
  while (*program->source == ' ') program->source++;
}

static int accept(struct program *program, char character) {
  skip(program);
  if (*program->source != character) return 0;
  program->source++;
  return 1;
}

static void expression(struct program *program);

static void primary(struct program *program) {
  skip(program);
  char character = *program->source;
  if (isdigit(character)) {
    int number = 0;
    while (isdigit(*program->source)) number = number * 10 + (*program->source++ - '0');
    emit(program, PUSH, number);
  } else if (islower(character)) {
    program->source++;
    emit(program, LOAD, character - 'a');
  } else if (accept(program, '(')) {
    expression(program);
    if (!accept(program, ')')) program->errors++;
  } else if (accept(program, '-')) {
    emit(program, PUSH, 0);
    primary(program);
    emit(program, SUBTRACT, 0);
  } else {
    program->errors++;
  }
}

static void term(struct program *program) {
  primary(program);
  for (;;) {
    enum operation operation;
    if (accept(program, '*')) operation = MULTIPLY;
    else if (accept(program, '/')) operation = DIVIDE;
    else return;
    primary(program);
    emit(program, operation, 0);
  }
}

static void sum(struct program *program) {
  term(program);
  for (;;) {
    enum operation operation;
    if (accept(program, '+')) operation = ADD;
    else if (accept(program, '-')) operation = SUBTRACT;
    else return;
    term(program);
    emit(program, operation, 0);
  }
}

static void expression(struct program *program) {
  sum(program);
  if (accept(program, '<')) {
    sum(program);
    emit(program, LESS, 0);
  }
}

static void statement(struct program *program) {
  if (accept(program, '{')) {
    while (!accept(program, '}') && *program->source && !program->errors) statement(program);
  } else if (accept(program, '?') || accept(program, '@')) {
    int isLoop = program->source[-1] == '@', start = program->length;
    expression(program);
    int hole = program->length;
    emit(program, BRANCH, 0);
    statement(program);
    if (isLoop) emit(program, JUMP, start);
    program->code[hole].operand = program->length;
  } else {
    skip(program);
    int name = *program->source++ - 'a';
    if (!accept(program, '=')) program->errors++;
    expression(program);
    emit(program, STORE, name);
    accept(program, ';');
  }
}

static int run(const struct program *program, int *variables) {
  int stack[32], top = 0, pc = 0, steps = 0;
  for (;;) {
    const struct instruction *instruction = &program->code[pc++];
    steps++;
    switch (instruction->operation) {
    case PUSH: stack[top++] = instruction->operand; break;
    case LOAD: stack[top++] = variables[instruction->operand]; break;
    case STORE: variables[instruction->operand] = stack[--top]; break;
    case ADD: top--; stack[top - 1] += stack[top]; break;
    case SUBTRACT: top--; stack[top - 1] -= stack[top]; break;
    case MULTIPLY: top--; stack[top - 1] *= stack[top]; break;
    case DIVIDE: top--; stack[top - 1] /= stack[top]; break;
    case LESS: top--; stack[top - 1] = stack[top - 1] < stack[top]; break;
    case JUMP: pc = instruction->operand; break;
    case BRANCH: if (!stack[--top]) pc = instruction->operand; break;
    case DUPLICATE: stack[top] = stack[top - 1]; top++; break;
    case DROP: top--; break;
    case HALT: return steps;
    }
  }
}

static const char *const sources[] = {
  "{ n = 30; a = 0; b = 1; @ 0 < n { t = a + b; a = b; b = t; n = n - 1; } }",
  "{ i = 2; c = 0; @ i < 60 { p = 1; d = 2; @ d * d < i + 1 { ? i - i / d * d < 1 p = 0; d = d + 1; } c = c + p; i = i + 1; } }",
  "{ x = ((((1 + 2) * (3 + 4)) - -5) * ((6))); y = x / 2 - (x - x / 3) * 2; }",
  "{ k = 9; s = 0; @ 0 < k + 1 { s = s + 5040 / k; k = k - 1; } }",
};

int main(void) {
  int variables[26] = {0}, total = 0;
  for (unsigned i = 0; i < sizeof sources / sizeof *sources; i++) {
    struct program *program = calloc(1, sizeof *program);
    program->source = sources[i];
    statement(program);
    emit(program, HALT, 0);
    if (program->errors == 0) total += run(program, variables);
    free(program);
  }
  return total;
}
