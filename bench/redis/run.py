#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The plugin redis beside other clients of Redis: operations a second of blocking callers on one server.

Each measurement is a process of its own that stores 1000 keys and then reads and writes them. The clients take turns, and
each round begins with another one, so a disturbance of the machine affects all. Figures are medians of the rounds; a ratio
is the median of the rounds' ratios, with the least and the greatest of them.
"""
import argparse
import contextlib
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OURS = "larder"
CLIENTS = {
    OURS: "the plugin",
    "hiredis": "C, a connection per thread",
    "rueidis": "Go, pipelines by itself",
    "go-redis": "Go, a connection per caller",
}
IN_GO = ("rueidis", "go-redis")


@contextlib.contextmanager
def private_redis():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "",
                                   "--appendonly", "no", "--dir", folder], stdout=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def build_go_clients(build):
    """Returns the program, or why there is none."""
    if not shutil.which("go"):
        return None, "there is no go here"
    build.mkdir(parents=True, exist_ok=True)
    program = build / "go-clients"
    done = subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "go", text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"})
    failed = (done.stdout.strip().splitlines() or ["go build failed"])[-1] if done.returncode != 0 else None
    return program, failed


def find_clients(options):
    """The commands of the clients that are to be measured and can be, by name; ours first."""
    wanted = [OURS, *options.only.split(",")]
    programs = {name: options.programs / "larder_bench_redis" for name in (OURS, "hiredis")}
    if any(name in wanted for name in IN_GO):
        program, failed = build_go_clients(options.build)
        if failed:
            print(f"left out: {', '.join(IN_GO)}: {failed}", file=sys.stderr)
        else:
            programs.update({name: program for name in IN_GO})
    return {name: [program, name] for name, program in programs.items() if name in wanted}


def measure(command, server, cell, seconds):
    """Returns operations a second, and context switches an operation, those of the start included."""
    callers, size, reads = cell
    process = subprocess.Popen(list(map(str, [*command, server, callers, size, reads, seconds])), text=True,
                               stdout=subprocess.PIPE)
    rate = float(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[1]} failed")
    return rate, (usage.ru_nvcsw + usage.ru_nivcsw) / (rate * seconds)


def run_rounds(clients, server, cells, options):
    """For each cell and client a list of its samples."""
    samples = {cell: {name: [] for name in clients} for cell in cells}
    names = list(clients)
    for number in range(options.rounds):
        first = number % len(names)
        for cell in cells:
            for name in names[first:] + names[:first]:
                samples[cell][name].append(measure(clients[name], server, cell, options.seconds))
    return samples


def print_table(samples):
    print(f"{'callers':>7} {'bytes':>6} {'reads':>6}  {'client':<10}{'ops/s':>9}{'larder x':>10}{'spread':>13}{'switches':>10}")
    for (callers, size, reads), of_clients in samples.items():
        for name, rounds in of_clients.items():
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(of_clients[OURS], rounds)]
            print(f"{callers:>7} {size:>6} {reads:>5}%  {name:<10}{statistics.median(s[0] for s in rounds):>9.0f}"
                  f"{statistics.median(ratios):>10.2f}{min(ratios):>8.2f}-{max(ratios):.2f}"
                  f"{statistics.median(s[1] for s in rounds):>10.2f}")


def numbers(text):
    return [int(part) for part in text.split(",")]


def main():
    listed = "\n".join(f"  {name:<11} {what}" for name, what in CLIENTS.items())
    parser = argparse.ArgumentParser(prog="./dev bench redis", description=__doc__, epilog="clients:\n" + listed,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "release" / "bin")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "bench-redis")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, in turn; 5")
    parser.add_argument("--seconds", type=float, default=1, help="how long each time; 1")
    parser.add_argument("--callers", type=numbers, default=[1, 8, 64, 256], help="threads, as N,...")
    parser.add_argument("--value", type=numbers, default=[100], help="bytes, as N,...")
    parser.add_argument("--reads", type=numbers, default=[90], help="percent of the operations, as N,...")
    parser.add_argument("--only", default=",".join(CLIENTS), help="clients to compare with, as NAME,...")
    options = parser.parse_args()

    clients = find_clients(options)
    cells = [(callers, size, reads) for size in options.value for reads in options.reads for callers in options.callers]
    with private_redis() as server:
        print_table(run_rounds(clients, server, cells, options))


if __name__ == "__main__":
    main()
