import sys
from measure import measure

sys.setrecursionlimit(100000)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


measure(lambda: ackermann(3, 9))
