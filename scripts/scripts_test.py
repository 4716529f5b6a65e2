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


class CountsTest(unittest.TestCase):
    def test_closing_line(self):
        self.assertEqual(run_checks.counts_of("x\n3 passed, 2 failed\n", 1), (3, 2))
        self.assertEqual(run_checks.counts_of("3 passed, 0 failed\n", 1), (3, 1))
        self.assertEqual(run_checks.counts_of("nothing to say\n", 0), (1, 0))
        self.assertEqual(run_checks.counts_of("", 2), (0, 1))


if __name__ == "__main__":
    unittest.main()
