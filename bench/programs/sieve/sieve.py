from measure import measure


def run(size):
    b = bytearray(size)
    count = 0
    for i in range(2, size):
        if b[i] == 0:
            for k in range(i * i, size, i):
                b[k] = 1
            count += 1
    return count


measure(lambda: run(2000000))
