# SPDX-License-Identifier: Apache-2.0
"""Throughput, latency, processor time and memory of servers that run side by side."""
import dataclasses
import statistics
import sys

import http_client
import wrk
from goal import Goal

BASE = "nginx-static"  # the server that the others are compared with
WARM_UP = 1  # seconds

# (server, figure, other server, limit): the bound on our figure as a multiple of the other server's figure.
AT_LEAST = [
    ("larder-lru", "rate", "nginx-static", 1.5),
    ("larder-lru", "rate", "axum-moka", 1.0),
    ("larder-lru", "rate", "actix-moka", 1.0),
    ("larder-lru", "rate", "poco", 2.5),
    ("larder-lru", "rate", "fastapi-redis", 50),
]
AT_MOST = [
    ("larder-lru", "cpu", "nginx-return", 0.95),
    ("larder-redis", "cpu", "fastapi-redis", 1 / 25),
]
FIGURES = {"rate": "requests per second", "cpu": "processor time per request"}


@dataclasses.dataclass
class Sample:
    """One run against one server."""
    rate: float    # requests per second
    p50: float     # ms
    p99: float     # ms
    cpu: float     # seconds per 100,000 requests
    core: float    # share of its core that the server used
    memory: float  # MB


@dataclasses.dataclass
class Figures:
    """Medians over the rounds. `samples` are in the order of the rounds."""
    name: str
    rate: float
    p50: float
    p99: float
    cpu: float
    core: float
    memory: float
    samples: list


def check(server, running, body):
    """Raises unless the server answers correctly, the second time from its cache."""
    http_client.get(running.port, "/users")
    answer = http_client.get(running.port, "/users")
    if answer.status != 200 or answer.body != body:
        raise RuntimeError(f"{server.name} answers {answer.status} with {len(answer.body)} bytes, not 200 with {len(body)}")
    told = answer.headers.get("cache-status") or answer.headers.get("x-fastapi-cache") or "hit"
    if "hit" not in told.lower():
        raise RuntimeError(f"{server.name} does not answer from its cache: {told}")


def _sample(server, running, seconds):
    before = running.cpu_seconds()
    run = wrk.run(f"http://127.0.0.1:{running.port}/users", seconds)
    cpu = running.cpu_seconds() - before
    if run.refused or run.requests == 0:
        raise RuntimeError(f"{server.name} refused {run.refused} of {run.requests} requests")
    if run.broken:
        print(f"{server.name}: {run.broken} of {wrk.CONNECTIONS} connections failed or timed out",
              file=sys.stderr)
    return Sample(run.requests / run.seconds, run.p50_ms, run.p99_ms, cpu * 1e5 / run.requests, cpu / run.seconds,
                  running.resident_bytes() / 1e6)


def measure(started, rounds, seconds):
    """Measures in rounds, so that a disturbance affects all servers; each round begins with a different server."""
    for server, running in started:
        _sample(server, running, WARM_UP)
    samples = {server.name: [] for server, _ in started}
    for number in range(rounds):
        print(f"== round {number + 1} of {rounds}", file=sys.stderr)
        first = number % len(started)
        for server, running in started[first:] + started[:first]:
            samples[server.name].append(_sample(server, running, seconds))
    return [_figures(server.name, samples[server.name]) for server, _ in started]


def _figures(name, samples):
    columns = [field.name for field in dataclasses.fields(Sample)]
    medians = {column: statistics.median(getattr(sample, column) for sample in samples) for column in columns}
    return Figures(name=name, samples=samples, **medians)


def _ratio(ours, other, column):
    """Returns the median of the rounds' ratios, because a disturbance of one round affects both servers."""
    return statistics.median(getattr(mine, column) / getattr(its, column)
                             for mine, its in zip(ours.samples, other.samples) if getattr(its, column) > 0)


def goals(figures):
    """Returns the limits for which both servers were measured."""
    by_name = {each.name: each for each in figures}
    found = []
    for limits, at_least in ((AT_LEAST, True), (AT_MOST, False)):
        for name, column, other, limit in limits:
            if name in by_name and other in by_name:
                value = _ratio(by_name[name], by_name[other], column)
                found.append(Goal(f"{name}, {FIGURES[column]}", value, limit, f" x {other}", at_least))
    return found


def table(figures):
    base = next((each for each in figures if each.name == BASE), None)
    lines = [f"{'server':14} {'req/s':>8} {'x static':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU s/100k':>10} {'core':>5} {'RSS MB':>7}"]
    for each in figures:
        ratio = f"{_ratio(each, base, 'rate'):.2f}" if base else "-"
        lines.append(f"{each.name:14} {each.rate:8.0f} {ratio:>8} {each.p50:8.2f} {each.p99:8.2f} {each.cpu:10.2f} "
                     f"{each.core:5.0%} {each.memory:7.1f}")
    return "\n".join(lines)
