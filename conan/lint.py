# SPDX-License-Identifier: Apache-2.0
"""What Conan Center asks of the recipe, as far as it shows without building: ./dev conan --lint.

Lays the recipe out as Conan Center would, takes the sources from an archive of this tree, and resolves everything from
there by names and versions alone. With --build it is also built and tested so, which takes minutes. Then: what links
nothing of ours keeps its package_id through a minor.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
tool = str(Path(sys.executable).parent / "conan")
profile = root / "build/conan/profile"

# A plugin's recipe as docs/consuming.md shows it, and a program that is linked with Larder.
consumer = """
from conan import ConanFile
class Consumer(ConanFile):
    name, version, package_type = "{name}", "1.0", "{kind}"
    settings = "os", "arch", "compiler", "build_type"
    def requirements(self):
        self.requires("larder/{version}"{traits})
"""


def fail(message):
    sys.exit(f"conan/lint.py: {message}")


def run(*command, cwd=root):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"{' '.join(str(part) for part in command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def conan(*arguments, cwd=root):
    return run(tool, *arguments, cwd=cwd)


def graph(*arguments):
    nodes = json.loads(conan("graph", "info", *arguments, "--profile", profile, "--format", "json"))["graph"]["nodes"]
    return {node["name"]: node for node in nodes.values()}


def check_attributes(recipe):
    for name in ("name", "description", "license", "url", "topics", "package_type", "settings"):
        if not recipe.get(name):
            fail(f"conan/conanfile.py: {name} is missing")
    if recipe["license"] != "Apache-2.0":
        fail("conan/conanfile.py: license is not the SPDX name of ours, Apache-2.0")
    for requirement in re.findall(r'requires\("([^"]+)"', (root / "conan/conanfile.py").read_text()):
        if not re.fullmatch(r"[a-z0-9_+.-]+/[0-9.]+", requirement):
            fail(f"conan/conanfile.py: {requirement}: Conan Center wants one exact version")


# As a pull request would have it: recipes/larder/{config.yml,all/...}, with an archive of the sources to fetch.
def lay_out(scratch, version):
    archive = scratch / f"larder-{version}.tar.gz"
    files = run("git", "ls-files", "--cached", "--others", "--exclude-standard").split("\n")[:-1]
    files = [name for name in files if (root / name).is_file()]
    run("tar", "-czf", archive, f"--transform=s,^,larder-{version}/,", *files)
    index = scratch / "center"
    recipe = index / "recipes/larder/all"
    recipe.mkdir(parents=True)
    shutil.copy(root / "conan/config.yml", recipe.parent)
    shutil.copy(root / "conan/conanfile.py", recipe)
    shutil.copytree(root / "tests/package/consumer", recipe / "test_package")
    shutil.copy(root / "conan/test_package/conanfile.py", recipe / "test_package")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (recipe / "conandata.yml").write_text(
        f'sources:\n  "{version}":\n    url: "{archive.as_uri()}"\n    sha256: "{digest}"\n')
    return index


def check_center(scratch, version, names, build):
    index = lay_out(scratch, version)
    recipe = shutil.copytree(index / "recipes/larder/all", scratch / "fetched")
    conan("source", recipe, "--version", version)
    for name in ("CMakeLists.txt", "LICENSE", "conan/LarderProgram.cmake"):
        if not (recipe / name).is_file():
            fail(f"conan source: {name} did not come out of the archive")
    conan("remote", "add", "center", index, "--type=local-recipes-index")
    missing = names - set(graph(f"--requires=larder/{version}"))
    if missing:
        fail(f"as in Conan Center, {', '.join(sorted(missing))} is not resolved")
    if build:
        conan("create", index / "recipes/larder/all", "--version", version, "--profile", profile, "--build", "missing")


def package_id(scratch, name, kind, version, traits=""):
    folder = scratch / name
    folder.mkdir(exist_ok=True)
    (folder / "conanfile.py").write_text(consumer.format(name=name, kind=kind, version=version, traits=traits))
    return graph(folder)[name]["package_id"]


def check_package_ids(scratch):
    for version in ("1.2.0", "1.3.0", "2.0.0"):
        conan("export", root / "conan", "--version", version)
    plugin = [package_id(scratch, "shelf", "shared-library", version, ', libs=False, package_id_mode="major_mode"')
              for version in ("1.2.0", "1.3.0", "2.0.0")]
    if plugin[0] != plugin[1] or plugin[1] == plugin[2]:
        fail("a plugin's package_id must stay from 1.2 to 1.3 and change with 2.0")
    program = [package_id(scratch, "program", "application", version) for version in ("1.2.0", "1.3.0")]
    if program[0] == program[1]:
        fail("a program with our libraries linked into it must be built again for 1.3")


def main():
    version = re.search(r"project\(larder VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text()).group(1)
    if f'"{version}":' not in (root / "conan/config.yml").read_text():
        fail(f"conan/config.yml does not know version {version}, which CMakeLists.txt has")
    nodes = graph("conan")
    check_attributes(nodes["larder"])
    # In the tree's build folder, which ccache knows paths below the tree by.
    scratch = Path(tempfile.mkdtemp(prefix="lint.", dir=root / "build/conan"))
    # A cache of its own, so that what is exported here is not taken for a package.
    os.environ["CONAN_HOME"] = str(scratch / "home")
    try:
        shutil.copytree(root / "build/conan/home/profiles", scratch / "home/profiles")
        conan("remote", "disable", "conancenter")
        conan("remote", "add", "larder-debian12", root / "conan/debian12", "--type=local-recipes-index")
        check_center(scratch, version, set(nodes), "--build" in sys.argv)
        check_package_ids(scratch)
    finally:
        shutil.rmtree(scratch)
    what = "resolves, builds and passes its test" if "--build" in sys.argv else "resolves"
    print(f"larder/{version} {what} as Conan Center would have it, with "
          + ", ".join(sorted(node["ref"].split("#")[0] for name, node in nodes.items() if name != "larder")))


main()
