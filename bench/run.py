#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lithe beside its peers: small programs in several languages, with one result each.

Each program measures itself, several times in one process; its time is the best of them, so that
start-up and compiling are left out. All contenders of a benchmark run in turn, round by round,
and the median of the rounds counts: a slow spell of the machine meets everybody. Who is not
installed is left out. The table is printed and saved in bench/results/latest.md."""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "bench/programs"
BENCHMARKS = ("fib", "tak", "float_loop", "lists", "closures", "maps", "word_maps", "ping_pong", "spawn")
COLUMNS = ("lithe", "lithe --jit=off", "C", "Lua 5.4", "LuaJIT", "Node", "Chez", "Erlang")
LIMIT = 120


@dataclass
class Contender:
    """A command that prints `result X` and `time NANOSECONDS` lines, run in `folder`."""

    name: str
    command: list
    folder: Path


def compile_c(source, scratch):
    compiler = shutil.which("clang-19")
    if not compiler:
        return None
    binary = scratch / (source.stem + ".c.out")
    command = [compiler, "-O2", "-std=gnu17", "-o", str(binary), str(source), "-lm"]
    subprocess.run(command, check=True, timeout=LIMIT)
    return [str(binary)]


def compile_erlang(source, scratch):
    if not shutil.which("erlc"):
        return None
    files = [str(PROGRAMS / "measure.erl"), str(source)]
    subprocess.run(["erlc", "-o", str(scratch), *files], check=True, timeout=LIMIT)
    return ["erl", "-noinput", "-pa", str(scratch), "-s", source.stem, "main", "-extra"]


def first_of(*names):
    return next((path for path in map(shutil.which, names) if path), None)


def interpreted(*names, flags=()):
    def command(source, _scratch):
        program = first_of(*names)
        return [program, *flags, source.name] if program else None

    return command


PEERS = (
    ("C", "*.c", compile_c),
    ("Lua 5.4", "*.lua", interpreted("lua5.4")),
    ("LuaJIT", "*.lua", interpreted("luajit")),
    ("Node", "*.js", interpreted("node", "nodejs")),
    ("Chez", "*.ss", interpreted("chezscheme", "scheme", flags=("--optimize-level", "2", "--script"))),
    ("Erlang", "*.erl", compile_erlang),
)


def contenders_of(name, lithe, scratch):
    folder = PROGRAMS / name
    found = [
        Contender("lithe", [lithe, f"{name}.lt"], folder),
        Contender("lithe --jit=off", [lithe, "--jit=off", f"{name}.lt"], folder),
    ]
    for peer, pattern, command in PEERS:
        source = next(iter(sorted(folder.glob(pattern))), None)
        words = command(source, scratch) if source else None
        if words:
            found.append(Contender(peer, words, folder))
    return found


def run_contender(contender, runs):
    """(result, best time in seconds)"""
    done = subprocess.run(
        [*contender.command, str(runs)],
        cwd=contender.folder,
        capture_output=True,
        text=True,
        timeout=LIMIT,
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
    """Whole processes that do next to nothing."""
    commands = {
        "lithe": [lithe, "-e", "(+ 1 2)"],
        "Lua 5.4": [first_of("lua5.4"), "-e", "print(1 + 2)"],
        "LuaJIT": [first_of("luajit"), "-e", "print(1 + 2)"],
        "Node": [first_of("node", "nodejs"), "-e", "console.log(1 + 2)"],
        "Chez": [first_of("chezscheme", "scheme"), "-q"],
        "Erlang": [first_of("erl"), "-noinput", "-eval", "io:format(\"~w~n\", [1 + 2]), halt()."],
    }
    commands = {name: words for name, words in commands.items() if words[0]}
    times = {name: [] for name in commands}
    for _ in range(rounds * 5):
        for name, words in commands.items():
            text = b"(display (+ 1 2))\n" if name == "Chez" else b""
            start = time.perf_counter()
            done = subprocess.run(words, input=text, capture_output=True, timeout=LIMIT)
            times[name].append(time.perf_counter() - start)
            if b"3" not in done.stdout:
                sys.exit(f"{name} does not start: {done.stderr[-500:]!r}")
    return {name: statistics.median(values) for name, values in times.items()}


def run_eval(lithe, rounds, runs):
    """`(+ 1 2)` in a warm runtime, through the embedding API. {}: the program is not built."""
    build = Path(lithe).resolve().parent.parent
    subprocess.run(["cmake", "--build", str(build), "--target", "bench_eval_plus"],
                   capture_output=True, check=False)
    binary = build / "bench/bench_eval_plus"
    if not binary.is_file():
        return {}
    return run_benchmark([Contender("lithe", [str(binary)], ROOT)], rounds, runs)


def shown(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table_of(rows):
    """The times of lithe, and those of the others with what lithe takes in relation to them."""
    columns = [name for name in COLUMNS if any(name in times for _, times in rows)]
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, times in rows:
        cells = []
        for column in columns:
            if column not in times:
                cells.append("–")
            elif column == "lithe":
                cells.append(shown(times[column]))
            else:
                cells.append(f"{shown(times[column])} ({times['lithe'] / times[column]:.2f}x)")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def machine():
    model = "unknown"
    cpu = Path("/proc/cpuinfo")
    if cpu.is_file():
        model = next((line.split(":")[1].strip() for line in cpu.read_text().split("\n")
                      if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="benchmarks (default: all)")
    parser.add_argument("--lithe", default="build/release/bin/lithe")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5, help="measurements in one process")
    parser.add_argument("--output", default=str(ROOT / "bench/results/latest.md"))
    arguments = parser.parse_args()
    lithe = str(Path(arguments.lithe).resolve())
    wanted = arguments.names or [*BENCHMARKS, "start-up", "eval"]
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in wanted:
            print(f"{name} …", file=sys.stderr, flush=True)
            if name == "start-up":
                times = run_start_up(lithe, arguments.rounds)
            elif name == "eval":
                times = run_eval(lithe, arguments.rounds, arguments.runs)
            else:
                contenders = contenders_of(name, lithe, Path(scratch))
                times = run_benchmark(contenders, arguments.rounds, arguments.runs)
            if times:
                rows.append((name, times))
    missing = [name for name in COLUMNS if not any(name in times for _, times in rows)]
    text = (
        f"# Lithe beside its peers\n\n{machine()}. Median of {arguments.rounds} rounds; in brackets"
        f" what lithe takes in relation to that column (below 1: lithe is faster).\n\n"
        f"{table_of(rows)}\n"
    )
    if missing:
        text += f"\nNot installed: {', '.join(missing)}.\n"
    print(text)
    if not arguments.names:
        Path(arguments.output).parent.mkdir(parents=True, exist_ok=True)
        Path(arguments.output).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
