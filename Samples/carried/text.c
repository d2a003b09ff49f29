/* Texts: a calculator, tokens, numbers, encodings. */
#include "hold.h"
#include <stddef.h>
#include <stdint.h>

static const char *input;
static int here;
static int errors;

/* A calculator by recursive descent. */

static int expression(int depth);

static int digit(char c) { return c >= '0' && c <= '9'; }

__attribute__((noinline)) static int factor(int depth) {
  FN;
  int sign = 1;
  while (input[here] == '-') {
    sign = -sign;
    here++;
  }
  if (input[here] == '(') {
    int start = here;
    here++;
    HOLD(V(depth) V(sign) V(start)); int inner = expression(depth + 1);
    if (input[here] != ')') {
      errors++;
      POINT(V(depth) V(sign) V(start) V(inner));
      return 0;
    }
    here++;
    return sign * inner;
  }
  int value = 0;
  int digits = 0;
  while (digit(input[here])) {
    value = value * 10 + (input[here++] - '0');
    digits++;
  }
  if (digits == 0) {
    errors++;
    POINT(V(depth) V(sign) V(value) V(digits));
    return -1;
  }
  if (value > 1000) {
    int excess = value - 1000;
    POINT(V(depth) V(sign) V(value) V(digits) V(excess));
    value = 1000;
  }
  return sign * value;
}

__attribute__((noinline)) static int term(int depth) {
  FN;
  HOLD(V(depth)); int left = factor(depth);
  while (input[here] == '*' || input[here] == '/') {
    char op = input[here++];
    HOLD(V(depth) V(left) V(op)); int right = factor(depth);
    if (op == '/' && right == 0) {
      POINT(V(depth) V(left) V(op) V(right));
      right = 1;
    }
    left = op == '*' ? left * right : left / right;
  }
  return left;
}

__attribute__((noinline)) static int expression(int depth) {
  FN;
  HOLD(V(depth)); int left = term(depth);
  int terms = 1;
  while (input[here] == '+' || input[here] == '-') {
    char op = input[here++];
    HOLD(V(depth) V(left) V(terms) V(op)); int right = term(depth);
    left = op == '+' ? left + right : left - right;
    terms++;
  }
  if (depth > 1) POINT(V(depth) V(left) V(terms));
  return left;
}

__attribute__((noinline)) static int calculate(const char *text) {
  FN;
  int before = errors;
  input = text;
  here = 0;
  HOLD(V(*text) V(before)); int value = expression(0);
  int length = here;
  if (text[length] != 0 || errors != before) {
    int added = errors - before;
    POINT(V(*text) V(before) V(value) V(length) V(added));
    return -1;
  }
  return value;
}

/* Words of a line, by a switch in a loop. */

enum kind { SPACE, WORD, NUMBER, QUOTED, OTHER };

static enum kind kind_of(char c) {
  switch (c) {
    case ' ': case '\t': return SPACE;
    case '"': return QUOTED;
    case '_': return WORD;
    default:
      if (c >= 'a' && c <= 'z') return WORD;
      return digit(c) ? NUMBER : OTHER;
  }
}

__attribute__((noinline)) static int words(const char *line, int *counts) {
  FN;
  const char *p = line;
  int found = 0;
  int longest = 0;
  while (*p) {
    enum kind kind = kind_of(*p);
    const char *start = p;
    switch (kind) {
      case SPACE:
        p++;
        continue;
      case WORD:
        while (*p && (kind_of(*p) == WORD || kind_of(*p) == NUMBER)) p++;
        break;
      case NUMBER: {
        unsigned sum = 0;
        do {
          sum += *p - '0';
          p++;
        } while (digit(*p));
        if (sum > 20) POINT(V(*line) V(found) V(longest) V(kind) V(*start) V(sum));
        break;
      }
      case QUOTED:
        p++;
        while (*p && *p != '"') {
          if (*p == '\\') {
            int offset = p - line;
            POINT(V(*line) V(*p) V(found) V(longest) V(kind) V(*start) V(offset));
            p++;
          }
          p++;
        }
        if (*p) p++;
        break;
      case OTHER:
        POINT(V(*line) V(*p) V(found) V(longest) V(kind) V(*start));
        p++;
        break;
    }
    int length = p - start;
    counts[kind]++;
    found++;
    if (length > longest) {
      longest = length;
      if (length > 6) POINT(V(*line) V(found) V(longest) V(kind) V(*start) V(length));
    }
  }
  return found * 100 + longest;
}

/* Numbers with sign, base and overflow. */

__attribute__((noinline)) static int64_t number(const char *text, int base, int *status) {
  FN;
  const char *p = text;
  int negative = 0;
  *status = 0;
  while (*p == ' ') p++;
  if (*p == '-' || *p == '+') negative = *p++ == '-';
  if (base == 0) {
    base = 10;
    if (p[0] == '0') {
      if (p[1] == 'x') {
        base = 16;
        p += 2;
      } else {
        base = 8;
        p++;
      }
    }
  }
  int64_t value = 0;
  int count = 0;
  for (;; p++) {
    int d;
    if (digit(*p)) d = *p - '0';
    else if (*p >= 'a' && *p <= 'f') d = *p - 'a' + 10;
    else break;
    if (d >= base) {
      *status = -1;
      POINT(V(*text) V(*p) V(base) V(negative) V(value) V(count) V(d));
      break;
    }
    if (value > (INT32_MAX - d) / base) {
      int64_t limit = INT32_MAX;
      *status = 1;
      POINT(V(*text) V(*p) V(base) V(negative) V(value) V(count) V(d) V(limit));
      return negative ? -limit : limit;
    }
    value = value * base + d;
    count++;
  }
  if (count == 0) {
    *status = -2;
    POINT(V(*text) V(base) V(negative) V(value) V(count));
  }
  return negative ? -value : value;
}

