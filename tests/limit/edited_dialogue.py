# SPDX-License-Identifier: Apache-2.0
"""A dialogue whose lines are edited: keys, completion, the history, what else reads the terminal."""

import fcntl
import os
import shutil
import stat
import struct
import termios
from pathlib import Path

import dialogue as plain
from bench import Failure, Skipped
from dialogue import CONTROL_C, CONTROL_D, PROMPT, Dialogue

START, UP, TAB, BACK = b"\x01", b"\x1b[A", b"\t", b"\x7f"
CONTROL_R, CONTROL_Z = b"\x12", b"\x1a"


def surroundings(bench):
    """A screen, and nothing of whoever runs the tests."""
    if not (Path(bench.lithe).parent.parent / "lib/liblithe-edit.so").exists():
        raise Skipped("it was built without libedit")
    return {"TERM": "xterm", "HOME": str(bench.folder), "XDG_STATE_HOME": "", "NO_COLOR": "1"}


def in_dialogue(bench, steps, **environment):
    def on_a_wide_screen(dialogue):
        fcntl.ioctl(dialogue.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 500, 0, 0))
        dialogue.lives("the start")  # from the next line on it knows the width
        steps(dialogue)

    plain.in_dialogue(bench, on_a_wide_screen, **{**surroundings(bench), **environment})


def expect_answer(dialogue, keys, answer):
    dialogue.write(keys)
    seen = dialogue.until(PROMPT)
    if answer not in seen:
        raise Failure(f"{keys!r}: {answer!r} is not in {seen!r}")


def a_line_can_be_edited(bench):
    def steps(dialogue):
        expect_answer(dialogue, b"+ 1 2)" + START + b"(\n", b"=> 3\r\n")
        expect_answer(dialogue, b"(list 1x" + BACK + b" 2)\n", b"=> (1 2)\r\n")
        expect_answer(dialogue, '(string/length "höhe€😀x'.encode() + BACK + b'")\n', b"=> 6\r\n")
        # Nobody is there to go on with it, so it goes on by itself, and shows the line again.
        expect_answer(dialogue, b"(* 6 7)" + CONTROL_Z, b"(* 6 7)")
        expect_answer(dialogue, b"\n", b"=> 42\r\n")

    in_dialogue(bench, steps)


def earlier_lines_come_back(bench):
    def first(dialogue):
        dialogue.ask("(list :one 1)")
        dialogue.ask("(list :two 2)")
        expect_answer(dialogue, UP + UP + b"\n", b"=> (:one 1)\r\n")

    def second(dialogue):
        dialogue.ask("(list :three 3)")
        expect_answer(dialogue, UP + UP + UP + UP + b"\n", b"=> (:two 2)\r\n")
        expect_answer(dialogue, CONTROL_R + b"thr\n", b"=> (:three 3)\r\n")

    in_dialogue(bench, first)
    in_dialogue(bench, second)
    kept = bench.folder / ".local/state/lithe/history"
    if stat.S_IMODE(kept.stat().st_mode) != 0o600:
        raise Failure(f"mode {kept.stat().st_mode:o}")
    lines = [line for line in kept.read_text().splitlines() if line != "(+ 40 2)"]
    wanted = ["(list :one 1)", "(list :two 2)", "(list :one 1)", "(list :three 3)"]
    if lines[:4] != wanted:
        raise Failure(f"kept: {lines}")


def the_history_has_its_place_and_its_bound(bench):
    state = bench.folder / "state"
    (state / "lithe").mkdir(parents=True)
    kept = state / "lithe/history"
    kept.write_text("".join(f"(list {i})\n" for i in range(3000)))

    def steps(dialogue):
        expect_answer(dialogue, UP + UP + b"\n", b"=> (2999)\r\n")

    in_dialogue(bench, steps, XDG_STATE_HOME=str(state))
    lines = kept.read_text().splitlines()
    if len(lines) > 1001 or lines[-1] != "(list 2999)":
        raise Failure(f"{len(lines)} lines, the last {lines[-1]}")


def a_history_that_cannot_be_kept_harms_nothing(bench):
    for place in ("/proc/nowhere", "/dev/null"):
        in_dialogue(bench, lambda d: expect_answer(d, UP + b"\n", b"=> 42\r\n"), XDG_STATE_HOME=place)


def names_are_completed(bench):
    def steps(dialogue):
        expect_answer(dialogue, b"(list/revers" + TAB + b" '(1 2))\n", b"=> (2 1)\r\n")
        dialogue.ask("(def my-own-function (x) (list x x))")
        expect_answer(dialogue, b"(my-o" + TAB + b" 4)\n", b"=> (4 4)\r\n")
        expect_answer(dialogue, b"(unle" + TAB + b" nil 5)\n", b"=> 5\r\n")
        dialogue.ask("{:some-keyword 1}")
        expect_answer(dialogue, b"(list :some-k" + TAB + b")\n", b"=> (:some-keyword)\r\n")
        expect_answer(dialogue, b'(list "unle' + TAB + b'")\n', b'=> ("unle")\r\n')
        expect_answer(dialogue, b"'(no-such-na" + TAB + b")\n", b"=> (no-such-na)\r\n")

    in_dialogue(bench, steps)


