#!/usr/bin/env python3
"""The rules of CONTRIBUTING.md that a search can see. Each has its reason beside it."""

import re
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Set

from source_tree import ROOT, Report, includes, source_files, without_comments


class Rule(NamedTuple):
    """A pattern that must not occur in the code of a file."""

    pattern: "re.Pattern[str]"
    reason: str
    only_tests: bool = False
    allowed_in: frozenset = frozenset()


RULES = [
    Rule(re.compile(r"\basio::detached\b"),
         "a detached coroutine drops its exception silently; spawn it in a TaskGroup"),
    Rule(re.compile(r"\bcatch\s*\(\s*\.\.\.\s*\)"),
         "catch (...) hides what happened; only the TaskGroup has one, which logs and aborts",
         allowed_in=frozenset({"src/loop/task_group.cc"})),
    Rule(re.compile(r"\busing\s+namespace\s+(?!\S*literals)"),
         "no using namespace, except for literals"),
    Rule(re.compile(r"\bsleep_for\b|\bsleep_until\b|\bu?sleep\s*\(|\bnanosleep\s*\("),
         "a unit test does not sleep; move the clock or wait for the event", only_tests=True),
    Rule(re.compile(r"\[[^\[\]\s][^\[\]]*\]\s*\([^()]*\)\s*(?:mutable\s*)?->\s*(?:[\w:]*::)?awaitable\s*<"),
         "a coroutine lambda with captures dies before its coroutine; make it a function"),
    Rule(re.compile(r"\bwaitpid\s*\(\s*-1\b|\bwaitid\s*\(\s*P_ALL\b"),
         "wait for the child that is meant; only the subreaper collects any child",
         allowed_in=frozenset({"src/proc/reaper.cc", "src/agent/guard.cc", "src/user/inside.cc",
                              "bench/bare_spawn.cc", "bench/spawn_bench.cc"})),
]

TODO = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))")
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "misc", "common", "manager", "handler", "processor"}

# What makes a header expensive for everybody who includes it (0.4 s a file with the standard library alone, 2 to 3 s
# with these).
HEAVY = re.compile(r"^(?:boost/asio|boost/beast|sqlite3\.h)")
# The one door to Asio for the .cc files of other rooms.
HEAVY_DOOR = "loop/asio_access.h"


def check_text(name: str, text: str, report: Report) -> None:
    code = without_comments(text)
    for rule in RULES:
        if name in rule.allowed_in or (rule.only_tests and not name.endswith("_test.cc")):
            continue
        for match in rule.pattern.finditer(code):
            report.error(f"{name}:{code.count(chr(10), 0, match.start()) + 1}", rule.reason)
    for match in TODO.finditer(text):
        report.error(f"{name}:{text.count(chr(10), 0, match.start()) + 1}", "a TODO names its issue: TODO(#12)")


def check_name(name: str, report: Report) -> None:
    for part in Path(name).parts[1:]:
        # The last word is the noun: `string_util` is a util, `common_options` are options.
        noun = Path(part).stem.removesuffix("_test").split("_")[-1]
        if noun in EMPTY_NAMES:
            report.error(name, f"'{noun}' says nothing; name the thing")
            return


def heavy_headers(direct: Dict[str, Set[str]]) -> Set[str]:
    """The headers of src/ that pull in Asio, Beast or SQLite, themselves or through others."""
    heavy = {name for name, used in direct.items() if any(HEAVY.match(path) for path in used)}
    grew = True
    while grew:
        more = {name for name, used in direct.items() if name not in heavy and used & heavy}
        heavy |= more
        grew = bool(more)
    return {name for name in heavy if name.endswith(".h")}


def check_heavy(files: Dict[str, str], report: Report) -> None:
    """A heavy header stays in its room: nobody else includes it, but for the door, from .cc files."""
    lines = {name: list(includes(text)) for name, text in files.items()}
    heavy = heavy_headers({name: {include.path for include in used} for name, used in lines.items()})
    for name, used in sorted(lines.items()):
        for include in used:
            foreign = include.path.split("/")[0] != name.split("/")[0]
            if not foreign or include.path not in heavy:
                continue
            if include.path == HEAVY_DOOR:
                continue
            report.error(f"src/{name}:{include.line}",
                         f'"{include.path}" brings Asio, Beast or SQLite into another room; hide it behind an interface')


def main(root: Path = ROOT) -> int:
    report = Report()
    sources: Dict[str, str] = {}
    names: List[str] = []
    for folder in ("src", "bench", "tests"):
        for path in source_files(root, folder):
            name = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8")
            names.append(name)
            check_text(name, text, report)
            if folder == "src":
                sources[name[len("src/"):]] = text
    for name in names:
        check_name(name, report)
    check_heavy(sources, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
