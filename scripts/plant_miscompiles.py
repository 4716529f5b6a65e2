#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the test: does random_tiers find a mistake in the compiler?

For each row of tests/fuzz/miscompiles.json the compiler's plugin is built with that mistake, from a
changed copy of one file beside the objects of the release build, and random_tiers runs over it
until it finds something or has run so many programs. Nothing in the source tree changes.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
PLANTED = BUILD / "planted"


def build_commands():
    """The commands that make the plugin, a line each; the last one links it."""
    command = ["ninja", "-C", str(BUILD), "-t", "commands", "lithe-native"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")


def run(command):
    done = subprocess.run(command, shell=True, cwd=BUILD, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"plant_miscompiles.py: cannot build:\n{done.stdout}{done.stderr}")


def build_plugin(row):
    """The plugin with one mistake in it."""
    source = ROOT / row["file"]
    text = source.read_text()
    if text.count(row["old"]) != 1:
        sys.exit(f"plant_miscompiles.py: {row['file']} has not one place for: {row['what']}")
    PLANTED.mkdir(exist_ok=True)
    changed, made = PLANTED / source.name, PLANTED / "changed.o"
    changed.write_text(text.replace(row["old"], row["new"]))
    commands = [line for line in build_commands() if line]
    compiling = next(line for line in commands if line.endswith(f"-c {source}"))
    compiled = re.search(r" -o (\S+)", compiling).group(1)
    # Unused now, perhaps: the mistake is in what it does.
    run(compiling.replace(f"-c {source}", f"-Wno-unused -c {changed}").replace(
        f"-o {compiled}", f"-o {made}"))
    plugin = PLANTED / "planted.so"
    linking = commands[-1]
    if compiled in linking:
        linking = linking.replace(compiled, str(made))
    else:  # it comes out of an archive, from which nothing is taken that is there already
        linking = linking.replace(" archives/", f" {made} archives/", 1)
    run(re.sub(r" -o \S+", f" -o {plugin}", linking))
    return plugin


def found_after(plugin, programs, seed):
    """Seconds until random_tiers found it; None if it did not."""
    environment = {**os.environ, "LITHE_FUZZ_PLUGIN": str(plugin)}
    begin = time.monotonic()
    command = [str(BUILD / "fuzz/random_tiers"), f"{programs}x", str(seed)]
    with (PLANTED / "log").open("w") as log:
        code = subprocess.run(command, env=environment, stdout=log, stderr=log).returncode
    return time.monotonic() - begin if code else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=500, help="for each mistake")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="those whose text contains this")
    arguments = parser.parse_args()
    rows = json.loads((ROOT / "tests/fuzz/miscompiles.json").read_text())["planted"]
    rows = [row for row in rows if not arguments.only or arguments.only in row["what"]]
    found = 0
    for row in rows:
        seconds = found_after(build_plugin(row), arguments.programs, arguments.seed)
        found += seconds is not None
        verdict = "NOT FOUND" if seconds is None else f"found in {seconds:.0f} s"
        print(f"{verdict}: {row['what']}", flush=True)
    print(f"{found} of {len(rows)} found")
    return 0 if found == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
