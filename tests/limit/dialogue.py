# SPDX-License-Identifier: Apache-2.0
"""Bad input and Ctrl-C in a dialogue, which lives on after each of them."""

import os
import pty
import re
import select
import signal
import time

from bench import Failure

PROMPT = b"lithe> "
CONTROL_C, CONTROL_D = b"\x03", b"\x04"


class Dialogue:
    """The command at a terminal of its own, by default one that can only write lines."""

    def __init__(self, bench, *flags, **environment):
        self.patience = 10 * bench.scale
        self.seen = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(bench.folder)
            surroundings = {**os.environ, "TERM": "dumb", **environment}
            os.execve(bench.lithe, [bench.lithe, *flags], surroundings)
        self.greeting = self.until(PROMPT)

    def write(self, text):
        os.write(self.terminal, text if isinstance(text, bytes) else text.encode())

    def read_some(self, seconds):
        """False: nothing came in that time, or nothing more will."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            more = os.read(self.terminal, 65536)
        except OSError:  # the other side is closed
            return False
        self.seen += more
        return bool(more)

    def until(self, text, seconds=None):
        """Reads until `text` has come. => what came before it; None: it did not, in that time."""
        end = time.monotonic() + (seconds or self.patience)
        while text not in self.seen:
            left = end - time.monotonic()
            if left > 0 and self.read_some(left):
                continue
            if seconds:
                return None
            raise Failure(f"{text!r} does not come, but {self.seen[-300:]!r}")
        before, _, self.seen = self.seen.partition(text)
        return before

    def ask(self, text):
        """One line. => what came before the next prompt, without the line itself."""
        self.write(text + "\n")
        return self.until(PROMPT).replace(b"\r\n", b"\n").partition(b"\n")[2].decode()

    def lives(self, after):
        """It answers, and what it answers belongs to this question."""
        answer = self.ask("(+ 40 2)")
        if answer != "=> 42\n":
            raise Failure(f"after {after}: {answer!r}")

    def interrupt(self, after):
        """Ctrl-C until there is a prompt: one may come between two forms. => what came."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            self.write(CONTROL_C)
            came = self.until(PROMPT, seconds=1)
            if came is not None:
                break
        else:
            raise Failure(f"{after} cannot be interrupted: {self.seen[-300:]!r}")
        while self.until(PROMPT, seconds=0.05) is not None:  # one for each further Ctrl-C
            pass
        return came

    def end(self):
        self.write(CONTROL_D)
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            self.read_some(0.05)
            child, status = os.waitpid(self.child, os.WNOHANG)
            if child:
                os.close(self.terminal)
                return os.waitstatus_to_exitcode(status)
        self.kill()
        raise Failure("the end of the input does not end it")

    def kill(self):
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.terminal)


def in_dialogue(bench, steps, *flags, **environment):
    """Does all the steps in one dialogue, whatever happens in them, and ends it."""
    dialogue = Dialogue(bench, *flags, **environment)
    try:
        steps(dialogue)
    except Failure:
        dialogue.kill()
        raise
    code = dialogue.end()
    if code not in (0, 1):
        raise Failure(f"exit code {code}")


WRONG_LINES = (
    (")", "`)` closes nothing"),
    ("(list 1 2]", "`]` cannot close `(`"),
    ('(say "\\q")', "unknown escape"),
    ("(say 12abc)", "`12abc` is not a number"),
    ("#a", "no datum begins like"),
    ("{:a 1 :a 2}", "duplicate key :a"),
    ("(head 5)", "head: argument 1 must be a list"),
    ("(nowhere)", "nowhere is not defined"),
    ("(if)", "if: expected"),
    ('(include "not-there.lt")', "include: cannot open not-there.lt"),
    ('(include ".")', "include:"),
    ('(include "ring.lt")', "the files include each other"),
    ("(list/range 1_000_000_000_000)", "not enough memory"),
    ('(string/repeat "x" 1_000_000_000_000)', "not enough memory"),
    ("(def deep (n) (+ 1 (deep n))) (deep 1)", "the recursion is deeper"),
    ("(defmacro again () '(again)) (again)", "seems to expand for ever"),
    ('(read (string/repeat "(" 1_000_000))', "nesting deeper than 10,000"),
    ("(throw (list :mine 1))", "uncaught: (:mine 1)"),
)


def a_dialogue_lives_on_after_wrong_lines(bench):
    (bench.folder / "ring.lt").write_text('(include "ring.lt")\n')

    def steps(dialogue):
        for line, message in WRONG_LINES:
            dialogue.write(line + "\n")
            dialogue.until(message.encode())
            dialogue.until(PROMPT)
            while dialogue.until(PROMPT, seconds=0.05) is not None:
                pass
            dialogue.lives(line)

    in_dialogue(bench, steps, "--max-heap=100m")


def a_dialogue_lives_on_after_odd_bytes(bench):
    def steps(dialogue):
        for line in (b"\xff\xfe\n", b"(say \xc3)\n", b"\x01\x02\x05\n", b'"\xf0\x9f"\n', b"\x7f\n"):
            dialogue.write(line)
            dialogue.until(PROMPT)
            while dialogue.until(PROMPT, seconds=0.05) is not None:
                pass
            dialogue.lives(line)

    in_dialogue(bench, steps)


