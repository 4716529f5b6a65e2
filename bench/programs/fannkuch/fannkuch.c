#include <stdbool.h>
#include <string.h>
#include "../measure.h"
static long flips(long* b) {
  long count = 0;
  for (long first = b[0]; first != 0; first = b[0], count++)
    for (long i = 0, j = first; i < j; i++, j--) {
      long x = b[i];
      b[i] = b[j];
      b[j] = x;
    }
  return count;
}
static void rotate(long* b, long last) {
  long x = b[0];
  for (long i = 0; i < last; i++) b[i] = b[i + 1];
  b[last] = x;
}
// The next permutation: the first r + 1 elements are rotated. => false at the end
static bool next(long* b, long* counts, long n) {
  for (long r = 1; r < n; r++) {
    rotate(b, r);
    if (--counts[r] > 0) return true;
    counts[r] = r + 1;
  }
  return false;
}
__attribute__((noinline)) static long run(long n) {
  long b[16], work[16], counts[16], sum = 0, most = 0;
  for (long i = 0; i < n; i++) b[i] = i, counts[i] = i + 1;
  bool even = true;
  do {
    memcpy(work, b, n * sizeof(long));
    long count = flips(work);
    sum += even ? count : -count;
    if (count > most) most = count;
    even = !even;
  } while (next(b, counts, n));
  return 1000 * sum + most;
}
MEASURE("%ld", run(8))
