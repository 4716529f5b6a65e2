#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the language-suite runner against a scripted command."""

import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS))

import pages  # noqa: E402
from suite.forms import top_level_forms  # noqa: E402

# Obeys the lines `;;out TEXT`, `;;err TEXT`, `;;eager TEXT` (out, if compiled eagerly),
# `;;seed TEXT` (out, with the seed), `;;count` (a trace hash that differs from run to run),
# `;;exit N`, `;;sleep N`, `;;input` (echoes stdin) of its script.
FAKE = f"#!{sys.executable}\n" + """\
import os, sys, time
words = [word for word in sys.argv[1:] if not word.startswith("-")]
seed = os.environ.get("LITHE_SCHED", "")
code = 0
for line in open(words[0], encoding="utf-8"):
    order, _, text = line.rstrip("\\n").partition(" ")
    if order == ";;out": print(text)
    if order == ";;err": print(text, file=sys.stderr)
    if order == ";;eager" and "--jit=eager" in sys.argv: print(text)
    if order == ";;seed" and seed: print(text, seed)
    if order == ";;count":
        with open(words[0] + ".runs", "a") as runs: runs.write("x")
        print("trace-hash:", os.path.getsize(words[0] + ".runs"), file=sys.stderr)
    if order == ";;hash" and seed: print("trace-hash: 7", file=sys.stderr)
    if order == ";;args": print(" ".join(words[1:]))
    if order == ";;input": print(sys.stdin.read(), end="")
    if order == ";;sleep": time.sleep(float(text))
    if order == ";;exit": code = int(text)
sys.exit(code)
"""


class RunnerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.lithe = self.root / "lithe"
        self.lithe.write_text(FAKE)
        self.lithe.chmod(0o755)

    def run_suite(self, text, *arguments, neighbours=()):
        (self.root / "a.lt").write_text(textwrap.dedent(text))
        for suffix, content in neighbours:
            (self.root / f"a.{suffix}").write_text(content)
        mode = [] if "--mode" in arguments else ["--mode", "default"]
        done = subprocess.run(
            [sys.executable, str(TESTS / "run.py"), "--lithe", str(self.lithe)]
            + [*mode, *arguments, str(self.root / "a.lt")],
            capture_output=True,
            text=True,
        )
        self.output = done.stdout + done.stderr
        return done.stdout.rstrip().split("\n")[-1], done.returncode

    def assert_passes(self, text, *arguments, **neighbours):
        result = self.run_suite(text, *arguments, **neighbours)
        self.assertEqual(result, ("1 passed, 0 failed", 0), self.output)

    def assert_fails(self, message, text, *arguments, **neighbours):
        result = self.run_suite(text, *arguments, **neighbours)
        self.assertEqual(result[1], 1, self.output)
        self.assertTrue(result[0].endswith(" 1 failed"), self.output)
        self.assertIn(message, self.output)

    def test_values_belong_to_forms(self):
        text = """\
            (def x
              1)  ; => 1
            (say 2) (list 3)  ; => (3)
            ;;out => 1
            ;;out => nil
            ;;out => {value}
            """
        self.assert_passes(text.format(value="(3)"))
        self.assert_fails("expected (3)", text.format(value="(4)"))
        self.assertIn("got      (4)", self.output)

    def test_a_missing_value_fails(self):
        self.assert_fails("2 forms should show a value, 1 did", "1 ; => 1\n2\n;;out => 1\n")

    def test_prints_are_complete_and_ordered(self):
        good = ";;out a\n;;out b\n;;out => nil\n(f) ; prints: a ; prints: b ; => nil\n"
        self.assert_passes(good)
        self.assert_fails("+c", good + ";;out c\n")
        self.assert_fails("printed lines", good.replace("out a", "out z"))
        swapped = good.replace("out a", "out z").replace("out b", "out a").replace("out z", "out b")
        self.assert_fails("printed lines", swapped)
        self.assert_passes("; unordered\n" + swapped)

    def test_errors_have_a_place(self):
        text = """\
            (f)  ; error{at}: no f
            ;;err a.lt:{place}: error: there is no f here
            ;;err   note: did you mean g?
            ; note: {note}
            ;;exit 1
            """
        self.assert_passes(text.format(at="", place="1:2", note="mean g"))
        self.assert_passes(text.format(at="@2", place="1:2", note="mean g"))
        self.assert_fails("did not come", text.format(at="", place="2:2", note="mean g"))
        self.assert_fails("did not come", text.format(at="@3", place="1:2", note="mean g"))
        self.assert_fails("no note contains", text.format(at="", place="1:2", note="mean h"))

    def test_an_unexpected_error_fails(self):
        text = "1 ; => 1\n;;out => 1\n;;err a.lt:1:1: error: no\n"
        self.assert_fails("unexpected: a.lt:1:1", text)

    def test_exit_codes_and_signals(self):
        self.assert_passes("; exit: 3\n;;exit 3\n")
        self.assert_fails("exit code: expected 3, got 0", "; exit: 3\n")
        self.assert_fails("exit code: expected 0, got 2", "1 ; => 1\n;;out => 1\n;;exit 2\n")

    def test_a_test_that_expects_nothing_fails(self):
        self.assert_fails("expects nothing", "(f)\n")

    def test_time_limit(self):
        self.assert_fails("time limit", "; timeout: 0.3\n1 ; => 1\n;;sleep 20\n")

    def test_sanitizer_reports_fail(self):
        self.assert_fails(
            "AddressSanitizer", "1 ; => 1\n;;out => 1\n;;err ==1==ERROR: AddressSanitizer: x\n"
        )

    def test_modes_must_agree(self):
        text = "1\n; stderr: x\n;;err x\n;;out => 1\n"
        self.assertEqual(self.run_suite(text, "--mode", "interpreted,eager")[1], 0, self.output)
        differing = "(f)\n; stderr: x\n;;err x\n;;out => {0}\n"
        (self.root / "lithe").write_text(
            FAKE.replace(
                'if order == ";;out": print(text)',
                'if order == ";;out": print(text + ("!" if "--jit=eager" in sys.argv else ""))',
            )
        )
        result = self.run_suite(differing, "--mode", "interpreted,eager")
        self.assertEqual(result, ("1 passed, 1 failed", 1), self.output)
        self.assertIn("prints otherwise than in mode interpreted", self.output)

    def test_skips_need_a_reason(self):
        self.assert_fails("gives no reason", "; skip-mode eager\n1 ; => 1\n;;out => 1\n")
        text = "; skip-mode eager: slow\n1 ; => 1\n;;out => 1\n"
        self.assert_passes(text, "--mode", "default,eager")
        self.assertEqual(self.run_suite(text, "--mode", "eager"), ("0 passed, 0 failed", 1))

    def test_seeds_repeat_themselves(self):
        self.assert_passes("1 ; => 1\n;;out => 1\n;;hash\n", "--mode", "seeds", "--seeds", "2")
        self.assert_fails(
            "seed 1 run twice", "1 ; => 1\n;;out => 1\n;;count\n", "--mode", "seeds"
        )
        self.assert_fails("no line `trace-hash", "1 ; => 1\n;;out => 1\n", "--mode", "seeds")
        text = "(f)\n; stderr: trace\n;;hash\n;;seed =>\n"
        self.assert_fails("seed 2 prints otherwise than seed 1", text, "--mode", "seeds")

    def test_pages(self):
        page = self.root / "page.md"
        page.write_text("# A page\n```lisp\n(f)  ; => 1\n;;out => 1\n```\n`(g)`\n```lisp\n2\n```\n")
        self.assertIn("2 forms should show a value, 1 did", self.run_path(page))
        page.write_text(page.read_text() + "```\n;;out => 3\n```\n")
        self.assertIn("2 forms should show a value, 1 did", self.run_path(page))
        page.write_text(page.read_text() + "```lisp\n;;out => 3\n```\n")
        self.assertIn("1 passed, 0 failed", self.run_path(page))

    def run_path(self, path):
        command = [sys.executable, str(TESTS / "run.py"), "--lithe", str(self.lithe)]
        done = subprocess.run(
            [*command, "--mode", "default", str(path)], capture_output=True, text=True
        )
        return done.stdout

    def test_neighbour_files(self):
        self.assert_passes(
            ";;args\n;;input\n",
            neighbours=[("out", "one two\nline\n"), ("args", "one two\n"), ("stdin", "line\n")],
        )
        self.assert_fails("stdout:", ";;out other\n", neighbours=[("out", "this\n")])


