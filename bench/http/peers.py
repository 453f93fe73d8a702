# SPDX-License-Identifier: Apache-2.0
"""Builds the peers, in the versions that their sources specify."""
import os
import pathlib
import shutil
import sys

SOURCES = pathlib.Path(__file__).with_name("peers")
sys.path.insert(0, str(SOURCES.parents[1]))
from builds import build_go, build_rust, run  # noqa: E402


class NotHere(Exception):
    """A peer cannot be built on this machine; the text gives the reason in one line."""


def _require(failed):
    if failed:
        raise NotHere(failed)


def system_program(name):
    """Returns the path of a program that Debian installs in a folder which only root has on PATH."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin")
    if not found:
        raise NotHere(f"{name} is not installed")
    return found


def go(folder):
    program = folder / "go"
    _require(build_go(SOURCES / "go", program))
    return program


def rust(folder, name):
    build = folder / "rust"
    _require(build_rust(SOURCES / "rust", build, "--bin", name))
    return build / "target" / "release" / name


def fastapi(folder):
    """Returns the Python of an environment with the requirements of main.py."""
    wanted = SOURCES / "fastapi" / "requirements.txt"
    installed = folder / "fastapi" / "requirements.txt"
    python = folder / "fastapi" / "bin" / "python"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        _require(run("python3", "-m", "venv", "--clear", folder / "fastapi"))
        _require(run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted))
        shutil.copyfile(wanted, installed)
    return python
