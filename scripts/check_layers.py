#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include against the layer table, cmake/layers.json.

Fails on: an include that the folder's row does not allow; a cycle, among folders or among
headers; LLVM headers outside a plugin folder; a library's header in a folder that is not linked
with it; <iostream>, <regex> or {fmt} in a header; thread_local outside src/sched; anything but
the public headers in cli/, include/ and tests/embed/.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {".hpp", ".cpp", ".def", ".inc", ".h"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
NOT_CODE = re.compile(
    r'R"(?P<tag>[^(\s]*)\((?:.|\n)*?\)(?P=tag)"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"'
)
THREAD_LOCAL = re.compile(r"\b(thread_local|__thread)\b")
# The first part of a system include, and the external library that it belongs to.
LIBRARY_HEADERS = [
    ("llvm/", "llvm"),
    ("llvm-c/", "llvm"),
    ("fmt/", "fmt"),
    ("absl/", "absl"),
    ("gmp.h", "gmp"),
    ("re2/", "re2"),
    ("utf8proc.h", "utf8proc"),
    ("histedit.h", "edit"),
    ("uv.h", "uv"),
    ("boost/context/", "boost_context"),
    ("CLI/", "cli11"),
]
NOT_IN_HEADERS = ("iostream", "regex", "fmt/")
MAY_KEEP_THREAD_LOCALS = "sched"


class Checker:
    def __init__(self, root):
        self.root = root
        table = json.loads((root / "cmake/layers.json").read_text())
        self.folders = table["folders"]
        self.problems = []
        self.header_graph = {}

    def problem(self, path, line, message):
        place = path.relative_to(self.root)
        self.problems.append(f"{place}:{line}: {message}")

    def files(self, folder):
        base = self.root / folder
        if not base.is_dir():
            return []
        return sorted(p for p in base.rglob("*") if p.suffix in SUFFIXES and p.is_file())

    def allowed(self, folder, path):
        row = self.folders[folder]
        names = list(row.get("may_include", []))
        if path.name.endswith(".test.cpp"):
            names += row.get("tests_may_include", [])
        return names

    def externals(self, folder, seen=None):
        """The libraries that the folder is linked with, through its row's folders too."""
        seen = set() if seen is None else seen
        if folder in seen or folder not in self.folders:
            return set()
        seen.add(folder)
        row = self.folders[folder]
        result = set(row.get("external", []))
        for name in row.get("may_include", []):
            lower = name.split("/")[0]
            if not self.folders.get(lower, {}).get("plugin"):
                result |= self.externals(lower, seen)
        return result

    def check_table(self):
        for folder, row in self.folders.items():
            for name in row.get("may_include", []) + row.get("tests_may_include", []):
                if name.split("/")[0] not in self.folders:
                    self.problems.append(
                        f"cmake/layers.json: {folder} may include {name}, which has no row"
                    )
        graph = {
            folder: [
                name.split("/")[0]
                for name in row.get("may_include", [])
                # A row that names one header of a plugin folder makes no link.
                if not self.folders.get(name.split("/")[0], {}).get("plugin")
            ]
            for folder, row in self.folders.items()
        }
        cycle = find_cycle(graph)
        if cycle:
            self.problems.append("cmake/layers.json: a cycle of folders: " + " -> ".join(cycle))

    def check_sources(self):
        source_root = self.root / "src"
        if not source_root.is_dir():
            return
        for path in self.files("src"):
            parts = path.relative_to(source_root).parts
            if len(parts) == 1:
                self.problem(path, 1, "a file stands in src/ itself; it belongs in a folder")
            elif parts[0] not in self.folders:
                self.problem(path, 1, f"the folder {parts[0]} has no row in cmake/layers.json")
            else:
                self.check_source(path, parts[0])
        cycle = find_cycle(self.header_graph)
        if cycle:
            self.problems.append("src/: a cycle of headers: " + " -> ".join(cycle))

    def check_source(self, path, folder):
        text = path.read_text(errors="replace")
        is_header = path.suffix != ".cpp"
        key = str(path.relative_to(self.root / "src"))
        self.header_graph[key] = []
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            style, name = match.groups()
            if style == "<":
                self.check_system_include(path, line, folder, name, is_header)
            else:
                self.check_own_include(path, line, folder, name)
                if (self.root / "src" / name).is_file():
                    self.header_graph[key].append(name)
        if folder != MAY_KEEP_THREAD_LOCALS:
            code = blank_out(text)
            for match in THREAD_LOCAL.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                self.problem(
                    path,
                    line,
                    f"{match.group()} outside src/sched: a process may move to another thread",
                )

    def check_system_include(self, path, line, folder, name, is_header):
        if name.startswith("lithe/"):
            self.check_own_include(path, line, folder, name)
            return
        for prefix, library in LIBRARY_HEADERS:
            if not name.startswith(prefix):
                continue
            if library == "llvm" and not self.folders[folder].get("plugin"):
                self.problem(path, line, f"<{name}>: LLVM headers appear only in src/native")
            elif library not in self.externals(folder):
                self.problem(
                    path,
                    line,
                    f"<{name}>: {folder} is not linked with {library};"
                    f' list it under "external" in cmake/layers.json',
                )
        if is_header and name.startswith(NOT_IN_HEADERS):
            self.problem(path, line, f"<{name}> in a header: it slows every build; use a .cpp file")

    def check_own_include(self, path, line, folder, name):
        if name.startswith("lithe/"):
            if not self.folders[folder].get("public_headers"):
                self.problem(path, line, f'"{name}": only src/api includes the public headers')
            return
        target = name.split("/")[0]
        if "/" not in name:
            self.problem(path, line, f'"{name}": write the path from src/, "{folder}/{name}"')
        elif target not in self.folders:
            self.problem(path, line, f'"{name}": no folder {target} in cmake/layers.json')
        elif not (self.root / "src" / name).is_file():
            self.problem(path, line, f'"{name}": there is no such file')
        elif target != folder:
            allowed = self.allowed(folder, path)
            if target in allowed or name in allowed:
                return
            narrow = [item for item in allowed if item.startswith(target + "/")]
            may = ", ".join(sorted(allowed)) or "nothing of ours"
            reason = f"of {target} only {', '.join(narrow)}" if narrow else f"it may include {may}"
            self.problem(path, line, f'"{name}": not allowed in {folder}: {reason}')

    def check_public(self, folder, what):
        """Files over the public API: their own neighbours, lithe/ and libraries."""
        for path in self.files(folder):
            text = path.read_text(errors="replace")
            for match in INCLUDE.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                name = match.group(2)
                if name.startswith("lithe/"):
                    if not (self.root / "include" / name).is_file():
                        self.problem(path, line, f'"{name}": there is no such public header')
                    continue
                if match.group(1) == '"' and (path.parent / name).is_file():
                    continue
                if match.group(1) == '"' or name.split("/")[0] in self.folders:
                    self.problem(path, line, f'"{name}": {what} includes only lithe/ headers')
                elif name.startswith(("llvm", "uv.h")):
                    self.problem(path, line, f"<{name}>: not in {what}")

    def run(self):
        self.check_table()
        self.check_sources()
        self.check_public("cli", "the command")
        self.check_public("tests/embed", "a host program")
        self.check_public("include", "a public header")
        return self.problems


def blank_out(text):
    """The text with comments and strings replaced by blanks; lines stay where they are."""
    return NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def find_cycle(graph):
    """A cycle of a graph {node: [node]} as a list that begins and ends alike, or None."""
    done = set()
    for start in graph:
        if start in done:
            continue
        path, on_path = [start], {start}
        branches = [iter(graph[start])]
        while branches:
            following = next(branches[-1], None)
            if following is None:
                branches.pop()
                node = path.pop()
                on_path.discard(node)
                done.add(node)
            elif following in on_path:
                return path[path.index(following) :] + [following]
            elif following not in done and following in graph:
                path.append(following)
                on_path.add(following)
                branches.append(iter(graph[following]))
    return None


def main():
    checker = Checker(ROOT)
    problems = checker.run()
    for problem in problems:
        print(problem)
    count = len(checker.header_graph)
    print(f"layers: {count} files, {len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