# What runs until it is interrupted; each writes "started" first.
ENDLESS = (
    "(let loop () (loop))",
    "(def turn (n) (if (< n 0) n (turn (+ n 1)))) (turn 0)",
    "(let loop () (try (loop) (catch e (loop))))",
    "(def again () (try (let loop () (loop)) (catch e (again)) (finally (again)))) (again)",
    "(defmacro never () (let loop () (loop))) (never)",
    "(recv)",
    "(recv 100000000)",
    "(receive (:never 1))",
    "(list/map (fun (x) (receive (:never x))) (list 1))",
    "(timer/sleep 100000000)",
    "(list/map timer/sleep (list 100000000))",
    "(read-line)",
    "(let loop ((xs ())) (loop (if (> (length xs) 100) () (cons 1 xs))))",
    "(let loop () (list/sort (list/range 100_000)) (loop))",
    "(let loop () (list/range 10_000_000) (loop))",
    "(def double (n x) (if (== n 0) x (double (- n 1) (list x x)))) (str (double 60 1))",
    "(double 60 1)",
)


def control_c_in_a_dialogue(bench, *flags, **environment):
    def steps(dialogue):
        for program in ENDLESS:
            dialogue.write(f'(begin (say "star" "ted") (timer/sleep 1)) {program}\n')
            dialogue.until(b"star ted")
            came = dialogue.interrupt(program)
            if b"interrupted" not in came + dialogue.seen:
                raise Failure(f"{program}: {came!r}")
            dialogue.lives(program)

    in_dialogue(bench, steps, *flags, **environment)


def control_c_in_an_interpreted_dialogue(bench):
    control_c_in_a_dialogue(bench, "--jit=off")


def control_c_in_a_compiled_dialogue(bench):
    control_c_in_a_dialogue(bench, "--jit=eager")


def control_c_while_a_form_is_typed(bench):
    def steps(dialogue):
        for start in ("(+ 1", '(say "text', "#| comment", "[1 {2 (3", "'"):
            dialogue.write(start + "\n")
            dialogue.until(b"...")
            dialogue.interrupt(start)
            dialogue.lives(start)
        dialogue.interrupt("nothing")
        dialogue.lives("nothing")

    in_dialogue(bench, steps)


def a_dialogue_lives_on_when_nobody_can_send(bench):
    # Without a terminal: there a Ctrl-C may always come, so waiting is not for ever.
    run = bench.run(stdin=b"(say 1)\n(recv)\n(say 2)\n(receive (:never 1))\n(say 3)\n")
    said = re.findall(rb"^\d$", run.stdout, re.MULTILINE)
    if said != [b"1", b"2", b"3"] or run.returncode not in (0, 1):
        raise Failure(f"{run}")


def huge_input_in_a_dialogue(bench):
    text = b"\n".join(
        (
            b"(" * 1_000_000 + b")" * 1_000_000,
            b'(say "' + b"x" * 100_000_000 + b'")',
            b"(say (string/length (str " + b"7" * 1_000_000 + b")))",
            b"; " + b"y" * 100_000_000,
            b'(say "alive")',
        )
    )
    run = bench.run(stdin=text, seconds=60, megabytes=900)
    if run.stdout != b"1000000\n=> nil\nalive\n=> nil\n":
        raise Failure(f"exit code {run.returncode}: {run.stdout[-200:]!r} {run.stderr[-200:]!r}")


def a_dialogue_keeps_results_and_errors(bench):
    text = b"""(+ 1 2) (list *1 *1)
(list *1 *2 *3)
(def own (map/create)) (map/set! *1 :a 1) own
(def inner (x) (+ 1 (head x))) (+ 1 (inner 5))
(error/kind *e)
(trace)
)
(error/message *e)
(throw :mine)
*e
(spawn (fun () (say "elsewhere" *1 *e)))
"""
    run = bench.run(stdin=text)
    for line in (
        b"=> (3 3)\n=> ((3 3) 3 nil)\n",
        "=> #‹table {:a 1}›\n".encode(),
        b"=> :type\n",
        b"  in inner, <stdin>:4:21\n  in a form, <stdin>:4:37\n=> nil\n",
        b'=> "`)` closes nothing"\n',
        b"=> :mine\n",
        b"elsewhere nil nil\n",
    ):
        if line not in run.stdout:
            raise Failure(f"{line!r} is not in {run.stdout!r}, {run.stderr!r}")
    if b"\x1b" in run.stdout + run.stderr or b"Ctrl-D to leave" in run.stdout:
        raise Failure(f"meant for a person: {run.stdout!r} {run.stderr!r}")


def a_dialogue_greets_and_helps(bench):
    def steps(dialogue):
        if not re.match(rb"lithe [0-9.]+  \(help\) for help, Ctrl-D to leave\r\n", dialogue.greeting):
            raise Failure(f"greeting: {dialogue.greeting!r}")
        if "(trace)" not in dialogue.ask("(help)"):
            raise Failure("no help")

    in_dialogue(bench, steps)


def colours_are_for_terminals_that_have_them(bench):
    for environment, wanted in (
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ):
        dialogue = Dialogue(bench, **environment, HOME=str(bench.folder))
        dialogue.write("(list 7 (+ 1 6)) (head 5)\n")
        shown = dialogue.until(b"got 5")
        shown += dialogue.until(PROMPT)
        if dialogue.end() != 1:
            raise Failure("another exit code than after an error")
        for mark in (b"\x1b[36m=> (7 7)\x1b[0m", b"\x1b[1;31merror\x1b[0m", b"\x1b[1;31m^"):
            if (mark in shown) != wanted:
                raise Failure(f"{environment}: {shown!r}")


CASES = [
    a_dialogue_lives_on_after_wrong_lines,
    a_dialogue_lives_on_after_odd_bytes,
    control_c_in_a_dialogue,
    control_c_in_an_interpreted_dialogue,
    control_c_in_a_compiled_dialogue,
    control_c_while_a_form_is_typed,
    a_dialogue_lives_on_when_nobody_can_send,
    huge_input_in_a_dialogue,
    a_dialogue_keeps_results_and_errors,
    a_dialogue_greets_and_helps,
    colours_are_for_terminals_that_have_them,
]
