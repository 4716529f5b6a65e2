#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which lines and branches of src/ the tests run, by folder: `./dev coverage`.

Runs the unit tests, the language suite in the modes below and the tests of limits on the build
that counts (the preset `coverage`), then reports. A branch is one way out of a condition, counted
as clang counts it. What cannot happen by its own words is left out: the ways out of LITHE_CHECK,
LITHE_ASSERT and LITHE_UNREACHABLE, the way past all cases of a switch without a default (over an
enum: the compiler asks for every member), and the places of scripts/coverage_exceptions.json,
each of which has its reason there. A row there names a place as --missing prints it: `[+-] the line`, and
leaves out what is marked `-` in it; where the line stands more than once in the file, the row says
how often.

  --report-only      no tests: reports on what the last run counted
  --missing PATH     also lists what was not run in a folder or file of src/
  --require          fails when less than LEAST_LINES of the lines were run, or anything was not in
                     the folders of WHOLE, or a row of the exceptions fits no place
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/coverage"
PROFILES = BUILD / "profiles"
SUITE = [sys.executable, "tests/run.py", "--jobs", "2", "--lithe", "build/coverage/bin/lithe"]
RUNS = [
    ["ctest", "--test-dir", "build/coverage", "-j", "2", "--output-on-failure"]
    + ["-LE", "model|memory"],
    ["build/coverage/test/memory_faults", "tests/memory/scenarios.lt"],
    # Not gc-stress: what it adds to these is when, not what.
    SUITE + ["--mode", "interpreted,default,eager,guard-fail", "--time-scale", "4"],
    SUITE + ["--mode", "seeds", "--seeds", "1", "--time-scale", "4"],
    [sys.executable, "tests/limit/run.py", "--lithe", "build/coverage/bin/lithe"],
]
NOT_THE_PRODUCT = re.compile(r"\.test\.[ch]pp$|_test_support\.hpp$|/test_heap\.[ch]pp$")
LEAST_LINES = 0.9
WHOLE = [Path("src/heap"), Path("src/process"), Path("src/vm")]
CANNOT_HAPPEN = re.compile(r"\bLITHE_(CHECK|ASSERT|UNREACHABLE)\b")


@dataclass
class Counts:
    """Of a file: how often each line ran, and each branch of a line."""

    lines: dict = field(default_factory=dict)
    branches: dict = field(default_factory=lambda: defaultdict(int))

    def totals(self):
        run = sum(count > 0 for count in self.lines.values())
        taken = sum(count > 0 for count in self.branches.values())
        return run, len(self.lines), taken, len(self.branches)


def run_tests():
    shutil.rmtree(PROFILES, ignore_errors=True)
    PROFILES.mkdir(parents=True)
    # A pool of files for each program or library, into which processes add theirs at their end.
    environment = {**os.environ, "LLVM_PROFILE_FILE": str(PROFILES / "%2m.profraw")}
    for command in RUNS:
        print(" ".join(command), flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr)
        if done.returncode != 0:
            print(f"failed, with exit code {done.returncode}: what it did counts all the same")
    merged = ["llvm-profdata-19", "merge", "-sparse", "-o", str(BUILD / "all.profdata")]
    subprocess.run(merged + sorted(map(str, PROFILES.glob("*.profraw"))), check=True)


def objects():
    found = [BUILD / "bin/lithe", *sorted((BUILD / "lib").glob("*.so"))]
    return found + sorted(p for p in (BUILD / "test").iterdir() if os.access(p, os.X_OK))


