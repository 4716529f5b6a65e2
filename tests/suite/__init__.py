# SPDX-License-Identifier: Apache-2.0
"""The parts of the language-suite runner (tests/run.py)."""
