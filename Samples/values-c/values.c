// Values of every kind that C has, for the tests of the expression language: what each is stands beside it.
#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

enum weekday { monday, tuesday, wednesday, thursday = 10, friday };
enum access { access_none = 0, access_read = 1, access_write = 2, access_execute = 4, access_all = 7 };
enum level { level_low = -2, level_high = 3 };

struct point { int x, y; };

struct flags {
  unsigned ready : 1;
  unsigned mode : 3;
  int delta : 5;
  unsigned long long wide : 40;
  enum weekday day : 5;
};

union number {
  uint32_t bits;
  float real;
  uint8_t bytes[4];
};

struct node {
  const char *name;
  struct node *next;
  struct point at;
  union {
    int whole;
    float part;
  };
  struct {
    short low, high;
  } pair;
};

struct packet {
  size_t count;
  uint16_t data[];
};

typedef int (*operation)(int, int);
typedef struct point corner;
typedef unsigned char byte;

// What nothing uses stays.
#define KEEP __attribute__((used))

static int add(int a, int b) { return a + b; }
static int multiply(int a, int b) { return a * b; }
KEEP static operation operations[] = {add, multiply, NULL};

KEEP int counter = 41;
KEEP static const volatile int constant_volatile = 7;
KEEP static int hidden = 5;
KEEP const char *const greeting = "hello, world";
KEEP char buffer[16] = "abc";
KEEP wchar_t wide_text[] = L"wide";
KEEP char16_t text16[] = u"z\u00df";
KEEP char32_t text32[] = U"\U0001F600!";
KEEP const char utf8_text[] = u8"gr\u00fc\u00df";
KEEP int matrix[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
KEEP signed char small = -100;
KEEP unsigned char large = 200;
KEEP short negative_short = -30000;
KEEP unsigned short unsigned_short = 60000;
KEEP unsigned unsigned_int = 4000000000u;
KEEP long long_number = -123456L;
KEEP long long huge = -9000000000000000000LL;
KEEP unsigned long long unsigned_huge = 18000000000000000000ULL;
KEEP __int128 int128 = (__int128)1 << 100;
KEEP unsigned __int128 unsigned_int128 = ~(unsigned __int128)0;
KEEP bool yes = true, no = false;
KEEP float single = 0.1f;
KEEP double real = 3.25;
KEEP long double extended = 1.5L;
KEEP double complex imaginary = 1.5 - 2.5 * I;
KEEP enum weekday day = friday;
KEEP enum access rights = access_read | access_write;
KEEP enum level depth_level = level_low;
KEEP struct flags flags = {1, 5, -7, 0x123456789aULL, thursday};
KEEP union number number = {0x40490fdb};
KEEP struct node second = {"second", NULL, {3, 4}, {.whole = 99}, {-1, 2}};
KEEP struct node first = {"first", &second, {1, -2}, {.part = 2.5f}, {7, 8}};
KEEP struct node *head = &first;
KEEP struct packet *packet;
KEEP void *anything = &counter;
KEEP int *null_pointer = NULL;
KEEP struct opaque *unknown;
KEEP corner corners[4] = {{0, 0}, {10, 0}, {10, 20}, {0, 20}};
KEEP corner *corner_pointer = &corners[1];
KEEP const byte raw[6] = {0xde, 0xad, 0xbe, 0xef, 0, 1};
KEEP int (*row)[4] = &matrix[1];
int removed = 3; // The linker does so.
KEEP int node = 77;  // A variable and a structure's tag of one name.

static int fall(int level, int total) {
  static int calls = 100;
  int local = level * 10;
  calls++;
  if (level == 0) {
    int shadow = 1;
    {
      int shadow = 2;
      {
        long shadow = 3;
        extern int counter;
        volatile int *nowhere = (int *)0xfffffff0u;
        return *nowhere + (int)shadow + counter + total + local + calls;  // CRASH
      }
      return shadow;
    }
    return shadow;
  }
  return fall(level - 1, total + local) + 1;  // CALL
}

static int measure(int count) {
  int variable[count];
  short grid[2][count];
  for (int index = 0; index < count; index++) {
    variable[index] = index * index;
    grid[0][index] = (short)index;
    grid[1][index] = (short)-index;
  }
  operation current = operations[1];
  struct point here = {count, -count};
  return fall(2, variable[count - 1] + grid[1][1] + current(2, 3) + here.x);  // CALL
}

int main(void) {
  packet = malloc(sizeof *packet + 3 * sizeof packet->data[0]);
  packet->count = 3;
  for (unsigned index = 0; index < 3; index++) packet->data[index] = (uint16_t)(1000 * (index + 1));
  counter += hidden + constant_volatile - 12;
  return measure(5) + (unknown != NULL) + (int)strlen(greeting);  // CALL
}
