from measure import measure

TEXT = " ".join(f"word-{i * i % 20011}" for i in range(100000))


def run():
    counts = {}
    for word in TEXT.split(" "):
        counts[word] = counts.get(word, 0) + 1
    return sum(n * n for n in counts.values())


measure(run)
