# SPDX-License-Identifier: Apache-2.0
"""Runs the command with a limit of time and memory, and looks at what it did."""

import os
import resource
import subprocess
from pathlib import Path

MEGABYTE = 1 << 20


class Failure(Exception):
    pass


class Skipped(Exception):
    """It cannot be tested here; the text says why."""


class Bench:
    """The command, a folder to run it in, and how much longer than usual everything may take."""

    def __init__(self, lithe, folder, scale):
        self.lithe, self.folder, self.scale = lithe, Path(folder), scale

    def run(
        self,
        *arguments,
        seconds=10,
        megabytes=300,
        stdin=b"",
        stdout=subprocess.PIPE,
        environment=None,
    ):
        def limit_memory():
            # Address space is reserved generously; what counts is what is used.
            resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE,) * 2)

        try:
            return subprocess.run(
                [self.lithe, *arguments],
                input=stdin,
                stdout=stdout,
                stderr=subprocess.PIPE,
                cwd=self.folder,
                env={**os.environ, **(environment or {})},
                timeout=seconds * self.scale,
                preexec_fn=limit_memory if self.scale == 1 else None,
            )
        except subprocess.TimeoutExpired:
            raise Failure(f"ran longer than {seconds} s") from None

    def program(self, content, *flags, **limits):
        path = self.folder / "program.lt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.run(*flags, "program.lt", **limits)


def expect(run, code, stdout=None, stderr=None):
    if run.returncode != code:
        raise Failure(f"exit code {run.returncode} instead of {code}: {run.stderr[-300:]!r}")
    if stdout is not None and run.stdout != stdout:
        raise Failure(f"stdout was {run.stdout[:300]!r}")
    if stderr is not None and stderr.encode() not in run.stderr:
        raise Failure(f"{stderr!r} is not on stderr: {run.stderr[:300]!r}")
    if len(run.stderr) > 100_000:
        raise Failure(f"{len(run.stderr)} bytes on stderr")
