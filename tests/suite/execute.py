# SPDX-License-Identifier: Apache-2.0
"""Runs a test in a mode and compares what it did with what it expects."""

import difflib
import os
import re
import shlex
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

VALUE = "=> "
LONGEST_OUTPUT = 64 << 20
DIAGNOSTIC = re.compile(r"^(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<text>.*)$")
TRACE_HASH = re.compile(r"^trace-hash: (\S+)$", re.MULTILINE)
SANITIZER = re.compile(
    r"(AddressSanitizer|ThreadSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer"
    r"|runtime error:|LITHE_CHECK|LITHE_ASSERT)"
)


@dataclass
class Outcome:
    problems: list
    stdout: str = ""
    seconds: float = 0.0
    command: str = ""


@dataclass
class Run:
    """One run of the command."""

    code: int = 0
    stdout: str = ""
    stderr: str = ""
    timed_out: bool = False
    environment: dict = field(default_factory=dict)
    argv: list = field(default_factory=list)
    folder: str = "."

    def again(self):
        variables = [f"{name}={shlex.quote(value)}" for name, value in self.environment.items()]
        words = variables + [shlex.quote(word) for word in self.argv]
        return f"(cd {shlex.quote(self.folder)} && {' '.join(words)})"


def run_case(case, mode, arguments):
    """All the runs that the mode asks for; the first that goes wrong ends them."""
    start = time.monotonic()
    if case.problems:
        return Outcome(problems=case.problems, command=str(case.path))
    last = int(arguments.first_seed) + mode.seeds
    seeds = range(arguments.first_seed, last) if mode.seeds else [None]
    outcome = Outcome(problems=[])
    for seed in seeds:
        run = run_once(case, mode, arguments, seed)
        problems = problems_of(case, run)
        if not problems and mode.twice and seed is not None:
            problems = second_run(case, mode, arguments, seed, run)
        if not problems and outcome.command and case.comparable and run.stdout != outcome.stdout:
            problems = [
                f"seed {seed} prints otherwise than seed {arguments.first_seed}:\n"
                + difference(outcome.stdout.split("\n"), run.stdout.split("\n"))
            ]
        outcome.problems, outcome.command = problems, run.again()
        if problems:
            break
        outcome.stdout = run.stdout
    outcome.seconds = time.monotonic() - start
    return outcome


def second_run(case, mode, arguments, seed, first):
    second = run_once(case, mode, arguments, seed)
    hashes = [TRACE_HASH.findall(run.stderr) for run in (first, second)]
    if not hashes[0]:
        return [f"seed {seed}: no line `trace-hash: …` on stderr"]
    if hashes[0] != hashes[1]:
        return [f"seed {seed} run twice: trace {hashes[0][-1]}, then {hashes[1][-1:] or 'none'}"]
    if first.stdout != second.stdout:
        return [f"seed {seed} run twice prints two things"]
    return []


