# SPDX-License-Identifier: Apache-2.0
"""The modes of the suite: small files of flags and environment in tests/modes/."""

import fnmatch
import json
import sys
from dataclasses import dataclass, field

KEYS = {"about", "flags", "env", "quick", "seeds", "twice", "time_scale", "only", "skip", "order"}


@dataclass
class Mode:
    """One way to run every test. `seeds` > 0 runs each test once a seed (twice if `twice`)."""

    name: str
    about: str = ""
    flags: list = field(default_factory=list)
    env: dict = field(default_factory=dict)
    quick: bool = False
    seeds: int = 0
    twice: bool = False
    time_scale: float = 1.0
    only: list = field(default_factory=list)
    skip: dict = field(default_factory=dict)
    order: int = 100

    def skips(self, path):
        """Why this mode leaves the test at `path` (from the repository root) out, or None."""
        for pattern, reason in self.skip.items():
            if fnmatch.fnmatch(path, pattern):
                return reason
        if self.only and not any(fnmatch.fnmatch(path, pattern) for pattern in self.only):
            return "this mode is about other tests"
        return None


def load(folder, arguments):
    """The modes that the command line asks for, in their order."""
    found = {}
    for path in folder.glob("*.json"):
        row = json.loads(path.read_text())
        unknown = set(row) - KEYS
        if unknown:
            sys.exit(f"run.py: {path.name} has unknown keys: {', '.join(sorted(unknown))}")
        found[path.stem] = Mode(name=path.stem, **row)
    names = sorted(found, key=lambda name: (found[name].order, name))
    if arguments.mode:
        names = [name for text in arguments.mode for name in text.split(",")]
        for name in names:
            if name not in found:
                sys.exit(f"run.py: no mode {name}; there are {', '.join(sorted(found))}")
    elif arguments.quick:
        names = [name for name in names if found[name].quick]
    elif arguments.slow:
        names = [name for name in names if not found[name].quick]
    chosen = [found[name] for name in names]
    for mode in chosen:
        if mode.seeds and arguments.seeds:
            mode.seeds = arguments.seeds
    return chosen
