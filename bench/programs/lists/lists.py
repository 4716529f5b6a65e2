from measure import measure


def reverse(xs):
    done = None
    while xs:
        done, xs = (xs[0], done), xs[1]
    return done


def map_list(f, xs):
    done = None
    while xs:
        done, xs = (f(xs[0]), done), xs[1]
    return reverse(done)


def filter_list(f, xs):
    done = None
    while xs:
        if f(xs[0]):
            done = (xs[0], done)
        xs = xs[1]
    return reverse(done)


def run():
    xs = None
    for n in range(1000000, 0, -1):
        xs = (n, xs)
    xs = filter_list(lambda x: x % 3 == 0, map_list(lambda x: x * 2, reverse(xs)))
    total = 0
    while xs:
        total, xs = total + xs[0], xs[1]
    return total


measure(run)
