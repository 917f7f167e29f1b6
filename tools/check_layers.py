#!/usr/bin/env python3
"""Proves the plan of the rooms from the includes.

The table of rooms and floors in docs/architecture.md is the only place that says which room stands where. An include
may only go to a lower floor; `core` reaches `base` and `model` alone; folders inside a room have no cycle among them;
no two headers include each other; and the rooms' libraries in CMakeLists.txt depend the same way.
"""

import re
import sys
from pathlib import Path
from typing import Dict, Iterable, List, Optional, Set, Tuple

from source_tree import ROOT, Report, includes, source_files

# Rooms with a shorter list than their floor allows.
ONLY = {"core": {"base", "model"}}


def parse_floors(markdown: str) -> Dict[str, int]:
    """The rooms of the table `| floor | room | ... |` with their floors."""
    floors: Dict[str, int] = {}
    in_table = False
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) >= 2 and cells[0] == "floor" and cells[1] == "room":
            in_table = True
        elif in_table and not line.startswith("|"):
            break
        elif in_table and cells[0].isdigit():
            for room in re.findall(r"`([a-z]+)`", cells[1]):
                floors[room] = int(cells[0])
    return floors


def may_include(floors: Dict[str, int], user: str, used: str) -> Optional[str]:
    """None when `user` may include `used`, else the reason why not."""
    if user == used:
        return None
    if user in ONLY and used not in ONLY[user]:
        return f"{user} may include only {' and '.join(sorted(ONLY[user]))}"
    if floors[used] == floors[user]:
        return f"{user} and {used} are both on floor {floors[user]}; what they share belongs further down"
    if floors[used] > floors[user]:
        return f"{user} (floor {floors[user]}) may not look up to {used} (floor {floors[used]})"
    return None


def find_cycle(edges: Dict[str, Set[str]]) -> List[str]:
    """Some cycle as a list whose first and last element are the same, or an empty list."""
    done: Set[str] = set()
    for start in sorted(edges):
        path: List[str] = []
        on_path: Set[str] = set()
        stack: List[Tuple[str, Iterable[str]]] = []

        def enter(node: str) -> None:
            path.append(node)
            on_path.add(node)
            stack.append((node, iter(sorted(edges.get(node, ())))))

        if start not in done:
            enter(start)
        while stack:
            node, rest = stack[-1]
            following = next(iter(rest), None)
            if following is None:
                stack.pop()
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif following in on_path:
                return path[path.index(following):] + [following]
            elif following not in done:
                enter(following)
    return []


def check_sources(root: Path, floors: Dict[str, int], report: Report) -> None:
    source = root / "src"
    file_edges: Dict[str, Set[str]] = {}
    folder_edges: Dict[str, Set[str]] = {}
    for path in source_files(root):
        name = path.relative_to(source).as_posix()
        room = name.split("/")[0]
        if room not in floors:
            report.error(f"src/{name}", f"room '{room}' is not in the table of docs/architecture.md")
            continue
        for include in includes(path.read_text(encoding="utf-8")):
            if not include.quoted:
                continue
            where = f"src/{name}:{include.line}"
            target = include.path
            if "/" not in target or target.split("/")[0] not in floors:
                report.error(where, f'"{target}" does not begin with a room; write "room/file.h"')
                continue
            if not (source / target).exists():
                report.error(where, f'"{target}" does not exist')
            reason = may_include(floors, room, target.split("/")[0])
            if reason:
                report.error(where, f'"{target}": {reason}')
            file_edges.setdefault(name, set()).add(target)
            if not path.stem.endswith("_test"):  # a test composes what it needs from the whole room
                note_folder_edge(folder_edges, name, target)
    for edges, what in ((file_edges, "files include each other"), (folder_edges, "folders include each other")):
        cycle = find_cycle(edges)
        if cycle:
            report.error("src", f"{what}: {' -> '.join(cycle)}")


def note_folder_edge(edges: Dict[str, Set[str]], user: str, used: str) -> None:
    """Folders inside one room are held to the same rule as rooms; a room's own top folder is its front door to both."""
    from_folder, to_folder = user.rsplit("/", 1)[0], used.rsplit("/", 1)[0]
    if from_folder != to_folder and "/" in from_folder and "/" in to_folder:
        edges.setdefault(from_folder, set()).add(to_folder)


def check_cmake(root: Path, floors: Dict[str, int], report: Report) -> None:
    """The DEPS of each `sennit_room(...)` in CMakeLists.txt obey the same table."""
    text = (root / "CMakeLists.txt").read_text(encoding="utf-8")
    for match in re.finditer(r"^[ \t]*sennit_room\(([^)]*)\)", text, re.MULTILINE):
        words = match.group(1).split()
        where = f"CMakeLists.txt:{text.count(chr(10), 0, match.start()) + 1}"
        room, rest = words[0], words[1:]
        if room not in floors:
            report.error(where, f"room '{room}' is not in the table of docs/architecture.md")
            continue
        deps = rest[rest.index("DEPS") + 1:] if "DEPS" in rest else []
        for dep in deps:
            if dep == "LIBS":
                break
            reason = f"there is no room '{dep}'" if dep not in floors else may_include(floors, room, dep)
            if reason:
                report.error(where, reason)


def main(root: Path = ROOT) -> int:
    report = Report()
    floors = parse_floors((root / "docs" / "architecture.md").read_text(encoding="utf-8"))
    if not floors:
        report.error("docs/architecture.md", "there is no table that begins with | floor | room |")
        return report.finish()
    check_sources(root, floors, report)
    check_cmake(root, floors, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
