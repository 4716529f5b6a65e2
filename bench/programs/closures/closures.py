from functools import reduce
from measure import measure


def adder(k):
    return lambda x: x + k


def both(f, g):
    return lambda x: g(f(x))


def run(n):
    add = reduce(both, map(adder, range(8)), lambda x: x)
    total = 0
    for i in range(n):
        total = add(total + i) % 1000003
    return total


measure(lambda: run(500000))
