// Text in growing buffers: numbers, words, replacing, splitting, reversing in place. Ends with a pointer that is no text.
#include <stdlib.h>
#include <string.h>

struct text {
  char *bytes;
  unsigned length, capacity;
};

static void reserve(struct text *text, unsigned more) {
  if (text->length + more + 1 <= text->capacity) return;
  unsigned capacity = text->capacity ? text->capacity : 8;
  while (capacity < text->length + more + 1) capacity *= 2;
  text->bytes = realloc(text->bytes, capacity);
  text->capacity = capacity;
}

static void put(struct text *text, char character) {
  reserve(text, 1);
  text->bytes[text->length++] = character;
  text->bytes[text->length] = 0;
}

static void append(struct text *text, const char *more) {
  unsigned count = strlen(more);
  reserve(text, count);
  memcpy(text->bytes + text->length, more, count + 1);
  text->length += count;
}

static void number(struct text *text, long long value, unsigned base) {
  char digits[66];
  int count = 0;
  unsigned long long rest = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
  do digits[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[rest % base];
  while (rest /= base);
  if (value < 0) put(text, '-');
  while (count) put(text, digits[--count]);
}

static void reverse(char *first, char *last) {
  while (first < last) {
    char kept = *first;
    *first++ = *last;
    *last-- = kept;
  }
}

static int words(struct text *text, char **out, int most) {
  int count = 0;
  char *start = text->bytes;
  for (char *position = start;; position++) {
    if (*position != ' ' && *position != 0) continue;
    int isEnd = *position == 0;
    *position = 0;
    if (position > start && count < most) out[count++] = start;
    start = position + 1;
    if (isEnd) return count;
  }
}

static unsigned replace(struct text *text, const char *from, const char *to) {
  struct text result = {0};
  unsigned count = 0, length = strlen(from);
  for (const char *position = text->bytes; *position;) {
    if (strncmp(position, from, length) == 0) {
      append(&result, to);
      position += length;
      count++;
    } else {
      put(&result, *position++);
    }
  }
  free(text->bytes);
  *text = result;
  return count;
}

static unsigned checksum(const char *text) {
  unsigned a = 1, b = 0;
  for (; *text; text++) {
    a = (a + (unsigned char)*text) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

static int palindrome(const char *text, int low, int high) {
  if (low >= high) return 1;
  return text[low] == text[high] && palindrome(text, low + 1, high - 1);
}

int main(void) {
  struct text text = {0};
  for (int i = -20; i < 60; i++) {
    number(&text, (long long)i * i * i * 1234567, 2 + (unsigned)(i + 20) % 35);
    append(&text, i % 3 ? " and " : " ");
  }
  unsigned count = replace(&text, "and", "und so weiter");
  char *list[300];
  int found = words(&text, list, 300);
  unsigned result = count;
  for (int i = 0; i < found; i++) {
    int length = (int)strlen(list[i]);
    reverse(list[i], list[i] + length - 1);
    result = result * 31 + checksum(list[i]) + (unsigned)palindrome(list[i], 0, length - 1);
  }
  list[found / 2] = (char *)0xfff00000u;
  for (int i = 0; i < found; i++) result += checksum(list[i]);
  return (int)result;
}
