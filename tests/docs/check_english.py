#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_english.py ROOT: no text of the repository uses a phrase that we have had to correct often.

A phrase matches across line ends and whatever its case; programs and output that a page quotes count as well.
"""
import pathlib
import re
import sys

FOLDERS = [".github", "bench", "cmake", "conan", "docs", "examples", "host", "packaging", "plugins", "sdk", "tests"]
LEFT_OUT = ["tests/abi/releases", "tests/docs/check_english.py", "tests/fuzz/corpus"]  # what was released stays as it is

# Each with what to write instead.
PHRASES = {
    r"whoever": "name the subject: the caller that, a user who",
    r"himself": "itself, themselves",
    r"\bhe (?:who|gets|waits|sees|has|is)\b": "it, they",
    r"\bhis (?:own|rights|session|result)\b": "its, their",
    r"\banew\b": "again, recompute",
    r"amidst": "during, in the middle of",
    r"of before\b": "previous, stale",
    r"what (?:it|the host|the server) stands\b": "load limits",
    r"under way": "in flight, pending, running",
    r"left alone for": "the circuit opens for",
    r"lets? .{1,40} pass by\b": "bypasses",
    r"what is ready is read": "each turn reads all ready sockets",
    r"that others could have written": "that other users can overwrite",
    r"no request need wait": "requests need not wait",
    r"gets the sign\b": "receives the pointer entry",
    r"found nothing of it": "has already missed",
    r"no hits are": "misses",
    r"so many (?:requests|and more)": "how many, at least N",
    r"failures in a row": "consecutive failures",
    r"told before": "may be called before",
    r"if the cursor is none": "if the cursor is malformed",
    r"that are not too few": "rounded up",
    r"leave to make": "permission for",
    r"may have come by the way": "completed since the last turn",
    r"nobody waits for anybody": "requests bypass single flight",
    r"if that took longer than": "if the timeout expires first",
    r"says more than ours": "is more specific",
    r"install nothing first": "no prerequisites",
    r"on one's own|of one's own": "your own, its own",
    r"those who wait": "waiting callers",
    r"is none, and\b": "does not count, and",
    r"be put right|puts? it right|puts? right": "correct",
    r"as a whole one\b": "completely",
}


def texts(root):
    """The files by name, with what is in them."""
    files = [file for file in root.iterdir() if file.is_file()]
    for folder in FOLDERS:
        files += [file for file in (root / folder).rglob("*") if file.is_file()]
    for file in sorted(files):
        name = str(file.relative_to(root))
        if name.startswith(tuple(LEFT_OUT)) or "__pycache__" in name:
            continue
        try:
            yield name, file.read_text()
        except UnicodeDecodeError:
            continue  # a picture


def main():
    root = pathlib.Path(sys.argv[1])
    faults, count = [], 0
    for name, text in texts(root):
        count += 1
        for phrase, instead in PHRASES.items():
            for match in re.finditer(phrase.replace(" ", r"\s+"), text, re.IGNORECASE):
                line = text.count("\n", 0, match.start()) + 1
                faults.append(f'{name}:{line}: "{match.group()}": {instead}')
    if faults:
        sys.exit("\n".join(faults))
    print(f"{count} texts use none of {len(PHRASES)} phrases")


main()
