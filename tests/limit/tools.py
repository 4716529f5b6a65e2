# SPDX-License-Identifier: Apache-2.0
"""The commands that work on program texts."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from bench import Failure, expect

ROOT = Path(__file__).resolve().parent.parent.parent


def fmt_rewrites_files_and_says_which(bench):
    folder = bench.folder / "src"
    folder.mkdir()
    wrong, right = folder / "wrong.lt", folder / "right.lt"
    wrong.write_text("(def f (x)\n(+ x 1) )\n")
    right.write_text("(def g (x)\n  (+ x 1))\n")
    expect(bench.run("fmt", "--check", "src"), 1, b"src/wrong.lt\n")
    if wrong.read_text() != "(def f (x)\n(+ x 1) )\n":
        raise Failure("--check has changed a file")
    expect(bench.run("fmt", "src"), 0, b"src/wrong.lt\n")
    if wrong.read_text() != "(def f (x)\n  (+ x 1))\n":
        raise Failure(f"it became {wrong.read_text()!r}")
    expect(bench.run("fmt", "src"), 0, b"")
    if sorted(path.name for path in folder.iterdir()) != ["right.lt", "wrong.lt"]:
        raise Failure("it left a file behind")


def fmt_filters_standard_input(bench):
    expect(bench.run("fmt", "-", stdin=b"(a\nb )"), 0, b"(a\n  b)\n")


def fmt_leaves_alone_what_is_not_well_formed(bench):
    path = bench.folder / "broken.lt"
    path.write_text("(def f (x)\n(+ x 1)\n")
    expect(bench.run("fmt", "broken.lt"), 1, b"", "broken.lt:1:1: error:")
    if path.read_text() != "(def f (x)\n(+ x 1)\n":
        raise Failure("it has changed the file")


def fmt_explains_wrong_usage(bench):
    expect(bench.run("fmt"), 2, b"", "usage: lithe fmt")
    expect(bench.run("fmt", "--nonsense", "."), 2, b"", "there is no flag --nonsense")
    expect(bench.run("fmt", "not-there.lt"), 1, b"", "cannot read not-there.lt")



def limits_and_refusals_of_the_command(bench):
    expect(bench.run("--no-filesystem", "-e", '(fs/read "x")'), 1, b"", "refuses it the capability")
    expect(bench.run("--no-exit", "-e", "(sys/exit 3)"), 1, b"", "sys/exit: this program may not")
    expect(bench.run("--max-time=50", "-e", "(let f () (f))"), 1, b"", "its limit of 50 ms")
    greedy = "(let f ((xs ())) (f (cons xs xs)))"
    expect(bench.run("--max-memory=8m", "-e", greedy), 1, b"", "8388608 bytes")
    forks = "(let f () (spawn (fun () (recv))) (f))"
    expect(bench.run("--max-processes=4", "-e", forks), 1, b"", "too many processes")
    for flag in ("--max-time=0", "--max-memory=10", "--max-processes=no", "--no-such", "--max-time"):
        expect(bench.run(flag, "-e", "1"), 2, b"")


TESTS = """
(def add (a b) (+ a b))
(deftest good (is (== (add 1 2) 3)))
(deftest bad
  (is (== (add 1 2) 4))
  (is (== {:a [1 2]} {:a [1 3]}) "what it makes"))
