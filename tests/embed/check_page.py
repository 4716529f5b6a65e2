#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_page.py PROGRAM PAGE: runs the program of a manual page and compares what it prints with
the page's first ```text block."""

import re
import subprocess
import sys


def main():
    program, page = sys.argv[1:]
    wanted = re.search(r"^```text\n(.*?)^```$", open(page).read(), re.MULTILINE | re.DOTALL)
    if not wanted:
        sys.exit(f"{page} does not say what its program prints")
    ran = subprocess.run([program], capture_output=True, text=True, timeout=60)
    if ran.returncode != 0:
        sys.exit(f"{program} ended with {ran.returncode}: {ran.stderr}")
    if ran.stdout != wanted.group(1):
        sys.exit(f"{program} printed\n{ran.stdout}\nand not\n{wanted.group(1)}")


main()
