#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input that is too large to keep, or lies outside of the program: each must come to a clear
error or a bounded refusal, within a limit of time and of memory. The last line of the output is
"N passed, N failed"."""

import argparse
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import dialogue  # noqa: E402
import edited_dialogue  # noqa: E402
import tools  # noqa: E402
from bench import Bench, Failure, Skipped, expect  # noqa: E402


# --- text ---


def nesting_10_000_deep_is_read(bench):
    deep = "'" + "(" * 9_998 + ")" * 9_998
    expect(bench.program(f"{deep}\n(say 1)"), 0, b"1\n", "")


def nesting_deeper_is_a_read_error(bench):
    for text in ("(" * 10_001 + ")" * 10_001, "[" * 10_001 + "]" * 10_001, "'" * 10_001 + "x"):
        run = bench.program(f"{text}\n(say 1)", "--keep-going")
        expect(run, 1, b"1\n", "1:10001: error: nesting deeper than 10,000")


def nesting_ten_million_deep_is_one_error(bench):
    count = 10_000_000
    for opened, closed in (("(", ")"), ("[", "]"), ("{", "}"), ("'", ""), ("`", ""), ("#;", "")):
        text = opened * count + "x" + closed * count + "\n(say 1)"
        run = bench.program(text, "--keep-going")
        expect(run, 1, b"1\n", "error: nesting deeper than 10,000")
    expect(bench.program("(" * count), 1, b"", "nesting deeper than 10,000")
    for tool in ("check", "fmt"):
        expect(bench.run(tool, "program.lt"), 1, b"", "nesting deeper than 10,000")


def comments_nest_ten_million_deep(bench):
    text = "#|" * 10_000_000 + "|#" * 10_000_000
    expect(bench.program(text + "(say 1)"), 0, b"1\n", "")


def texts_nested_ten_million_deep_are_refused(bench):
    program = """
        (def kind (f) (try (f) (catch e (error/kind e))))
        (def deep (string/repeat "[" 10_000_000))
        (say (kind (fun () (json/parse deep))))
        (say (kind (fun () (json/parse (string/repeat "{\\"a\\":" 10_000_000)))))
        (say (kind (fun () (read deep))))
        (say (kind (fun () (regex/test "a" deep))))
        (say (kind (fun () (regex/test "a" (string/repeat "(" 10_000_000)))))
        (say (string/->number deep))"""
    run = bench.program(program, megabytes=600)
    expect(run, 0, b":syntax\n:syntax\n:read-error\n:value\n:value\nnil\n")
    if run.stderr:
        raise Failure(f"on stderr: {run.stderr[:300]!r}")


def a_line_of_100_megabytes(bench):
    line = b"(say (length (quote (" + b"12 " * 33_000_000 + b"))))\n(say 1)"
    run = bench.program(line, "--keep-going", megabytes=900, seconds=60)
    expect(run, 1, b"1\n", "this form has more than 4,194,304 parts")
    run = bench.program(b'(say "' + b"x" * 100_000_000 + b'")', megabytes=700)
    expect(run, 1, b"", "this token is longer than 64 MiB")
    run = bench.program(b"; " + b"x" * 100_000_000 + b"\n(say 1)", megabytes=700)
    expect(run, 0, b"1\n", "")


def a_form_of_a_million_parts(bench):
    line = b"(say (length (quote (" + b"12 " * 1_000_000 + b"))))"
    expect(bench.program(line, megabytes=900), 0, b"1000000\n", "")


def a_name_has_65535_bytes_at_most(bench):
    expect(bench.program("(def " + "n" * 65_535 + " 1) (say 1)"), 0, b"1\n", "")
    run = bench.program("(def " + "n" * 65_536 + " 1)\n(say 2)", "--keep-going")
    expect(run, 1, b"2\n", "1:6: error: this name is longer than 65535 bytes")


def a_literal_of_a_million_digits(bench):
    run = bench.program("(say (string/length (str " + "7" * 1_000_000 + ")))")
    expect(run, 0, b"1000000\n", "")
    run = bench.program("(say (math/popcount 0x" + "f" * 1_000_000 + "))")
    expect(run, 0, b"4000000\n", "")


def random_bytes_are_errors(bench):
    state, data = 1, bytearray()
    for _ in range(300_000):
        state = (state * 1103515245 + 12345) % (1 << 31)
        data.append(state >> 16 & 255)
    run = bench.program(bytes(data), "--keep-going")
    if run.returncode not in (0, 1):
        raise Failure(f"exit code {run.returncode}")


def a_stream_goes_on_after_errors(bench):
    text = "(say 1)\n(say (head 5))\n(say 2))\n(say 3)\n(say \"\\q\")\n(say 4)\n"
    run = bench.run("-", stdin=text.encode())
    if run.stdout.decode().split() != ["1", "2", "3", "4"]:
        raise Failure(f"stdout was {run.stdout!r}")


def an_endless_stream_takes_no_memory(bench):
    lines = "(def f (x) (+ x 1))\n(defmacro m (x) `(f ,x))\n(m 1)\n(quote (a b (c)))\n" * 20_000
    run = bench.run("-", stdin=(lines + "(say (m 2))\n").encode(), megabytes=60, seconds=30)
    expect(run, 0)
    if not run.stdout.endswith(b"3\n"):
        raise Failure(f"stdout ends with {run.stdout[-100:]!r}")


# --- files ---


def what_comes_from_outside_is_text_or_an_error(bench):
    program = """
        (def told (f) (try (f) (catch e (error/message e))))
        (say (told read-line) (told read-line) (told read-line))
        (say (told sys/args))"""
    (bench.folder / "bytes.lt").write_text(program)
    (bench.folder / "bytes.lt").write_text(program)
    run = bench.run("bytes.lt", b"good", b"b\xc3d", stdin=b"a\xffb\nnext\n\xe2\x82")
    expect(run, 0, "read-line: the line is not UTF-8 from byte 1 on next "
           "read-line: the line is not UTF-8 from byte 0 on\n"
           "sys/args: argument 2 of the program is not UTF-8\n".encode(), "")


def unreadable_files(bench):
    expect(bench.run("not-there.lt"), 1, b"", "not-there.lt")
    expect(bench.run("."), 1, b"", "lithe: cannot read .")
    (bench.folder / "loop.lt").symlink_to("loop.lt")
    expect(bench.run("loop.lt"), 1, b"", "loop.lt")
    if os.getuid() != 0:
        (bench.folder / "secret.lt").touch(0)
        expect(bench.run("secret.lt"), 1, b"", "secret.lt")


def includes_in_a_ring_of_a_hundred(bench):
    for i in range(100):
        (bench.folder / f"ring{i}.lt").write_text(f'(include "ring{(i + 1) % 100}.lt")\n')
    expect(bench.run("ring0.lt"), 1, b"", "the files include each other")


def a_chain_of_a_thousand_includes(bench):
    for i in range(1000):
        (bench.folder / f"chain{i}.lt").write_text(f'(include "chain{i + 1}.lt")\n')
    (bench.folder / "chain1000.lt").write_text('(say "end")\n')
    run = bench.run("chain0.lt")
    if run.returncode == 0:
        expect(run, 0, b"end\n", "")
    else:
        expect(run, 1, b"", "include")


# --- processes ---

IDLE = """
(def count 100_000)
(def idle (seen)
  (receive
    ((list :add from) (send from :ok) (idle (+ seen 1)))
    ((list :stop from) (send from seen))))
