#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The language suite: runs every .lt test in every mode, and holds all modes to one answer.

A test says what it expects on the line that causes it:
  ; => value            the value of the top-level form that ends on this line
  ; prints: text        a line of standard output
  ; error: text         an error diagnostic for this line whose message contains text;
                        error@COLUMN: and error@LINE:COLUMN: name its place more exactly
  ; note: text          a note below a diagnostic contains text
  ; stderr: text        a line of standard error contains text
  ; exit: N             the exit code
Several may stand on one line, or each on a comment line of its own after the form. Expectations
of output are complete: what is printed and not expected is a failure. Header lines, anywhere:
  ; flags: --x          flags for the command          ; args: a b     arguments of the program
  ; env: NAME=value     environment                    ; timeout: 30   seconds, instead of 10
  ; stdin: text         a line of standard input       ; virtual-clock the seeded scheduler's clock
  ; text-file: N        makes a text of N letters and gives its path as the last argument
  ; unordered           output lines may come in any order
  ; script              run as a script: it stops at its first error, and values are not shown
  ; skip-mode NAME: why    ; only-mode NAME: why
Files beside FILE.lt: FILE.out (all of standard output; the program then runs as a script),
FILE.args, FILE.stdin. The ```lisp blocks of a manual page are a test too. A test without any
expectation is a failure. The modes are the files of tests/modes/. The last line of the output is
"N passed, N failed".
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from suite import cases, execute, modes  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("tests/lang", "tests/regress", "tests/limit", "tests/wrong", "examples")
PAGES = ("README.md", "docs/manual/*.md", "docs/manual/reference/*.md")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", help="test files or folders (default: all)")
    parser.add_argument("--lithe", default="build/release/bin/lithe", help="the command to test")
    parser.add_argument("--mode", action="append", help="a mode by name (repeat, or a,b)")
    parser.add_argument("--quick", action="store_true", help="only the modes marked quick")
    parser.add_argument("--slow", action="store_true", help="only the modes not marked quick")
    parser.add_argument("--filter", default="", help="only tests whose path contains this")
    parser.add_argument("--seeds", type=int, help="number of seeds in modes that have seeds")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--time-scale", type=float, default=1.0, help="multiplies time limits")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="name every test and its time")
    parser.add_argument("--list-modes", action="store_true")
    return parser.parse_args()


def find_tests(arguments):
    roots = [Path(path).resolve() for path in arguments.paths] or [ROOT / f for f in FOLDERS]
    found = []
    if not arguments.paths:
        pages = [page for pattern in PAGES for page in sorted(ROOT.glob(pattern))]
        found += [page for page in pages if "```lisp\n" in page.read_text()]
    for root in roots:
        if root.is_file():
            found.append(root)
        elif root.is_dir():
            found += sorted(root.rglob("*.lt"))
        elif arguments.paths:
            sys.exit(f"run.py: no such test: {root}")
    # Folders named include/ hold what tests include.
    return [
        path
        for path in found
        if arguments.filter in str(path) and "include" not in path.relative_to(path.anchor).parts
    ]


class Tally:
    def __init__(self, verbose):
        self.verbose = verbose
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.answers = {}

    def add(self, case, mode, outcome):
        problems = list(outcome.problems)
        if not problems and not case.skips(mode) and case.comparable:
            known = self.answers.setdefault(case.path, (mode.name, outcome.stdout))
            if known[1] != outcome.stdout:
                problems.append(
                    f"prints otherwise than in mode {known[0]}:\n"
                    + execute.difference(known[1].split("\n"), outcome.stdout.split("\n"))
                )
        if problems:
            self.failed += 1
            print(f"FAILED {case.name} [{mode.name}] {outcome.seconds:.2f} s")
            for problem in problems:
                print("    " + problem.replace("\n", "\n    "))
            print(f"    again: {outcome.command}", flush=True)
        else:
            self.passed += 1
            if self.verbose:
                print(f"passed {case.name} [{mode.name}] {outcome.seconds:.2f} s")


def run_mode(tests, mode, arguments, tally, pool):
    start, before = time.monotonic(), (tally.passed, tally.failed)
    waiting, skipped = [], 0
    for case in tests:
        if case.skips(mode):
            skipped += 1
            if arguments.verbose:
                print(f"skipped {case.name} [{mode.name}]: {case.skips(mode)}")
            continue
        waiting.append((case, pool.submit(execute.run_case, case, mode, arguments)))
    for case, future in waiting:
        tally.add(case, mode, future.result())
    seconds = time.monotonic() - start
    passed, failed = tally.passed - before[0], tally.failed - before[1]
    note = f", {skipped} skipped" if skipped else ""
    counts = f"{passed} passed, {failed} failed{note}"
    print(f"mode {mode.name}: {counts} in {seconds:.1f} s", flush=True)


def main():
    arguments = parse_arguments()
    chosen = modes.load(ROOT / "tests/modes", arguments)
    if arguments.list_modes:
        for mode in chosen:
            print(f"{mode.name}{' (quick)' if mode.quick else ''}: {mode.about}")
        return 0
    arguments.lithe = str(Path(arguments.lithe).resolve())
    if not Path(arguments.lithe).is_file():
        sys.exit(f"run.py: there is no {arguments.lithe}; build it first (./dev build)")
    tally = Tally(arguments.verbose)
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(arguments.jobs) as pool:
        tests = [cases.load(path, ROOT, scratch) for path in find_tests(arguments)]
        for mode in chosen:
            run_mode(tests, mode, arguments, tally, pool)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
