#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""extract_block.py PAGE.md HEADING OUTPUT: writes the fenced block that begins with ```HEADING to a file.

extract_block.py PAGE.md --programs NAME...: fails unless the page has just these programs.
"""
import pathlib
import re
import sys


def blocks_of(page):
    """Contents by what follows the three backticks: "cpp program=menu", "text output=menu"."""
    return dict(re.findall(r"^```([^\n]+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


def main():
    page, what, *rest = sys.argv[1:]
    blocks = blocks_of(pathlib.Path(page).read_text())
    if what == "--programs":
        there = sorted(heading.split("=")[1] for heading in blocks if heading.startswith("cpp program="))
        if there != sorted(rest):
            sys.exit(f"{page}: has the programs {there}, tests/docs/CMakeLists.txt lists {sorted(rest)}")
        return
    if what not in blocks:
        sys.exit(f"{page}: has no block ```{what}")
    pathlib.Path(rest[0]).write_text(blocks[what])


main()
