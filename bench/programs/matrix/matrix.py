import math
from array import array
from measure import measure


def make(n):
    return array("d", [(1.0 + i % 7) / (1.0 + i % 5) for i in range(n * n)])


def multiply(a, b, n):
    c = array("d", [0.0] * (n * n))
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += a[i * n + k] * b[k * n + j]
            c[i * n + j] = total
    return c


def run(n):
    c = multiply(make(n), make(n), n)
    trace = 0.0
    for i in range(n):
        trace += c[i * n + i]
    return math.floor(1000 * trace)


measure(lambda: run(160))