/* UTF-8, with early exits. */

__attribute__((noinline)) static int decode(const unsigned char *bytes, int size, uint32_t *out) {
  FN;
  int i = 0;
  int n = 0;
  while (i < size) {
    unsigned char first = bytes[i];
    uint32_t code;
    int more;
    if (first < 0x80) {
      code = first;
      more = 0;
    } else if ((first & 0xe0) == 0xc0) {
      code = first & 0x1f;
      more = 1;
    } else if ((first & 0xf0) == 0xe0) {
      code = first & 0x0f;
      more = 2;
    } else {
      POINT(V(*bytes) V(size) V(i) V(n) V(first));
      i++;
      continue;
    }
    int k = 1;
    for (; k <= more; k++) {
      if (i + k >= size) {
        int missing = more - k + 1;
        POINT(V(*bytes) V(size) V(i) V(n) V(first) V(code) V(more) V(k) V(missing));
        return -n;
      }
      unsigned char next = bytes[i + k];
      if ((next & 0xc0) != 0x80) {
        POINT(V(*bytes) V(size) V(i) V(n) V(first) V(code) V(more) V(k) V(next));
        break;
      }
      code = code << 6 | (next & 0x3f);
    }
    if (k > more) out[n++] = code;
    i += k;
  }
  POINT(V(*bytes) V(size) V(i) V(n));
  return n;
}

/* Base 64 in groups of three, with a rest. */

__attribute__((noinline)) static int encode(const unsigned char *from, int size, char *to) {
  FN;
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char *start = to;
  int left = size;
  while (left >= 3) {
    uint32_t group = from[0] << 16 | from[1] << 8 | from[2];
    *to++ = letters[group >> 18];
    *to++ = letters[group >> 12 & 63];
    *to++ = letters[group >> 6 & 63];
    *to++ = letters[group & 63];
    from += 3;
    left -= 3;
    if (group > 0x7a0000) POINT(V(size) V(left) V(group) V(*from) V(*start));
  }
  if (left > 0) {
    uint32_t group = from[0] << 16;
    int pad = 1;
    if (left == 2) group |= from[1] << 8;
    else pad = 2;
    *to++ = letters[group >> 18];
    *to++ = letters[group >> 12 & 63];
    POINT(V(size) V(left) V(group) V(pad) V(*from) V(*start));
    *to++ = pad == 2 ? '=' : letters[group >> 6 & 63];
    *to++ = '=';
  }
  int length = to - start;
  POINT(V(size) V(length) V(*start));
  return length;
}

/* Does a pattern with * and ? fit? With a way back to the last star. */

__attribute__((noinline)) static int fits(const char *pattern, const char *name) {
  FN;
  const char *star = NULL;
  const char *from = name;
  int steps = 0;
  while (*name) {
    steps++;
    if (*pattern == '?' || *pattern == *name) {
      pattern++;
      name++;
    } else if (*pattern == '*') {
      star = pattern++;
      from = name;
      POINT(V(*pattern) V(*name) V(*star) V(*from) V(steps));
    } else if (star) {
      pattern = star + 1;
      name = ++from;
      if (steps % 4 == 0) POINT(V(*pattern) V(*name) V(*star) V(*from) V(steps));
    } else {
      POINT(V(*pattern) V(*name) V(*from) V(steps));
      return 0;
    }
  }
  while (*pattern == '*') pattern++;
  int result = *pattern == 0;
  POINT(V(*pattern) V(*name) V(steps) V(result));
  return result;
}

void program(void) {
  FN;
  static const char *const sums[] = { "1+2*(3-4)*5", "((7+5000)*-2", "8/(4-4)+((2))", "3+*4", "(1+(2+(3+(4))))*--9" };
  static const char *const lines[] = { "ab cd42 7 999 \"x\\y z\" %", "longest_of_all 1 \"\\\\\" #; b" };
  static const char *const numbers[] = { "  42", "-0x7f", "0779", "99999999999", "x", "+12a", "ffff" };
  static const unsigned char bytes[] = "a\xc3\xa9\xe2\x82\xac\xff\xc3(z\xe2\x82";
  int total = 0;
  for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++) {
    HOLD(V(i) V(total)); total += calculate(sums[i]);
  }
  int counts[5] = { 0 };
  for (int i = 0; i < 2; i++) {
    HOLD(V(i) V(total)); total += words(lines[i], counts);
  }
  int status = 0;
  for (int i = 0; i < 7; i++) {
    HOLD(V(i) V(total)); int64_t value = number(numbers[i], i == 6 ? 16 : 0, &status);
    if (status < 0) {
      POINT(V(i) V(total) V(status) V(value));
      continue;
    }
    total += (int)value + status;
  }
  uint32_t codes[16];
  char letters[32];
  HOLD(V(total) V(status)); int characters = decode(bytes, sizeof bytes - 1, codes);
  HOLD(V(total) V(status) V(characters)); int encoded = encode(bytes, sizeof bytes - 1, letters);
  HOLD(V(total) V(status) V(characters) V(encoded)); encoded += encode((const unsigned char *)"zeta", 4, letters);
  HOLD(V(total) V(characters) V(encoded)); int fit = fits("*.c?t", "a.cb.cat");
  HOLD(V(total) V(characters) V(encoded) V(fit)); fit += fits("ab*", "ba");
  POINT(V(total) V(counts[1]) V(characters) V(encoded) V(fit));
}
