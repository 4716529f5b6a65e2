#include "../measure.h"
__attribute__((noinline)) static long run(long size) {
  unsigned char* b = calloc(size, 1);
  long count = 0;
  for (long i = 2; i < size; i++) {
    if (b[i] == 1) continue;
    for (long k = i * i; k < size; k += i) b[k] = 1;
    count++;
  }
  free(b);
  return count;
}
MEASURE("%ld", run(2000000))
