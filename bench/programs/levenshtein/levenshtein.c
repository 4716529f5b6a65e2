#include "../measure.h"
enum { n = 1000 };
// The last letter is made first, as where a list is built.
static void letters(char* text, long seed) {
  for (long i = n - 1; i >= 0; i--) {
    text[i] = 'a' + seed / 65536 % 26;
    seed = (seed * 1103515245 + 12345) % 2147483648;
  }
}
static long least(long x, long y) { return x < y ? x : y; }
__attribute__((noinline)) static long distance(const char* a, const char* b) {
  static long row[n + 1];  // the distances of a's first letters, from those of one letter less
  for (long j = 0; j <= n; j++) row[j] = j;
  for (long i = 1; i <= n; i++) {
    long diagonal = i - 1;
    row[0] = i;
    for (long j = 1; j <= n; j++) {
      long above = row[j];
      row[j] = least(least(1 + above, 1 + row[j - 1]), diagonal + (a[i - 1] != b[j - 1]));
      diagonal = above;
    }
  }
  return row[n];
}
static long run(void) {
  static char a[n], b[n];
  letters(a, 1);
  letters(b, 2);
  return distance(a, b);
}
MEASURE("%ld", run())
