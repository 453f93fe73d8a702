# SPDX-License-Identifier: Apache-2.0
"""Starts processes on one core, observes them through /proc, and stops them."""
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import time

PATIENCE = 20  # seconds for a server to listen, and to end
TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]  # the same core on a machine with one


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def on_core(core, command):
    return ["taskset", "--cpu-list", str(core), *map(str, command)]


def _descendants(pid):
    """Returns the process and its descendants; empty if it has ended."""
    found = []
    try:
        for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                found += _descendants(int(child))
        return [pid, *found]
    except OSError:
        return found


def _cpu_seconds(pid):
    after_name = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS  # utime and stime (proc(5))


def _resident_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


@dataclasses.dataclass
class Running:
    """The processes of one server, which listens on `port` of 127.0.0.1 once the constructor returns."""
    port: int
    started: list

    @classmethod
    def start(cls, folder, commands):
        """Starts each (port, command) once the previous one listens; the last one is the server itself."""
        running = cls(commands[-1][0], [])
        try:
            for port, command in commands:
                running._start(folder, port, command)
        except BaseException:
            running.stop()
            raise
        return running

    def _start(self, folder, port, command):
        log = folder / f"{pathlib.Path(command[0]).name}.log"
        with log.open("w") as out:
            process = subprocess.Popen(on_core(SERVER_CORE, command), cwd=folder, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=subprocess.STDOUT)
        self.started.append(process)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        lines = log.read_text(errors="replace").strip().splitlines()
        raise RuntimeError(f"{command[0]} does not start: {lines[-1] if lines else 'no output'}")

    def pids(self):
        return [pid for process in self.started for pid in _descendants(process.pid)]

    def cpu_seconds(self):
        return sum(map(_cpu_seconds, self.pids()))

    def resident_bytes(self):
        return sum(map(_resident_bytes, self.pids()))

    def stop(self):
        for process in reversed(self.started):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.started = []
