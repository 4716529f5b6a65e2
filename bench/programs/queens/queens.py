from measure import measure


def safe(column, distance, placed):
    while placed:
        if column == placed[0] or distance == abs(column - placed[0]):
            return False
        placed = placed[1]
        distance += 1
    return True


def solutions(row, column, size, placed):
    if row == size:
        return 1
    if column == size:
        return 0
    here = solutions(row + 1, 0, size, (column, placed)) if safe(column, 1, placed) else 0
    return here + solutions(row, column + 1, size, placed)


measure(lambda: solutions(0, 0, 10, None))
