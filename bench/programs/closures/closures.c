#include "../measure.h"
typedef struct Closure { long (*code)(struct Closure*, long); struct Closure *f, *g; long k; } Closure;
static Closure* make(long (*code)(Closure*, long), Closure* f, Closure* g, long k) {
  Closure* closure = malloc(sizeof(Closure));
  *closure = (Closure){code, f, g, k};
  return closure;
}
static long call(Closure* c, long x) { return c->code(c, x); }
static long add(Closure* c, long x) { return x + c->k; }
static long same(Closure* c, long x) { (void)c; return x; }
static long both(Closure* c, long x) { return call(c->g, call(c->f, x)); }
static long run(long n) {
  Closure* all = make(same, NULL, NULL, 0);
  for (long k = 0; k < 8; k++) all = make(both, all, make(add, NULL, NULL, k), 0);
  long sum = 0;
  for (long i = 0; i < n; i++) sum = call(all, sum + i) % 1000003;
  return sum;
}
MEASURE("%ld", run(500000))
