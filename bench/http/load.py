# SPDX-License-Identifier: Apache-2.0
"""Load limits of the host: many connections, slow clients, and twice its capacity."""
import contextlib
import itertools
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import servers
import wrk
from goal import Goal
from http_client import PATIENCE, Connection, Crowd, get, request
from processes import Running

HIT = request("/users")
GOOD_WITHIN = 2.0  # seconds; a later answer is of no use to the client
OVERLOADING = 2000  # connections: more than the host allows requests to wait, so that one is always idle
SLOW_CLIENTS = 100
FRESH_REQUESTS = 50


@contextlib.contextmanager
def _host(programs, *settings):
    with tempfile.TemporaryDirectory(prefix="larder-load-") as name:
        folder = pathlib.Path(name)
        place = servers.Place(programs, folder, folder)
        running = Running.start(folder, [servers.host(place, "--backend", "lru", *settings)])
        try:
            get(running.port, "/users")  # later requests are hits
            yield running
        finally:
            running.stop()


def _many_connections(programs):
    count, rounds = 2000, 3
    with _host(programs) as host:
        crowd = Crowd(host.port, count)
        served = sum(crowd.ask_all(HIT) for _ in range(rounds))
        crowd.close()
    return [Goal(f"{count} keep-alive connections, {rounds} requests on each: answered", served, count * rounds, "", True)]


def _idle_connections(programs):
    count = 10_000
    with _host(programs, "--set", f"server.max_connections={count + 100}") as host:
        crowd = Crowd(host.port, count)
        served = crowd.ask_all(HIT)
        memory = host.resident_bytes() / 1e6
        crowd.close()
    return [Goal(f"{count} connections, a request on each: answered", served, count, "", True),
            Goal(f"{count} connections, idle after that: resident memory", memory, 40, " MB")]


def _fresh_request_ms(port):
    """Returns PATIENCE if the answer is missing or is not a 200."""
    start = time.perf_counter()
    try:
        served = get(port, "/users").status == 200
    except (OSError, EOFError):
        served = False
    return (time.perf_counter() - start if served else PATIENCE) * 1e3


def _slow_clients(programs, part, beginning, more):
    """Each of the slow clients sends `beginning`, then a piece of `more` before each fresh request."""
    with _host(programs) as host:
        slow = [Connection(host.port) for _ in range(SLOW_CLIENTS)]
        for connection in slow:
            connection.send(beginning)
        times = []
        for piece in itertools.islice(itertools.cycle(more), FRESH_REQUESTS):
            for connection in slow:
                connection.send(bytes([piece]))
            times.append(_fresh_request_ms(host.port))
            if times[-1] >= PATIENCE * 1e3:
                break  # the remaining requests would time out as well
            time.sleep(0.02)
        for connection in slow:
            connection.close()
    return [Goal(f"{SLOW_CLIENTS} clients with slow {part}: the slowest of {FRESH_REQUESTS} fresh requests", max(times),
                 50, " ms")]


def _slow_heads(programs):
    return _slow_clients(programs, "heads", b"GET /users HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-Slow: 1\r\n")


def _slow_bodies(programs):
    fields = ("Content-Type: application/json", "Content-Length: 10000")
    return _slow_clients(programs, "bodies", request("/users", "POST", fields), b" ")


def _misses():
    """Yields requests that are all different."""
    for number in itertools.count():
        yield request(f"/users?limit={number % 1000 + 1}&offset={number // 1000}")


def _is_good(connection, answer):
    return answer is not None and answer.status == 200 and time.monotonic() - connection.sent_at <= GOOD_WITHIN


def _peak(port, misses, seconds):
    """Returns good answers per second if each connection sends its next request once it is answered."""
    crowd = Crowd(port, 32)
    good = 0
    for connection in crowd.connections:
        connection.send(next(misses))
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for connection, answer in crowd.answers(left):
            good += _is_good(connection, answer)
            if answer is not None:
                connection.send(next(misses))
    crowd.close()
    return good / seconds


def _offered(port, misses, rate, seconds):
    """Returns good answers per second if `rate` requests per second arrive, answered or not."""
    crowd = Crowd(port, OVERLOADING)
    idle = list(crowd.connections)
    good = sent = 0
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds + GOOD_WITHIN:
        while sent < rate * min(now, seconds) and idle:
            idle.pop().send(next(misses), start + sent / rate)
            sent += 1
        for connection, answer in crowd.answers(0.001):
            good += _is_good(connection, answer)
            if answer is not None and answer.headers.get("connection", "").lower() != "close":
                idle.append(connection)
    crowd.close()
    return good / seconds


def _overload(programs):
    misses = _misses()
    with _host(programs, "--set", "users.delay=20ms") as host:
        peak = _peak(host.port, misses, 4)
        goodput = _offered(host.port, misses, 2 * peak, 6)
    return [Goal(f"misses at twice the capacity of {peak:.0f} per second: answered in time, relative to that capacity",
                 100 * goodput / peak, 80, " %", True)]


def _system_calls(programs):
    """The kernel counts the calls while wrk runs; the host does nothing else during that time."""
    with _host(programs) as host:
        url = f"http://127.0.0.1:{host.port}/users"
        pids = ",".join(map(str, host.pids()))
        perf = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-p", pids, "--"]
        try:
            done = subprocess.run([*perf, *wrk.command(url, 3)], text=True, capture_output=True, check=False)
            calls = int(next(line for line in done.stderr.splitlines() if "sys_enter" in line).split(",")[0])
        except (OSError, StopIteration, ValueError):
            print("left out: system calls per request: perf is not permitted to count them on this machine", file=sys.stderr)
            return []
        return [Goal("system calls per request, a hit", calls / wrk.parse(done.stdout).requests, 2.5)]


def _allow_many_files():
    """Raises the limit of descriptors for this process and the host, which inherits it: each connection needs one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def measure(programs):
    _allow_many_files()
    goals = []
    for part in (_many_connections, _idle_connections, _slow_heads, _slow_bodies, _overload, _system_calls):
        print(f"== {part.__name__.strip('_').replace('_', ' ')}", file=sys.stderr)
        goals += part(programs)
    return goals
