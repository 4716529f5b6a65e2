import math
from array import array
from measure import measure


def entry(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def multiply(n, u, v):
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += entry(i, j) * u[j]
        v[i] = total


def multiply_transposed(n, u, v):
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += entry(j, i) * u[j]
        v[i] = total


def dot(n, u, v):
    total = 0.0
    for i in range(n):
        total += u[i] * v[i]
    return total


def run(n):
    u, v, w = array("d", [1.0] * n), array("d", [0.0] * n), array("d", [0.0] * n)
    for _ in range(10):
        multiply(n, u, w)
        multiply_transposed(n, w, v)
        multiply(n, v, w)
        multiply_transposed(n, w, u)
    return math.floor(1e9 * math.sqrt(dot(n, u, v) / dot(n, v, v)))


measure(lambda: run(200))
