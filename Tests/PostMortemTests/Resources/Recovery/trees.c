// Balanced trees and linked lists: rotation, visiting with a callback, merging lists, recursion both ways.
#include <stdlib.h>

struct node {
  struct node *left, *right;
  int key, height;
  long long sum;
};

struct cell {
  struct cell *next;
  int value;
};

static int height(const struct node *node) { return node ? node->height : 0; }

static struct node *updated(struct node *node) {
  int left = height(node->left), right = height(node->right);
  node->height = (left > right ? left : right) + 1;
  node->sum = node->key + (node->left ? node->left->sum : 0) + (node->right ? node->right->sum : 0);
  return node;
}

static struct node *rotated_right(struct node *node) {
  struct node *top = node->left;
  node->left = top->right;
  top->right = updated(node);
  return updated(top);
}

static struct node *rotated_left(struct node *node) {
  struct node *top = node->right;
  node->right = top->left;
  top->left = updated(node);
  return updated(top);
}

static struct node *balanced(struct node *node) {
  updated(node);
  int difference = height(node->left) - height(node->right);
  if (difference > 1) {
    if (height(node->left->left) < height(node->left->right)) node->left = rotated_left(node->left);
    return rotated_right(node);
  }
  if (difference < -1) {
    if (height(node->right->right) < height(node->right->left)) node->right = rotated_right(node->right);
    return rotated_left(node);
  }
  return node;
}

static struct node *insert(struct node *node, int key) {
  if (!node) {
    struct node *made = calloc(1, sizeof *made);
    made->key = key;
    return updated(made);
  }
  if (key < node->key) node->left = insert(node->left, key);
  else if (key > node->key) node->right = insert(node->right, key);
  else return node;
  return balanced(node);
}

static struct node *take_least(struct node *node, struct node **least) {
  if (!node->left) {
    *least = node;
    return node->right;
  }
  node->left = take_least(node->left, least);
  return balanced(node);
}

static struct node *erase(struct node *node, int key) {
  if (!node) return node;
  if (key == node->key) {
    struct node *left = node->left, *right = node->right;
    free(node);
    if (!right) return left;
    struct node *least;
    right = take_least(right, &least);
    least->left = left;
    least->right = right;
    return balanced(least);
  }
  if (key < node->key) node->left = erase(node->left, key);
  else node->right = erase(node->right, key);
  return balanced(node);
}

static void visit(const struct node *node, void (*each)(const struct node *, int, void *), int depth, void *context) {
  if (!node) return;
  visit(node->left, each, depth + 1, context);
  each(node, depth, context);
  visit(node->right, each, depth + 1, context);
}

static void collect(const struct node *node, int depth, void *context) {
  struct cell **list = context;
  struct cell *cell = malloc(sizeof *cell);
  cell->value = node->key * (depth + 1);
  cell->next = *list;
  *list = cell;
}

static struct cell *merged(struct cell *left, struct cell *right) {
  struct cell head, *tail = &head;
  while (left && right) {
    struct cell **least = left->value <= right->value ? &left : &right;
    tail->next = *least;
    tail = *least;
    *least = (*least)->next;
  }
  tail->next = left ? left : right;
  return head.next;
}

static struct cell *sorted(struct cell *list) {
  if (!list || !list->next) return list;
  struct cell *slow = list, *fast = list->next;
  while (fast && fast->next) {
    slow = slow->next;
    fast = fast->next->next;
  }
  struct cell *second = slow->next;
  slow->next = NULL;
  return merged(sorted(list), sorted(second));
}

int main(void) {
  struct node *root = NULL;
  unsigned seed = 3;
  for (int i = 0; i < 150; i++) {
    seed = seed * 22695477u + 1;
    root = insert(root, (int)(seed >> 18) % 500);
    if (i % 4 == 3) root = erase(root, (int)(seed >> 10) % 500);
  }
  struct cell *list = NULL;
  visit(root, collect, 0, &list);
  list = sorted(list);
  int total = (int)root->sum;
  for (struct cell *cell = list; cell; cell = cell->next) {
    total = total * 3 + cell->value;
    if (!cell->next) cell->next = (struct cell *)0x7ffffff0;
  }
  return total;
}