(deftest throws
  (is (throws? (head ())))
  (is (throws? :type (head 5)))
  (is (throws? "must be a list" (head 5)))
  (is (not (throws? (head '(1)))))
  (is (not (throws? :index (head 5)))))
(deftest dies (exit (self) :boom))
(deftest raises (head ()))
(deftest waits (recv))
(deftest property (is (for-all ((a (gen/integer))) (== a (- (- a))))))
(deftest wrong-property (for-all ((xs (gen/list (gen/boolean)))) (< (length xs) 2)))
"""
GOOD, BAD = ["good", "throws", "property"], ["bad", "dies", "raises", "waits", "wrong-property"]


def tests_are_run_and_failures_explained(bench):
    (bench.folder / "sum.test.lt").write_text(TESTS)
    run = bench.run("test", "--timeout=300", "--seed=7", ".")
    expect(run, 1)
    text = run.stdout.decode()
    for name in BAD:
        if f"FAILED {name} (" not in text:
            raise Failure(f"{name} is not among the failed: {text}")
    for line in (
        "  ./sum.test.lt:5:3: (== (add 1 2) 4)\n      left   3\n      right  4\n",
        "  ./sum.test.lt:6:3: what it makes: (== {:a [1 2]} {:a [1 3]})\n",
        "      [:a][1]  2 against 3\n",
        "its process ended: :boom",
        "not over after 300 ms",
        "does not hold for xs = (false false)",
        "./sum.test.lt:14:17: threw",
    ):
        if line not in text:
            raise Failure(f"{line!r} is not in {text}")
    if not text.endswith("3 passed, 5 failed (seed 7)\n"):
        raise Failure(text)


def the_order_of_tests_is_that_of_the_seed(bench):
    tests = "".join(f"(deftest t{i} (say {i}))" for i in range(8))
    (bench.folder / "many.test.lt").write_text(tests)
    orders = set()
    for seed in ("1", "2", "3", "4"):
        run = bench.run("test", f"--seed={seed}", "many.test.lt")
        again = bench.run("test", f"--seed={seed}", "many.test.lt")
        expect(run, 0)
        if run.stdout != again.stdout:
            raise Failure(f"seed {seed} gives two orders: {run.stdout} {again.stdout}")
        orders.add(run.stdout.split(b"8 passed")[0])
    if len(orders) < 2:
        raise Failure("all seeds give one order")


CALLS = """\
(def inner (x)
  (+ 1 (head x)))
(def outer (x)
  (+ 1 (inner x)))
(deftest deep
  (is true)
  (outer ()))
(deftest in-a-library-function
  (list/map (fun (x) (+ 1 (inner x))) '(())))
(deftest value
  (throw "x"))
"""


def a_test_that_throws_shows_its_line(bench):
    (bench.folder / "calls.test.lt").write_text(CALLS)
    run = bench.run("test", "calls.test.lt")
    expect(run, 1, None, "")
    for part in [
        "  calls.test.lt:2:8: threw",
        "      called from outer, calls.test.lt:4:8\n      called from the test, calls.test.lt:7:3\n",
        "      called from a function, calls.test.lt:9:27\n"
        "      called from the test, calls.test.lt:9:3\n",
        '  calls.test.lt:10:1: threw "x"\n',
    ]:
        if part not in run.stdout.decode():
            raise Failure(f"{part!r} is not in:\n{run.stdout.decode()}")
    run = bench.run("test", "--trace", "--filter=library", "calls.test.lt")
    part = (
        "      in inner, calls.test.lt:2:8\n      in a function, calls.test.lt:9:27\n"
        "      in list/map, lib/list.lt:"
    )
    if part not in run.stdout.decode():
        raise Failure(f"{part!r} is not in:\n{run.stdout.decode()}")


THROWS = """\
(deftest another (is (throws? :index (head ()))))
(deftest nothing (is (throws? :type (+ 1 2)) "a sum"))
(deftest good (is (throws? "must be" (+ 1 nil))))
(deftest property
  (for-all ((x (gen/integer)))
    (is (< x 10))
    (is (< x 5))))
"""


def failures_show_what_was_thrown_and_the_simplest_case(bench):
    (bench.folder / "throws.test.lt").write_text(THROWS)
    run = bench.run("test", "throws.test.lt")
    expect(run, 1, None, "")
    for part in [
        "(throws? :index (head ()))\n      threw :type: head: argument 1 must be a list",
        "a sum: (throws? :type (+ 1 2))\n      nothing was thrown; it gave 3\n",
        "1 passed, 3 failed",
        "does not hold for x = 5\n",
        "throws.test.lt:7:5: (< x 5)\n      left   5\n      right  5\n",
    ]:
        if part not in run.stdout.decode():
            raise Failure(f"{part!r} is not in:\n{run.stdout.decode()}")
    if run.stdout.count(b"(< x 5)") != 1:
        raise Failure(f"more than the simplest case:\n{run.stdout.decode()}")


def tests_are_reported_as_tap_and_junit(bench):
    (bench.folder / "sum.test.lt").write_text(TESTS)
    run = bench.run("test", "--timeout=300", "--tap", "--junit=out.xml", ".")
    expect(run, 1)
    lines = run.stdout.decode().splitlines()
    if lines[0] != "TAP version 13" or lines[-1] != f"1..{len(GOOD + BAD)}":
        raise Failure(str(lines))
    stray = [line for line in lines[1:-1] if not line.startswith(("ok ", "not ok ", "# "))]
    if stray or sum(line.startswith("ok ") for line in lines) != len(GOOD):
        raise Failure(str(lines))
    suites = ElementTree.parse(bench.folder / "out.xml").getroot()
    failed = {case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None}
    if failed != set(BAD) or suites.get("tests") != str(len(GOOD + BAD)):
        raise Failure(str(failed))


def a_file_of_tests_that_cannot_be_loaded_has_failed(bench):
    (bench.folder / "broken.test.lt").write_text("(deftest a (is true))\n(head ())\n")
    run = bench.run("test", "broken.test.lt")
    expect(run, 1)
    if b"broken.test.lt:2:1: error: head" not in run.stdout:
        raise Failure(run.stdout)


def help_is_a_word_too(bench):
    run = bench.run("help")
    expect(run, 0)
    if not run.stdout.startswith(b"usage: lithe [flags] FILE"):
        raise Failure(f"stdout was {run.stdout[:300]!r}")


def test_explains_wrong_usage(bench):
    expect(bench.run("test"), 2, b"", "usage: lithe test")
    expect(bench.run("test", "--nonsense"), 2, b"", "there is no flag --nonsense")
    expect(bench.run("test", "--seed=x", "."), 2, b"", "--seed=x")
    expect(bench.run("test", "."), 1, b"", "no file that ends in .test.lt")
    (bench.folder / "empty.test.lt").write_text("")
    expect(bench.run("test", "."), 1)
    run = bench.run("test", "--filter=sum", ".")
    expect(run, 1, None, "no test has a name that contains `sum`")


def bench_measures_what_a_file_defines(bench):
    (bench.folder / "b.lt").write_text('(defbench quick (+ 1 2))\n(defbench other nil)\n')
    run = bench.run("bench", "--samples=3", "--warm-up=5", "b.lt")
    expect(run, 0)
    names = [line.split()[0] for line in run.stdout.decode().splitlines()]
    if names != ["quick", "other"] or b"3 x " not in run.stdout:
        raise Failure(run.stdout)
    run = bench.run("bench", "--samples=3", "--warm-up=5", "--filter=oth", "b.lt")
    if run.stdout.split()[0] != b"other" or len(run.stdout.splitlines()) != 1:
        raise Failure(run.stdout)


def bench_explains_what_is_wrong(bench):
    (bench.folder / "none.lt").write_text("(def x 1)")
    (bench.folder / "broken.lt").write_text("(defbench b (head ()))")
    expect(bench.run("bench"), 2, b"", "usage: lithe bench")
    expect(bench.run("bench", "--samples=0", "none.lt"), 2, b"", "--samples=0")
    expect(bench.run("bench", "none.lt"), 1, b"", "nothing to measure")
    run = bench.run("bench", "broken.lt")
    expect(run, 1, b"", "head: argument 1")
    for said in (b"broken.lt: benchmark b failed", b"broken.lt:1:13"):
        if said not in run.stderr:
            raise Failure(f"{said} is not in {run.stderr}")
    expect(bench.run("bench", "not-there.lt"), 1, b"", "not-there.lt")


def explain_tells_of_the_functions_of_a_file(bench):
    (bench.folder / "e.lt").write_text("(def f (x) (+ x 1))\n(def g () (recv))\n(def v 5)\n(say 1)\n")
    run = bench.run("explain", "e.lt")
    expect(run, 0)
    text = run.stdout.decode()
    if "f› is pure" not in text or "g› is async: it calls" not in text or "\n1\n" in text:
        raise Failure(text)
    expect(bench.run("explain", "e.lt", "nope"), 1, b"", "nope is not defined")
    module = "(module m (export f))\n(def f (x) (inner x))\n(def inner (x) x)\n"
    (bench.folder / "module.lt").write_text(module)
    run = bench.run("explain", "module.lt")
    expect(run, 0)
    if b"m/f\xe2\x80\xba is pure" not in run.stdout or b"m/inner\xe2\x80\xba is pure" not in run.stdout:
        raise Failure(run.stdout)
    for name in ("inner", "m/inner"):
        run = bench.run("explain", "module.lt", name)
        if run.returncode != 0 or b"m/inner\xe2\x80\xba is pure" not in run.stdout:
            raise Failure(run)
    expect(bench.run("explain", "module.lt", "nope"), 1, b"", "nope is not defined")
    expect(bench.run("explain"), 2, b"", "usage: lithe explain")


# Each line that has something wrong says what `lithe check` is to say about it.
CHECKED = """
(def f (a b) (+ a b))
(f 1) ; error: f takes 2 arguments, got 1
(f 1 2)
(get 1) ; error: get takes 2 to 3 arguments, got 1
(say (later 5))
(def later (x (y 1) . rest) (list x y rest))
(later) ; error: later takes at least 1 argument, got 0
(say (g 5)) ; error: g is not defined
(lits 1) ; error: lits is not defined; did you mean 'list'?
(def list/map (x) x) ; warning: this hides the builtin list/map from the rest of the program
(def unread (x)
  (let ((y 1)) ; warning: y is never read
    (let ((_z 2)) x)))
(def catching (x)
  (match x
    ((list _ b) b)
    (other other)
    (:never 2))) ; warning: never reached: the pattern above matches everything
(def guarded (x) (match x (n :when (> n 1) n) (:a 2)))
(def chosen (x)
  (case x
    (1 :a)
    ((2 1) :b) ; warning: never reached: a clause above takes this constant
    (else 3)))
(def decided (x)
  (cond ((== x 1) 1)
        (true 2)
        ((== x 3) 4))) ; warning: never reached: the clause above always holds
(defmacro twice (e) `(begin ,e ,e))
(twice (missing 1)) ; error: missing is not defined
(quote (cond (true 1) (2 3)))
(defrecord Point (x y))
(say (Point-x (Point 1 2)))
(Point 1) ; error: Point takes 2 arguments, got 1
(set! nobody 1) ; error: nobody is not defined
(receive (m (say m)) (after 5 nil))
(case 1 ((list 2 n) 4) (else 5)) ; warning: case compares with data, and this list is its alternatives
(receive
  (m (say m))
  (:x 1) ; warning: never reached: the pattern above matches everything
  (after 5 nil))
(list/filter (fun (x) x)) ; error: list/filter takes 2 arguments, got 1
(say (list/sort-by '(1 2))) ; error: list/sort-by takes 2 arguments, got 1
(say (list/sort < '(1)) (list/sort '(1)) (list/sort)) ; error: list/sort takes 1 to 2 arguments, got 0
(Point-x) ; error: Point-x takes 1 argument, got 0
(Point? 1 2) ; error: Point? takes 1 argument, got 2
(twice (list/reduce +)) ; error: list/reduce takes 3 arguments, got 1
(def in-scope (list/filter) (list/filter 1 2 3))
(apply list/filter (list head ()))
(say '(list/filter) `(list/filter ,(+ 1 2)))
(def later-local (n)
  (def helper (a (b 1)) (+ a b))
  (list (helper n) (helper n 2) (helper))) ; error: helper takes 1 to 2 arguments, got 0
(def unread-parameter (x y) x) ; warning: y is never read
(map/each (fun (x _y . _rest) 1) {}) ; warning: x is never read
(defmacro swap (a b c) (list b a)) ; warning: c is never read
(defmacro each-it (xs body) `(list/each (fun (it) ,body) ,xs))
(each-it '(1) 5)
(defmacro slow (e) (list/each timer/sleep e) e) ; error: a macro must not wait: slow calls the builtin timer/sleep
(defmacro wrong (e) (hed e)) ; error: hed is not defined; did you mean 'head'?
(def shout (x) (say x))
(assert (== (effect shout) :pure)) ; error: shout is sync, not pure: it calls the builtin say at
(assert (== (effect later) :pure) "no effects")
(assert (!= (effect shout) :async))
(def broken (x) (if)) ; error: if: expected
(def half (x) (twice)) ; error: twice takes 1 argument, got 0
(broken (half 1))
(%cons? 1) ; error: %cons? is not defined; did you mean 'cons'?
(5 1) ; error: only a function can be called, got 5
(list/filter (fun () 1) '(1)) ; error: the function takes 0 arguments, got 1 from list/filter
(list/sort-by cons '(1)) ; error: cons takes 2 arguments, got 1 from list/sort-by
(each (fun (a b c) (list a b c)) '(1)) ; error: the function takes 3 arguments, got 1 or 2 from each
(list (each + '(1)) (list/filter list '(1)) (list/filter and '(1)) (list/sort < '(1)) (compose cons head))
(spawn shout) ; error: shout takes 1 argument, got 0
"""


def check_finds_what_is_wrong_and_nothing_else(bench):
    (bench.folder / "c.lt").write_text(CHECKED)
    run = bench.run("check", "c.lt")
    expect(run, 1, b"")
    found = re.findall(r"^c.lt:(\d+):\d+: (.*)$", run.stderr.decode(), re.MULTILINE)
    wanted = [
        (str(number), line.split(" ; ")[1])
        for number, line in enumerate(CHECKED.split("\n"), 1)
        if " ; " in line
    ]
    if len(found) != len(wanted):
        raise Failure(f"found {found}")
    for (line, message), (wanted_line, wanted_message) in zip(found, wanted):
        if line != wanted_line or not message.startswith(wanted_message):
            raise Failure(f"line {line}: {message!r}, not {wanted_line}: {wanted_message!r}")


def check_runs_no_more_than_definitions(bench):
    (bench.folder / "lib.lt").write_text("(def shared (x) x)\n(say \"from lib\")\n")
    (bench.folder / "m.lt").write_text("(module m (export area))\n(def area (w h) (* w h))\n")
    (bench.folder / "main.lt").write_text(
        '(include "lib.lt")\n(import "m.lt" :as m)\n(say (shared (m/area 1 2)))\n'
        '(def endless (let loop () (loop)))\n(fs/write! "made" "x")\n(sys/exit 7)\n'
    )
    expect(bench.run("check", "main.lt"), 0, b"")
    if (bench.folder / "made").exists():
        raise Failure("it has run the program")
    (bench.folder / "bad.lt").write_text('(import "m.lt" :as m)\n(m/area 1)\n')
    expect(bench.run("check", "bad.lt"), 1, b"", "bad.lt:2:1: error: m/area takes 2 arguments")


def check_names_what_decides_in_a_module(bench):
    (bench.folder / "m.lt").write_text("(module m (export nap))\n(def nap (n) (timer/sleep n))\n")
    (bench.folder / "main.lt").write_text(
        '(import "m.lt" :as m)\n(assert (== (effect m/nap) :pure))\n(defmacro slow (n) (m/nap n))\n'
    )
    run = bench.run("check", "main.lt")
    expect(run, 1, b"", "m/nap is async, not pure: it calls the builtin timer/sleep at m.lt:2:14")
    expect(run, 1, b"", "slow calls the function m/nap, which calls the builtin timer/sleep")


def check_knows_whom_a_shadowed_name_concerns(bench):
    (bench.folder / "show.lt").write_text(
        "(module show (export f))\n(def f (xs) (list/map (fun (x) x) xs))\n"
    )
    (bench.folder / "hides.lt").write_text(
        '(import "show.lt" :as show)\n(def list/map (f) f)\n(show/f (list/map 1 2))\n'
    )
    run = bench.run("check", "hides.lt")
    expect(run, 1, b"", "hides.lt:3:9: error: list/map takes 1 argument, got 2")
    if run.stderr.count(b"error:") != 1:
        raise Failure(f"found {run.stderr}")


def check_knows_what_tests_and_benchmarks_use(bench):
    (bench.folder / "t.test.lt").write_text(
        "(deftest adds\n  (is (== 1 (head 1 2)))\n"
        "  (for-all ((n (gen/integer))) (throws? :type (head n))))\n"
    )
    run = bench.run("check", "t.test.lt")
    expect(run, 1, b"", "t.test.lt:2:13: error: head takes 1 argument, got 2")
    if run.stderr.count(b"error:") != 1:
        raise Failure(f"found {run.stderr}")
    (bench.folder / "b.lt").write_text(";; Sums.\n(defbench sum (list/sum '(1 2)))\n")
    expect(bench.run("check", "b.lt"), 0, b"")
    (bench.folder / "other.lt").write_text("(deftest none (is true))\n")
    expect(bench.run("check", "other.lt"), 1, b"", "other.lt:1:2: error: deftest is not defined")


def check_tells_one_mistake_once(bench):
    (bench.folder / "open.lt").write_text("(include \"none.lt\")\n(from-there 1)\n(list/map 1)\n")
    run = bench.run("check", "open.lt")
    expect(run, 1, b"", "open.lt:3:1: error: list/map takes 2 arguments, got 1")
    if run.stderr.count(b"error:") != 2:
        raise Failure(f"found {run.stderr}")


def check_holds_tests_to_their_claims(bench):
    (bench.folder / "e.test.lt").write_text(
        "(def loud (x) (say x))\n(deftest quiet\n  (is (== (effect loud) :sync))\n"
        '  (is (== :pure (effect loud)) "why"))\n'
    )
    run = bench.run("check", "e.test.lt")
    claim = "e.test.lt:4:3: error: loud is sync, not pure: it calls the builtin say at e.test.lt:1:15"
    expect(run, 1, b"", claim)
    if run.stderr.count(b"error:") != 1:
        raise Failure(f"found {run.stderr}")


def a_misspelt_tool_is_suggested(bench):
    expect(bench.run("chek", "x.lt"), 2, b"", "no such file: chek; did you mean `lithe check`?")
    expect(bench.run("tset"), 2, b"", "did you mean `lithe test`?")
    run = bench.run("unlike-any")
    expect(run, 1, b"", "unlike-any")
    if b"did you mean" in run.stderr:
        raise Failure(run.stderr)
    (bench.folder / "chek").write_text("(say (sys/args))")
    expect(bench.run("chek", "x.lt"), 0, b'("x.lt")\n')


def check_explains_wrong_usage(bench):
    expect(bench.run("check"), 2, b"", "usage: lithe check")
    expect(bench.run("check", "not-there.lt"), 1, b"", "not-there.lt")
    (bench.folder / "broken.lt").write_text("(def f (x)\n")
    expect(bench.run("check", "broken.lt"), 1, b"", "broken.lt:1:1: error:")


def the_projects_own_programs_pass_the_check(bench):
    for folder in ("lib", "examples", "bench/programs"):
        expect(bench.run("check", str(ROOT / folder), seconds=30), 0, b"")


def the_projects_own_programs_are_formatted(bench):
    folders = [str(ROOT / folder) for folder in ("lib", "examples", "bench/programs")]
    expect(bench.run("fmt", "--check", *folders), 0, b"")


CASES = [
    limits_and_refusals_of_the_command,
    check_finds_what_is_wrong_and_nothing_else,
    check_runs_no_more_than_definitions,
    check_knows_whom_a_shadowed_name_concerns,
    check_knows_what_tests_and_benchmarks_use,
    check_names_what_decides_in_a_module,
    check_tells_one_mistake_once,
    check_holds_tests_to_their_claims,
    a_misspelt_tool_is_suggested,
    check_explains_wrong_usage,
    the_projects_own_programs_pass_the_check,
    bench_measures_what_a_file_defines,
    bench_explains_what_is_wrong,
    explain_tells_of_the_functions_of_a_file,
    tests_are_run_and_failures_explained,
    the_order_of_tests_is_that_of_the_seed,
    a_test_that_throws_shows_its_line,
    failures_show_what_was_thrown_and_the_simplest_case,
    tests_are_reported_as_tap_and_junit,
    a_file_of_tests_that_cannot_be_loaded_has_failed,
    help_is_a_word_too,
    test_explains_wrong_usage,
    fmt_rewrites_files_and_says_which,
    fmt_filters_standard_input,
    fmt_leaves_alone_what_is_not_well_formed,
    fmt_explains_wrong_usage,
    the_projects_own_programs_are_formatted,
]