def run_once(case, mode, arguments, seed):
    flags = mode.flags + case.flags
    if case.shows_values:
        flags = ["-p", "--keep-going"] + flags
    argv = [arguments.lithe, *flags, case.path.name, *case.args]
    environment = {**mode.env, **case.env}
    if seed is not None:
        environment["LITHE_SCHED"] = f"seed:{seed}"
    elif case.virtual_clock and "LITHE_SCHED" not in environment:
        environment["LITHE_SCHED"] = "seed:1"
    limit = case.timeout * mode.time_scale * arguments.time_scale
    run = Run(environment=environment, argv=argv, folder=str(case.path.parent))
    process = subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=case.path.parent,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(case.stdin.encode(), timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        run.timed_out = True
    run.code = process.returncode
    run.stdout = stdout[:LONGEST_OUTPUT].decode("utf-8", errors="replace")
    run.stderr = stderr[:LONGEST_OUTPUT].decode("utf-8", errors="replace")
    return run


def problems_of(case, run):
    problems = []
    if run.timed_out:
        problems.append("ran past its time limit and was killed")
    elif run.code < 0:
        problems.append(f"died of {signal.Signals(-run.code).name}")
    found = SANITIZER.search(run.stderr)
    if found:
        problems.append(f"{found.group(1)} on stderr:\n{shorten(run.stderr[found.start():])}")
    if not problems:
        problems += check_exit(case, run)
        problems += check_stdout(case, run)
        problems += check_stderr(case, run)
    if problems and run.stderr and not found:
        problems.append("stderr:\n" + shorten(run.stderr))
    return problems


def check_exit(case, run):
    if case.exit is not None:
        allowed = (case.exit,)
    else:
        allowed = (0, 1) if case.errors else (0,)
    if run.code in allowed:
        return []
    return [f"exit code: expected {allowed[0]}, got {run.code}"]


def check_stdout(case, run):
    if case.out is not None:
        if run.stdout == case.out:
            return []
        return ["stdout:\n" + difference(case.out.split("\n"), run.stdout.split("\n"))]
    lines = run.stdout.split("\n")
    if lines[-1] == "":
        lines.pop()
    problems = []
    if case.shows_values:
        problems += check_values(case, [line for line in lines if line.startswith(VALUE)])
        lines = [line for line in lines if not line.startswith(VALUE)]
    expected, got = case.prints, [line.rstrip() for line in lines]
    if case.unordered:
        expected, got = sorted(expected), sorted(got)
    if expected != got:
        problems.append("printed lines:\n" + difference(expected, got))
    return problems


def check_values(case, lines):
    """Each form that expects no error shows one value, in order."""
    failing = {
        index
        for index, (first, last) in enumerate(case.forms)
        if any(first <= error.line <= last for error in case.errors)
    }
    showing = [index for index in range(len(case.forms)) if index not in failing]
    if case.exit is not None and len(lines) < len(showing):
        showing = showing[: len(lines)]  # The program ended itself.
    values = [line[len(VALUE) :] for line in lines]
    problems = []
    if len(values) != len(showing):
        shown = "\n".join(lines[-20:])
        problems.append(f"{len(showing)} forms should show a value, {len(values)} did:\n{shown}")
        return problems
    for index, value in zip(showing, values):
        line, expected = case.values.get(index, (0, value))
        if expected != value:
            gap = " " * len(f"line {line}:")
            problems.append(f"line {line}: expected {expected}\n{gap} got      {value}")
    missing = set(case.values) - set(showing)
    for index in sorted(missing):
        problems.append(f"line {case.values[index][0]}: expected a value, and this form has none")
    return problems


def check_stderr(case, run):
    problems = []
    lines = run.stderr.split("\n")
    loose = [text for text in case.stderr]
    for text in loose:
        if not any(text in line for line in lines):
            problems.append(f"no line of stderr contains: {text}")
    notes = [line for line in lines if line.startswith("  note: ")]
    for text in case.notes:
        if not any(text in line for line in notes):
            problems.append(f"no note contains: {text}")
    diagnostics = [match for match in map(DIAGNOSTIC.match, lines) if match]
    waiting = list(case.errors)
    for diagnostic in diagnostics:
        hit = next((error for error in waiting if matches(case, error, diagnostic)), None)
        if hit:
            waiting.remove(hit)
        elif not any(text in diagnostic.group() for text in loose):
            problems.append(f"unexpected: {diagnostic.group()}")
    for error in waiting:
        problems.append(f"expected, and did not come: {error.describe()}")
    return problems


def matches(case, error, diagnostic):
    if os.path.basename(diagnostic["file"]) != case.path.name:
        return False
    if int(diagnostic["line"]) != error.line or error.text not in diagnostic["text"]:
        return False
    return not error.column or int(diagnostic["column"]) == error.column


def difference(expected, got):
    lines = list(difflib.unified_diff(expected, got, "expected", "got", lineterm="", n=2))
    if not lines and Counter(expected) == Counter(got):
        return "the same lines"
    return shorten("\n".join(lines))


def shorten(text, lines=40, columns=200):
    kept = [line[:columns] for line in text.rstrip("\n").split("\n")]
    if len(kept) > lines:
        kept = kept[:lines] + [f"… {len(kept) - lines} more lines"]
    return "\n".join(kept)
