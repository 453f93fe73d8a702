#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of a page of the documentation and compares their output with the page.

    run_page.py PAGE.md BUILD_FOLDER

Only fenced blocks that begin with ```console count. In them a line "$ ..." is a command (continued on the next line
after a backslash), and the lines after it are its complete output; a line "..." stands for any lines.

    ```console                   runs to its end in bash; exit status 0
    ```console terminal=larder   one command that keeps running, in a terminal of that name. A later command for the same
                                 terminal presses Ctrl-C first. Its output is compared as soon as it appears.
                                 A block without a command shows what the terminal has printed since.

Only what a test's machine lacks is replaced:
  - ./dev run ARG...     is BUILD_FOLDER/bin/larder serve ARG... on a free port; output shows the page's ports
  - ./dev build, cmake   do nothing: ctest runs after the build
  - redis-server, redis-cli   use a free port in place of 6379
Times, ages, remaining times to live and fractions of seconds differ from run to run and count as equal.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds until a running command has printed the expected output: sanitizer builds are slow


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


# ---- the page ----

class Step:
    def __init__(self, line, terminal):
        self.line, self.terminal = line, terminal
        self.command = ""
        self.shown = []


def steps_of(page):
    """The commands of the page in order, each with its line number."""
    steps, terminal, inside, begins = [], None, False, False
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("```"):
            opening = re.fullmatch(r"```console(?: terminal=(\w+))?", line)
            inside = begins = opening is not None and not inside
            terminal = opening.group(1) if inside else None
            continue
        if not inside:
            continue
        if begins or line.startswith("$ "):
            steps.append(Step(number, terminal))
        begins = False
        if line.startswith("$ "):
            steps[-1].command = line[2:]
        elif steps[-1].command.endswith("\\") and not steps[-1].shown:
            steps[-1].command += "\n" + line
        else:
            steps[-1].shown.append(line)
    return steps


# ---- comparison ----

MOMENTS = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME"),
    (r"(?m)^Date: .* GMT$", "Date: DATE"),
    (r"\bttl=\d+", "ttl=SECONDS"),
    (r"(?m)^Age: \d+$", "Age: SECONDS"),
    (r"(?m)^\d+:M .* \* Ready to accept connections.*$", "REDIS: Ready to accept connections"),
    (r"\b(\d+)\.\d+ s\b", r"\1.x s"),
]


def lines_of(text):
    text = text.replace("\r", "")
    for pattern, replacement in MOMENTS:
        text = re.sub(pattern, replacement, text)
    return [line.rstrip() for line in text.rstrip().split("\n")]


def matches(shown, printed):
    """Compares line by line; "..." in `shown` matches as few lines as possible."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(matches(shown[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


# ---- running ----

class Reader:
    """A reader who follows the page: a folder, terminals, and the commands of a clone and a machine."""

    def __init__(self, build, folder):
        self.folder, self.terminals = folder, {}
        self.ports = {"8080": str(free_port()), "9090": str(free_port()), "6379": str(free_port())}
        (folder / "build").mkdir()
        (folder / "build/release").symlink_to(build)
        commands = folder / "commands"
        commands.mkdir()
        self.write(folder / "dev",
                   'case $1 in build) exit 0;; run) shift;; *) exit 2;; esac\n'
                   f'exec "{build}/bin/larder" serve --set server.address=127.0.0.1:{self.ports["8080"]}'
                   f' --set admin.address=127.0.0.1:{self.ports["9090"]}'
                   f' --set backends.redis.url=redis://localhost:{self.ports["6379"]}/0 "$@"')
        self.write(commands / "cmake", "exit 0")
        for program in ("redis-server --port", "redis-cli -p"):
            name, option = program.split()
            self.write(commands / name, f'exec {shutil.which(name)} {option} {self.ports["6379"]} "$@"')
        self.environment = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        for variable in [name for name in self.environment if name.startswith("LARDER_")]:
            del self.environment[variable]

    @staticmethod
    def write(file, script):
        file.write_text(f"#!/bin/bash\n{script}\n")
        file.chmod(0o755)

    def start(self, command, output):
        for shown, real in self.ports.items():
            command = re.sub(rf":{shown}\b", ":" + real, command)
        return subprocess.Popen(["bash", "-c", command], cwd=self.folder, env=self.environment, stdout=output,
                                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)

    def put_back(self, text):
        for shown, real in self.ports.items():
            text = re.sub(rf":{real}\b", ":" + shown, text)
        return text

    def do(self, step):
        """Runs a step; returns what went wrong, or None."""
        if step.terminal:
            return self.stay(step)
        process = self.start(step.command, subprocess.PIPE)
        try:
            output = self.put_back(process.communicate(timeout=PATIENCE)[0].decode())
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return f"does not end within {PATIENCE} s"
        if process.returncode != 0:
            return f"exit status {process.returncode}, printed\n{output}"
        if not matches(lines_of("\n".join(step.shown)), lines_of(output)):
            return f"printed\n{output}"
        return None

    def stay(self, step):
        log = self.folder / f"{step.terminal}.log"
        if step.command:
            self.leave(step.terminal)
            with open(log, "wb") as output:
                process = self.start("exec " + step.command, output)
            self.terminals[step.terminal] = process, []
        process, shown = self.terminals[step.terminal]
        shown += step.shown
        give_up = time.monotonic() + PATIENCE
        while True:
            output = self.put_back(log.read_text())
            if matches(lines_of("\n".join(shown)), lines_of(output)):
                return None
            if process.poll() is not None:
                return f"ended with status {process.returncode}, printed\n{output}"
            if time.monotonic() > give_up:
                return f"printed\n{output}"
            time.sleep(0.05)

    def leave(self, terminal):
        if terminal not in self.terminals:
            return
        process, _ = self.terminals.pop(terminal)
        try:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(PATIENCE)
        except ProcessLookupError:
            process.wait()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def main():
    page, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    steps = steps_of(page.read_text())
    if not steps:
        sys.exit(f"{page}: has no ```console block")
    with tempfile.TemporaryDirectory(prefix="larder-page-") as folder:
        reader = Reader(build, pathlib.Path(folder))
        try:
            for step in steps:
                trouble = reader.do(step)
                if trouble:
                    sys.exit(f"{page}:{step.line}: {step.command}\n{trouble}\ninstead of\n" + "\n".join(step.shown))
        finally:
            for terminal in list(reader.terminals):
                reader.leave(terminal)
    print(f"{page.name}: {len(steps)} commands did what the page says")


main()
