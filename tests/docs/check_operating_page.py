#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_operating_page.py ROOT: docs/operating.md explains every line that the host logs and every metric."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = (root / "docs/operating.md").read_text()

sources = "\n".join(file.read_text() for file in sorted((root / "host").rglob("*.cpp")))
lines = re.findall(r'\blog\(\s*LogLevel::\w+,\s*"serve",\s*"([^"]+)"', sources)
metrics = [name for file in ("metrics.cpp", "process_metrics.cpp")
           for name in re.findall(r'"((?:larder|http_server|db_client|process)_\w+)"', (root / "host/admin" / file).read_text())]
if not lines or not metrics:
    sys.exit("found no log line or no metric in the sources; adapt the expressions above")

missing = [line for line in lines if f"serve: {line}`" not in page]
missing += [name for name in metrics if name not in page and name != "larder_plugin_"]
if missing:
    sys.exit("docs/operating.md does not explain:\n  " + "\n  ".join(missing))
print(f"{len(lines)} log lines and {len(metrics)} metrics are explained")
