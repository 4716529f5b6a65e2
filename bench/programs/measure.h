// What the C benchmarks share. Each run prints its result and its time in nanoseconds.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

#define MEASURE(format, call)                      \
  int main(int count, char** values) {             \
    int runs = count > 1 ? atoi(values[1]) : 1;    \
    for (int i = 0; i < runs; i++) {               \
      long long start = now();                     \
      __typeof__(call) result = call;              \
      long long end = now();                       \
      printf("result " format "\n", result);       \
      printf("time %lld\n", end - start);          \
    }                                              \
    return 0;                                      \
  }
