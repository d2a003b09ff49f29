// An allocator for the other programs: a list of free blocks, first fit, neighbours joined.
#include <stddef.h>
#include <string.h>

struct block {
  size_t size;
  struct block *next;
};

static _Alignas(16) unsigned char arena[192 * 1024];
static struct block *available;
static int is_ready;

void *malloc(size_t size) {
  if (!is_ready) {
    is_ready = 1;
    available = (struct block *)(arena + 8);
    available->size = sizeof arena - 16;
    available->next = NULL;
  }
  size = (size + 7) / 8 * 8;
  for (struct block **link = &available; *link; link = &(*link)->next) {
    struct block *block = *link;
    if (block->size < size) continue;
    if (block->size >= size + 32) {
      struct block *rest = (struct block *)((unsigned char *)(block + 1) + size);
      rest->size = block->size - size - sizeof *block;
      rest->next = block->next;
      block->size = size;
      *link = rest;
    } else {
      *link = block->next;
    }
    return block + 1;
  }
  return NULL;
}

static unsigned char *end(struct block *block) { return (unsigned char *)(block + 1) + block->size; }

void free(void *pointer) {
  if (!pointer) return;
  struct block *block = (struct block *)pointer - 1, *before = NULL, *after = available;
  while (after && after < block) {
    before = after;
    after = after->next;
  }
  block->next = after;
  if (after && end(block) == (unsigned char *)after) {
    block->size += sizeof *after + after->size;
    block->next = after->next;
  }
  if (!before) {
    available = block;
  } else if (end(before) == (unsigned char *)block) {
    before->size += sizeof *block + block->size;
    before->next = block->next;
  } else {
    before->next = block;
  }
}

void *calloc(size_t count, size_t size) {
  void *result = malloc(count * size);
  return result ? memset(result, 0, count * size) : result;
}

void *realloc(void *pointer, size_t size) {
  void *result = malloc(size);
  if (!result || !pointer) return result;
  size_t before = ((struct block *)pointer - 1)->size;
  memcpy(result, pointer, before < size ? before : size);
  free(pointer);
  return result;
}