class PagesTest(unittest.TestCase):
    def follow(self, text):
        with tempfile.TemporaryDirectory() as folder:
            lithe = Path(folder) / "lithe"
            lithe.write_text("#!/bin/sh\ncat $1; echo done >&2\n")
            lithe.chmod(0o755)
            page = Path(folder) / "page.md"
            page.write_text(text)
            return pages.follow(page, lithe)

    def test_files_and_commands(self):
        text = "Words.\n```lisp a.lt\n(say 1)\n```\n```lisp\n(no file)\n```\n"
        text += "```console\n$ lithe a.lt\n(say 1)\ndone\n$ ls\na.lt\n```\n"
        self.assertEqual(self.follow(text), (2, []))

    def test_what_is_wrong_is_told(self):
        count, problems = self.follow("Text\n\n```console\n$ echo a\nb\n$ false\n```\n")
        self.assertEqual((count, len(problems)), (2, 1))
        self.assertIn("page.md:3: $ echo a", problems[0])

    def test_dots_stand_for_anything(self):
        self.assertTrue(pages.fits("a … c\n…\nd", "a b c\nx\ny\nd\n"))
        self.assertTrue(pages.fits("…\nd", "d\n"))
        self.assertFalse(pages.fits("a … c", "a b c\nmore\n"))
        self.assertFalse(pages.fits("", "something\n"))
        self.assertTrue(pages.fits("", ""))


class FormsTest(unittest.TestCase):
    def test_extents(self):
        for text, expected in [
            ("1 2\n(a\n b)", [(1, 1), (1, 1), (2, 3)]),
            ("; c\n#| x #| y |# (\n|# 'a", [(3, 3)]),
            ("#;(a b) c\n#; #; 1 2 3", [(1, 1), (2, 2)]),
            ('"a\n(b" [1 {2 3}]', [(1, 2), (2, 2)]),
            ("#!/usr/bin/lithe\n`(a ,@b)", [(2, 2)]),
            ("'\na\n)", [(1, 2), (3, 3)]),
            ("(a", [(1, 1)]),
        ]:
            self.assertEqual(top_level_forms(text), expected, text)


if __name__ == "__main__":
    unittest.main()
