#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_site.py ROOT: the navigation of mkdocs.yml has every page of docs/, and each page that it names exists."""
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
print(f"{len(listed)} pages are in the navigation")
