# SPDX-License-Identifier: Apache-2.0
"""Checks the recipe as Conan Center would, as far as that is possible without its server: ./dev conan --lint.

Lays the recipe out as Conan Center does, with the sources from an archive of this tree, and resolves its graph twice: against
Debian 12's libraries (conan/debian12), and against an index with the names and versions that Conan Center holds. With --build
the first graph is also built and tested, which takes minutes. Finally, a package that links none of Larder's code must keep
its package_id when the minor version changes.
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

# What a user without conan/debian12 gets: the newest versions in Conan Center as of 2026-08, and recent ones of cli11, openssl,
# sqlite3 and xxhash. libmemcached is there only as 1.0.18, which is too old, and libpqxx needs gcc 13, so their options are
# off by default.
center_versions = {
    "cli11": "2.5.0", "gtest": "1.18.0", "hiredis": "1.3.0", "libmemcached": "1.0.18", "libpqxx": "8.0.2", "llhttp": "9.3.0",
    "nlohmann_json": "3.12.0", "openssl": "3.5.2", "poco": "1.15.2", "sqlite3": "3.50.4", "sqlitecpp": "3.3.3",
    "tomlplusplus": "3.4.0", "xxhash": "0.8.3", "zstd": "1.5.7",
}

# A minimal recipe, sufficient to resolve a graph.
center_recipe = """
from conan import ConanFile
class Package(ConanFile):
    name = "{name}"
    settings = "os", "arch", "compiler", "build_type"
"""

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
    for name in ("name", "description", "license", "homepage", "url", "topics", "package_type", "settings"):
        if not recipe.get(name):
            fail(f"conan/conanfile.py: {name} is missing")
    if recipe["license"] != "Apache-2.0":
        fail("conan/conanfile.py: license is not our SPDX name, Apache-2.0")
    for requirement in re.findall(r'requires\("([^"]+)"', (root / "conan/conanfile.py").read_text()):
        if not re.fullmatch(r"[a-z0-9_+.-]+/\[>=[0-9.]+ <[0-9.]+\]", requirement):
            fail(f"conan/conanfile.py: {requirement}: needs a range with both ends, such as zstd/[>=1.5 <1.6]")


# As in a pull request to Conan Center: recipes/larder/{config.yml,all/...}, with an archive of the sources to fetch.
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


def center_index(scratch):
    index = scratch / "center-versions"
    for name, version in center_versions.items():
        recipe = index / "recipes" / name / "all"
        recipe.mkdir(parents=True)
        (recipe.parent / "config.yml").write_text(f'versions:\n  "{version}":\n    folder: all\n')
        (recipe / "conanfile.py").write_text(center_recipe.format(name=name))
    return index


def check_center_versions(scratch, version):
    """The default options resolve to Conan Center's newest versions, and memcached is refused there."""
    home = os.environ["CONAN_HOME"]
    os.environ["CONAN_HOME"] = str(scratch / "center-home")
    try:
        shutil.copytree(root / "build/conan/home/profiles", scratch / "center-home/profiles")
        conan("remote", "disable", "conancenter")
        conan("remote", "add", "versions", center_index(scratch), "--type=local-recipes-index")
        conan("remote", "add", "larder", scratch / "center", "--type=local-recipes-index")
        resolved = {name: node["ref"].split("#")[0].split("/")[1]
                    for name, node in graph(f"--requires=larder/{version}").items() if name in center_versions}
        wrong = [f"{name}/{got} instead of {center_versions[name]}" for name, got in resolved.items()
                 if got != center_versions[name]]
        if wrong or "poco" not in resolved:
            fail(f"against Conan Center's versions: {', '.join(wrong) or 'no poco'}")
        for unwanted in ("libmemcached", "libpqxx"):
            if unwanted in resolved:
                fail(f"{unwanted} is a requirement by default; its option must be off")
    finally:
        os.environ["CONAN_HOME"] = home
    return resolved


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
    # In the tree's build folder: ccache knows files by their paths relative to the tree.
    scratch = Path(tempfile.mkdtemp(prefix="lint.", dir=root / "build/conan"))
    # A separate cache, so that nothing mistakes the recipes exported here for packages.
    os.environ["CONAN_HOME"] = str(scratch / "home")
    try:
        shutil.copytree(root / "build/conan/home/profiles", scratch / "home/profiles")
        conan("remote", "disable", "conancenter")
        conan("remote", "add", "larder-debian12", root / "conan/debian12", "--type=local-recipes-index")
        check_center(scratch, version, set(nodes), "--build" in sys.argv)
        center = check_center_versions(scratch, version)
        check_package_ids(scratch)
    finally:
        shutil.rmtree(scratch)
    what = "resolves, builds and passes its test" if "--build" in sys.argv else "resolves"
    print(f"larder/{version} {what} in Conan Center's layout with Debian 12's "
          + ", ".join(sorted(node["ref"].split("#")[0] for name, node in nodes.items() if name != "larder")))
    print(f"larder/{version} resolves with Conan Center's "
          + ", ".join(sorted(f"{name}/{resolved}" for name, resolved in center.items())))


main()
