#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the checks behind `./dev test` and `./dev test --all`.

The steps below are the whole list, in order. A step counts the tests it ran; a step that is one
check counts as one. Everything is run even after a failure, but for what needs a build that
failed; what failed is named again at the end. The last line of the output is "N passed, N failed";
the exit code is 0 only if something ran and nothing failed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXCERPT_LINES = 6  # of a failed step, again at the end
NAMES_FAILURE = re.compile(r"\bfail|\berror\b|^summary", re.IGNORECASE)
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)
SUITE = [sys.executable, "tests/run.py", "--jobs", str(os.cpu_count() or 2)]
# The tests that run under the thread sanitizer: those with more than one thread in them.
THREADED_UNITS = [
    "base_test", "sched_test", "process_test", "io_test", "runtime_test", "embed_messages",
    "embed_side_by_side"
]


@dataclass
class Step:
    """A command, or the unit tests of a preset; `needs` names the build steps it rests on."""

    name: str
    command: list
    quick: bool = False
    needs: str = ""
    limit: int = 600
    units: str = ""  # the preset whose unit tests this step runs


def lithe(preset):
    return ["--lithe", f"build/{preset}/bin/lithe"]


STEPS = [
    # The cheap ones first: they find most mistakes.
    Step("layers", [sys.executable, "scripts/check_layers.py"], quick=True),
    Step("sizes", [sys.executable, "scripts/check_sizes.py"], quick=True),
    Step("documents", [sys.executable, "scripts/check_docs.py"], quick=True),
    Step("format", ["./dev", "format", "--check"]),
    Step("tests of the test runner", [sys.executable, "tests/run_test.py"]),
    Step("tests of the scripts", [sys.executable, "scripts/scripts_test.py"]),
    # What users run.
    Step("release build", ["./dev", "build", "release"], quick=True, limit=900),
    Step(
        "reference pages",
        [sys.executable, "scripts/make_reference.py", "--check"],
        quick=True,
        needs="release build",
    ),
    Step("unit tests", [], quick=True, needs="release build", units="release", limit=300),
    Step(
        "language suite, quick modes",
        SUITE + lithe("release") + ["--quick"],
        quick=True,
        needs="release build",
    ),
    Step(
        "files and commands of the manual",
        [sys.executable, "tests/pages.py", *lithe("release")],
        quick=True,
        needs="release build",
    ),
    # The remaining modes; their list is tests/modes/.
    Step(
        "language suite, other modes",
        SUITE + lithe("release") + ["--mode", "jit10,guard-fail,gc-stress,gc-stress-eager"],
        needs="release build",
        limit=900,
    ),
    Step(
        "limits",
        [sys.executable, "tests/limit/run.py", *lithe("release")],
        needs="release build",
    ),
    Step(
        "language suite under seeds and tiny limits",
        SUITE + lithe("release") + ["--mode", "seeds,seeds-eager,tiny-limits"],
        needs="release build",
        limit=900,
    ),
    # The hard build: address and undefined-behaviour sanitizers, collections under stress.
    Step("asan build", ["./dev", "build", "asan"], limit=900),
    Step("unit tests under asan", [], needs="asan build", units="asan", limit=600),
    Step(
        "embedding API, random calls",
        ["build/asan/test/embed_random_calls", "--seconds", "30", "1000000"],
        needs="asan build",
        limit=120,
    ),
    Step(
        "language suite under asan",
        SUITE
        + lithe("asan")
        + ["--mode", "interpreted,default,eager,gc-stress", "--time-scale", "8"],
        needs="asan build",
        limit=900,
    ),
    Step("tsan build", ["./dev", "build", "tsan", "lithe", *THREADED_UNITS], limit=900),
    Step("unit tests under tsan", [], needs="tsan build", units="tsan", limit=600),
    Step(
        "process tests under tsan",
        SUITE + lithe("tsan") + ["--mode", "default", "--time-scale", "15", "tests/lang/process"],
        needs="tsan build",
        limit=600,
    ),
    # The second compiler. The interpreter's tail calls are only an optimization of gcc 12: the suite
    # holds programs that are long enough to run out of stack where one is missed.
    Step("gcc build", ["./dev", "build", "gcc", "lithe"], limit=900),
    Step(
        "language suite, built by gcc",
        SUITE + lithe("gcc") + ["--mode", "interpreted"],
        needs="gcc build",
    ),
    Step("fuzzing", ["./dev", "fuzz", "30"], limit=900),
]


