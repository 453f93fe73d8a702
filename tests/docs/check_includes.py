#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_includes.py ROOT: every #include follows an arrow of the tables of rooms in docs/architecture.md.

A row of such a table reads `| `sdk/src/cache` | what lives there | `cache.hpp` ... | `tags`, `entry` |`: the folder,
a description, the public headers that belong to the room though no source of the folder has their name, and the rooms
it may include. Public headers that belong to no room may be included everywhere and include no room's.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()
ROW = re.compile(r"^\| `((?:sdk/src|host)/\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<larder/([^>]+)>)', re.MULTILINE)
PUBLIC = {"sdk/src": "sdk/include/larder", "host": "host/include/larder/http"}


def names_in(cell):
    return re.findall(r"`([^`]+)`", cell)


def sources_in(folder):
    return sorted(file for kind in ("*.h", "*.hpp", "*.cpp") for file in folder.rglob(kind))


class Tree:
    """sdk/src or host: its rooms, and the room of each of its public headers."""

    def __init__(self, folder, rows):
        self.folder = folder
        self.allowed = {name: names_in(arrows) for name, _, _, arrows in rows}
        self.room_of_header = {}
        for name, _, headers, _ in rows:
            stems = {file.stem for file in (root / folder / name).glob("*.cpp")}
            for file in (root / PUBLIC[folder]).glob("*.h*"):
                if file.name in names_in(headers) or file.stem in stems:
                    self.room_of_header.setdefault(file.name, name)

    def room_of(self, file):
        public = root / PUBLIC[self.folder]
        if public in file.parents:
            return self.room_of_header.get(file.name)
        return file.relative_to(root / self.folder).parts[0]

    def files(self):
        inside = [file for name in self.allowed for file in sources_in(root / self.folder / name)]
        return inside + sources_in(root / PUBLIC[self.folder])

    def room_included(self, private, public):
        if private:
            name = private.split("/")[0]
            return name if name in self.allowed else None
        if self.folder == "host":
            return self.room_of_header.get(public.removeprefix("http/")) if public.startswith("http/") else None
        return self.room_of_header.get(public)

    def faults(self):
        for folder in sorted(path for path in (root / self.folder).iterdir() if path.is_dir()):
            if folder.name not in self.allowed and folder.name != "include" and sources_in(folder):
                yield f"{self.folder}/{folder.name}: no row in docs/architecture.md"
        for name, arrows in self.allowed.items():
            if not (root / self.folder / name).is_dir():
                yield f"docs/architecture.md: there is no {self.folder}/{name}"
            for arrow in arrows:
                if name in self.below(arrow):
                    yield f"docs/architecture.md: {self.folder}/{name} and {arrow} may include each other"
        for file in self.files():
            here = self.room_of(file)
            for private, public in INCLUDE.findall(file.read_text()):
                there = self.room_included(private, public)
                if there and there != here and there not in self.allowed.get(here, []):
                    yield (f"{file.relative_to(root)}: includes {private or '<larder/' + public + '>'} of {there}, "
                           f"which docs/architecture.md does not allow {here or 'a header of no room'}")

    def below(self, name, seen=()):
        arrows = [arrow for arrow in self.allowed.get(name, []) if arrow not in seen]
        found = set(arrows) | {name}
        for arrow in arrows:
            found |= self.below(arrow, (*seen, name, *arrows))
        return found


rows = {}
for place, *cells in ROW.findall((root / "docs/architecture.md").read_text()):
    folder, _, name = place.rpartition("/")
    rows.setdefault(folder, []).append((name, *cells))
if "sdk/src" not in rows:
    sys.exit("docs/architecture.md: no table of the rooms of sdk/src")

trees = [Tree(folder, of_folder) for folder, of_folder in rows.items()]
faults = [fault for tree in trees for fault in tree.faults()]
if faults:
    sys.exit("\n".join(faults))
print(f"the includes of {sum(len(tree.files()) for tree in trees)} files follow the arrows of "
      f"{sum(len(tree.allowed) for tree in trees)} rooms")
