#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows the manual's pages as a reader would, each in an empty folder, block by block:

  ```lisp NAME.lt   is a file: it is written
  ```console        a line `$ command` is run by bash, with lithe on its path; the lines below it are
                    what it must print (standard output and errors together) up to the next `$`;
                    `…` in a line stands for anything, and alone on a line for any lines

Other blocks are not its business: tests/run.py runs those that begin with ```lisp alone. The last
line of the output is "N passed, N failed".
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands_of(text):
    """[(command, expected output)] of a console block."""
    result = []
    for line in text.split("\n"):
        if line.startswith("$ "):
            result.append((line[2:], []))
        elif result:
            result[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"a console block begins with `$ command`, not with {line!r}")
    return [(command, "\n".join(lines).rstrip("\n")) for command, lines in result]


def fits(expected, got):
    pattern = "".join(
        "(?:.*\n)*?" if line == "…" else ".*?".join(map(re.escape, line.split("…"))) + "\n"
        for line in expected.split("\n")
    )
    return re.fullmatch(pattern, got.rstrip("\n") + "\n") is not None


def shown(page):
    return page.relative_to(ROOT) if page.is_relative_to(ROOT) else page.name


def follow(page, lithe):
    """(number of commands, list of what was wrong)"""
    count, problems = 0, []
    environment = {**os.environ, "PATH": f"{lithe.parent}:{os.environ['PATH']}", "NO_COLOR": "1"}
    with tempfile.TemporaryDirectory() as folder:
        text = page.read_text()
        for block in BLOCK.finditer(text):
            kind, name, body = block.groups()
            line = text.count("\n", 0, block.start()) + 1
            if kind == "lisp" and name and name.endswith(".lt"):
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body)
            elif kind == "console":
                for command, expected in commands_of(body):
                    count += 1
                    done = subprocess.run(
                        ["timeout", "20", "bash", "-c", command],
                        cwd=folder,
                        env=environment,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT,
                        text=True,
                        errors="replace",
                    )
                    if not fits(expected, done.stdout):
                        problems.append(
                            f"{shown(page)}:{line}: $ {command}\n"
                            f"  expected\n{expected}\n  got\n{done.stdout}"
                        )
    return count, problems


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", help="default: all of docs/manual/")
    parser.add_argument("--lithe", default="build/release/bin/lithe")
    arguments = parser.parse_args()
    lithe = Path(arguments.lithe).resolve()
    if not lithe.is_file():
        sys.exit(f"pages.py: there is no {lithe}; build it first (./dev build)")
    pages = [Path(page).resolve() for page in arguments.pages]
    passed = failed = 0
    for page in pages or sorted((ROOT / "docs/manual").glob("*.md")):
        count, problems = follow(page, lithe)
        passed, failed = passed + count - len(problems), failed + len(problems)
        for problem in problems:
            print(f"FAILED {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
