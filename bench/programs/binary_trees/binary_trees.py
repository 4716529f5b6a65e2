from measure import measure


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    return Node(make(depth - 1), make(depth - 1)) if depth else None


def check(tree):
    return 1 + check(tree.left) + check(tree.right) if tree else 1


def run(depth):
    long_lived = make(depth)
    total = 0
    for d in range(4, depth + 1, 2):
        for _ in range(1 << (depth + 4 - d)):
            total += check(make(d))
    return total + check(long_lived)


measure(lambda: run(12))
