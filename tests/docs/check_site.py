#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_site.py ROOT: the navigation of mkdocs.yml has every page of docs/, and each page that it names exists.

A blank line separates each list from the paragraph before it: GitHub does not need it, but the site would otherwise join the
items into the paragraph.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
nav = (root / "mkdocs.yml").read_text().split("\nnav:\n")[1]
listed = set(re.findall(r"([\w./-]+\.md)\s*$", nav, re.MULTILINE))
pages = {page.name for page in root.glob("docs/*.md")}
adopted = set(re.findall(r'"([\w-]+\.md)",?$', (root / "docs/site/hooks.py").read_text(), re.MULTILINE))
adopted |= {f"backends/{name}.md" for name in ("lru", "redis", "memcached")} | {"decisions/index.md"}

faults = [f"docs/{page} is not in the navigation" for page in sorted(pages - listed)]
faults += [f"{page} does not exist" for page in sorted(listed - pages - adopted)]
if faults:
    sys.exit("mkdocs.yml: " + "; ".join(faults))


def joined_lists(page):
    """The numbers of the lines where a list begins right after a paragraph."""
    text = re.sub(r"^```.*?^```$", lambda block: "\n" * block.group().count("\n"), page.read_text(), flags=re.MULTILINE | re.DOTALL)
    in_list, before = False, ""
    for number, line in enumerate(text.splitlines(), 1):
        begins = re.match(r"(?:- |\d+\. )", line)
        if begins and not in_list and before and not before.startswith("#"):
            yield number
        in_list = bool(begins) or in_list and (not line or line.startswith("  "))
        before = line


sources = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("plugins/*/README.md")]
joined = [f"{page.relative_to(root)}:{number}" for page in sorted(sources) for number in joined_lists(page)]
if joined:
    sys.exit("put a blank line before the list: " + ", ".join(joined))
print(f"{len(listed)} pages are in the navigation")
