# SPDX-License-Identifier: Apache-2.0
"""The results of the benchmarks as text: the figures, their means, and what small forms cost."""

import math
import os
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import peers
from figures import SMALL_RUNS

COLUMNS = ("lithe", "lithe --jit=off", *(name for name, _, _ in peers.PEERS))
WAYS = (
    ("read", "read to result"),
    ("call", "called by the host"),
    ("compiled", "alone, compiled"),
    ("interpreted", "alone, interpreted"),
)


@dataclass
class More:
    """What is measured beside the programs; empty: it was not."""
    forms: dict = field(default_factory=dict)      # run.py, run_forms
    reading: dict = field(default_factory=dict)    # figures.py
    collector: dict = field(default_factory=dict)  # figures.py


def shown(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def ratios(rows, ours, theirs):
    """What `ours` takes in relation to `theirs`, for each benchmark that both have."""
    return {name: times[ours] / times[theirs] for name, times in rows
            if name != "start-up" and ours in times and theirs in times}


def table_of(rows):
    """The times of lithe, and those of the others with what lithe takes in relation to them."""
    columns = [name for name in COLUMNS if any(name in times for _, times in rows)]
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, times in rows:
        cells = []
        for column in columns:
            if column not in times:
                cells.append("–")
            elif column == "lithe":
                cells.append(shown(times[column]))
            else:
                cells.append(f"{shown(times[column])} ({times['lithe'] / times[column]:.2f}x)")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def means_of(rows):
    """The geometric means of the ratios, for each peer."""
    lines = ["| in relation to | programs | lithe | lithe --jit=off |", "|---|---|---|---|"]
    for peer in COLUMNS[2:]:
        compiled, interpreted = ratios(rows, "lithe", peer), ratios(rows, "lithe --jit=off", peer)
        if compiled:
            lines.append(f"| {peer} | {len(compiled)} | {geometric_mean(compiled.values()):.2f}x |"
                         f" {geometric_mean(interpreted.values()):.2f}x |")
    return "\n".join(lines)


def headline_of(rows):
    """The two figures that are watched."""
    interpreted, compiled = ratios(rows, "lithe --jit=off", "Lua 5.4"), ratios(rows, "lithe", "C")
    lines = []
    if interpreted:
        lines.append(f"- The interpreter takes {geometric_mean(interpreted.values()):.2f} times as"
                     " long as Lua 5.4 (wanted: at most 1.0).")
    if compiled:
        lines.append(f"- Compiled code takes {geometric_mean(compiled.values()):.2f} times as long"
                     " as C.")
    return "\n".join(lines)


def forms_of(forms):
    """Small forms, one line each."""
    lines = ["| form | " + " | ".join(title for _, title in WAYS) + " |",
             "|---" * (len(WAYS) + 1) + "|"]
    for name, ways in forms.items():
        cells = [shown(ways[way] / 1e9) if way in ways else "–" for way, _ in WAYS]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def reading_of(reading):
    ours, theirs = reading["lithe"], reading["Lua 5.4"]
    return (f"The texts of the programs that both have, read and compiled to bytecode: lithe"
            f" {shown(ours)}, Lua 5.4 {shown(theirs)}. Lithe has {theirs / ours:.2f} of Lua's speed"
            " (wanted: at least 0.4).")


def collector_of(figures):
    live, peak = figures["sort live"], figures["sort peak"]
    return "\n".join([
        f"- A list of 10^7 integers built, sorted and dropped: {live / 1e6:.0f} MB alive at most,"
        f" the process {peak / 1e6:.0f} MB at its largest, {peak / live:.2f} times that (wanted:"
        " below 3).",
        f"- The longest collection of a process with {figures['small live'] / 1e3:.0f} KB alive:"
        f" {shown(figures['small pause'])}, the median of {SMALL_RUNS} runs; in the worst of them"
        f" {shown(figures['small pause, worst'])} (wanted: below 1 ms).",
    ])


def machine():
    model = "unknown"
    cpu = Path("/proc/cpuinfo")
    if cpu.is_file():
        model = next((line.split(":")[1].strip() for line in cpu.read_text().split("\n")
                      if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores"


def text_of(rows, more, arguments):
    day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    parts = [
        "# Lithe beside its peers",
        f"{day}, {machine()}. Best of {arguments.runs} runs in a process, median of"
        f" {arguments.rounds} rounds; in brackets what lithe takes in relation to that column"
        " (below 1: lithe is faster). [How it is measured](../../docs/benchmarks.md).",
    ]
    if arguments.shared:
        parts.append("The machine was shared with other work, so the times themselves say little;"
                     " the ratios of one line were measured in turn.")
    missing = [name for name in COLUMNS[2:] if not any(name in times for _, times in rows)]
    if rows and missing:
        parts.append(f"Not measured (not installed, or left out): {', '.join(missing)}.")
    if rows:
        parts += [headline_of(rows), "![Ratios of the times](latest.svg)",
                  "## Times", table_of(rows), "## Geometric means", means_of(rows)]
    if more.forms:
        parts += ["## Small forms",
                  "`nil` is the least there is: what entering the runtime, or the loop around the"
                  " form, takes by itself.", forms_of(more.forms)]
    if more.reading:
        parts += ["## Reading and compiling", reading_of(more.reading)]
    if more.collector:
        parts += ["## The collector", collector_of(more.collector)]
    return "\n\n".join(part for part in parts if part) + "\n"
