#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lithe beside its peers: small programs in several languages, with one result each.

Each program measures itself, several times in one process; its time is the best of them, so that
start-up and compiling are left out. All contenders of a benchmark run in turn, round by round,
and the median of the rounds counts: a slow spell of the machine meets everybody. Who is not
installed is left out and named. The table, the figures and a plot are saved in bench/results/.
docs/benchmarks.md says more."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
import figures  # noqa: E402
import peers  # noqa: E402
import plot  # noqa: E402
import report  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = (
    "fib", "tak", "ackermann", "queens", "float_loop", "n_body", "spectral_norm", "mandelbrot",
    "fannkuch", "matrix", "sieve", "levenshtein", "lists", "merge_sort", "binary_trees",
    "closures", "maps", "word_maps", "word_count", "string_building", "ping_pong", "spawn",
)


def run_contender(contender, runs):
    """(result, best time in seconds)"""
    done = subprocess.run(
        [*contender.command, str(runs)],
        cwd=contender.folder,
        env={**os.environ, **contender.environment},
        capture_output=True,
        text=True,
        timeout=peers.LIMIT,
    )
    results = set(re.findall(r"^result\s+(.*)$", done.stdout, re.MULTILINE))
    times = [int(time_) for time_ in re.findall(r"^time\s+(\d+)$", done.stdout, re.MULTILINE)]
    if done.returncode != 0 or len(results) != 1 or len(times) != runs:
        sys.exit(f"{contender.name} in {contender.folder.name}: exit code {done.returncode}\n"
                 f"{done.stdout[-500:]}{done.stderr[-500:]}")
    return plain(results.pop()), min(times) / 1e9


def plain(result):
    """One spelling for the results of all languages."""
    return re.sub(r"\.0$", "", result.strip().strip("':"))


def run_benchmark(contenders, rounds, runs):
    times = {contender.name: [] for contender in contenders}
    results = {}
    for _ in range(rounds):
        for contender in contenders:
            result, seconds = run_contender(contender, runs)
            results[contender.name] = result
            times[contender.name].append(seconds)
    if len(set(results.values())) != 1:
        sys.exit(f"the results differ: {results}")
    return {name: statistics.median(values) for name, values in times.items()}


def run_start_up(lithe, rounds):
    """Whole processes, from their start to their end."""
    commands = peers.start_up_commands(lithe)
    times = {name: [] for name in commands}
    for _ in range(rounds * 3):
        for name, (words, text) in commands.items():
            start = time.perf_counter()
            done = subprocess.run(words, input=text, capture_output=True, timeout=peers.LIMIT)
            times[name].append(time.perf_counter() - start)
            if b"3" not in done.stdout:
                sys.exit(f"{name} does not start: {done.stderr[-500:]!r}")
    return {name: statistics.median(values) for name, values in times.items()}


def lines_of(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=peers.LIMIT)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr[-500:]}")
    return [[cell.strip() for cell in line.split("\t")] for line in done.stdout.splitlines()]


def run_forms(lithe, rounds, runs):
    """{form: {way: nanoseconds}}: what small forms cost, see bench/eval_forms.cpp and forms.lt."""
    build = Path(lithe).resolve().parent.parent
    host = build / "bench/bench_eval_forms"
    subprocess.run(["cmake", "--build", str(build), "--target", "bench_eval_forms"],
                   capture_output=True, check=False)
    forms = str(ROOT / "bench/forms/forms.lt")
    samples = {}
    for _ in range(rounds):
        if host.is_file():
            for name, way, each in lines_of([str(host), str(runs)]):
                samples.setdefault(name, {}).setdefault(way, []).append(float(each))
        for way, flags in (("compiled", ()), ("interpreted", ("--jit=off",))):
            for name, each in lines_of([lithe, *peers.NO_CACHES, *flags, forms, str(runs)]):
                samples.setdefault(name, {}).setdefault(way, []).append(float(each))
    return {name: {way: statistics.median(values) for way, values in ways.items()}
            for name, ways in samples.items()}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="benchmarks, start-up, forms, reading, collector (default: all)")
    parser.add_argument("--lithe", default="build/release/bin/lithe")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5, help="measurements in one process")
    parser.add_argument("--without", action="append", default=[], metavar="PEER")
    parser.add_argument("--shared", action="store_true", help="others used the machine: say so")
    parser.add_argument("--output", default=str(ROOT / "bench/results"), help="a folder")
    return parser.parse_args()


def measure_all(arguments, lithe):
    wanted = arguments.names or [*BENCHMARKS, "start-up", "forms", "reading", "collector"]
    rows, more = [], report.More()
    with tempfile.TemporaryDirectory() as scratch:
        for name in wanted:
            print(f"{name} …", file=sys.stderr, flush=True)
            if name == "forms":
                more.forms = run_forms(lithe, arguments.rounds, arguments.runs)
                continue
            if name == "reading":
                more.reading = figures.run_reading(lithe, arguments.rounds, arguments.runs)
                continue
            if name == "collector":
                more.collector = figures.run_collector(lithe)
                continue
            if name == "start-up":
                times = run_start_up(lithe, arguments.rounds)
            else:
                contenders = [contender
                              for contender in peers.contenders_of(name, lithe, Path(scratch))
                              if contender.name not in arguments.without]
                times = run_benchmark(contenders, arguments.rounds, arguments.runs)
            rows.append((name, times))
    return rows, more


def main():
    arguments = parse_arguments()
    rows, more = measure_all(arguments, str(Path(arguments.lithe).resolve()))
    text = report.text_of(rows, more, arguments)
    print(text)
    if not arguments.names:
        folder = Path(arguments.output)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "latest.md").write_text(text)
        (folder / "latest.svg").write_text(plot.svg_of(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
