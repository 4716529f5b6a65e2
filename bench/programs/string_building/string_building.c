#include <string.h>
#include "../measure.h"
__attribute__((noinline)) static long run(long n) {
  size_t length = 0, room = 64;
  char* text = malloc(room);
  for (long i = 0; i < n; i++) {
    if (length + 24 > room) text = realloc(text, room *= 2);
    length += snprintf(text + length, 24, i ? ",%ld" : "%ld", i);
  }
  long result = 1000 * (long)length + text[length / 2];
  free(text);
  return result;
}
MEASURE("%ld", run(200000))
