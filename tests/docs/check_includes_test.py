#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_includes_test.py CHECK: the check of the includes finds what it is there for."""
import pathlib
import subprocess
import sys
import tempfile

TABLE = """
| Room | What lives there | Other public headers | May include |
|---|---|---|---|
| `sdk/src/lower` | the base | `named.hpp` | |
| `sdk/src/upper` | the top | | `lower` |
"""
SOUND = {
    "docs/architecture.md": TABLE,
    "sdk/include/larder/thing.hpp": "#pragma once\n",
    "sdk/include/larder/named.hpp": "#include <larder/plain.hpp>\n",
    "sdk/include/larder/plain.hpp": "#include <string>\n",
    "sdk/src/lower/base.cpp": '#include "lower/base.hpp"\n',
    "sdk/src/lower/base.hpp": "#include <larder/plain.hpp>\n",
    "sdk/src/upper/thing.cpp": '#include <larder/thing.hpp>\n#include "lower/base.hpp"\n',
}


def verdict(**changed):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**SOUND, **changed.get("files", {})}.items():
            file = pathlib.Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        run = subprocess.run([sys.executable, sys.argv[1], root], capture_output=True, text=True, check=False)
        return run.returncode, run.stderr


def expect(fault, **files):
    code, told = verdict(files={name.replace("__", "/"): text for name, text in files.items()})
    assert code != 0 and fault in told, f"expected {fault!r}, got {code}: {told}"


code, told = verdict()
assert code == 0, told
expect("sdk/src/lower/base.hpp: includes upper/thing.hpp of upper",
       **{"sdk/src/lower/base.hpp": '#include "upper/thing.hpp"\n'})
expect("includes <larder/thing.hpp> of upper", **{"sdk/src/lower/base.cpp": "#include <larder/thing.hpp>\n"})
expect("a header of no room", **{"sdk/include/larder/plain.hpp": "#include <larder/thing.hpp>\n"})
expect("sdk/include/larder/named.hpp: includes <larder/thing.hpp>",
       **{"sdk/include/larder/named.hpp": "#include <larder/thing.hpp>\n"})
expect("sdk/src/other: no row", **{"sdk/src/other/a.cpp": "\n"})
expect("may include each other",
       **{"docs/architecture.md": TABLE.replace("`named.hpp` | |", "`named.hpp` | `upper` |")})
print("every planted fault was found")
