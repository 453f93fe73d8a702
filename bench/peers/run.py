#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the plugin lru with other in-process caches: throughput of the same requests, and memory.

Every cache gets the same sequence: Zipf 0.99 over a million keys of 20 to 40 bytes. Each measurement runs in a
process of its own, which stores every key once, warms up for half a second, and then counts. The caches take turns, and each
round begins with a different cache, so a disturbance of the machine affects all of them. Figures are medians of the rounds.
"""
import argparse
import array
import itertools
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from builds import build_go, build_rust  # noqa: E402

DRAWS_PER_KEY = 4
MIXES = {"get": "get", "95": "95 % get, 5 % set", "goi": "get or insert"}
OURS = "larder-lru"
RUST_PEERS = ("quick_cache", "moka")
IN_JAVA = "caffeine"
MEAN_KEY = 30


def draw_sequence(keys, file):
    weights = itertools.accumulate((rank + 1) ** -0.99 for rank in range(keys))
    random.seed(20240229)
    array.array("I", random.choices(range(keys), cum_weights=list(weights), k=DRAWS_PER_KEY * keys)).tofile(file)


def left_out(names, reason):
    print(f"left out: {', '.join(names)}: {reason}", file=sys.stderr)
    return {}


def succeeds(command, **options):
    return subprocess.run(list(map(str, command)), **options).returncode == 0


def rust_peers(build):
    folder = build / "rust"
    failed = build_rust(HERE / "rust", folder)
    return left_out(RUST_PEERS, failed) if failed else {
        name: [folder / "target" / "release" / name] for name in RUST_PEERS}


def go_peers(build):
    program = build / "otter"
    failed = build_go(HERE / "go", program)
    return left_out(["otter"], failed) if failed else {"otter": [program]}


def java_peers(build):
    if not shutil.which("mvn") or not shutil.which("javac"):
        return left_out(["caffeine"], "mvn or javac is not installed")
    folder = build / "java"
    jars = f"{folder}/jars/*"
    copy = ["mvn", "--quiet", "--batch-mode", "-Dstyle.color=never", "--file", HERE / "java" / "pom.xml",
            "dependency:copy-dependencies", f"-DoutputDirectory={folder}/jars"]
    compile_ = ["javac", "-classpath", jars, "-d", folder, HERE / "java" / "CaffeinePeer.java"]
    if not succeeds(copy) or not succeeds(compile_):
        return left_out(["caffeine"], "mvn or javac failed")
    return {"caffeine": ["java", "-classpath", f"{folder}:{jars}", "CaffeinePeer"]}


def cpp_peers(programs):
    program = programs / "larder_bench_hyperclock"
    if not program.exists():
        return left_out(["hyperclock"], "RocksDB was not found when the build was configured")
    return {"hyperclock": [program]}


def find_peers(options):
    """Returns the commands of the available caches among the requested ones, by name; larder-lru first."""
    options.build.mkdir(parents=True, exist_ok=True)
    build = options.build.resolve()
    wanted = options.only.split(",")
    makers = [(RUST_PEERS, lambda: rust_peers(build)), (["hyperclock"], lambda: cpp_peers(options.programs)),
              (["caffeine"], lambda: java_peers(build)), (["otter"], lambda: go_peers(build))]
    peers = {OURS: [options.programs / "larder_bench_lru"]}
    for names, make in makers:
        if any(name in wanted for name in names):
            peers.update((name, command) for name, command in make().items() if name in wanted)
    return peers


def measure(program, sequence, cell, options):
    mix, value, held, threads = cell
    command = [*program, sequence, options.keys, options.keys * held // 100, value, threads, mix, options.seconds]
    done = subprocess.run(list(map(str, command)), check=True, text=True, stdout=subprocess.PIPE, timeout=300)
    rate, hits, grown, of_processor = done.stdout.split()
    return {"rate": float(rate), "hits": float(hits), "grown": int(grown), "of_processor": float(of_processor)}


def numbers(text):
    return [int(part) for part in text.split(",")]


def cells_of(options):
    return list(itertools.product(options.mix.split(","), options.value, options.held, options.threads))


def run_round(peers, number, sequence, options):
    for cell in cells_of(options):
        names = list(peers)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            yield {"peer": name, "cell": cell, **measure(peers[name], sequence, cell, options)}


def print_table(samples, peers, options):
    figure_of_rate = "rate" if options.per == "second" else "of_processor"

    def median(name, cell, figure):
        return statistics.median(s[figure] for s in samples if s["peer"] == name and tuple(s["cell"]) == cell)

    cells = sorted({tuple(s["cell"]) for s in samples}, key=lambda cell: (list(MIXES).index(cell[0]), cell[1:]))
    others = [name for name in peers if name != OURS]
    print(f"{'requests':<18}{'value':>6}{'held':>6}{'threads':>8}{'M ops/s':>9}" +
          "".join(f"{'x ' + name:>14}" for name in others) + f"{'hit %':>8}" + "".join(f"{name:>12}" for name in others))
    for cell in cells:
        rate = median(OURS, cell, figure_of_rate)
        print(f"{MIXES[cell[0]]:<18}{cell[1]:>6}{cell[2]:>5}%{cell[3]:>8}{rate / 1e6:>9.2f}" +
              "".join(f"{rate / median(name, cell, figure_of_rate):>14.2f}" for name in others) +
              "".join(f"{100 * median(name, cell, 'hits'):>{8 if name == OURS else 12}.2f}" for name in [OURS, *others]))
    for value in sorted({cell[1] for cell in cells if cell[2] == 100}):
        overhead = {name: statistics.median(s["grown"] for s in samples
                                            if s["peer"] == name and s["cell"][1] == value and s["cell"][2] == 100)
                    / options.keys - value - MEAN_KEY for name in peers
                    if name != IN_JAVA}  # whose heap is resident before the cache fills it
        print(f"overhead per entry in bytes, values of {value} bytes: " +
              ", ".join(f"{name} {bytes_:.0f}" for name, bytes_ in overhead.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=HERE.parent.parent / "build" / "release" / "bin")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent.parent / "build" / "peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--mix", default="get,95,goi")
    parser.add_argument("--value", type=numbers, default=[100, 1024], help="bytes, as N,...")
    parser.add_argument("--held", type=numbers, default=[10, 100], help="percent of the keys that fit, as N,...")
    parser.add_argument("--threads", type=numbers, default=[1, 2, 8], help="as N,...")
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--only", default="quick_cache,moka,hyperclock,caffeine,otter", help="caches to compare with, as NAME,...")
    parser.add_argument("--per", choices=["second", "processor"], default="second",
                        help="operations per second, or per second of processor time: for a machine under other load")
    parser.add_argument("--samples", type=pathlib.Path, help="a file that samples are added to; the table shows all samples in it")
    options = parser.parse_args()

    peers = find_peers(options)
    samples = []
    if options.samples and options.samples.exists():
        samples = [json.loads(line) for line in options.samples.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        sequence = pathlib.Path(folder) / "sequence"
        with open(sequence, "wb") as file:
            draw_sequence(options.keys, file)
        for number in range(options.rounds):
            for sample in run_round(peers, number, sequence, options):
                samples.append(sample)
                if options.samples:
                    with open(options.samples, "a", encoding="utf-8") as file:
                        file.write(json.dumps(sample) + "\n")
    print_table(samples, peers, options)


if __name__ == "__main__":
    main()
