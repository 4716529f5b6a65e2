#include <math.h>
#include <string.h>
#include "../measure.h"
// A body is seven elements: x y z, its velocity, its mass.
static const double bodies[35] = {
    0.0,   0.0,    0.0,   0.0,   0.0,  0.0,   39.47,
    4.84,  -1.16,  -0.10, 0.6,   2.81, -0.02, 0.037,
    8.34,  4.12,   -0.4,  -1.01, 1.82, 0.008, 0.011,
    12.89, -15.11, -0.22, 1.08,  0.86, -0.01, 0.0017,
    15.37, -25.91, 0.17,  0.97,  0.59, -0.03, 0.002};
static void attract(double* b, int i, int j, double step) {
  double dx = b[i] - b[j], dy = b[i + 1] - b[j + 1], dz = b[i + 2] - b[j + 2];
  double square = dx * dx + dy * dy + dz * dz;
  double pull = step / (square * sqrt(square));
  double of_i = pull * b[i + 6], of_j = pull * b[j + 6];
  b[i + 3] -= dx * of_j;
  b[i + 4] -= dy * of_j;
  b[i + 5] -= dz * of_j;
  b[j + 3] += dx * of_i;
  b[j + 4] += dy * of_i;
  b[j + 5] += dz * of_i;
}
__attribute__((noinline)) static long run(int steps) {
  double b[35];
  memcpy(b, bodies, sizeof b);
  for (int n = 0; n < steps; n++) {
    for (int i = 0; i < 35; i += 7)
      for (int j = i + 7; j < 35; j += 7) attract(b, i, j, 0.01);
    for (int i = 0; i < 35; i += 7)
      for (int k = i; k < i + 3; k++) b[k] += 0.01 * b[k + 3];
  }
  return (long)floor(1e9 * (b[7] + b[15]));
}
MEASURE("%ld", run(20000))
