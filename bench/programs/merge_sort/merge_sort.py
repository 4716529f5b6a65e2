from measure import measure


def numbers(n, seed):
    done = None
    for _ in range(n):
        done, seed = (seed, done), (seed * 1103515245 + 12345) % 2147483648
    return done


def reverse_onto(xs, end):
    while xs:
        end, xs = (xs[0], end), xs[1]
    return end


def merge(xs, ys):
    done = None
    while xs and ys:
        if xs[0] <= ys[0]:
            done, xs = (xs[0], done), xs[1]
        else:
            done, ys = (ys[0], done), ys[1]
    return reverse_onto(done, xs or ys)


def skip(n, xs):
    for _ in range(n):
        xs = xs[1]
    return xs


def sort(xs, n):
    if n == 1:
        return (xs[0], None)
    half = n // 2
    return merge(sort(xs, half), sort(skip(half, xs), n - half))


XS = numbers(50000, 42)


def run():
    done, total = sort(XS, 50000), 0
    while done:
        total, done = (31 * total + done[0]) % 1000003, done[1]
    return total


measure(run)
