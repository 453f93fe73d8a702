#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the plugin memcached with other clients: operations per second on one server.

Each measurement runs in a process of its own that stores 1000 keys and then reads and writes them. The clients take turns,
and each round begins with a different client, so a disturbance of the machine affects all of them. Figures are medians of the
rounds; a ratio is the median of the rounds' ratios, with the smallest and the largest of them.
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
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OURS = "larder"
BASE = "handles"
CLIENTS = {
    OURS: "the plugin, blocking callers",
    "callback": "the plugin, with callbacks; a caller is an operation in flight",
    BASE: "libmemcached, a handle per thread",
    "pool": "libmemcached, a pool of eight",
    "gomemcache": "Go",
    "pymemcache": "Python",
}


@contextlib.contextmanager
def private_memcached():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []  # memcached refuses to run as root
    server = subprocess.Popen(["memcached", "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "256", *user])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    return None if done.returncode == 0 else (done.stdout.strip().splitlines() or ["no output"])[-1]


def gomemcache(build):
    if not shutil.which("go"):
        return None, "go is not installed"
    program = build / "gomemcache"
    failed = run("go", "build", "-o", program, ".", cwd=HERE / "go",
                 env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"})
    return [program], failed


def pymemcache(build):
    python = build / "python" / "bin" / "python"
    failed = None
    if run(python, "-c", "import pymemcache") if python.exists() else True:
        failed = run("python3", "-m", "venv", "--clear", build / "python") or run(
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt")
    return [python, HERE / "pymemcache_peer.py"], failed


def find_clients(options):
    """Returns the commands of the available clients among the requested ones, by name."""
    program = options.programs / "larder_bench_memcached"
    wanted = [OURS, *options.only.split(",")]
    options.build.mkdir(parents=True, exist_ok=True)
    clients = {}
    for name in CLIENTS:
        if name not in wanted:
            continue
        build = {"gomemcache": gomemcache, "pymemcache": pymemcache}.get(name)
        command, failed = build(options.build) if build else ([program, name], None)
        if failed:
            print(f"left out: {name}: {failed}", file=sys.stderr)
        else:
            clients[name] = command
    return clients


def measure(command, server, cell, seconds):
    callers, size, reads = cell
    done = subprocess.run(list(map(str, [*command, server, callers, size, reads, seconds])), check=True, text=True,
                          stdout=subprocess.PIPE, timeout=120)
    return list(map(float, done.stdout.split()))


def run_rounds(clients, server, cells, options):
    """Returns a list of samples per cell and client: operations per second, and for some clients system calls."""
    samples = {cell: {name: [] for name in clients} for cell in cells}
    names = list(clients)
    for number in range(options.rounds):
        first = number % len(names)
        for cell in cells:
            for name in names[first:] + names[:first]:
                samples[cell][name].append(measure(clients[name], server, cell, options.seconds))
    return samples


def print_table(samples):
    print(f"{'callers':>7} {'bytes':>6} {'reads':>6}  {'client':<12}{'ops/s':>9}{'x ' + BASE:>11}{'spread':>14}"
          f"{'sends':>8}{'receives':>10}")
    for (callers, size, reads), of_clients in samples.items():
        for name, rounds in of_clients.items():
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(rounds, of_clients.get(BASE, []))]
            ratio = f"{statistics.median(ratios):>11.2f}{min(ratios):>8.2f}-{max(ratios):<5.2f}" if ratios else " " * 25
            calls = [statistics.median(column) for column in list(zip(*rounds))[1:]]
            print(f"{callers:>7} {size:>6} {reads:>5}%  {name:<12}{statistics.median(s[0] for s in rounds):>9.0f}{ratio}"
                  + (f"{calls[0]:>8.2f}{calls[1]:>10.2f}" if calls else ""))


def numbers(text):
    return [int(part) for part in text.split(",")]


def main():
    listed = "\n".join(f"  {name:<11} {what}" for name, what in CLIENTS.items())
    parser = argparse.ArgumentParser(prog="./dev bench memcached", description=__doc__, epilog="clients:\n" + listed,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "release" / "bin")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "bench-memcached")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each client, in turn; default 5")
    parser.add_argument("--seconds", type=float, default=1, help="seconds per measurement; default 1")
    parser.add_argument("--callers", type=numbers, default=[1, 8, 64, 256], help="threads, as N,...")
    parser.add_argument("--value", type=numbers, default=[100], help="bytes, as N,...")
    parser.add_argument("--reads", type=numbers, default=[90], help="percent of the operations, as N,...")
    parser.add_argument("--only", default=",".join(CLIENTS), help="clients to compare with, as NAME,...")
    parser.add_argument("--server", help="HOST:PORT of a memcached; default: a private one")
    options = parser.parse_args()

    clients = find_clients(options)
    cells = [(callers, size, reads) for size in options.value for reads in options.reads for callers in options.callers]
    server = contextlib.nullcontext(options.server) if options.server else private_memcached()
    with server as address:
        print_table(run_rounds(clients, address, cells, options))


if __name__ == "__main__":
    main()