def several_candidates_are_listed(bench):
    def steps(dialogue):
        dialogue.write(b"(list/t" + TAB)
        dialogue.until(b"a")  # what all of them have
        if dialogue.until(b"list/tail", seconds=0.2) is not None:
            raise Failure("listed at once")
        dialogue.write(TAB)
        for name in (b"list/tail", b"list/take", b"list/take-while"):
            dialogue.until(name)
        dialogue.until(PROMPT)
        dialogue.interrupt("the list")
        dialogue.lives("the list")

    in_dialogue(bench, steps)


def further_lines_are_indented(bench):
    def steps(dialogue):
        for line, indent in (
            ("(def f (x)", 2),
            ("(let ((a 1)", 6),
            ("(list/map f", 10),
            ("[1 2", 1),
            ('(say "text', 0),
        ):
            dialogue.write(line + "\n")
            dialogue.until(b"...    ")
            dialogue.write("|")
            if dialogue.until(b"|") != b" " * indent:
                raise Failure(f"{line}: not {indent}")
            expect_answer(dialogue, CONTROL_C, b"")
        dialogue.lives("further lines")
        expect_answer(dialogue, b"(let ((a 1)\n(b 2))\n(+ a b))\n", b"=> 3\r\n")

    in_dialogue(bench, steps)


def control_d_ends_an_empty_line_alone(bench):
    def steps(dialogue):
        expect_answer(dialogue, b"(list 1 2)" + CONTROL_D + b"\n", b"=> (1 2)\r\n")
        expect_answer(dialogue, b"x(list 3)" + START + CONTROL_D + b"\n", b"=> (3)\r\n")

    in_dialogue(bench, steps)


def control_c_while_a_line_is_edited(bench):
    def steps(dialogue):
        for keys in (b"(+ 1", b"", b"(say 1)" + START, b"(list/ma" + TAB, CONTROL_R + b"so", UP):
            dialogue.write(keys)
            dialogue.interrupt(keys)
            dialogue.lives(keys)

    in_dialogue(bench, steps)
    plain.control_c_in_a_dialogue(bench, **surroundings(bench))


def odd_bytes_while_a_line_is_edited(bench):
    def steps(dialogue):
        for keys in (b"\xff\xfe\n", b"'\xc3)\n", b"(list 1 \xf0\x9f\n)\n", b"\x00\x1d\x1f\n"):
            dialogue.write(keys)
            dialogue.until(PROMPT)
            while dialogue.until(PROMPT, seconds=0.1) is not None:
                pass
            dialogue.interrupt(keys)
            dialogue.lives(keys)

    in_dialogue(bench, steps)


def others_may_read_lines(bench):
    def steps(dialogue):
        expect_answer(dialogue, b"(read-line)\n(typed  here)\n", b'=> "(typed  here)"\r\n')
        dialogue.ask('(spawn (fun () (say "got" (read-line))))')
        dialogue.write("(list 1 2)\n")
        dialogue.until(b"=> (1 2)\r\n")
        dialogue.write("for the other\n")
        dialogue.until(b"got for the other\r\n")  # before the prompt, or behind it
        dialogue.interrupt("another reader")
        dialogue.lives("another reader")

    in_dialogue(bench, steps)


def others_run_while_a_line_is_edited(bench):
    def steps(dialogue):
        dialogue.ask('(timer/timeout 100 (fun () (say "mean" "while")))')
        dialogue.write("(+ 1")
        dialogue.until(b"mean while")
        expect_answer(dialogue, b" 2)\n", b"=> 3\r\n")

    in_dialogue(bench, steps)


def the_terminal_is_as_it_was_at_the_end(bench):
    for keys in (b"(sys/exit 3)\n", b"(timer/timeout 200 (fun () (sys/exit 3)))\n(half a"):
        dialogue = Dialogue(bench, **surroundings(bench))
        modes = termios.ICANON | termios.ECHO | termios.ISIG
        if termios.tcgetattr(dialogue.terminal)[3] & modes == modes:
            raise Failure("the lines are not edited")
        dialogue.write(keys)
        while dialogue.read_some(dialogue.patience):
            pass
        _, status = os.waitpid(dialogue.child, 0)
        after = termios.tcgetattr(dialogue.terminal)
        os.close(dialogue.terminal)
        if os.waitstatus_to_exitcode(status) != 3 or after[3] & modes != modes:
            raise Failure(f"{keys!r}: {status}, modes {after}")


def without_the_plugin_lines_are_plain(bench):
    environment = surroundings(bench)
    folder = bench.folder / "bin"
    folder.mkdir()
    alone = type(bench)(shutil.copy(bench.lithe, folder), bench.folder, bench.scale)
    dialogue = Dialogue(alone, **environment)
    if dialogue.greeting.count(b"lithe: lines cannot be edited: the plugin liblithe-edit.so") != 1:
        raise Failure(f"{dialogue.greeting!r}")
    dialogue.lives("the start")
    if dialogue.end() != 0:
        raise Failure("another exit code")


CASES = [
    a_line_can_be_edited,
    earlier_lines_come_back,
    the_history_has_its_place_and_its_bound,
    a_history_that_cannot_be_kept_harms_nothing,
    names_are_completed,
    several_candidates_are_listed,
    further_lines_are_indented,
    control_d_ends_an_empty_line_alone,
    control_c_while_a_line_is_edited,
    odd_bytes_while_a_line_is_edited,
    others_may_read_lines,
    others_run_while_a_line_is_edited,
    the_terminal_is_as_it_was_at_the_end,
    without_the_plugin_lines_are_plain,
]
