#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from builds import build_go, build_rust  # noqa: E402
from client_rounds import heading, parser_of, private_server, row, run_rounds  # noqa: E402

ABOUT = "Compares the plugin redis with other clients: operations per second of blocking callers on one server."
OURS = "larder"
CLIENTS = {
    OURS: "the plugin",
    "hiredis": "C, a connection per thread",
    "rueidis": "Go, pipelines by itself",
    "go-redis": "Go, a connection per caller",
    "redis-rs": "Rust, one connection for all tasks",
    "fred": "Rust, one connection for all tasks",
}
IN_GO = ("rueidis", "go-redis")
IN_RUST = ("redis-rs", "fred")


def find_clients(options):
    """Returns the commands of the available clients among the requested ones, by name; ours first."""
    wanted = [OURS, *options.only.split(",")]
    programs = {name: options.programs / "larder_bench_redis" for name in (OURS, "hiredis")}
    options.build.mkdir(parents=True, exist_ok=True)
    go, rust = options.build / "go-clients", options.build / "rust"
    for names, program, build in (
            (IN_GO, go, lambda: build_go(HERE / "go", go)),
            (IN_RUST, rust / "target" / "release" / "larder_redis_peers", lambda: build_rust(HERE / "rust", rust))):
        if not any(name in wanted for name in names):
            continue
        failed = build()
        if failed:
            print(f"left out: {', '.join(names)}: {failed}", file=sys.stderr)
        else:
            programs.update({name: program for name in names})
    return {name: [program, name] for name, program in programs.items() if name in wanted}


def print_table(samples):
    print(f"{heading('larder x')}{'switches':>10}")
    for cell, of_clients in samples.items():
        for name, rounds in of_clients.items():
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(of_clients[OURS], rounds)]
            print(f"{row(cell, name, rounds, ratios)}{statistics.median(s[1] for s in rounds):>10.2f}")


def main():
    options = parser_of("redis", ABOUT, CLIENTS).parse_args()
    clients = find_clients(options)
    with tempfile.TemporaryDirectory() as folder, private_server(
            lambda port: ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no",
                          "--dir", folder]) as address:

        def measure(command, arguments):
            """Returns operations per second, and context switches per operation including those of the start."""
            process = subprocess.Popen([*command, address, *arguments], text=True, stdout=subprocess.PIPE)
            rate = float(process.stdout.read() or 0)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise RuntimeError(f"{command[1]} failed")
            return rate, (usage.ru_nvcsw + usage.ru_nivcsw) / (rate * options.seconds)

        print_table(run_rounds(clients, options, measure))


if __name__ == "__main__":
    main()
