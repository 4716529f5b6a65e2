from array import array
from measure import measure


def flips(b):
    count, first = 0, b[0]
    while first != 0:
        i, j = 0, first
        while i < j:
            b[i], b[j] = b[j], b[i]
            i += 1
            j -= 1
        count, first = count + 1, b[0]
    return count


def rotate(b, last):
    x = b[0]
    for i in range(last):
        b[i] = b[i + 1]
    b[last] = x


def next_permutation(b, counts, n):
    """The first r + 1 elements are rotated. => False at the end"""
    for r in range(1, n):
        rotate(b, r)
        counts[r] -= 1
        if counts[r] > 0:
            return True
        counts[r] = r + 1
    return False


def run(n):
    b, work, counts = array("l", range(n)), array("l", range(n)), array("l", range(1, n + 1))
    total, most, even, more = 0, 0, True, True
    while more:
        for i in range(n):
            work[i] = b[i]
        count = flips(work)
        total += count if even else -count
        most = max(most, count)
        even = not even
        more = next_permutation(b, counts, n)
    return 1000 * total + most


measure(lambda: run(8))
