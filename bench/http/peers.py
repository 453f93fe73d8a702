# SPDX-License-Identifier: Apache-2.0
"""Builds the peers, in the versions that their sources specify."""
import os
import pathlib
import shutil
import subprocess
import sys

SOURCES = pathlib.Path(__file__).with_name("peers")


class NotHere(Exception):
    """A peer cannot be built on this machine; the text gives the reason in one line."""


def _run(*command, **options):
    if not shutil.which(str(command[0])):
        raise NotHere(f"{command[0]} is not installed")
    print(f"== {' '.join(map(str, command))}", file=sys.stderr)
    done = subprocess.run(list(map(str, command)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        told = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no output")
        raise NotHere(f"{command[0]} failed: {told.strip()[:160]}")


def system_program(name):
    """Returns the path of a program that Debian installs in a folder which only root has on PATH."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin")
    if not found:
        raise NotHere(f"{name} is not installed")
    return found


def go(folder):
    program = folder / "go"
    _run("go", "build", "-o", program, ".", cwd=SOURCES / "go",
         env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"})
    return program


def rust(folder, name):
    copied = folder / "rust" / "source"  # a copy, because cargo writes a lock file
    shutil.copytree(SOURCES / "rust", copied, dirs_exist_ok=True)
    _run("cargo", "build", "--release", "--quiet", "--bin", name, "--target-dir", folder / "rust",
         cwd=copied)
    return folder / "rust" / "release" / name


def fastapi(folder):
    """Returns the Python of an environment with the requirements of main.py."""
    wanted = SOURCES / "fastapi" / "requirements.txt"
    installed = folder / "fastapi" / "requirements.txt"
    python = folder / "fastapi" / "bin" / "python"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        _run("python3", "-m", "venv", "--clear", folder / "fastapi")
        _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted)
        shutil.copyfile(wanted, installed)
    return python
