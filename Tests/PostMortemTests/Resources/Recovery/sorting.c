// Three ways to sort, with comparisons through function pointers. Ends in a division by zero inside of one.
#include <stdlib.h>
#include <string.h>

struct record {
  int key;
  short group;
  char tag;
  double weight;
};

typedef int (*order)(const struct record *, const struct record *);

static int comparisons;

static int by_key(const struct record *left, const struct record *right) {
  comparisons++;
  return left->key < right->key ? -1 : left->key > right->key;
}

static int by_weight(const struct record *left, const struct record *right) {
  comparisons++;
  if (left->weight < right->weight) return -1;
  return left->weight > right->weight;
}

static int by_group(const struct record *left, const struct record *right) {
  return 1000 / left->group - 1000 / right->group;
}

static void swap(struct record *left, struct record *right) {
  struct record kept = *left;
  *left = *right;
  *right = kept;
}

static void quick(struct record *records, int low, int high, order compare) {
  while (low < high) {
    struct record pivot = records[(low + high) / 2];
    int left = low, right = high;
    while (left <= right) {
      while (compare(&records[left], &pivot) < 0) left++;
      while (compare(&records[right], &pivot) > 0) right--;
      if (left <= right) swap(&records[left++], &records[right--]);
    }
    if (right - low < high - left) {
      quick(records, low, right, compare);
      low = left;
    } else {
      quick(records, left, high, compare);
      high = right;
    }
  }
}

static void merge(struct record *records, struct record *space, int count, order compare) {
  if (count < 2) return;
  int half = count / 2;
  merge(records, space, half, compare);
  merge(records + half, space, count - half, compare);
  int left = 0, right = half, out = 0;
  while (left < half && right < count)
    space[out++] = compare(&records[left], &records[right]) <= 0 ? records[left++] : records[right++];
  while (left < half) space[out++] = records[left++];
  while (right < count) space[out++] = records[right++];
  memcpy(records, space, count * sizeof *records);
}

static void sift(struct record *records, int root, int count, order compare) {
  for (int child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && compare(&records[child], &records[child + 1]) < 0) child++;
    if (compare(&records[root], &records[child]) >= 0) return;
    swap(&records[root], &records[child]);
  }
}

static void heap(struct record *records, int count, order compare) {
  for (int root = count / 2; root >= 0; root--) sift(records, root, count, compare);
  while (--count > 0) {
    swap(&records[0], &records[count]);
    sift(records, 0, count, compare);
  }
}

static void insertion(struct record *records, int count, order compare) {
  for (int i = 1; i < count; i++) {
    struct record taken = records[i];
    int j = i;
    while (j > 0 && compare(&records[j - 1], &taken) > 0) {
      records[j] = records[j - 1];
      j--;
    }
    records[j] = taken;
  }
}

int main(void) {
  enum { count = 90 };
  struct record records[count], *space = malloc(sizeof records);
  unsigned seed = 1;
  for (int i = 0; i < count; i++) {
    seed = seed * 69069u + 1;
    records[i] = (struct record){(int)(seed >> 16) % 1000, (short)(1 + i % 7), (char)('a' + i % 26), seed / 65536.0};
  }
  quick(records, 0, count - 1, by_key);
  merge(records, space, count, by_weight);
  heap(records, count, by_key);
  quick(records, 0, count - 1, by_weight);
  merge(records, space, count, by_key);
  records[count / 2].group = 0;
  insertion(records, count, by_group);
  return comparisons + records[0].key;
}
