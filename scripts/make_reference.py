#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the reference, docs/manual/reference/: a page for each namespace, one for the names without
a namespace, one for the special forms, and an index of all names.

Where each part of a page comes from:
  names, arguments, effects, doc lines   the tables src/primitives/*.def, src/syntax/special_forms.def
  the same of the library                lib/*.lt; effects from the command, which infers them
  macros of lithe test and lithe bench   cli/*.lt
  order, headings, introduction, examples   docs/manual/examples/PAGE.lt, where
      ;;; text        is the introduction
      ;;;; text       is a heading
      ;; NAME         begins the examples of a name; they go on to the next such line
      ;; NAME, not run: why   the same, but the tests do not run them
The examples are run where they end up: tests/run.py takes the pages as tests. A name without an
example is an error, so is an example without a name, and a name such as `list/gone` in the text of
the manual that nothing has. --check says what is out of date instead of writing it.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("docs/manual/reference")
EXAMPLES = Path("docs/manual/examples")
LITERAL = r'"((?:[^"\\]|\\.)*)"'
PRIMITIVE = re.compile(
    rf"^LITHE_PRIMITIVE\((\w+), {LITERAL}, (\d+), (\w+), (\w+), (\w+), (\w+), {LITERAL}\)$"
)
ALIAS = re.compile(rf"^LITHE_PRIMITIVE_ALIAS\((\w+), {LITERAL}\)$")
ELSEWHERE = re.compile(rf"^LITHE_NAME_ELSEWHERE\({LITERAL}, {LITERAL}\)$")
LITERALS = ("true", "false", "nil")
FORM = re.compile(rf"^LITHE_FORM\((\w+), {LITERAL}\)$")
PREDEFINED = re.compile(rf"^LITHE_NAME\((\w+), {LITERAL}\)$")
AS_ITS_ARGUMENT = re.compile(r"and is as that is; apart from that it is (pure|sync|async)")
EFFECT = re.compile(r" is (pure|sync|async)\b")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"``.+?``|`[^`\n]+`")
NAME = re.compile(r"(?<![\w./-])[a-z0-9]+/[a-z0-9>!?*-]+")
NOT_RUN = re.compile(r"^(.*\S), not run: (.+)$")


class Problem(Exception):
    """What is wrong with the sources of the reference, with its place."""


@dataclass
class Entry:
    name: str
    doc: str
    takes: tuple = ()  # least and most arguments (None: any number); empty: a form or a constant
    effect: str = ""
    aliases: list = field(default_factory=list)
    place: str = ""

    def signature_and_text(self):
        """("(f x), (f x y)", "=> what it gives")"""
        end = end_of_calls(self.doc)
        return self.doc[:end], self.doc[end:].lstrip()


def unescaped(literal):
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), literal)


def end_of_calls(doc):
    """Where the calls that a doc line begins with end."""
    if not doc.startswith("("):
        return doc.index(" ")
    at, depth, text = 0, 0, False
    while at < len(doc):
        letter = doc[at]
        if letter == '"':
            text = not text
        elif not text and letter in "([{":
            depth += 1
        elif not text and letter in ")]}":
            depth -= 1
            if depth == 0 and not doc.startswith(", (", at + 1):
                return at + 1
        at += 1
    raise Problem(f"the calls in the doc line {doc!r} do not end")


def most_shown(signature):
    """The most arguments in calls such as `(f x), (f {:a 1} y)`; None if there is a `…`."""
    depth, counts = 0, []
    for word in re.findall(r'"[^"]*"|[(\[{]|[)\]}]|[^\s()\[\]{},"]+', signature):
        if word in "([{":
            counts += [-1] if depth == 0 else []
            depth += 1
            counts[-1] += depth == 2
        elif word in ")]}":
            depth -= 1
        elif depth == 1:
            counts[-1] += 1
            if word == "…":
                return None
    return max(counts)


def count_of(least, most):
    """`most` is None for any number."""
    def plural(n, word="argument"):
        return f"{n} {word}{'' if n == 1 else 's'}"

    if most is None:
        return f"{plural(least)} or more" if least else "any number of arguments"
    if least == most:
        return plural(least) if least else "no arguments"
    return f"{least} {'or' if most == least + 1 else 'to'} {plural(most)}"


# --- reading the tables ---------------------------------------------------------------------------


def rows_of(path, pattern):
    """(place, match) for each row; a line that looks like a row and is none is a Problem."""
    macro = pattern.pattern[1:].split("\\(")[0]
    for number, line in enumerate((ROOT / path).read_text().split("\n"), 1):
        if line.startswith(macro + "("):
            match = pattern.match(line)
            if not match:
                raise Problem(f"{path}:{number}: this row cannot be read: {line}")
            yield f"{path}:{number}", match


def read_primitives():
    entries, by_identifier = [], {}
    topics = re.findall(r'#include "(.*?)"', (ROOT / "src/primitives/all.def").read_text())
    for topic in topics:
        for place, row in rows_of(Path("src") / topic, PRIMITIVE):
            name = unescaped(row[2])
            if name.startswith("%") and len(name) > 1:
                continue
            constant = row[7] == "constant"
            most = None if row[4] == "any_number" else int(row[4])
            entry = Entry(name, unescaped(row[8]), place=place, effect=row[5])
            entry.takes = () if constant else (int(row[3]), most)
            entries.append(entry)
            by_identifier[row[1]] = entry
    for place, row in rows_of("src/primitives/aliases.def", ALIAS):
        if row[1] not in by_identifier:
            raise Problem(f"{place}: no builtin has the identifier {row[1]}")
        by_identifier[row[1]].aliases.append(unescaped(row[2]))
    return entries


def read_forms():
    names = {row[1]: unescaped(row[2])
             for _, row in rows_of("src/base/predefined_names.def", PREDEFINED)}
    return [Entry(names[row[1]], unescaped(row[2]), place=place)
            for place, row in rows_of("src/syntax/special_forms.def", FORM)]


def parameter_count(text):
    """What a parameter list such as `(f (b 1) . rest) …` takes, as (least, most)."""
    depth, words, word = 0, [], ""
    for letter in text:
        if letter == "(":
            depth += 1
            if depth == 2:
                words.append("(optional)")
        elif letter == ")":
            depth -= 1
        if depth == 1 and letter not in "()" and not letter.isspace():
            word += letter
        elif word:
            words.append(word)
            word = ""
        if depth == 0:
            break
    rest = "." in words
    if rest:
        words = words[: words.index(".")]
    optional = words.count("(optional)")
    return len(words) - optional, None if rest else len(words)


def read_definitions(paths, word):
    """What files define by `(def name (…) …)` or `(defmacro …)`, with the comments above."""
    entries = []
    for path in sorted(paths):
        lines, comment = path.read_text().split("\n"), []
        for number, line in enumerate(lines, 1):
            if line.startswith(";;"):
                comment.append(line[2:].strip())
                continue
            definition = re.match(rf"\({word} (\S+) ", line)
            if definition and not definition[1].startswith("%"):
                name, place = definition[1], f"{path.relative_to(ROOT)}:{number}"
                if not comment or not comment[0].startswith(f"({name}"):
                    raise Problem(f"{place}: the comment above {name} does not begin with a call of it")
                rest = "\n".join(lines[number - 1 :])[definition.end() :]
                entry = Entry(name, " ".join(comment), place=place)
                if word == "def":
                    entry.takes = parameter_count(rest)
                entries.append(entry)
            comment = []
    return entries


def infer_effects(entries, lithe):
    """Fills in the effects of library functions: the command explains each."""
    program = "".join(
        f"(say (list/head (string/lines (explain {entry.name}))))\n" for entry in entries
    )
    done = subprocess.run([lithe, "-"], input=program, capture_output=True, text=True, timeout=60)
    lines = done.stdout.split("\n")
    if done.returncode != 0 or len(lines) != len(entries) + 1:
        raise Problem(f"{lithe} could not explain the library:\n{done.stderr}")
    for entry, line in zip(entries, lines):
        as_argument, alone = AS_ITS_ARGUMENT.search(line), EFFECT.search(line)
        if not alone:
            raise Problem(f"{lithe} explains {entry.name} in words that are not known here: {line}")
        entry.effect = alone[1]
        if as_argument and as_argument[1] != "async":
            also = "" if as_argument[1] == "pure" else f"{as_argument[1]}, and "
            entry.effect = f"{also}as the function that it gets"


# --- reading the examples -------------------------------------------------------------------------


@dataclass
class Section:
    """What an examples file says: a heading (`name` empty), or the examples of a name."""

    heading: str = ""
    name: str = ""
    not_run: str = ""
    lines: list = field(default_factory=list)
    place: str = ""


def read_examples(path):
    introduction, sections = [], []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        place = f"{path.relative_to(ROOT)}:{number}"
        if line.startswith(";;;; "):
            sections.append(Section(heading=line[5:], place=place))
        elif line.startswith(";;;"):
            introduction.append(line[4:])
        elif line.startswith(";; "):
            name, why = line[3:].strip(), ""
            if not_run := NOT_RUN.match(name):
                name, why = not_run.groups()
            sections.append(Section(name=name, not_run=why, place=place))
        elif line.strip() or (sections and sections[-1].lines):
            if not sections or not sections[-1].name:
                raise Problem(f"{place}: an example stands below a line `;; NAME`")
            sections[-1].lines.append(line)
    for section in sections:
        while section.lines and not section.lines[-1].strip():
            section.lines.pop()
        if section.name and not section.lines:
            raise Problem(f"{section.place}: {section.name} has no example")
    return introduction, sections


# --- writing pages --------------------------------------------------------------------------------


def namespace_of(name):
    before, slash, after = name.partition("/")
    return before if slash and before and after else ""


def page_of(entry):
    """The page on which a builtin or library function stands."""
    space = namespace_of(entry.name)
    if not space and any(namespace_of(alias) == "process" for alias in entry.aliases):
        return "process"
    return space or "core"


def slug(name):
    return re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")


def escaped(text):
    """Text that Markdown shows as it is, but for what stands in backquotes."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(
        piece if piece.startswith("`") and piece.endswith("`") and len(piece) > 2
        else re.sub(r"([\\*_<\[\]`])", r"\\\1", piece)
        for piece in pieces
    )


def code(text):
    """A code span, also of text with backquotes in it."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def entry_lines(entry, section):
    signature, text = entry.signature_and_text()
    between = "" if text.startswith(",") else " "
    lines = [f"### {escaped(entry.name)}", f"{code(signature)}{between}{escaped(text)}", ""]
    facts = [f"*{entry.effect}*"] if entry.effect else []
    if entry.takes:
        facts.append(count_of(*entry.takes))
    elif entry.effect:
        facts.append("a constant")
    if entry.aliases:
        facts.append("also " + ", ".join(code(alias) for alias in entry.aliases))
    if facts:
        lines += ["; ".join(facts), ""]
    if section.not_run:
        lines += [f"Not run by the tests: {section.not_run}.", ""]
    return lines + ["```lisp no-run" if section.not_run else "```lisp", *section.lines, "```", ""]


HEAD = [
    "<!-- Made by ./dev docs from the tables of builtins, the library and docs/manual/examples/. -->"
]


def page_lines(page, introduction, sections, entries, elsewhere):
    title = {"core": "Names without a namespace", "forms": "Special forms"}.get(page, f"{page}/")
    lines = [*HEAD, f"# {title}", "", *introduction, ""]
    for section in sections:
        if section.heading:
            lines += [f"## {section.heading}", ""]
        else:
            lines += entry_lines(entries[section.name], section)
    if elsewhere:
        lines += ["## Other spellings", ""]
        lines += [f"- {code(alias)} is {code(entry.name)} ([{page_of(entry)}]({page_of(entry)}.md))"
                  for alias, entry in elsewhere]
        lines += [""]
    return lines


def index_lines(pages, entries_by_page):
    lines = [*HEAD, "# Reference", "",
             "Every name of the language and of its library, from the same tables as `(doc name)`: how it is",
             "called, what it gives, its [effect](../effects.md), how many arguments it takes, and examples,",
             "which are tests. `(apropos \"text\")` finds names in a dialogue.", "",
             "| page | names |", "|---|---|"]
    for page in pages:
        anchors = [slug(name) for name in entries_by_page[page]]
        names = " ".join(
            # What has no letters, or looks like another one without its marks, has no anchor.
            f"[{code(name)}]({page}.md#{anchor})"
            if re.search(r"[a-z]", anchor) and anchors.count(anchor) == 1
            else code(name)
            for name, anchor in zip(entries_by_page[page], anchors)
        )
        lines.append(f"| [{page}]({page}.md) | {names} |")
    return [*lines, ""]


def entries_by_page(lithe):
    builtins = read_primitives()
    library = read_definitions((ROOT / "lib").glob("*.lt"), "def")
    infer_effects(library, lithe)
    # What `lithe test` and `lithe bench` define beside the forms.
    macros = read_definitions((ROOT / "cli").glob("*.lt"), "defmacro")
    by_page = {"forms": {entry.name: entry for entry in read_forms() + macros}}
    for entry in builtins + library:
        names = by_page.setdefault(page_of(entry), {})
        if entry.name in names:
            raise Problem(f"{entry.place}: {entry.name} is at {names[entry.name].place} too")
        names[entry.name] = entry
    return by_page


def problems_of(page, entries, sections):
    """What keeps a page from having each name once."""
    shown = [section.name for section in sections if section.name]
    for section in sections:
        if section.name and section.name not in entries:
            yield f"{section.place}: {page}/ has no {section.name}"
        elif shown.count(section.name) > 1:
            yield f"{section.place}: {section.name} stands here twice"
    for name, entry in entries.items():
        if entry.takes and most_shown(entry.signature_and_text()[0]) != entry.takes[1]:
            yield f"{entry.place}: it takes {count_of(*entry.takes)}, other than {entry.doc}"
        if name not in shown:
            yield f"{entry.place}: {name} has no example in {EXAMPLES}/{page}.lt: {entry.doc}"


def misleading_names(known):
    """Rows of the table of names in other languages that name nothing."""
    for place, row in rows_of("src/primitives/names_elsewhere.def", ELSEWHERE):
        for name in unescaped(row[2]).split():
            if name not in known and name not in LITERALS:
                yield f"{place}: nothing is called {name} here"


def unknown_mentions(known):
    """Names such as `list/map` in the text of the manual that nothing has."""
    spaces = {namespace_of(name) for name in known} - {""}
    for path in sorted((ROOT / "docs/manual").glob("*.md")):
        text = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), path.read_text())
        for span in CODE.finditer(text):
            for name in NAME.findall(span[0]):
                if namespace_of(name) in spaces and name not in known:
                    line = text.count("\n", 0, span.start()) + 1
                    yield f"{path.relative_to(ROOT)}:{line}: nothing is called {name}"


def make_pages(lithe):
    """{path relative to the root: text}"""
    by_page, result, order = entries_by_page(lithe), {}, {}
    everything = [entry for entries in by_page.values() for entry in entries.values()]
    known = {name for entry in everything for name in (entry.name, *entry.aliases)}
    problems = [*misleading_names(known), *unknown_mentions(known)]
    pages = sorted(by_page, key=lambda page: (page != "forms", page != "core", page))
    for path in sorted((ROOT / EXAMPLES).glob("*.lt")):
        if path.stem not in by_page:
            problems.append(f"{path.relative_to(ROOT)}: there is no namespace {path.stem}/")
    for page in pages:
        entries, path = by_page[page], ROOT / EXAMPLES / f"{page}.lt"
        introduction, sections = read_examples(path) if path.is_file() else ([], [])
        problems += problems_of(page, entries, sections)
        elsewhere = [(alias, entry) for entry in everything for alias in entry.aliases
                     if namespace_of(alias) == page and page_of(entry) != page]
        if not problems:
            order[page] = [section.name for section in sections if section.name]
            lines = page_lines(page, introduction, sections, entries, elsewhere)
            result[PAGES / f"{page}.md"] = lines
    if problems:
        raise Problem("\n".join(problems))
    result[PAGES / "README.md"] = index_lines(pages, order)
    return {path: re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) for path, lines in result.items()}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is old")
    parser.add_argument("--lithe", default=str(ROOT / "build/release/bin/lithe"))
    arguments = parser.parse_args()
    if not Path(arguments.lithe).is_file():
        sys.exit(f"make_reference.py: there is no {arguments.lithe}; build it first (./dev build)")
    try:
        pages = make_pages(arguments.lithe)
    except Problem as problem:
        sys.exit(f"{problem}\nmake_reference.py: nothing was written")
    there = {path.relative_to(ROOT) for path in (ROOT / PAGES).glob("*.md")}
    old = [path for path, text in pages.items()
           if path not in there or (ROOT / path).read_text() != text]
    gone = sorted(there - set(pages))
    if arguments.check:
        for path in [*old, *gone]:
            print(f"{path} is not what ./dev docs makes of its sources; run it and commit the result")
    else:
        (ROOT / PAGES).mkdir(parents=True, exist_ok=True)
        for path in old:
            (ROOT / path).write_text(pages[path])
        for path in gone:
            (ROOT / path).unlink()
    print(f"reference: {len(pages)} pages, {len(old) + len(gone)} out of date", file=sys.stderr)
    return 1 if arguments.check and (old or gone) else 0


if __name__ == "__main__":
    sys.exit(main())
