// Variable arguments, and the C library's printing. Ends in abort.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double total(const char *kinds, ...) {
  va_list list;
  va_start(list, kinds);
  double result = 0;
  for (const char *kind = kinds; *kind; kind++) {
    switch (*kind) {
    case 'i': result += va_arg(list, int); break;
    case 'l': result += (double)va_arg(list, long long); break;
    case 'd': result += va_arg(list, double); break;
    case 's': result += strlen(va_arg(list, const char *)); break;
    }
  }
  va_end(list);
  return result;
}

static int print(char *buffer, size_t size, const char *format, ...) {
  va_list list, copy;
  va_start(list, format);
  va_copy(copy, list);
  int length = vsnprintf(NULL, 0, format, copy);
  if ((size_t)length < size) vsnprintf(buffer, size, format, list);
  va_end(copy);
  va_end(list);
  return length;
}

static int line(int number, const char *name, double share) {
  char buffer[80];
  int length = print(buffer, sizeof buffer, "%-8s|%5d|%08x|%7.3f|%c\n", name, number, number * 77, share, 'a' + number);
  fputs(buffer, stdout);
  return length;
}

static void check(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "failed: %s (%d)\n", what, condition);
  abort();
}

int main(void) {
  static const char *const names[] = {"ash", "birch", "cedar", "dogwood", "elm", "fir"};
  int length = 0;
  for (int i = 0; i < 6; i++) length += line(i, names[i], total("ids", i, i * 0.5, names[i]) / 7);
  char path[40];
  for (long long i = 1; i < 1000000000000; i *= 37) {
    length += snprintf(path, sizeof path, "/%lld/%s/%g", i, names[i % 6], (double)i / 3);
    length += (int)total("lsdi", i, path, i / 3.0, length);
  }
  check(length == 0, path);
  return length;
}