def counts_of(output, code):
    """(passed, failed) from the closing line of a step, else one check."""
    found = COUNTS.findall(output)
    if not found:
        return (1, 0) if code == 0 else (0, 1)
    passed, failed = int(found[-1][0]), int(found[-1][1])
    return (passed, failed if code == 0 or failed else 1)


def run_command(command, limit, environment=None):
    """Runs it with its output passed on as it comes; (output, exit code)."""
    process = subprocess.Popen(
        ["timeout", "--kill-after=10", str(limit), *command],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if not COUNTS.match(line):
            print("  " + line, end="", flush=True)
    code = process.wait()
    if code == 124:
        print(f"  ran past its limit of {limit} s")
    return "".join(lines), code


def run_units(step):
    """The unit tests of a preset, counted one by one from GoogleTest's own reports; with their
    output."""
    build = ROOT / "build" / step.units
    reports = build / "test-reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    command = ["ctest", "--test-dir", str(build), "--output-on-failure", "--no-tests=error"]
    command += ["-j", str(os.cpu_count() or 2)]
    environment = {"GTEST_OUTPUT": f"json:{reports}/"}
    if step.units == "tsan":
        environment["TSAN_OPTIONS"] = f"suppressions={ROOT}/tests/tsan.suppressions"
        names = "|".join(name.removesuffix("_test") for name in THREADED_UNITS)
        command += ["-R", f"^({names})$"]
    output, code = run_command(command, step.limit, environment)
    passed = failed = 0
    reported = set()
    for path in reports.glob("*.json"):
        report = json.loads(path.read_text())
        reported.add(path.stem)
        failed += report["failures"]
        passed += report["tests"] - report["failures"] - report.get("disabled", 0)
    for name, verdict in re.findall(r"Test +#\d+: (\S+) \.+\s*(\S+)", output):
        if name + "_test" not in reported:
            passed += verdict == "Passed"
            failed += verdict != "Passed"
    return (passed, failed if code == 0 or failed else 1), output


def run_step(step):
    """((passed, failed), output)"""
    if step.units:
        return run_units(step)
    output, code = run_command(step.command, step.limit)
    return counts_of(output, code), output


def excerpt(output):
    """The lines of a failed step that name what failed, or its last ones."""
    lines = [line for line in output.splitlines() if line.strip()]
    named = [line for line in lines if NAMES_FAILURE.search(line)]
    return [line.strip()[:200] for line in (named or lines)[-EXCERPT_LINES:]]


def main():
    everything = "--all" in sys.argv
    steps = [step for step in STEPS if step.quick or everything]
    broken, table, excerpts = set(), [], []
    start = time.monotonic()
    for number, step in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] {step.name}", flush=True)
        begin = time.monotonic()
        if step.needs in broken:
            print(f"  not run: the {step.needs} failed")
            passed, failed = 0, 1
        else:
            (passed, failed), output = run_step(step)
            if failed:
                excerpts += [f"{step.name}: {line}" for line in excerpt(output)]
        if failed:
            broken.add(step.name)
        table.append((step.name, passed, failed, time.monotonic() - begin))
    print()
    for name, passed, failed, seconds in table:
        verdict = "FAILED" if failed else "ok"
        print(f"{verdict:6} {seconds:7.1f} s {passed:6} passed {failed:4} failed  {name}")
    for line in excerpts:
        print(line)
    print(f"total  {time.monotonic() - start:7.1f} s")
    passed, failed = sum(row[1] for row in table), sum(row[2] for row in table)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
