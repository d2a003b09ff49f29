/* Adds up the disk use of a folder tree, the way `du` does. A folder's size is the sum of
   its entries; an entry may be a folder again: the two functions call each other. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_FILE = 1, KIND_FOLDER, KIND_LINK = 8 };

struct mode {
  unsigned owner : 3, group : 3, others : 3;
  unsigned hidden : 1;
  signed nice : 4;
};

struct date {
  int16_t year;
  uint8_t month, day;
};

struct entry {
  const char *name;
  enum kind kind;
  struct mode mode;
  struct date changed;
  union {
    struct { uint64_t bytes; float compressed; } file;
    struct { struct entry *first; int count; } folder;
    char target[16];
  } as;
  struct entry *next; /* in the same folder */
};

struct usage {
  uint64_t bytes;
  int files, folders;
  int by_month[12];
  double ratio;
};

/* A removed entry's link: whoever follows it is to crash, not to read someone else's memory. */
static struct entry *const REMOVED = (struct entry *)0xfeedf00d;

static int block_size = 512;

static struct entry *new_entry(struct entry *parent, const char *name, enum kind kind, struct date changed) {
  struct entry *e = calloc(1, sizeof *e);
  e->name = name;
  e->kind = kind;
  e->mode = (struct mode){.owner = 7, .group = 5, .others = 4, .hidden = name[0] == '.', .nice = -2};
  e->changed = changed;
  if (parent != NULL) {
    e->next = parent->as.folder.first;
    parent->as.folder.first = e;
    parent->as.folder.count++;
  }
  return e;
}

static struct entry *add_file(struct entry *parent, const char *name, uint64_t bytes, struct date changed) {
  struct entry *e = new_entry(parent, name, KIND_FILE, changed);
  e->as.file.bytes = bytes;
  e->as.file.compressed = 0.75f;
  return e;
}

/* BUG: the entry before this one in the folder still points to it. */
static void remove_entry(struct entry *parent, struct entry *e) {
  if (parent->as.folder.first == e) parent->as.folder.first = e->next;
  parent->as.folder.count--;
  e->next = REMOVED;
}

static struct usage folder_usage(const struct entry *folder, int depth);

static struct usage entry_usage(const struct entry *e, int depth) {
  struct usage u = {0};
  bool counted = e->kind != KIND_LINK; /* CRASH: e is REMOVED, memory out of bounds */
  char label[24];
  snprintf(label, sizeof label, "%*s%s", depth, "", e->name);
  if (e->kind == KIND_FOLDER) {
    u = folder_usage(e, depth + 1); /* CALL */
  } else if (counted) {
    uint64_t blocks = (e->as.file.bytes + block_size - 1) / block_size;
    u.bytes = blocks * block_size;
    u.files = 1;
    u.by_month[e->changed.month - 1]++;
    u.ratio = e->as.file.compressed;
  }
  return u;
}

static struct usage folder_usage(const struct entry *folder, int depth) {
  struct usage sum = {.folders = 1, .ratio = 1.0};
  unsigned char seen[4] = {0xca, 0xfe, (unsigned char)depth, 0};
  for (const struct entry *e = folder->as.folder.first; e != NULL; e = e->next) {
    struct usage part = entry_usage(e, depth); /* CALL */
    sum.bytes += part.bytes;
    sum.files += part.files;
    sum.folders += part.folders;
    for (int m = 0; m < 12; m++) sum.by_month[m] += part.by_month[m];
    sum.ratio *= part.ratio > 0 ? part.ratio : 1.0;
    seen[3]++;
  }
  return sum;
}

int main(void) {
  struct date today = {2026, 3, 14}, before = {2025, 12, 31};
  struct entry *root = new_entry(NULL, "/", KIND_FOLDER, today);
  struct entry *home = new_entry(root, "home", KIND_FOLDER, today);
  add_file(root, "README", 1200, before);
  struct entry *photos = new_entry(home, "photos", KIND_FOLDER, before);
  add_file(home, ".profile", 220, before);
  add_file(photos, "cat.png", 48213, before);
  struct entry *link = new_entry(photos, "latest", KIND_LINK, today);
  strcpy(link->as.target, "cat.png");
  struct entry *draft = add_file(photos, "draft.tmp", 99, today);
  add_file(photos, "dog.png", 73001, today);
  remove_entry(photos, draft);

  struct usage total = folder_usage(root, 0); /* CALL */
  printf("%llu bytes in %d files, %d folders\n", total.bytes, total.files, total.folders);
  return 0;
}
