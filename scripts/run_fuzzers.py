#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs fuzz targets, two at a time: first their kept cases, then new ones for a while.

Target NAME_fuzz reads its seeds from tests/fuzz/corpus/NAME/ and its dictionary from
tests/fuzz/NAME.dict; what it finds new is kept in build/fuzz/corpus/NAME/, and an input that
fails in build/fuzz/findings/. A finding that is fixed moves into the seeds.
"""

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/fuzz"


def run(target, seconds):
    name = target.removesuffix("_fuzz")
    grown, findings = BUILD / "corpus" / name, BUILD / "findings"
    grown.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    command = [str(BUILD / "fuzz" / target), f"-max_total_time={seconds}", "-timeout=25"]
    command += ["-rss_limit_mb=3072", f"-artifact_prefix={findings}/{name}-", str(grown)]
    seeds = ROOT / "tests/fuzz/corpus" / name
    if seeds.is_dir():
        command.append(str(seeds))
    dictionaries = [ROOT / f"tests/fuzz/{name}.dict", seeds / f"{name}.dict"]
    command += [f"-dict={path}" for path in dictionaries if path.is_file()][:1]
    log = BUILD / f"{target}.log"
    with log.open("w") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
    text = log.read_text(errors="replace")
    done = re.search(r"Done (\d+) runs in (\d+) second", text)
    if code == 0 and done:
        print(f"{target}: {done.group(1)} inputs in {done.group(2)} s, nothing found", flush=True)
        return True
    tail = "\n".join(line[:200] for line in text.rstrip().split("\n")[-60:])
    print(f"{target}: FAILED (exit {code})\n{tail}", flush=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("targets", nargs="+")
    arguments = parser.parse_args()
    for target in arguments.targets:
        if not (BUILD / "fuzz" / target).is_file():
            sys.exit(f"run_fuzzers.py: there is no fuzz target {target}")
    with ThreadPoolExecutor(max_workers=arguments.jobs) as pool:
        results = list(pool.map(lambda name: run(name, arguments.seconds), arguments.targets))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
