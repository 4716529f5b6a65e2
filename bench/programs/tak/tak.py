from measure import measure


def tak(x, y, z):
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) if y < x else z


measure(lambda: sum(tak(24, 16, 8) for _ in range(20)))
