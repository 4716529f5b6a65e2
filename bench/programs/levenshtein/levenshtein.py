from array import array
from measure import measure


def letters(n, seed):
    """The last letter is made first, as where a list is built."""
    done = []
    for _ in range(n):
        done.append(chr(97 + seed // 65536 % 26))
        seed = (seed * 1103515245 + 12345) % 2147483648
    return "".join(reversed(done))


A, B = letters(1000, 1), letters(1000, 2)


def run():
    n = len(B)
    row = array("l", range(n + 1))
    for i in range(1, len(A) + 1):
        diagonal, letter = i - 1, A[i - 1]
        row[0] = i
        for j in range(1, n + 1):
            above = row[j]
            cost = 0 if letter == B[j - 1] else 1
            row[j] = min(1 + above, 1 + row[j - 1], diagonal + cost)
            diagonal = above
    return row[n]


measure(run)
