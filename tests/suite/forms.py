# SPDX-License-Identifier: Apache-2.0
"""Where the top-level forms of a Lithe text begin and end; no more of the syntax than that."""

import re

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<line_comment>;[^\n]*)
      | (?P<block_open>\#\|)
      | (?P<drop>\#;)
      | (?P<string>"(?:\\.|[^"\\])*"?)
      | (?P<prefix>['`]|,@?)
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])
      | (?P<atom>[^\s()\[\]{}"';,`]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def end_of_block(text, position):
    """The end of the nested comment that opens at `position`."""
    depth = 0
    for mark in re.compile(r"#\||\|#").finditer(text, position):
        depth += 1 if mark.group() == "#|" else -1
        if depth == 0:
            return mark.end()
    return len(text)


def top_level_forms(text):
    """The (first line, last line) of each top-level form, comments and dropped data left out."""
    forms, depth, start, drops = [], 0, None, 0
    position, length = 0, len(text)
    if text.startswith("#!"):
        position = text.find("\n") if "\n" in text else length
    line, counted = 1, 0
    while position < length:
        token = TOKEN.match(text, position)
        kind, end = token.lastgroup, token.end()
        if kind == "block_open":
            end = end_of_block(text, position)
        line += text.count("\n", counted, position)
        counted = position
        if kind == "drop" and depth == 0 and start is None:
            drops += 1
        elif kind in ("prefix", "open", "string", "atom", "close"):
            start = line if start is None else start
            depth += {"open": 1, "close": -1}.get(kind, 0)
            if depth <= 0 and kind != "prefix":
                depth = 0
                if drops:
                    drops -= 1
                else:
                    forms.append((start, line + text.count("\n", position, end)))
                start = None
        position = end
    if start is not None:
        forms.append((start, line))
    return forms
