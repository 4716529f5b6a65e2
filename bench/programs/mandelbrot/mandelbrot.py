from measure import measure


def steps(cx, cy):
    x = y = 0.0
    n = 0
    while True:
        xx, yy = x * x, y * y
        if n == 50 or xx + yy > 4.0:
            return n
        x, y, n = xx - yy + cx, 2.0 * x * y + cy, n + 1


def run(size):
    total = 0
    for row in range(size):
        for column in range(size):
            total += steps(3.0 * column / size - 2.0, 2.0 * row / size - 1.0)
    return total


measure(lambda: run(300))
