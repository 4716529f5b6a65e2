import math
from measure import measure


def run(n):
    x, total = 0.5, 0.0
    for i in range(1, n + 1):
        x = 3.9 * x * (1.0 - x)
        total += x / i
    return math.floor(1000 * total)


measure(lambda: run(5000000))
