#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the checking scripts: each must find what it is there to find."""

import json
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import check_docs  # noqa: E402
import check_layers  # noqa: E402
import check_sizes  # noqa: E402
import make_reference  # noqa: E402
import run_checks  # noqa: E402

TABLE = {
    "folders": {
        "base": {"may_include": [], "external": ["fmt"]},
        "vm": {"may_include": ["base"]},
        "builtins": {"may_include": ["base", "vm/native.hpp"], "tests_may_include": ["vm"]},
        "native": {"may_include": ["base"], "external": ["llvm"], "plugin": True},
    }
}


def file_name(key):
    """`src__vm__x_TEST_CPP` names src/vm/x.test.cpp."""
    name = key.replace("__", "/").replace("_TEST", ".test")
    return name.replace("_CPP", ".cpp").replace("_HPP", ".hpp")


class LayersTest(unittest.TestCase):
    def check(self, table=None, **files):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "cmake").mkdir()
            (root / "cmake/layers.json").write_text(json.dumps(table or TABLE))
            present = {"src/base/a.hpp": "", "src/vm/native.hpp": "", "src/vm/vm.hpp": ""}
            present.update({file_name(key): text for key, text in files.items()})
            for name, text in present.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return check_layers.Checker(root).run()

    def assert_finds(self, part, **files):
        problems = self.check(**files)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(part, problems[0])

    def test_allowed(self):
        both = '#include "base/a.hpp"\n#include <vector>\n'
        self.assertEqual(self.check(src__vm__x_CPP=both), [])
        self.assertEqual(self.check(src__builtins__x_CPP='#include "vm/native.hpp"\n'), [])
        self.assertEqual(self.check(src__builtins__x_TEST_CPP='#include "vm/vm.hpp"\n'), [])
        self.assertEqual(self.check(src__native__x_CPP="#include <llvm/IR/Module.h>\n"), [])

    def test_not_allowed(self):
        self.assert_finds("src/base/x.cpp:2", src__base__x_CPP='\n#include "vm/vm.hpp"\n')
        self.assert_finds("only vm/native.hpp", src__builtins__x_CPP='#include "vm/vm.hpp"\n')
        self.assert_finds("no such file", src__vm__x_CPP='#include "base/b.hpp"\n')
        self.assert_finds("path from src/", src__vm__x_CPP='#include "vm.hpp"\n')
        self.assert_finds("LLVM", src__vm__x_CPP="#include <llvm/IR/Module.h>\n")
        self.assert_finds("not linked with uv", src__vm__x_CPP="#include <uv.h>\n")
        self.assert_finds("in a header", src__vm__x_HPP="#include <fmt/format.h>\n")
        self.assert_finds("no row", src__other__x_CPP="")

    def test_thread_local(self):
        self.assert_finds("src/vm/x.cpp:2", src__vm__x_CPP="\nstatic thread_local int a;\n")
        harmless = '// thread_local\nauto a = "thread_local";\n'
        self.assertEqual(self.check(src__vm__x_CPP=harmless), [])

    def test_public(self):
        self.assert_finds("only lithe/", cli__x_CPP='#include "base/a.hpp"\n')
        self.assertEqual(
            self.check(cli__x_CPP='#include "lithe/l.hpp"\n', include__lithe__l_HPP=""), []
        )

    def test_cycles(self):
        table = {"folders": {"a": {"may_include": ["b"]}, "b": {"may_include": ["a"]}}}
        self.assertTrue(any("a -> b -> a" in p for p in self.check(table=table)))
        self.assert_finds(
            "a cycle of headers",
            src__base__x_HPP='#include "base/y.hpp"\n',
            src__base__y_HPP='#include "base/x.hpp"\n',
        )


class SizesTest(unittest.TestCase):
    def test_functions(self):
        text = textwrap.dedent(
            """\
            namespace a {
            struct B {
              B(int x)
                  : x_{x}, y_(1) {
                call({1, 2});
              }
              int get() const { return x_; }
              int x_{0};
              int table[2] = {f(1), 2};
            };
            template <typename T>
            T longer(T t) {  // {
              if (t) { return '{'; }
              return "}";
            }
            #define M(x) {
            enum class C { d, e };
            bool operator==(B, B) { return true; }
            }
            """
        )
        self.assertEqual(
            check_sizes.functions_of(text),
            [("B", 3, 4), ("get", 7, 1), ("longer", 11, 5), ("operator==", 18, 1)],
        )


class DocsTest(unittest.TestCase):
    def test_paths(self):
        for text in ("src/vm/run.cpp", "heap/roots.hpp", "scripts/", "run.cpp"):
            self.assertTrue(check_docs.looks_like_path(text), text)
        for text in ("a/b", "map/get", "1.5", "x", "spawn/", "p99 60"):
            self.assertFalse(check_docs.looks_like_path(text), text)

    def test_symbols(self):
        words = check_docs.Words.__new__(check_docs.Words)
        words.by_folder, words.all = {"vm": {"Frame", "pop"}}, {"Frame", "pop", "heap_only"}
        self.assertTrue(words.has("vm::Frame::pop"))
        self.assertTrue(words.has("lithe::vm::Frame"))
        self.assertFalse(words.has("vm::heap_only"))
        self.assertFalse(words.has("vm::Gone"))


