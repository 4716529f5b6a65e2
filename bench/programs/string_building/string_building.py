from measure import measure


def run(n):
    text = ",".join([str(i) for i in range(n)])
    return 1000 * len(text) + ord(text[len(text) // 2])


measure(lambda: run(200000))
