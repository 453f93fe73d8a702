#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from builds import build_go, run  # noqa: E402
from client_rounds import heading, parser_of, private_server, row, run_rounds  # noqa: E402

ABOUT = "Compares the plugin memcached with other clients: operations per second on one server."
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


def memcached(port):
    user = ["-u", "nobody"] if os.geteuid() == 0 else []  # memcached refuses to run as root
    return ["memcached", "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "256", *user]


def gomemcache(build):
    program = build / "gomemcache"
    return [program], build_go(HERE / "go", program)


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


def print_table(samples):
    print(f"{heading('x ' + BASE)}{'sends':>8}{'receives':>10}")
    for cell, of_clients in samples.items():
        for name, rounds in of_clients.items():
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(rounds, of_clients.get(BASE, []))]
            calls = [statistics.median(column) for column in list(zip(*rounds))[1:]]
            print(row(cell, name, rounds, ratios) + (f"{calls[0]:>8.2f}{calls[1]:>10.2f}" if calls else ""))


def main():
    parser = parser_of("memcached", ABOUT, CLIENTS)
    parser.add_argument("--server", help="HOST:PORT of a memcached; default: a private one")
    options = parser.parse_args()

    clients = find_clients(options)
    with contextlib.nullcontext(options.server) if options.server else private_server(memcached) as address:

        def measure(command, arguments):
            """Returns operations per second and, for some clients, system calls per operation."""
            done = subprocess.run([*command, address, *arguments], check=True, text=True, stdout=subprocess.PIPE, timeout=120)
            return list(map(float, done.stdout.split()))

        print_table(run_rounds(clients, options, measure))


if __name__ == "__main__":
    main()
