# SPDX-License-Identifier: Apache-2.0
"""A test file and what it expects."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from suite import forms, texts

MARK = re.compile(
    r";+[ ]*(?P<kind>=>|prints:|error(?:@(?:\d+:)?\d+)?:|note:|stderr:|exit:|flags:|args:|env:"
    r"|timeout:|stdin:|text-file:|skip-mode|only-mode|(?:virtual-clock|unordered|script)(?=\s*(?:;|$)))[ ]?"
)


@dataclass
class ExpectedError:
    line: int
    column: int
    text: str

    def describe(self):
        column = f":{self.column}" if self.column else ""
        return f"line {self.line}{column}: error: {self.text}"


@dataclass
class Case:
    path: Path
    name: str
    forms: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    prints: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    stderr: list = field(default_factory=list)
    exit: int | None = None
    flags: list = field(default_factory=list)
    args: list = field(default_factory=list)
    env: dict = field(default_factory=dict)
    stdin: str = ""
    text_file: int = 0
    timeout: float = 10.0
    virtual_clock: bool = False
    unordered: bool = False
    script: bool = False
    out: str | None = None
    skip_modes: dict = field(default_factory=dict)
    only_modes: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    @property
    def comparable(self):
        return not self.unordered

    @property
    def shows_values(self):
        return not self.script and self.out is None

    def skips(self, mode):
        """Why this test is not run in `mode`, or None."""
        if mode.name in self.skip_modes:
            return self.skip_modes[mode.name]
        if self.only_modes and mode.name not in self.only_modes:
            return "for mode " + ", ".join(self.only_modes)
        return mode.skips(self.name)


def program_of_page(text):
    """A page's ```lisp blocks as one program, its other lines blank: line numbers stay."""
    lines, inside = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside and line.rstrip() == "```lisp"
            line = ""
        lines.append(line if inside else "")
    return "\n".join(lines)


def load(path, root, scratch):
    """The test in a file; a page's program is written into the folder `scratch` to be run."""
    name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    # A test may hold bytes that are no UTF-8; line numbers survive this reading.
    text = path.read_bytes().decode("utf-8", errors="replace")
    folder = path.parent
    page = path.suffix == ".md"
    if page:
        text = program_of_page(text)
        path = Path(scratch) / (name.strip("/").replace("/", "-") + ".lt")
        path.write_text(text)
    case = Case(path=path, name=name)
    if page and "(import " in text:
        # What the page imports stands beside it.
        case.flags += ["-I", str(folder)]
    case.forms = forms.top_level_forms(text)
    for number, line in enumerate(text.split("\n"), 1):
        marks = list(MARK.finditer(line))
        alone = bool(marks) and not line[: marks[0].start()].strip()
        for index, mark in enumerate(marks):
            end = marks[index + 1].start() if index + 1 < len(marks) else len(line)
            add_mark(case, number, mark.group("kind"), line[mark.end() : end], alone)
    read_neighbours(case)
    if case.text_file:
        case.args.append(str(texts.text_file(Path(scratch), case.text_file)))
    expects = (case.values, case.prints, case.errors, case.stderr)
    if case.out is None and not any(expects) and case.exit is None:
        case.problems.append("the file expects nothing, so it cannot fail")
    if case.values and not case.shows_values:
        case.problems.append("`; =>` needs a run that shows values; this one is a script")
    return case


def read_neighbours(case):
    for suffix in ("out", "args", "stdin"):
        beside = case.path.with_suffix("." + suffix)
        if beside.is_file():
            content = beside.read_bytes().decode("utf-8", errors="replace")
            setattr(case, suffix, shlex.split(content) if suffix == "args" else content)


def add_mark(case, line, kind, text, alone):
    trimmed = text.strip()
    if kind == "=>":
        add_value(case, line, trimmed)
    elif kind == "prints:":
        case.prints.append(text.rstrip())
    elif kind.startswith("error"):
        place = [int(part) for part in re.findall(r"\d+", kind)]
        column = place[-1] if place else 0
        where = line
        if len(place) == 2:
            where = place[0]
        elif alone:
            where = next((last for _, last in reversed(case.forms) if last <= line), line)
        case.errors.append(ExpectedError(where, column, trimmed))
    elif kind in ("note:", "stderr:"):
        {"note:": case.notes, "stderr:": case.stderr}[kind].append(trimmed)
    elif kind == "exit:":
        case.exit = int(trimmed)
    elif kind == "text-file:":
        case.text_file = int(trimmed)
    elif kind == "timeout:":
        case.timeout = float(trimmed)
    elif kind in ("flags:", "args:"):
        {"flags:": case.flags, "args:": case.args}[kind].extend(shlex.split(trimmed))
    elif kind == "env:":
        name, _, value = trimmed.partition("=")
        case.env[name] = value
    elif kind == "stdin:":
        case.stdin += text + "\n"
    elif kind == "virtual-clock":
        case.virtual_clock = True
    elif kind in ("unordered", "script"):
        setattr(case, kind, True)
    else:
        add_mode_rule(case, line, kind, trimmed)


def add_mode_rule(case, line, kind, text):
    name, _, reason = text.partition(":")
    if not reason.strip():
        case.problems.append(f"line {line}: {kind} {name} gives no reason")
    rules = case.skip_modes if kind == "skip-mode" else case.only_modes
    rules[name.strip()] = reason.strip()


def add_value(case, line, value):
    """The value belongs to the last form that ends on this line, or else before it."""
    best = None
    for index, (_, last) in enumerate(case.forms):
        if last <= line:
            best = index
    if best is None:
        case.problems.append(f"line {line}: no form ends here, so it has no value")
    elif best in case.values:
        case.problems.append(f"line {line}: a second value for one form")
    else:
        case.values[best] = (line, value)
