# SPDX-License-Identifier: Apache-2.0
"""Builds the programs in Go and Rust that benchmarks compare with. Each function returns None, or a line that says why it failed."""
import os
import shutil
import subprocess
import sys


def run(*command, **options):
    command = list(map(str, command))
    if not shutil.which(command[0]):
        return f"{command[0]} is not installed"
    print(f"== {' '.join(command)}", file=sys.stderr)
    done = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()] or ["no output"]
    told = next((line for line in lines if "error" in line.lower()), lines[-1])
    return f"{command[0]} failed: {told[:160]}"


def build_go(folder, program):
    """Builds the program whose sources are in `folder`."""
    return run("go", "build", "-o", program, ".", cwd=folder,
               env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"})


def build_rust(folder, build, *arguments):
    """Builds the crate in `folder`; its programs are then in build/target/release."""
    shutil.copytree(folder, build, dirs_exist_ok=True)  # a copy, because cargo writes a lock file
    return run("cargo", "build", "--release", "--quiet", "--target-dir", build / "target", *arguments, cwd=build)
