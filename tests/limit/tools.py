# SPDX-License-Identifier: Apache-2.0
"""The commands that work on program texts."""

from pathlib import Path

from bench import Failure, expect

ROOT = Path(__file__).resolve().parent.parent.parent


def fmt_rewrites_files_and_says_which(bench):
    folder = bench.folder / "src"
    folder.mkdir()
    wrong, right = folder / "wrong.lt", folder / "right.lt"
    wrong.write_text("(def f (x)\n(+ x 1) )\n")
    right.write_text("(def g (x)\n  (+ x 1))\n")
    expect(bench.run("fmt", "--check", "src"), 1, b"src/wrong.lt\n")
    if wrong.read_text() != "(def f (x)\n(+ x 1) )\n":
        raise Failure("--check has changed a file")
    expect(bench.run("fmt", "src"), 0, b"src/wrong.lt\n")
    if wrong.read_text() != "(def f (x)\n  (+ x 1))\n":
        raise Failure(f"it became {wrong.read_text()!r}")
    expect(bench.run("fmt", "src"), 0, b"")
    if sorted(path.name for path in folder.iterdir()) != ["right.lt", "wrong.lt"]:
        raise Failure("it left a file behind")


def fmt_filters_standard_input(bench):
    expect(bench.run("fmt", "-", stdin=b"(a\nb )"), 0, b"(a\n  b)\n")


def fmt_leaves_alone_what_is_not_well_formed(bench):
    path = bench.folder / "broken.lt"
    path.write_text("(def f (x)\n(+ x 1)\n")
    expect(bench.run("fmt", "broken.lt"), 1, b"", "broken.lt:1:1: error:")
    if path.read_text() != "(def f (x)\n(+ x 1)\n":
        raise Failure("it has changed the file")


def fmt_explains_wrong_usage(bench):
    expect(bench.run("fmt"), 2, b"", "usage: lithe fmt")
    expect(bench.run("fmt", "--nonsense", "."), 2, b"", "there is no flag --nonsense")
    expect(bench.run("fmt", "not-there.lt"), 1, b"", "cannot read not-there.lt")


def the_projects_own_programs_are_formatted(bench):
    folders = [str(ROOT / folder) for folder in ("lib", "examples", "bench/programs")]
    expect(bench.run("fmt", "--check", *folders), 0, b"")


CASES = [
    fmt_rewrites_files_and_says_which,
    fmt_filters_standard_input,
    fmt_leaves_alone_what_is_not_well_formed,
    fmt_explains_wrong_usage,
    the_projects_own_programs_are_formatted,
]