(def tell (pids what) (each (fun (pid) (send pid (list what (self))) (recv)) pids))
(def pids (list/map (fun (n) (spawn idle 0)) (list/range count)))
(tell pids :add)
(timer/sleep 1500)
(say (list/reduce (fun (most pid) (math/max most (map/get (process/info pid) :memory))) 0 pids))
(print (fs/read "/proc/self/status"))
(tell pids :stop)
"""


def an_idle_process_takes_a_kilobyte(bench):
    # The compiler has memory of its own; and the peak the system reports for a child that was
    # started by a larger program is that program's, so the child looks at its own.
    run = bench.program(IDLE, "--jit=off", megabytes=600, seconds=20)
    expect(run, 0, stderr="")
    most, status = run.stdout.split(b"\n", 1)
    if not 0 < int(most) <= 1024:
        raise Failure(f"one holds {most!r} bytes")
    peak = int(re.search(rb"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)[1])
    # It was before the quiet time, with mailboxes and stacks in use; sanitizers add theirs.
    if bench.scale == 1 and peak > 250_000:
        raise Failure(f"{peak} KiB for 100,000 of them")


# --- the program's surroundings ---

NO_THREADS = """
#include <errno.h>
#include <pthread.h>
int pthread_create(pthread_t* t, const pthread_attr_t* a, void* (*f)(void*), void* x) {
  return EAGAIN;
}
"""

WITHOUT_THREADS = """
(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(def spin (n) (spin (+ n 1)))
(def me (self))
(spawn spin 0)
(spawn (fun () (timer/sleep 10) (send me :slept)))
(say (tail (recv)) (fib 20))
(try (fs/read "program.lt") (catch e (say (error/kind e))))
(sys/exit 0)
"""


def a_system_without_threads(bench):
    if bench.scale != 1:
        raise Skipped("the sanitizers start threads of their own")
    library = bench.folder / "no_threads.so"
    compiler = ["clang-19", "-shared", "-fPIC", "-x", "c", "-", "-o", library]
    subprocess.run(compiler, input=NO_THREADS.encode(), check=True)
    for jit in ("off", "on", "eager"):
        run = bench.program(WITHOUT_THREADS, f"--jit={jit}", environment={"LD_PRELOAD": library})
        expect(run, 0, b"(:slept) 6765\n:io\n", "")



def a_closed_output_is_an_error(bench):
    run = subprocess.run(
        ["sh", "-c", f"{bench.lithe} -e '(say 1)' >&-"], stderr=subprocess.PIPE, timeout=10
    )
    if run.returncode != 1 or b"writing the output failed" not in run.stderr:
        raise Failure(f"{run}")


def a_full_disk_is_an_error(bench):
    with open("/dev/full", "wb") as full:
        run = bench.program("(say 1)", stdout=full)
    expect(run, 1, None, "writing the output failed: no space left on device")


def a_program_ends_when_nobody_takes_its_output(bench):
    (bench.folder / "lots.lt").write_text('(def f (n) (say "line" n) (f (+ n 1))) (f 0)')
    process = subprocess.Popen(
        [bench.lithe, "lots.lt"],
        cwd=bench.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    try:
        process.wait(timeout=10 * bench.scale)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Failure("it goes on for ever") from None
    finally:
        process.stderr.close()
    if process.returncode != 1:
        raise Failure(f"exit code {process.returncode}")


def output_is_written_while_processes_spin(bench):
    spin = "(def spin () (spin))"
    for program in (
        '(spawn spin) (say "said")',
        '(spawn spin) (say "said") (timer/sleep 100000)',
        '(say "said") (spin)',
        '(def talk () (say "said") (spin)) (spawn spin) (spawn talk)',
    ):
        (bench.folder / "spin.lt").write_text(spin + program)
        process = subprocess.Popen(
            [bench.lithe, "spin.lt"], cwd=bench.folder, stdout=subprocess.PIPE
        )
        readable, _, _ = select.select([process.stdout], [], [], 5 * bench.scale)
        process.terminate()
        stdout, _ = process.communicate()
        if not readable or stdout != b"said\n":
            raise Failure(f"{program}: stdout was {stdout!r}, before its end: {bool(readable)}")


def floods_of_messages_end_at_the_limit(bench):
    flood = '(def flood () (send (self) "x") (flood)) (flood)'
    limit = "it holds more memory than its limit of 20971520 bytes"
    expect(bench.program(flood, "--max-heap=20m"), 1, b"", limit)
    silent = '(spawn (fun () (let l () (send (self) :x) (l))))'
    (bench.folder / "child.lt").write_text(
        "(spawn-opt {:max-heap 20_000_000} (fun () (let l () (send (self) 1) (l))))"
    )
    expect(bench.run("child.lt"), 0, b"", "more memory than its limit of 20000000 bytes")
    no_room = "send: not enough memory"
    expect(bench.program(flood, "--max-memory=20m"), 1, b"", no_room)
    expect(bench.program(silent, "--max-memory=20m"), 0, b"", no_room)
    other = '(def q (spawn (fun () (receive (:never 1))))) (let l () (send q "x") (l))'
    expect(bench.program(other, "--max-memory=20m"), 1, b"", no_room)
    # Who catches it goes on, and ends can be told.
    caught = """
        (def q (spawn-link (fun () (receive (:never 1)))))
        (trap-exit true)
        (def fill () (send q "x") (fill))
        (say (try (fill) (catch e (error/kind e))))
        (exit q :enough)
        (say (receive ((list :exit _ reason) reason)))
        (send (self) "room")
    """
    expect(bench.program(caught, "--max-memory=20m"), 0, b":out-of-memory\n:enough\n", "")


def control_c_ends_a_program(bench):
    for program in (
        "(let loop () (loop))",
        "(let loop () (try (loop) (catch e (loop))))",
        "(recv 100000)",
        "(timer/sleep 100000)",
        "(read-line)",
        "(spawn (fun () (let loop () (loop))))(recv)",
        "(defmacro m () (let loop () (loop))) (m)",
    ):
        process = subprocess.Popen(
            [bench.lithe, "-e", f'(say "before") {program} (say "never")'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(0.5 * bench.scale)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10 * bench.scale)  # its input stays open until it has ended
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"{program} does not end") from None
        stdout, stderr = process.communicate()
        if not stdout.startswith(b"before\n") or b"never" in stdout:
            raise Failure(f"{program}: stdout was {stdout!r}")
        if process.returncode != 130:
            raise Failure(f"{program}: exit code {process.returncode}, stderr {stderr!r}")


def wrong_usage_is_exit_code_2(bench):
    for arguments in (["--nonsense"], ["--jit=maybe", "x.lt"], ["--max-heap=lots", "x.lt"], ["-e"]):
        expect(bench.run(*arguments), 2, b"")


def cases_of(module):
    return [v for v in vars(module).values() if callable(v) and v.__module__ == module.__name__]


CASES = [case for case in cases_of(sys.modules[__name__]) if case is not cases_of]
CASES += dialogue.CASES + edited_dialogue.CASES + tools.CASES


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lithe", default="build/release/bin/lithe")
    parser.add_argument("--filter", default="", help="only cases whose name contains this")
    parser.add_argument("--time-scale", type=float, default=1.0, help="for slow builds")
    arguments = parser.parse_args()
    lithe = str(Path(arguments.lithe).resolve())
    passed = failed = 0
    for case in CASES:
        if arguments.filter not in case.__name__:
            continue
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(Bench(lithe, folder, arguments.time_scale))
                passed += 1
            except Skipped as skipped:
                print(f"skipped {case.__name__}: {skipped}")
            except Failure as failure:
                failed += 1
                print(f"FAILED {case.__name__} {time.monotonic() - start:.1f} s: {failure}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
