#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The fenced blocks of a page, identified by the text after the three backticks.

extract_block.py PAGE.md "cpp program=NAME" OUTPUT   writes the block to a file; several blocks of one name are its parts, in order
extract_block.py PAGE.md --programs NAME...          fails unless the page has exactly these programs
extract_block.py PAGE.md --quotes ROOT               fails unless each line of ```cpp from=FILE is a line of that file
"""
import pathlib
import re
import sys


def blocks_of(page):
    blocks = {}
    for heading, content in re.findall(r"^```([^\n]+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        blocks[heading] = blocks.get(heading, "") + content
    return blocks


def check_programs(page, blocks, listed):
    there = sorted(heading.split("=")[1] for heading in blocks if heading.startswith("cpp program="))
    if there != sorted(listed):
        sys.exit(f"{page}: has the programs {there}, tests/docs/CMakeLists.txt lists {sorted(listed)}")


def check_quotes(page, blocks, root):
    quotes = {heading.split("=")[1]: text for heading, text in blocks.items() if heading.startswith("cpp from=")}
    if not quotes:
        sys.exit(f"{page}: quotes nothing")
    for file, text in quotes.items():
        source = {line.strip() for line in (pathlib.Path(root) / file).read_text().splitlines()}
        for line in text.splitlines():
            if line.strip() not in source:
                sys.exit(f"{page}: {file} has no line: {line}")


def main():
    page, what, *rest = sys.argv[1:]
    blocks = blocks_of(pathlib.Path(page).read_text())
    if what == "--programs":
        return check_programs(page, blocks, rest)
    if what == "--quotes":
        return check_quotes(page, blocks, rest[0])
    if what not in blocks:
        sys.exit(f"{page}: has no block ```{what}")
    pathlib.Path(rest[0]).write_text(blocks[what])


main()
