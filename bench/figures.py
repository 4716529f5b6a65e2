# SPDX-License-Identifier: Apache-2.0
"""What is measured of Lithe beside the programs: reading and compiling, and the collector."""

import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

import peers

ROOT = Path(__file__).resolve().parent.parent
SMALL_RUNS = 15


def output_of(command):
    """Standard output, and the largest size of the process in bytes."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]}: exit code {process.returncode}")
    return text, usage.ru_maxrss * 1024


def figure(text, name):
    return int(re.search(rf"^{name}\s+(\d+)$", text, re.MULTILINE)[1])


def run_reading(lithe, rounds, runs):
    """Seconds for the texts of the programs that Lithe and Lua both have, as bytecode."""
    build = Path(lithe).resolve().parent.parent
    subprocess.run(["cmake", "--build", str(build), "--target", "bench_read_compile"],
                   capture_output=True, check=False)
    host, lua = build / "bench/bench_read_compile", peers.first_of("lua5.4")
    if not host.is_file() or not lua:
        return {}
    lua_texts = sorted((ROOT / "bench/programs").glob("*/*.lua"))
    lithe_texts = [text.with_suffix(".lt") for text in lua_texts]
    commands = {
        "lithe": [str(host), str(runs * 20), *map(str, lithe_texts)],
        "Lua 5.4": [lua, str(ROOT / "bench/reading/load.lua"), str(runs * 20),
                    *map(str, lua_texts)],
    }
    times = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(figure(output_of(command)[0], "time") / 1e9)
    return {name: statistics.median(values) for name, values in times.items()}


def run_collector(lithe):
    """{what: figure} of the programs in bench/collector. The small one collects the same way each
    time: where its longest pauses differ, the machine took the processor."""
    small_runs = [
        output_of([lithe, str(ROOT / "bench/collector/small_heap.lt")])[0] for _ in range(SMALL_RUNS)
    ]
    pauses = [figure(output, "longest-pause") / 1e9 for output in small_runs]
    sort, peak = output_of([lithe, str(ROOT / "bench/collector/sort.lt")])
    return {
        "small live": figure(small_runs[0], "most-live"),
        "small pause": statistics.median(pauses),
        "small pause, worst": max(pauses),
        "sort live": figure(sort, "most-live"),
        "sort peak": peak,
    }