def export(*form):
    first, *others = map(str, objects())
    command = ["llvm-cov-19", "export", *form, "-instr-profile", BUILD / "all.profdata", first]
    command += [part for other in others for part in ("-object", other)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode()


def file_of(files, name):
    """Its Counts, or None if it is no file of the product."""
    # A compiler cache may give objects that name another folder's copy of the tree.
    path = Path("src" + name.rpartition("/src")[2])
    if not (ROOT / path).is_file() or NOT_THE_PRODUCT.search(name):
        return None
    return files.setdefault(path, Counts())


def read_counts():
    """The files of src/. Of a template a line or branch counts as run if one instance ran it."""
    files = {}
    counts = None
    for row in export("-format=lcov").splitlines():
        kind, _, rest = row.partition(":")
        if kind == "SF":
            counts = file_of(files, rest)
        elif kind == "DA" and counts is not None:
            line, count = map(int, rest.split(",")[:2])
            counts.lines[line] = max(counts.lines.get(line, 0), count)
    for entry in json.loads(export("-format=text", "-skip-functions"))["data"][0]["files"]:
        counts = file_of(files, entry["filename"])
        if counts is None:
            continue
        for line, column, _, _, taken, not_taken, *_ in entry["branches"]:
            counts.branches[line, column, True] += taken
            counts.branches[line, column, False] += not_taken
    return files


def source_lines(path):
    return (ROOT / path).read_text().splitlines() + [""]  # a .def counts the line behind it


def ways_out(counts):
    """The branches of each line from left to right: where a condition holds, where it does not."""
    ways = defaultdict(list)
    for line, column, holds in sorted(counts.branches, key=lambda key: (*key[:2], not key[2])):
        ways[line].append((line, column, holds))
    return ways


def leave_out_row(counts, text, row, times):
    """Takes away what a row of the exceptions names. => why it fits nothing, or None."""
    form = re.fullmatch(r"\[([-+]+)\] (.+)", row)
    if form is None:
        return "is not of the form `[+-] line`"
    marks, wanted = form.groups()
    numbers = [number for number, line in enumerate(text, 1) if line.strip() == wanted]
    if len(numbers) != times:
        return f"should be there {times} times, and is {len(numbers)} times"
    ways = ways_out(counts)
    for number in numbers:
        if marks == "-":
            if counts.lines.get(number) == 0:
                del counts.lines[number]
                for key in ways[number]:
                    del counts.branches[key]
            continue
        if len(ways[number]) != len(marks):
            return f"should have {len(ways[number])} marks at line {number}"
        for key, mark in zip(ways[number], marks):
            if mark == "-":
                del counts.branches[key]
    return None


def leave_out(files, exceptions):
    """Takes away what cannot happen. => what is wrong with the exceptions."""
    wrong = [f"{path}: nothing was counted in it" for path in exceptions if Path(path) not in files]
    for path, counts in files.items():
        text = source_lines(path)
        for key in list(counts.branches):
            line, column, _ = key
            past_all_cases = text[line - 1][: column - 1].endswith("switch (")
            if past_all_cases or CANNOT_HAPPEN.search(text[line - 1]):
                del counts.branches[key]
        for number in list(counts.lines):
            if "LITHE_UNREACHABLE" in text[number - 1]:
                del counts.lines[number]
        for row, reason in exceptions.get(str(path), {}).items():
            times = reason["times"] if isinstance(reason, dict) else 1
            problem = leave_out_row(counts, text, row, times)
            if problem:
                wrong.append(f"{path}: {row}: {problem}")
    return wrong


def share(part, whole):
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def print_table(files):
    folders = defaultdict(lambda: [0, 0, 0, 0])
    for path, counts in files.items():
        for name in (path.parts[1], "all"):
            folders[name] = [a + b for a, b in zip(folders[name], counts.totals())]
    print(f"{'folder':12} {'lines':>7} {'run':>8} {'branches':>9} {'taken':>8}")
    for name in sorted(folders, key=lambda name: (name == "all", name)):
        run, lines, taken, branches = folders[name]
        print(f"{name:12} {lines:7} {share(run, lines)} {branches:9} {share(taken, branches)}")


def missing_in(files, wanted):
    """The places in a folder or file that were not run, as lines of text."""
    for path, counts in sorted(files.items()):
        if path != wanted and wanted not in path.parents:
            continue
        text = source_lines(path)
        ways = ways_out(counts)
        for line in sorted(counts.lines.keys() | ways.keys()):
            marks = "".join("+" if counts.branches[key] > 0 else "-" for key in ways[line])
            if counts.lines.get(line) == 0:
                marks = "-"
            if "-" in marks:
                yield f"{path}:{line}: [{marks}] {text[line - 1].strip()}"


def unmet(files, wrong):
    """What is wrong by the requirements, as lines of text."""
    run, lines, _, _ = (sum(part) for part in zip(*(c.totals() for c in files.values())))
    if run < LEAST_LINES * lines:
        yield f"of all lines{share(run, lines)} were run, not {100 * LEAST_LINES:.0f} %"
    for folder in WHOLE:
        yield from missing_in(files, folder)
    yield from wrong


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--report-only", action="store_true")
    parser.add_argument("--missing", action="append", default=[])
    parser.add_argument("--require", action="store_true")
    arguments = parser.parse_args()
    if not arguments.report_only:
        run_tests()
    files = read_counts()
    if not files:
        sys.exit("coverage.py: nothing was counted; is build/coverage built?")
    exceptions = json.loads((ROOT / "scripts/coverage_exceptions.json").read_text())
    wrong = leave_out(files, exceptions)
    for path in arguments.missing:
        print(*missing_in(files, Path(path)), sep="\n")
    print_table(files)
    if arguments.require:
        places = list(unmet(files, wrong))
        if places:
            sys.exit("\n".join(["required, and not so:", *places]))
    else:
        for row in wrong:
            print(f"coverage_exceptions.json: {row}")


if __name__ == "__main__":
    main()
