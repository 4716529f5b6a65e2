#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the budgets of files and functions.

A file of src/, cli/, lib/ or include/ has at most 800 lines. A C++ function has at most 100
lines, unless scripts/size_exceptions.json gives a reason for it, as
{"src/vm/run.cpp": {"run_loop": "why"}}. `--report` prints the distribution and the largest ones.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "cli", "lib", "include")
SUFFIXES = {".hpp", ".cpp", ".def", ".inc", ".lt"}
FILE_LINES = 800
FUNCTION_LINES = 100
SHARE_LIMITS = ((0.90, 25), (0.99, 60))
NOT_CODE = re.compile(
    r'R"(?P<tag>[^(\s]*)\((?:.|\n)*?\)(?P=tag)"'
    r"|//[^\n]*|/\*(?:.|\n)*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.[^']*|[^'\\\n])'"
    r"|^[ \t]*#(?:[^\n\\]|\\(?:.|\n))*",
    re.MULTILINE,
)
CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
INITIALIZER_LIST = re.compile(r"\)\s*(?:noexcept(?:\([^()]*\))?)?\s*:(?!:)")
FUNCTION_NAME = re.compile(r"(~?[\w:]+|operator\s*[^\s\w(]+|operator\s*\(\))\s*\(")


def blank_out(text):
    return NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def closing_brace(code, start):
    depth = 0
    for index in range(start, len(code)):
        if code[index] == "{":
            depth += 1
        elif code[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return len(code) - 1


def brace_kind(head):
    """What a brace after this text opens, at namespace or class scope."""
    bare = re.sub(r"<[^<>{};]*>", "", head)
    if "(" in head and INITIALIZER_LIST.search(head):
        return "initializer" if re.search(r"[\w>]\s*$", head) else "function"
    if re.search(r"=\s*$", bare) or re.search(r"(?<![=!<>])=[^=(]*$", bare.split("(")[0]):
        return "data"
    if "(" in head and not re.match(r"\s*(namespace|enum|extern\s*$)", head):
        before = head.split("(")[0]
        if not re.search(r"\b(alignas|decltype)\s*$", before):
            return "function"
    return "container" if CONTAINER.search(bare) else "data"


def functions_of(text):
    """The functions of a C++ text as (name, first line, lines)."""
    code = blank_out(text)
    result = []
    index, head_start, depth_of_parens = 0, 0, 0
    while index < len(code):
        character = code[index]
        if character in "()":
            depth_of_parens += 1 if character == "(" else -1
        elif character == ";" and depth_of_parens <= 0:
            head_start = index + 1
        elif character == "}":
            head_start, depth_of_parens = index + 1, 0
        elif character == "{":
            head = code[head_start:index]
            if depth_of_parens > 0:
                index = closing_brace(code, index)
            else:
                kind = brace_kind(head)
                if kind == "container":
                    head_start = index + 1
                elif kind == "function":
                    end = closing_brace(code, index)
                    start = head_start + len(head) - len(head.lstrip())
                    found = FUNCTION_NAME.search(head)
                    name = found.group(1) if found else "?"
                    first = code.count("\n", 0, start) + 1
                    result.append((name, first, code.count("\n", start, end) + 1))
                    index, head_start = end, end + 1
                else:
                    index = closing_brace(code, index)
        index += 1
    return result


def share(lengths, part):
    return sorted(lengths)[min(len(lengths) - 1, int(len(lengths) * part))] if lengths else 0


def main():
    exceptions_file = ROOT / "scripts/size_exceptions.json"
    exceptions = json.loads(exceptions_file.read_text())
    used, problems, functions, files = set(), [], [], 0
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            files += 1
            place = str(path.relative_to(ROOT))
            text = path.read_text(errors="replace")
            lines = text.count("\n") + (not text.endswith("\n"))
            if lines > FILE_LINES:
                problems.append(f"{place}: {lines} lines; a file has at most {FILE_LINES}")
            if path.suffix == ".lt":
                continue
            for name, first, length in functions_of(text):
                functions.append((length, f"{place}:{first}", name))
                if length <= FUNCTION_LINES:
                    continue
                if name in exceptions.get(place, {}):
                    used.add((place, name))
                else:
                    problems.append(
                        f"{place}:{first}: {name} has {length} lines; over {FUNCTION_LINES} needs"
                        f" a reason in scripts/size_exceptions.json"
                    )
    for place, names in exceptions.items():
        for name in names:
            if (place, name) not in used:
                problems.append(
                    f"scripts/size_exceptions.json: {place}: {name} needs no exception"
                )
    for problem in problems:
        print(problem)
    lengths = [length for length, _, _ in functions]
    for part, limit in SHARE_LIMITS:
        if share(lengths, part) > limit:
            print(
                f"warning: {part:.0%} of the functions should have at most {limit} lines,"
                f" and have {share(lengths, part)}",
                file=sys.stderr,
            )
    if "--report" in sys.argv:
        for length, place, name in sorted(functions, reverse=True)[:25]:
            print(f"{length:5} {place} {name}")
    print(
        f"sizes: {files} files, {len(functions)} functions (p90 {share(lengths, 0.9)},"
        f" p99 {share(lengths, 0.99)} lines), {len(problems)} problems",
        file=sys.stderr,
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
