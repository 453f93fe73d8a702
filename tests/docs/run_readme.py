#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of README.md in order and checks what its comments promise.

    run_readme.py README.md BUILD_FOLDER REDIS_PORT MEMCACHED_PORT POSTGRES_PORT

A command is a line that is indented by four spaces. A "# ..." after it is its comment; (parentheses) in it are prose.
  - ./dev run ARG...   replaces the previous server by BUILD_FOLDER/bin/larder serve ARG.... It must start, and answer the
                       second GET /users from its cache unless curl commands follow.
  - curl ...           the response contains what the comment says; the number in "ttl=29" may differ.
  - ./dev COMMAND      does not run, but ./dev help must list it, as for every page of this repository.
  - Nothing else: longer recipes belong in docs/quickstart.md.
The test's own servers, ports and database replace those of the reader.
"""
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

PATIENCE = 30  # seconds until a server has come up, or a command has ended


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def commands_of(readme):
    """(number of the line, command, comment) of each."""
    found, fenced = [], False
    for number, line in enumerate(readme.splitlines(), 1):
        fenced ^= line.startswith("```")
        if fenced or not line.startswith("    "):
            continue
        command, _, comment = line.strip().partition(" # ")
        found.append((number, command.strip(), re.sub(r"\([^)]*\)", "", comment).strip()))
    return found


class Reader:
    def __init__(self, build, ports, folder):
        self.build, self.folder, self.ports = build, folder, ports
        self.server, self.looked = None, True

    def at_home(self, command):
        """As it has to be typed on this machine."""
        for shown, real in (("localhost:8080", f"localhost:{self.ports['http']}"),
                            ("cache.example:6379", f"localhost:{self.ports['redis']}"),
                            ("127.0.0.1:11211", f"127.0.0.1:{self.ports['memcached']}"),
                            ("localhost:5432", f"localhost:{self.ports['postgres']}")):
            command = command.replace(shown, real)
        return command

    def run(self, command):
        self.leave()
        arguments = self.at_home(command.removeprefix("./dev run"))
        usual = (f"--set server.address=127.0.0.1:{self.ports['http']} --set admin.address=127.0.0.1:0"
                 f" --set backends.redis.url=redis://localhost:{self.ports['redis']}/0")
        log = open(self.folder / "server.log", "wb+")
        self.server = subprocess.Popen(["bash", "-c", f'exec "{self.build}/bin/larder" serve {usual} {arguments}'],
                                       cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.looked = False
        give_up = time.monotonic() + PATIENCE
        while "serve: listening" not in (self.folder / "server.log").read_text():
            if self.server.poll() is not None or time.monotonic() > give_up:
                return "does not come up: " + (self.folder / "server.log").read_text()
            time.sleep(0.02)
        return None

    def leave(self):
        """Ends the server. One that nobody has asked yet must be able to answer from its cache."""
        if self.server is None:
            return
        try:
            if not self.looked:
                for wanted in ("stored", "hit"):
                    url = f"http://127.0.0.1:{self.ports['http']}/users"
                    status = urllib.request.urlopen(url, timeout=PATIENCE).headers["Cache-Status"]
                    if wanted not in status:
                        sys.exit(f"{' '.join(self.server.args)}\nGET /users: {status} instead of {wanted}")
        finally:
            self.server.terminate()
            self.server.wait(PATIENCE)
            self.server = None

    def ask(self, command, comment):
        self.looked = True
        done = subprocess.run(["bash", "-c", self.at_home(command.replace("curl ", "curl -sS ", 1))], cwd=self.folder,
                              capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            return f"exit status {done.returncode}: {done.stderr}"
        same_ttl = [re.sub(r"\bttl=\d+", "ttl=SECONDS", text) for text in (comment, done.stdout)]
        return None if same_ttl[0] in same_ttl[1] else f"printed\n{done.stdout}\nwithout: {comment}"


def known_commands(root):
    shown = subprocess.run(["bash", root / "dev", "help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^  ([a-z][a-z0-9]*)(?=[ \n])", shown, re.MULTILINE)) | {"help"}, shown


def check_dev_commands(root):
    """What the pages call ./dev, with the options that only some of its commands have."""
    known, shown = known_commands(root)
    unknown = []
    for page in [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("*/*/README.md")]:
        for command, option in re.findall(r"\./dev ([a-z][a-z0-9]*)(?: (--[a-z]+))?", page.read_text()):
            if command not in known or (command == "conan" and option and f"conan {option}" not in shown):
                unknown.append(f"{page.relative_to(root)}: ./dev {command} {option}: ./dev help does not know it")
    if unknown:
        sys.exit("\n".join(unknown))


def first_screen(readme):
    """Code, the figure with its command, the picture and two commands: within 25 lines."""
    screen = "\n".join(readme.splitlines()[:25])
    for needed in ("```cpp", "./dev bench http", "](docs/images/", "    ./dev run", "    curl "):
        if needed not in screen:
            sys.exit(f"README.md: \"{needed.strip()}\" is not within its first 25 lines")


def no_secrets(readme):
    """A command that holds a password ends up in shell histories and in the process list."""
    for number, command, _ in commands_of(readme):
        if re.search(r"://[^/@ ]*:[^/@ ]+@", command):
            sys.exit(f"README.md:{number}: a command holds a password")


def main():
    page, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    ports = dict(zip(("redis", "memcached", "postgres"), map(int, sys.argv[3:6])), http=free_port())
    readme = page.read_text()
    first_screen(readme)
    no_secrets(readme)
    check_dev_commands(page.parent)
    # The reader's own database, which the README names.
    for database in set(re.findall(r"localhost:5432/(\w+)", readme)):
        subprocess.run(["psql", "-qh", "127.0.0.1", "-p", str(ports["postgres"]), "-U", "postgres", "-c",
                        f"CREATE DATABASE {database}"], check=True)
    with tempfile.TemporaryDirectory(prefix="larder-readme-") as folder:
        reader = Reader(build, ports, pathlib.Path(folder))
        done = 0
        try:
            for number, command, comment in commands_of(readme):
                if command.startswith("./dev run"):
                    trouble = reader.run(command)
                elif command.startswith("curl "):
                    trouble = reader.ask(command, comment)
                elif command.startswith("./dev "):
                    trouble = None
                else:
                    trouble = "this test knows ./dev and curl only"
                if trouble:
                    sys.exit(f"{page}:{number}: {command}\n{trouble}")
                done += 1
        finally:
            reader.leave()
    if done < 10:
        sys.exit(f"{page}: only {done} commands were found")
    print(f"README.md: {done} commands did what it says")


main()
