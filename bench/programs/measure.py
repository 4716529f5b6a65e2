"""What the Python benchmarks share. Each run prints its result and its time in nanoseconds."""
import sys
import time


def measure(f):
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter_ns()
        result = f()
        end = time.perf_counter_ns()
        print("result", result)
        print("time", end - start)
