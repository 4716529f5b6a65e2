#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the documents still speak of what is there.

In docs/internals/*.md every backquoted path (`src/vm/run.cpp`, `heap/roots.hpp`) and symbol
(`vm::Frame`, `heap::Heap::collect`, `make_pair()`) resolves; NAME in one stands for any name.
In every *.md of the repository each relative link and its #anchor resolves.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE_SUFFIXES = {".hpp", ".cpp", ".def", ".inc", ".py", ".lt", ".cmake"}
CODE_FOLDERS = ("src", "include", "cli", "lib", "scripts", "tests", "cmake", "bench")
FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
PATH = re.compile(r"^[\w.+-]+(?:/[\w.+-]+)*/?$")
FILE_SUFFIX = re.compile(r"\.(hpp|cpp|def|inc|h|py|lt|json|md|cmake|txt|sh)$")
SYMBOL = re.compile(r"^~?[A-Za-z_]\w*(?:::~?[A-Za-z_]\w*)+(?:\(\))?$")
CALL = re.compile(r"^[a-z_]\w*\(\)$")
FOREIGN = ("std::", "llvm::", "absl::", "fmt::", "boost::", "testing::")


def tracked_documents():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        return sorted(ROOT / name for name in listed.stdout.split("\n") if name)
    return sorted(p for p in ROOT.rglob("*.md") if "build" not in p.parts)


def blank_fences(text):
    return FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


class Words:
    """The identifiers of the code, by folder of src/ and in all."""

    def __init__(self):
        self.by_folder = {}
        self.all = set()
        for folder in CODE_FOLDERS:
            for path in (ROOT / folder).rglob("*"):
                if path.suffix not in CODE_SUFFIXES or not path.is_file():
                    continue
                words = set(re.findall(r"[A-Za-z_]\w*", path.read_text(errors="replace")))
                self.all |= words
                parts = path.relative_to(ROOT).parts
                if parts[0] == "src" and len(parts) > 2:
                    self.by_folder.setdefault(parts[1], set()).update(words)

    def has(self, symbol):
        names = [name.lstrip("~") for name in symbol.rstrip("()").split("::")]
        if names[0] == "lithe" and len(names) > 1:
            names = names[1:]
        if names[0] in self.by_folder and len(names) > 1:
            return all(name in self.by_folder[names[0]] for name in names[1:])
        return all(name in self.all for name in names)


def looks_like_path(text):
    if not PATH.match(text) or "/" not in text and not FILE_SUFFIX.search(text):
        return False
    first = text.split("/")[0]
    return bool(FILE_SUFFIX.search(text)) or (
        text.endswith("/") and first in (*CODE_FOLDERS, "docs", "examples")
    )


def path_exists(text, document):
    candidates = [ROOT / text, ROOT / "src" / text, document.parent / text]
    if document.parent.name == "internals":
        candidates.append(ROOT / "src" / document.stem / text)
    if any(candidate.exists() for candidate in candidates):
        return True
    return "/" not in text and any((ROOT / "src").rglob(text))


def anchors_of(path):
    result = set()
    for line in blank_fences(path.read_text(errors="replace")).split("\n"):
        heading = re.match(r"#+\s+(.*?)\s*#*$", line)
        if heading:
            text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
            result.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
    return result


def check_links(document, text, report):
    for match in LINK.finditer(text):
        target = match.group(1)
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists():
            report(match.start(), f"the link {target} leads nowhere")
        elif anchor and path.suffix == ".md" and anchor not in anchors_of(path):
            report(match.start(), f"{path.name} has no heading #{anchor}")


def check_spans(document, text, words, report):
    for match in SPAN.finditer(text):
        span = match.group(1).strip()
        if "NAME" in span:
            continue  # a pattern, not a path
        if looks_like_path(span):
            if not path_exists(span, document):
                report(match.start(), f"there is no file `{span}`")
        elif SYMBOL.match(span) or CALL.match(span):
            if not span.startswith(FOREIGN) and not words.has(span):
                report(match.start(), f"the code has no `{span}`")


def main():
    problems, documents = [], tracked_documents()
    words = Words()
    for document in documents:
        if not document.is_file():
            continue
        text = blank_fences(document.read_text(errors="replace"))
        place = document.relative_to(ROOT)

        def report(position, message, text=text, place=place):
            line = text.count("\n", 0, position) + 1
            problems.append(f"{place}:{line}: {message}")

        check_links(document, text, report)
        if place.parts[:2] == ("docs", "internals"):
            check_spans(document, text, words, report)
    for problem in problems:
        print(problem)
    print(f"docs: {len(documents)} documents, {len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
