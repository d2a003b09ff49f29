// A scanner for JSON as a state machine, with a stack of what is open. Ends in what cannot happen.
#include <string.h>

enum state { VALUE, AFTER, KEY, COLON, STRING, ESCAPE, NUMBER, FRACTION, WORD, DONE };
enum token { NONE, OBJECT, ARRAY };

struct scanner {
  enum state state;
  unsigned char open[24];
  int depth, deepest;
  unsigned counts[8];
  long long integer;
  double number, scale;
  unsigned hash;
  int isKey, isNegative;
};

static void push(struct scanner *scanner, enum token token) {
  scanner->open[scanner->depth++] = (unsigned char)token;
  if (scanner->depth > scanner->deepest) scanner->deepest = scanner->depth;
}

static enum token pop(struct scanner *scanner) {
  if (scanner->depth == 0) __builtin_trap();
  return scanner->open[--scanner->depth];
}

static enum state closed(struct scanner *scanner, enum token expected) {
  enum token token = pop(scanner);
  if (token != expected) __builtin_unreachable();
  scanner->counts[token]++;
  return scanner->depth ? AFTER : DONE;
}

static enum state step(struct scanner *scanner, char character) {
  switch (scanner->state) {
  case VALUE:
    switch (character) {
    case ' ': case '\n': return VALUE;
    case '{': push(scanner, OBJECT); return KEY;
    case '[': push(scanner, ARRAY); return VALUE;
    case ']': return closed(scanner, ARRAY);
    case '"': scanner->hash = 5381; scanner->isKey = 0; return STRING;
    case '-': scanner->isNegative = 1; scanner->integer = 0; return NUMBER;
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
      scanner->isNegative = 0;
      scanner->integer = character - '0';
      return NUMBER;
    default: return WORD;
    }
  case KEY:
    if (character == '"') {
      scanner->hash = 5381;
      scanner->isKey = 1;
      return STRING;
    }
    return character == '}' ? closed(scanner, OBJECT) : KEY;
  case STRING:
    if (character == '\\') return ESCAPE;
    if (character != '"') {
      scanner->hash = scanner->hash * 33 + (unsigned char)character;
      return STRING;
    }
    scanner->counts[3] += scanner->hash & 15;
    return scanner->isKey ? COLON : AFTER;
  case ESCAPE: return STRING;
  case COLON: return character == ':' ? VALUE : COLON;
  case FRACTION:
    if (character >= '0' && character <= '9') {
      scanner->scale /= 10;
      scanner->number += (character - '0') * scanner->scale;
      return FRACTION;
    }
    scanner->state = AFTER;
    return step(scanner, character);
  case NUMBER:
    if (character >= '0' && character <= '9') {
      scanner->integer = scanner->integer * 10 + (character - '0');
      return NUMBER;
    }
    if (character == '.') {
      scanner->number = (double)scanner->integer;
      scanner->scale = 1;
      return FRACTION;
    }
    scanner->counts[4] += (unsigned)(scanner->isNegative ? -scanner->integer : scanner->integer);
    scanner->state = AFTER;
    return step(scanner, character);
  case WORD:
    if (character >= 'a' && character <= 'z') return WORD;
    scanner->counts[5]++;
    scanner->state = AFTER;
    return step(scanner, character);
  case AFTER:
    switch (character) {
    case ',': return scanner->open[scanner->depth - 1] == OBJECT ? KEY : VALUE;
    case '}': return closed(scanner, OBJECT);
    case ']': return closed(scanner, ARRAY);
    default: return AFTER;
    }
  case DONE: return character == '{' ? (push(scanner, OBJECT), KEY) : character == ']' ? closed(scanner, ARRAY) : DONE;
  }
  return DONE;
}

static int scan(struct scanner *scanner, const char *text, unsigned length) {
  unsigned done = 0;
  for (unsigned i = 0; i < length; i++) {
    scanner->state = step(scanner, text[i]);
    if (scanner->state == DONE) done++;
  }
  return (int)done;
}

static const char text[] =
  "{\"name\": \"wasm \\\"core\\\"\", \"sizes\": [1, 22, -333, 4444.25, [[], [5, [6, {\"deep\": true}]]]], "
  "\"none\": null, \"list\": [{\"a\": 1}, {\"b\": -2.5}, {\"c\": [0.125, 99999999999]}], \"end\": false}";

int main(void) {
  struct scanner scanner;
  memset(&scanner, 0, sizeof scanner);
  int result = 0;
  for (int round = 0; round < 6; round++) {
    scanner.state = VALUE;
    result += scan(&scanner, text, sizeof text - 1) + scanner.deepest + (int)scanner.number;
  }
  return result + scan(&scanner, " ] ", 3);
}