class ReferenceTest(unittest.TestCase):
    SOURCES = {
        "src/primitives/all.def": '#include "primitives/list.def"\n',
        "src/primitives/list.def": (
            'LITHE_PRIMITIVE(nth, "list/nth", 2, 3, pure, any, none, "(list/nth xs i or) => one")\n'
        ),
        "src/primitives/aliases.def": 'LITHE_PRIMITIVE_ALIAS(nth, "nth")\n',
        "src/primitives/names_elsewhere.def": 'LITHE_NAME_ELSEWHERE("nil?", "nil")\n',
        "src/base/predefined_names.def": 'LITHE_NAME(if_, "if")\n',
        "src/syntax/special_forms.def": 'LITHE_FORM(if_, "(if a b) => b, if a")\n',
        "lib/list.lt": ";; (list/map f xs …) => others\n(def list/map (f xs (n 1) . more)\n  xs)\n",
        "docs/manual/examples/forms.lt": ";; if\n(if 1 2)  ; => 2\n",
        "docs/manual/examples/list.lt": (
            ";;; About *lists*.\n;;;; Parts\n;; list/nth\n(list/nth xs 0)\n"
            ";; list/map, not run: it would\n(list/map f xs)\n"
        ),
        "lithe": '#!/bin/sh\necho "it is async: it calls f, and is as that is; apart from that it is pure"\n',
    }

    def make(self, **changes):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {**self.SOURCES, **changes}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            (root / "lithe").chmod(0o755)
            before, make_reference.ROOT = make_reference.ROOT, root
            try:
                return make_reference.make_pages(str(root / "lithe"))
            finally:
                make_reference.ROOT = before

    def test_page(self):
        page = self.make()[make_reference.PAGES / "list.md"]
        self.assertIn("About *lists*.\n\n## Parts\n\n### list/nth\n`(list/nth xs i or)` => one", page)
        self.assertIn("*pure*; 2 or 3 arguments; also `nth`\n\n```lisp\n(list/nth xs 0)\n", page)
        self.assertIn("*as the function that it gets*; 2 arguments or more\n", page)
        self.assertIn("tests: it would.\n\n```lisp no-run\n(list/map f xs)\n", page)

    def test_problems(self):
        examples = "docs/manual/examples/list.lt"
        for part, changes in {
            "list/nth has no example in": {examples: ";; list/map\n1\n"},
            "list.lt:1: list/ has no list/last": {examples: ";; list/last\n1\n"},
            "list.lt:1: list/nth has no example": {examples: ";; list/nth\n"},
            "there is no namespace other/": {"docs/manual/examples/other.lt": ""},
            "list.def:1: this row cannot": {"src/primitives/list.def": "LITHE_PRIMITIVE(a)\n"},
            "nothing is called nth2 here": {
                "src/primitives/names_elsewhere.def": 'LITHE_NAME_ELSEWHERE("a", "nth2")\n'
            },
            "lib/list.lt:2: it takes 2 arguments": {
                "lib/list.lt": ";; (list/map f xs …) => others\n(def list/map (f xs)\n"
            },
            "docs/manual/page.md:2: nothing is called list/gone": {
                "docs/manual/page.md": "`list/nth` of a/b,\nand `(list/gone xs)`.\n```\n`list/x`\n```\n"
            },
            "does not begin with a call": {"lib/list.lt": ";; Maps.\n(def list/map (f xs)\n"},
            "words that are not known": {"lithe": "#!/bin/sh\necho list/map may wait\n"},
        }.items():
            with self.assertRaises(make_reference.Problem, msg=part) as caught:
                self.make(**changes)
            self.assertIn(part, str(caught.exception))

    def test_parts(self):
        for doc, calls in {
            "(f x), (f {:a 1} y) => z, (w)": "(f x), (f {:a 1} y)",
            '(f ")") does': '(f ")")',
            "math/pi => 3": "math/pi",
        }.items():
            self.assertEqual(doc[: make_reference.end_of_calls(doc)], calls)
        self.assertEqual(make_reference.parameter_count("(a (b (c 1)) d) body"), (2, 3))
        self.assertEqual(make_reference.parameter_count("(. xs) body"), (0, None))
        self.assertEqual(make_reference.most_shown("(f), (f {:a 1} [y] z)"), 3)
        self.assertEqual(make_reference.most_shown("(f x … y)"), None)
        self.assertEqual(make_reference.count_of(0, None), "any number of arguments")
        self.assertEqual(make_reference.count_of(1, 3), "1 to 3 arguments")
        self.assertEqual(make_reference.escaped("`a*` * <b>"), "`a*` \\* \\<b>")


class CountsTest(unittest.TestCase):
    def test_closing_line(self):
        self.assertEqual(run_checks.counts_of("x\n3 passed, 2 failed\n", 1), (3, 2))
        self.assertEqual(run_checks.counts_of("3 passed, 0 failed\n", 1), (3, 1))
        self.assertEqual(run_checks.counts_of("nothing to say\n", 0), (1, 0))
        self.assertEqual(run_checks.counts_of("", 2), (0, 1))

    def test_what_failed_is_named_in_a_few_lines(self):
        output = "".join(f"case {i} passed\n" for i in range(40))
        self.assertEqual(run_checks.excerpt(output + "case 40 FAILED\n\n"), ["case 40 FAILED"])
        self.assertEqual(run_checks.excerpt(output)[-1], "case 39 passed")
        self.assertEqual(len(run_checks.excerpt("an error\n" * 40)), run_checks.EXCERPT_LINES)


if __name__ == "__main__":
    unittest.main()
