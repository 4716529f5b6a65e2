#include "../measure.h"
typedef struct Node { struct Node *left, *right; } Node;
static Node* make(int depth) {
  if (depth == 0) return NULL;
  Node* node = malloc(sizeof *node);
  node->left = make(depth - 1);
  node->right = make(depth - 1);
  return node;
}
static long check(const Node* tree) { return tree ? 1 + check(tree->left) + check(tree->right) : 1; }
static void drop(Node* tree) {
  if (!tree) return;
  drop(tree->left);
  drop(tree->right);
  free(tree);
}
__attribute__((noinline)) static long run(int depth) {
  Node* long_lived = make(depth);
  long sum = 0;
  for (int d = 4; d <= depth; d += 2)
    for (long count = 1L << (depth + 4 - d); count > 0; count--) {
      Node* tree = make(d);
      sum += check(tree);
      drop(tree);
    }
  sum += check(long_lived);
  drop(long_lived);
  return sum;
}
MEASURE("%ld", run(12))
