# SPDX-License-Identifier: Apache-2.0
"""The ratios of the benchmarks as a picture: a panel for each peer, a bar for each program.

A bar starts at 1 and goes left where lithe takes less time than the peer, right where it takes
more; the scale is logarithmic. Colours come from style rules, with other ones where the reader
prefers a dark page; nothing is painted behind."""

import math
from xml.sax.saxutils import escape

import report

PANELS = tuple(("lithe", peer) for peer in report.COLUMNS[2:]) + (("lithe --jit=off", "Lua 5.4"),)
ACROSS = 3
LABELS, WIDTH, BAR, HEAD = 112, 190, 15, 46
LOWEST, HIGHEST = 1 / 32, 32
STYLE = """
  text { font: 11px sans-serif; fill: #24292f; }
  .title { font-weight: bold; font-size: 13px; }
  .label, .value { font-size: 10px; }
  .line { stroke: #d0d7de; stroke-width: 1; }
  .one { stroke: #57606a; stroke-width: 1.5; }
  .faster { fill: #2da44e; }
  .slower { fill: #d4762c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .line { stroke: #3d444d; }
    .one { stroke: #9198a1; }
    .faster { fill: #3fb950; }
    .slower { fill: #e08a45; }
  }
"""


def place(ratio):
    """The horizontal place of a ratio within a panel."""
    share = math.log(ratio / LOWEST) / math.log(HIGHEST / LOWEST)
    return LABELS + WIDTH * min(1.0, max(0.0, share))


def text(x, y, words, kind="label", anchor="start"):
    return (f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
            f"{escape(words)}</text>")


def axis(bottom):
    """Lines at the powers of four, with their names above."""
    parts = []
    for power in range(-4, 5, 2):
        x = place(2.0 ** power)
        kind = "one" if power == 0 else "line"
        name = str(2 ** power) if power >= 0 else f"1/{2 ** -power}"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" y1="{HEAD}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(text(x, HEAD - 4, name, anchor="middle"))
    return parts


def bar(name, ratio, y):
    start, end = sorted((place(1.0), place(ratio)))
    kind = "faster" if ratio < 1 else "slower"
    # The figure stands on the other side of the line, where no bar is.
    figure_x, anchor = (place(1.0) + 4, "start") if ratio < 1 else (place(1.0) - 4, "end")
    return [
        text(LABELS - 6, y + BAR - 5, name, anchor="end"),
        f'<rect class="{kind}" x="{start:.1f}" y="{y + 2}" width="{max(end - start, 1):.1f}"'
        f' height="{BAR - 4}"><title>{escape(name)}: {ratio:.2f}</title></rect>',
        text(figure_x, y + BAR - 5, f"{ratio:.2f}", "value", anchor),
    ]


def panel(rows, ours, theirs, left, top):
    values = report.ratios(rows, ours, theirs)
    entries = [*values.items(), ("geometric mean", report.geometric_mean(values.values()))]
    parts = [f'<g transform="translate({left},{top})">',
             text(LABELS, 16, f"{ours} / {theirs}", "title")]
    parts += axis(HEAD + BAR * len(entries))
    for at, (name, ratio) in enumerate(entries):
        parts += bar(name, ratio, HEAD + BAR * at)
    return [*parts, "</g>"]


def svg_of(rows):
    panels = [pair for pair in PANELS if report.ratios(rows, *pair)]
    height = HEAD + BAR * (len(rows) + 2)
    across, down = ACROSS, math.ceil(len(panels) / ACROSS)
    width, total = (LABELS + WIDTH + 24) * across, 28 + height * down
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" role="img">',
        f"<style>{STYLE}</style>",
        text(8, 18, "Time of lithe in relation to its peers, logarithmic:"
             " to the left of 1 lithe is faster", "title"),
    ]
    for at, (ours, theirs) in enumerate(panels):
        left, top = (at % across) * (LABELS + WIDTH + 24), 28 + (at // across) * height
        parts += panel(rows, ours, theirs, left, top)
    return "\n".join([*parts, "</svg>"]) + "\n"
