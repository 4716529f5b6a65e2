# SPDX-License-Identifier: Apache-2.0
"""Who takes part in the benchmarks, and how a program of each is made ready and started.

Compiling is no part of a measurement: what a language compiles ahead of time is compiled here, to
a scratch folder. A peer that is not installed gives None and is named in the results."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "programs"
LIMIT = 180
# Neither results nor machine code are kept from run to run.
NO_CACHES = ("--cache=off", "--code-cache=off")


@dataclass
class Contender:
    """A command that prints `result X` and `time NANOSECONDS` lines, run in `folder`."""

    name: str
    command: list
    folder: Path
    environment: dict = field(default_factory=dict)


def first_of(*names):
    return next((path for path in map(shutil.which, names) if path), None)


def run_quietly(command, environment=None):
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT,
                          env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout[-800:]}{done.stderr[-800:]}")


def script(name, *commands, flags=(), environment=None):
    """Makes a contender of a source that its language starts as it is."""

    def make(source, _scratch):
        program = first_of(*commands)
        words = [program, *flags, source.name]
        return Contender(name, words, source.parent, environment or {}) if program else None

    return make


def make_c(source, scratch):
    compiler = first_of("clang-19", "clang")
    if not compiler:
        return None
    binary = scratch / (source.stem + ".c.out")
    run_quietly([compiler, "-O2", "-std=gnu17", "-o", str(binary), str(source), "-lm"])
    return Contender("C", [str(binary)], source.parent)


def make_erlang(source, scratch):
    if not first_of("erlc"):
        return None
    run_quietly(["erlc", "-o", str(scratch), str(PROGRAMS / "measure.erl"), str(source)])
    words = ["erl", "-noinput", "-pa", str(scratch), "-s", source.stem, "main", "-extra"]
    return Contender("Erlang", words, source.parent)


def scheme_copy(source, scratch, dialect, header):
    """The Scheme program behind a dialect's header, beside that dialect's measure.ss."""
    folder = scratch / dialect / source.stem
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROGRAMS / f"measure.{dialect}.ss", scratch / dialect / "measure.ss")
    copy = folder / source.name
    copy.write_text(header + source.read_text())
    return copy


def make_guile(source, scratch):
    guile = first_of("guile-3.0", "guile")
    if not guile:
        return None
    copy = scheme_copy(source, scratch, "guile", "")
    compiled = copy.with_suffix(".go")
    no_cache = {"GUILE_AUTO_COMPILE": "0"}
    compile_file = f'(compile-file "{copy}" #:output-file "{compiled}" #:optimization-level 2)'
    run_quietly([guile, "-c", f"(use-modules (system base compile)) {compile_file}"], no_cache)
    words = [guile, "-c", f'(load-compiled "{compiled}")']
    return Contender("Guile", words, copy.parent, no_cache)


def make_racket(source, scratch):
    racket = first_of("racket")
    if not racket:
        return None
    header = "#lang racket/base\n(require racket/include)\n"
    copy = scheme_copy(source, scratch, "racket", header)
    run_quietly([racket, "-l-", "raco", "make", str(copy)])
    return Contender("Racket", [racket, copy.name], copy.parent)


PEERS = (
    ("C", "*.c", make_c),
    ("Lua 5.4", "*.lua", script("Lua 5.4", "lua5.4")),
    ("LuaJIT", "*.lua", script("LuaJIT", "luajit")),
    ("Node", "*.js", script("Node", "node", "nodejs")),
    ("Chez", "*.ss", script("Chez", "chezscheme", "scheme",
                            flags=("--optimize-level", "2", "--script"))),
    ("Racket", "*.ss", make_racket),
    ("Guile", "*.ss", make_guile),
    ("SBCL", "*.lisp", script("SBCL", "sbcl", flags=("--script",))),
    ("PyPy", "*.py", script("PyPy", "pypy3", flags=("-B",),
                            environment={"PYTHONPATH": str(PROGRAMS)})),
    ("Erlang", "*.erl", make_erlang),
)


def contenders_of(name, lithe, scratch):
    folder = PROGRAMS / name
    found = [
        Contender("lithe", [lithe, *NO_CACHES, f"{name}.lt"], folder),
        Contender("lithe --jit=off", [lithe, *NO_CACHES, "--jit=off", f"{name}.lt"], folder),
    ]
    for _, pattern, make in PEERS:
        source = next(iter(sorted(folder.glob(pattern))), None)
        contender = make(source, scratch) if source else None
        if contender:
            found.append(contender)
    return found


def start_up_commands(lithe):
    """Whole commands that do next to nothing: (words, what they read). Each prints a 3."""
    chez = first_of("chezscheme", "scheme")
    erlang = 'io:format("~w~n", [1 + 2]), halt().'
    commands = {
        "lithe": ([lithe, "-e", "(say (+ 1 2))"], b""),
        "lithe --jit=off": ([lithe, "--jit=off", "-e", "(say (+ 1 2))"], b""),
        "Lua 5.4": ([first_of("lua5.4"), "-e", "print(1 + 2)"], b""),
        "LuaJIT": ([first_of("luajit"), "-e", "print(1 + 2)"], b""),
        "Node": ([first_of("node", "nodejs"), "-e", "console.log(1 + 2)"], b""),
        "Chez": ([chez, "-q"], b"(display (+ 1 2))\n"),
        "Racket": ([first_of("racket"), "-l", "racket/base", "-e", "(display (+ 1 2))"], b""),
        "Guile": ([first_of("guile-3.0", "guile"), "-c", "(display (+ 1 2))"], b""),
        "SBCL": ([first_of("sbcl"), "--noinform", "--no-userinit", "--non-interactive",
                  "--eval", "(print (+ 1 2))"], b""),
        "PyPy": ([first_of("pypy3"), "-c", "print(1 + 2)"], b""),
        "Erlang": ([first_of("erl"), "-noinput", "-eval", erlang], b""),
    }
    return {name: entry for name, entry in commands.items() if entry[0][0]}
