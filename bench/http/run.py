#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares HTTP servers that answer a request from a cache: ./dev bench http [ARG...]. docs/benchmarks.md explains
the output."""
import argparse
import contextlib
import dataclasses
import json
import pathlib
import sys
import tempfile

import comparison
import http_client
import load
import peers
import servers
from processes import Running

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench http", description=__doc__,
                                     epilog="servers: " + ", ".join(server.name for server in servers.ALL))
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each server, in turn; default 5")
    parser.add_argument("--seconds", type=int, default=3, help="seconds per measurement; default 3")
    parser.add_argument("--only", metavar="NAME,...", help="measure only these servers")
    parser.add_argument("--load", action="store_true", help="measure the load limits of the host instead of its speed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--no-limits", action="store_true", help="exit with status 0 even if a limit is missed")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help="folder of larder and larder_bench_poco")
    chosen = parser.parse_args()
    unknown = set((chosen.only or "").split(",")) - {"", *(server.name for server in servers.ALL)}
    if unknown:
        parser.error(f"no such server: {', '.join(sorted(unknown))}")
    return chosen


def the_answer(programs, folder, database):
    """Returns the body that every server sends for /users: the sample users and five more, 1.5 KiB."""
    running = Running.start(folder, [servers.host(servers.Place(programs, folder, folder, database=database))])
    try:
        for number in range(5):
            user = json.dumps({"name": f"Somebody Else {number}", "email": f"else{number}@example.com"}).encode()
            http_client.post_json(running.port, "/users", user)
        return http_client.get(running.port, "/users").body
    finally:
        running.stop()


def start_all(chosen, programs, stack):
    """Returns (server, running) for each server that runs on this machine; prints why the others are left out."""
    scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="larder-bench-")))
    scratch.chmod(0o755)
    build = ROOT / "build/bench-http"
    build.mkdir(parents=True, exist_ok=True)
    database = f"sqlite:{scratch}/users.db"
    body = the_answer(programs, scratch, database)

    started = []
    for server in servers.ALL:
        if chosen.only and server.name not in chosen.only.split(","):
            continue
        folder = scratch / server.name
        folder.mkdir()
        try:
            running = server.start(servers.Place(programs, build, folder, body, database))
        except peers.NotHere as reason:
            print(f"left out: {server.name}: {reason}", file=sys.stderr)
            continue
        stack.callback(running.stop)
        comparison.check(server, running, body)
        started.append((server, running))
    return started


def compare(chosen):
    with contextlib.ExitStack() as stack:
        started = start_all(chosen, chosen.programs, stack)
        figures = comparison.measure(started, chosen.rounds, chosen.seconds)
    goals = comparison.goals(figures)
    if chosen.json:
        print(json.dumps({"servers": [dataclasses.asdict(each) for each in figures],
                          "goals": [dataclasses.asdict(each) for each in goals]}, indent=2))
    else:
        print(comparison.table(figures))
    return goals


def main():
    chosen = arguments()
    goals = load.measure(chosen.programs) if chosen.load else compare(chosen)
    if chosen.load and chosen.json:
        print(json.dumps({"goals": [dataclasses.asdict(each) for each in goals]}, indent=2))
    if not chosen.json and goals:
        print("\n" + "\n".join(map(str, goals)))
    return 0 if chosen.no_limits or all(goal.reached for goal in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
