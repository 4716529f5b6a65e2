#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py --build FOLDER --compiler CXX: installs a build into a temporary folder, moves it, builds
the host beside this file against it by find_package, and runs the host and the command from elsewhere.
Checks the manual page against `lithe --help`, too."""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLAG = re.compile(r"(?<![\w-])(--?[A-Za-z][A-Za-z-]*)")


def run(*command, cwd=None):
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def expect(given, wanted, what):
    if given != wanted:
        sys.exit(f"{what} gave\n{given}\nand not\n{wanted}")


def check_page(prefix):
    page = (prefix / "share/man/man1/lithe.1").read_text().replace("\\-", "-")
    helped = set(FLAG.findall(run(prefix / "bin/lithe", "--help")))
    described = set(FLAG.findall(re.sub(r'^\.\\".*$', "", page, flags=re.MULTILINE)))
    for tool in ("test", "bench"):
        described -= set(FLAG.findall(run(prefix / "bin/lithe", tool, "--help"))) - helped
    if helped != described:
        sys.exit(
            f"lithe --help and lithe(1) do not have the same flags; only in help: "
            f"{sorted(helped - described)}, only in the page: {sorted(described - helped)}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--compiler", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        run("cmake", "--install", arguments.build, "--prefix", folder / "first")
        prefix = folder / "moved here"
        (folder / "first").rename(prefix)
        command = prefix / "bin/lithe"
        expect(run(command, "-e", "(+ 1 2)", cwd="/"), "=> 3\n", "the command")
        text = '(say (string/upper "ä") (regex/test "caat" "a+"))'
        expect(run(command, "--jit=eager", "-e", text, cwd="/").split("\n")[0], "Ä true", "a plugin")
        check_page(prefix)
        build = folder / "host"
        run(
            "cmake", "-S", HERE, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={arguments.compiler}", "-DCMAKE_BUILD_TYPE=Release",
        )  # fmt: skip
        run("cmake", "--build", build)
        wanted = '(6765 (1 2 3) ("a" "b"))\ncompiled by lithe '
        given = run(build / "host", cwd="/")
        expect(given[: len(wanted)], wanted, "the host")
    print("install: all checks passed")


main()
