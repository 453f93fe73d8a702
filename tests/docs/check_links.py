#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_links.py ROOT: links between the Markdown files lead to existing files and headings."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()


def without_blocks(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(page):
    """The anchors that GitHub derives from headings."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def trouble_with(page, target):
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return "no such file"
    if anchor and file.suffix == ".md" and anchor not in anchors_of(file):
        return "no such heading"
    return None


pages = [page for page in [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("*/*/README.md")]]
broken = []
for page in pages:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        trouble = trouble_with(page, target)
        if trouble:
            broken.append(f"{page.relative_to(root)}: {target}: {trouble}")
if broken:
    sys.exit("\n".join(broken))
print(f"the links of {len(pages)} pages lead to existing places")
