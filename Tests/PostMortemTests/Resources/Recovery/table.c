// A hash table with chains: strings as keys, growth, removal. Ends by following a chain that was damaged.
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  struct entry *next;
  unsigned hash;
  int value;
  char key[16];
};

struct table {
  struct entry **buckets;
  size_t capacity, count;
  int (*equal)(const char *, const char *);
};

static unsigned hash_of(const char *text) {
  unsigned hash = 2166136261u;
  while (*text) hash = (hash ^ (unsigned char)*text++) * 16777619u;
  return hash;
}

static int same(const char *left, const char *right) { return strcmp(left, right) == 0; }

static void grow(struct table *table) {
  size_t capacity = table->capacity * 2;
  struct entry **buckets = calloc(capacity, sizeof *buckets);
  for (size_t i = 0; i < table->capacity; i++) {
    struct entry *entry = table->buckets[i];
    while (entry) {
      struct entry *next = entry->next;
      size_t place = entry->hash & (capacity - 1);
      entry->next = buckets[place];
      buckets[place] = entry;
      entry = next;
    }
  }
  free(table->buckets);
  table->buckets = buckets;
  table->capacity = capacity;
}

static struct entry *find(struct table *table, const char *key, int create) {
  unsigned hash = hash_of(key);
  size_t place = hash & (table->capacity - 1);
  for (struct entry *entry = table->buckets[place]; entry; entry = entry->next)
    if (entry->hash == hash && table->equal(entry->key, key)) return entry;
  if (!create) return NULL;
  if (table->count * 4 >= table->capacity * 3) {
    grow(table);
    place = hash & (table->capacity - 1);
  }
  struct entry *entry = malloc(sizeof *entry);
  entry->next = table->buckets[place];
  entry->hash = hash;
  entry->value = 0;
  strncpy(entry->key, key, sizeof entry->key - 1);
  entry->key[sizeof entry->key - 1] = 0;
  table->buckets[place] = entry;
  table->count++;
  return entry;
}

static int removed(struct table *table, const char *key) {
  struct entry **link = &table->buckets[hash_of(key) & (table->capacity - 1)];
  while (*link && !table->equal((*link)->key, key)) link = &(*link)->next;
  struct entry *entry = *link;
  if (!entry) return 0;
  *link = entry->next;
  int value = entry->value;
  free(entry);
  table->count--;
  return value;
}

static const char *name_of(unsigned number, char *buffer) {
  char *end = buffer;
  do {
    *end++ = 'a' + number % 26;
    number /= 26;
  } while (number);
  *end = 0;
  return buffer;
}

static long sum(const struct table *table) {
  long total = 0;
  for (size_t i = 0; i < table->capacity; i++)
    for (const struct entry *entry = table->buckets[i]; entry; entry = entry->next) total += entry->value;
  return total;
}

int main(void) {
  struct table table = {calloc(8, sizeof(struct entry *)), 8, 0, same};
  char buffer[16];
  unsigned seed = 7;
  long total = 0;
  for (int round = 0; round < 400; round++) {
    seed = seed * 1103515245u + 12345u;
    unsigned number = seed >> 20;
    struct entry *entry = find(&table, name_of(number, buffer), 1);
    entry->value += round;
    if (round % 5 == 4) total -= removed(&table, name_of(seed >> 16 & 1023, buffer));
    if (round % 64 == 63) total += sum(&table);
  }
  for (size_t i = 0; i < table.capacity; i++)
    if (table.buckets[i]) table.buckets[i]->next = (struct entry *)0xfffffff0u;
  return (int)(total + sum(&table));
}
