#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which lines and branches of src/ the tests run, by folder: `./dev coverage`.

Runs the unit tests, the language suite in the modes below and the tests of limits on the build
that counts (the preset `coverage`), then reports. A branch is one way out of a condition, counted
as clang counts it. What cannot happen by its own words is left out: the ways out of LITHE_CHECK,
LITHE_ASSERT and LITHE_UNREACHABLE, and the lines of scripts/coverage_exceptions.json, each of
which has its reason there.

  --report-only      no tests: reports on what the last run counted
  --missing PATH     also lists what was not run in a folder or file of src/
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
    # Each run is a process that adds its counts: not all of them.
    ["build/coverage/test/memory_faults", "tests/memory/scenarios.lt", "--stride", "9"],
    # Not gc-stress: what it adds to these is when, not what.
    SUITE + ["--mode", "interpreted,default,eager,guard-fail", "--time-scale", "4"],
    SUITE + ["--mode", "seeds", "--seeds", "1", "--time-scale", "4"],
    [sys.executable, "tests/limit/run.py", "--lithe", "build/coverage/bin/lithe"],
]
NOT_THE_PRODUCT = re.compile(r"\.test\.[ch]pp$|_test_support\.hpp$|/test_heap\.[ch]pp$")
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


def leave_out(files, exceptions):
    """Takes away what cannot happen; gives the exceptions that name no line."""
    unknown = []
    for path, counts in files.items():
        text = (ROOT / path).read_text().splitlines() + [""]  # a .def counts the line behind it
        reasons = exceptions.get(str(path), {})
        unknown += [f"{path}: {line}" for line in reasons if not any(line in t for t in text)]
        for key in list(counts.branches):
            source = text[key[0] - 1]
            if CANNOT_HAPPEN.search(source) or any(line in source for line in reasons):
                del counts.branches[key]
        for number in list(counts.lines):
            source = text[number - 1]
            if "LITHE_UNREACHABLE" in source or any(line in source for line in reasons):
                del counts.lines[number]
    return unknown


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


def print_missing(files, wanted):
    for path, counts in sorted(files.items()):
        if path != wanted and wanted not in path.parents:
            continue
        text = (ROOT / path).read_text().splitlines() + [""]
        not_run = {line for line, count in counts.lines.items() if count == 0}
        ways = defaultdict(list)
        for (line, _, _), count in sorted(counts.branches.items()):
            if line not in not_run:
                ways[line].append(count > 0)
        half = {line for line, taken in ways.items() if not all(taken)}
        for line in sorted(not_run | half):
            mark = "-" if line in not_run else "".join("+" if t else "-" for t in ways[line])
            print(f"{path}:{line}: [{mark}] {text[line - 1].strip()}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--report-only", action="store_true")
    parser.add_argument("--missing", action="append", default=[])
    arguments = parser.parse_args()
    if not arguments.report_only:
        run_tests()
    files = read_counts()
    if not files:
        sys.exit("coverage.py: nothing was counted; is build/coverage built?")
    exceptions = json.loads((ROOT / "scripts/coverage_exceptions.json").read_text())
    for unknown in leave_out(files, exceptions):
        print(f"coverage_exceptions.json names a line that is not there: {unknown}")
    for path in arguments.missing:
        print_missing(files, Path(path))
    print_table(files)


if __name__ == "__main__":
    main()
