// A crash whose frames have values of every kind that C has, for what the prompt and the reports show.
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

enum color { RED, GREEN, BLUE = 5, PURPLE };
enum permission { READ = 1, WRITE = 2, EXECUTE = 4 };

struct point {
  int x, y;
};

struct packet {
  char kind;
  unsigned version : 3, flags : 5;
  int : 0;
  uint16_t length;
  uint64_t sequence;
  union {
    float ratio;
    uint32_t bits;
  };
  struct {
    short low, high;
  } range;
  char tag;
};

struct node {
  int key;
  const char *label;
  struct node *next;
};

typedef struct node *list;
typedef int (*operation)(int, int);

static int calls;
int table[300] = {[250] = 7};
const char *greeting = "hello \"values\"\n";
static double ratios[] = {0.5, -1.25, 1e100};
static struct packet last_packet = {'p', 5, 17, 1500, 1ull << 40, {.bits = 0x40490fdb}, {-3, 3}, 't'};

static int add(int left, int right) { return left + right; }

static int divide(int dividend, int divisor) {
  calls++;
  int quotient = dividend / divisor; // CRASH: divisor is 0
  return quotient;
}

static int sum(list head, operation combine, struct point origin) {
  int total = 0;
  static int depth_seen = 42;
  for (struct node *node = head; node != NULL; node = node->next) {
    int total = node->key; // hides the outer one
    origin.x = combine(origin.x, total);
  }
  total = divide(origin.x + depth_seen, total); // CALL
  return total;
}

static int scalars(bool flag, char letter, unsigned char byte) {
  long long big = -9000000000000000000LL;
  unsigned long long huge = 18446744073709551615ULL;
  float single = 0.1f;
  double twice = 0.1;
  enum color color = BLUE;
  enum permission rights = READ | EXECUTE;
  char name[16] = "short";
  int matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
  struct node third = {3, "three", NULL}, second = {2, "two", &third}, first = {1, "one", &second};
  struct point points[3] = {{1, 2}, {3, 4}, {5, 6}};
  void *nothing = NULL;
  int *cell = &matrix[1][1];
  int result = sum(&first, add, points[1]); // CALL
  return result + flag + letter + byte + (int)big + (int)huge + (int)single + (int)twice + color + rights + name[0] +
         *cell + (nothing == NULL);
}

int main(void) {
  int result = scalars(true, 'a', 254); // CALL
  return result + table[0] + greeting[0] + (int)ratios[0] + last_packet.tag;
}
