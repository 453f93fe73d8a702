# SPDX-License-Identifier: Apache-2.0
"""What the comparisons of clients of one server share.

Each measurement is a process of its own that stores 1000 keys and then reads and writes them. The clients take turns, and each
round begins with a different client, so a disturbance of the machine affects all of them. Figures are medians of the rounds; a
ratio is the median of the rounds' ratios, with the smallest and the largest of them.
"""
import argparse
import contextlib
import pathlib
import socket
import statistics
import subprocess
import time

RELEASE = pathlib.Path(__file__).resolve().parents[1] / "build" / "release" / "bin"


def numbers(text):
    return [int(part) for part in text.split(",")]


def parser_of(name, about, clients):
    """The options that every comparison has. `clients` maps the names of the clients to what they are."""
    listed = "\n".join(f"  {client:<11} {what}" for client, what in clients.items())
    parser = argparse.ArgumentParser(prog=f"./dev bench {name}", description=f"{about}\n{__doc__.split(chr(10), 1)[1]}",
                                     epilog="clients:\n" + listed, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=RELEASE)
    parser.add_argument("--build", type=pathlib.Path, default=RELEASE.parents[1] / f"bench-{name}")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each client, in turn; default 5")
    parser.add_argument("--seconds", type=float, default=1, help="seconds per measurement; default 1")
    parser.add_argument("--callers", type=numbers, default=[1, 8, 64, 256], help="threads, as N,...")
    parser.add_argument("--value", type=numbers, default=[100], help="bytes, as N,...")
    parser.add_argument("--reads", type=numbers, default=[90], help="percent of the operations, as N,...")
    parser.add_argument("--only", default=",".join(clients), help="clients to compare with, as NAME,...")
    return parser


@contextlib.contextmanager
def private_server(command_for):
    """A server on a free port, started by the command that `command_for(port)` returns. Its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    server = subprocess.Popen(command_for(port), stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def run_rounds(clients, options, measure):
    """Returns a list of samples per cell and client. `measure(command, arguments)` returns one sample."""
    cells = [(callers, size, reads) for size in options.value for reads in options.reads for callers in options.callers]
    samples = {cell: {name: [] for name in clients} for cell in cells}
    names = list(clients)
    for number in range(options.rounds):
        first = number % len(names)
        for cell in cells:
            for name in names[first:] + names[:first]:
                samples[cell][name].append(measure([*map(str, clients[name])], [*map(str, [*cell, options.seconds])]))
    return samples


def row(cell, name, samples, ratios):
    """The columns that every table has. `ratios` are those of the rounds, empty without the base."""
    callers, size, reads = cell
    ratio = f"{statistics.median(ratios):>11.2f}{min(ratios):>8.2f}-{max(ratios):<5.2f}" if ratios else " " * 25
    return f"{callers:>7} {size:>6} {reads:>5}%  {name:<12}{statistics.median(s[0] for s in samples):>9.0f}{ratio}"


def heading(ratio):
    return f"{'callers':>7} {'bytes':>6} {'reads':>6}  {'client':<12}{'ops/s':>9}{ratio:>11}{'spread':>14}"
