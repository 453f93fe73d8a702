# SPDX-License-Identifier: Apache-2.0
"""One run of wrk, on another core than the server's."""
import dataclasses
import pathlib
import subprocess

from processes import CLIENT_CORE, on_core

CONNECTIONS = 64
REPORT = pathlib.Path(__file__).with_name("report.lua")


@dataclasses.dataclass
class Run:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int  # answers that were not 2xx or 3xx
    broken: int   # failed connections and timed-out reads


def command(url, seconds, connections=CONNECTIONS):
    return on_core(CLIENT_CORE, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", REPORT, url])


def parse(output):
    line = next(line for line in output.splitlines() if line.startswith("run "))
    requests, micros, p50, p99, refused, broken = map(float, line.split()[1:])
    return Run(int(requests), micros / 1e6, p50 / 1e3, p99 / 1e3, int(refused), int(broken))


def run(url, seconds, connections=CONNECTIONS):
    return parse(subprocess.run(command(url, seconds, connections), check=True, text=True,
                                stdout=subprocess.PIPE).stdout)
