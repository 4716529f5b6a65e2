import math
from array import array
from measure import measure


def bodies():
    """A body is seven elements: x y z, its velocity, its mass."""
    return array("d", [
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47,
        4.84, -1.16, -0.10, 0.6, 2.81, -0.02, 0.037,
        8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011,
        12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017,
        15.37, -25.91, 0.17, 0.97, 0.59, -0.03, 0.002,
    ])


def attract(b, i, j, step):
    dx, dy, dz = b[i] - b[j], b[i + 1] - b[j + 1], b[i + 2] - b[j + 2]
    square = dx * dx + dy * dy + dz * dz
    pull = step / (square * math.sqrt(square))
    of_i, of_j = pull * b[i + 6], pull * b[j + 6]
    b[i + 3] -= dx * of_j
    b[i + 4] -= dy * of_j
    b[i + 5] -= dz * of_j
    b[j + 3] += dx * of_i
    b[j + 4] += dy * of_i
    b[j + 5] += dz * of_i


def run(steps):
    b = bodies()
    for _ in range(steps):
        for i in range(0, 35, 7):
            for j in range(i + 7, 35, 7):
                attract(b, i, j, 0.01)
        for i in range(0, 35, 7):
            for k in range(i, i + 3):
                b[k] += 0.01 * b[k + 3]
    return math.floor(1e9 * (b[7] + b[15]))


measure(lambda: run(20000))
