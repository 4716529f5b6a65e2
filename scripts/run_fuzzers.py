#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs fuzz targets, two at a time: first their kept cases, then new ones for a while.

Target NAME_fuzz reads its seeds from tests/fuzz/corpus/NAME/ and its dictionary from
tests/fuzz/NAME.dict; what it finds new is kept in build/fuzz/corpus/NAME/, and an input that
fails in build/fuzz/findings/. A finding that is fixed moves into the seeds. Target random_NAME is
NAME_fuzz in the release build, without libFuzzer: it runs random bytes from a seed of its own.
docs/internals/fuzzing.md has the tally.
"""

import argparse
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/fuzz"


# An input that takes longer is a finding. A made program is run three times for up to 3 s, and
# compiling cannot be stopped; all of it under sanitizers, on machines that do other things.
TIMEOUT_S = 60
# Targets that share another one's dictionary.
DICTIONARIES = {"evaluator": "compiler", "formatter": "reader"}


def program_of(target):
    build = ROOT / "build/release" if target.startswith("random_") else BUILD
    return build / "fuzz" / target


def command_of(target, seconds):
    findings = BUILD / "findings"
    if target.startswith("random_"):
        kept = findings / target
        kept.mkdir(parents=True, exist_ok=True)
        return [str(program_of(target)), str(seconds), str(random.randrange(10**9)), str(kept)]
    name = target.removesuffix("_fuzz")
    grown = BUILD / "corpus" / name
    grown.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    command = [str(program_of(target)), f"-max_total_time={seconds}", f"-timeout={TIMEOUT_S}"]
    command += ["-rss_limit_mb=3072", f"-artifact_prefix={findings}/{name}-", str(grown)]
    seeds = ROOT / "tests/fuzz/corpus" / name
    if seeds.is_dir():
        command.append(str(seeds))
    dictionary = ROOT / f"tests/fuzz/{DICTIONARIES.get(name, name)}.dict"
    if dictionary.is_file():
        command.append(f"-dict={dictionary}")
    return command


def run(target, seconds):
    command = command_of(target, seconds)
    log = BUILD / f"{target}.log"
    with log.open("w") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
    text = log.read_text(errors="replace")
    done = re.search(r"Done (\d+) runs in (\d+) second", text)
    if code == 0 and done:
        print(f"{target}: {done.group(1)} inputs in {done.group(2)} s, nothing found", flush=True)
        return True
    tail = "\n".join(line[:200] for line in text.rstrip().split("\n")[-60:])
    seed = re.search(r"^(?:INFO: )?seed:? \d+", text, re.IGNORECASE | re.MULTILINE)
    print(f"{tail}\n{target}: FAILED (exit {code}, {seed[0] if seed else 'no seed'})", flush=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("targets", nargs="+")
    arguments = parser.parse_args()
    for target in arguments.targets:
        if not program_of(target).is_file():
            sys.exit(f"run_fuzzers.py: there is no fuzz target {target}")
    with ThreadPoolExecutor(max_workers=arguments.jobs) as pool:
        results = list(pool.map(lambda name: run(name, arguments.seconds), arguments.targets))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
