#!/usr/bin/env python3
"""Keeps the tail short: files, functions and classes that nobody can hold in the head fail here.

A file over 400 lines is a warning, over 600 an error (tests: 800). A function over 80 lines is an error, a class with
more than 40 member functions too, and a room without its README.md. Functions are found by their braces, not by a compiler: a check that needs a build
is a check that is not run. Being off by one line or by one exotic declaration costs nothing at these limits.
"""

import re
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional

from source_tree import ROOT, Report, source_files, without_comments

WARN_FILE_LINES = 400
MAX_FILE_LINES = 600
MAX_TEST_LINES = 800
MAX_FUNCTION_LINES = 80
MAX_CLASS_FUNCTIONS = 40
MAX_README_LINES = 30

_CLASS = re.compile(r"\b(?:class|struct|union)\s+(?:\[\[[^\]]*\]\]\s*)?(\w+)[^()]*$")
_SCOPE = re.compile(r'^\s*(?:inline\s+)?namespace\b|\bextern\s*""\s*$')
_FUNCTION_NAME = re.compile(r"(~?\w+|operator\s*\S+?)\s*\(")


class Item(NamedTuple):
    """A function (size in lines) or a class (size in member functions)."""

    kind: str
    name: str
    line: int
    size: int


class _Open:
    """A brace that is open: what it belongs to, where that began, and how many functions a class has so far."""

    def __init__(self, kind: str, name: str, line: int) -> None:
        self.kind, self.name, self.line, self.functions = kind, name, line, 0


def _strip_templates(header: str) -> str:
    previous = None
    while previous != header:
        previous, header = header, re.sub(r"<[^<>()]*(?:\([^()]*\)[^<>()]*)*>", "", header)
    return header


def _function_name(header: str) -> Optional[str]:
    """The name when a declaration's head reads like a function's, else None."""
    text = _strip_templates(header).strip()
    if "operator" not in text and "=" in text.split("(")[0]:
        return None
    match = _FUNCTION_NAME.search(text)
    if not match or match.group(1) in {"if", "for", "while", "switch", "static_assert", "alignas", "decltype", "requires"}:
        return None
    return match.group(1)


def measure(text: str) -> Iterator[Item]:
    """Functions and classes of a C++ file, in the order in which they end."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", "", without_comments(text), flags=re.MULTILINE)
    stack: List[_Open] = []
    head_start, line, head_line, parens = 0, 1, 1, 0
    for position, char in enumerate(code):
        if char == "\n":
            line += 1
        if not char.isspace() and not code[head_start:position].strip():
            head_line = line
        if char in "()":
            parens += 1 if char == "(" else -1
        if char not in "{};" or parens > 0:  # what stands in parentheses is part of the head, or of an expression
            continue
        outer = stack[-1] if stack else None
        header = code[head_start:position]
        head_start = position + 1
        if char == "{":
            stack.append(_open_brace(header, outer, head_line))
        elif char == ";" and outer and outer.kind == "class" and _function_name(header):
            outer.functions += 1
        elif char == "}" and stack:
            closed = stack.pop()
            if closed.kind == "function":
                yield Item("function", closed.name, closed.line, line - closed.line + 1)
            elif closed.kind == "class":
                yield Item("class", closed.name, closed.line, closed.functions)


def _open_brace(header: str, outer: Optional[_Open], line: int) -> _Open:
    if outer and outer.kind in {"function", "block"}:
        return _Open("block", "", line)
    if _SCOPE.search(header):
        return _Open("scope", "", line)
    match = _CLASS.search(_strip_templates(header))
    if match and not re.search(r"\benum\b", header):
        return _Open("class", match.group(1), line)
    name = _function_name(header)
    if name is None:
        return _Open("block", "", line)
    if outer and outer.kind == "class":
        outer.functions += 1
    return _Open("function", name, line)


def _is_excused(text: str, line: int) -> bool:
    """Whether the comment right above says why a class is larger: `// Large: <reason>`."""
    above = text.splitlines()[:line - 1]
    while above and above[-1].startswith("//"):
        if re.match(r"// Large: \S", above.pop()):
            return True
    return False


def check_file(path: Path, name: str, report: Report) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    limit = MAX_TEST_LINES if path.stem.endswith("_test") else MAX_FILE_LINES
    if lines > limit:
        report.error(name, f"{lines} lines; at most {limit}")
    elif lines > WARN_FILE_LINES and limit == MAX_FILE_LINES:
        report.warn(name, f"{lines} lines; aim for at most {WARN_FILE_LINES}")
    for item in measure(text):
        if item.kind == "function" and item.size > MAX_FUNCTION_LINES:
            report.error(f"{name}:{item.line}", f"{item.name} has {item.size} lines; at most {MAX_FUNCTION_LINES}")
        if item.kind == "class" and item.size > MAX_CLASS_FUNCTIONS and not _is_excused(text, item.line):
            report.error(f"{name}:{item.line}",
                         f"{item.name} has {item.size} member functions; at most {MAX_CLASS_FUNCTIONS}")


def check_readme(room: Path, name: str, report: Report) -> None:
    """A room says what it is for, on less than a page."""
    page = room / "README.md"
    if not page.exists():
        report.error(name, "the room has no README.md")
    elif page.read_text(encoding="utf-8").count("\n") > MAX_README_LINES:
        report.error(f"{name}/README.md", f"at most {MAX_README_LINES} lines")


def main(root: Path = ROOT) -> int:
    report = Report()
    for room in sorted(path for path in (root / "src").glob("*") if path.is_dir()):
        check_readme(room, room.relative_to(root).as_posix(), report)
    for folder in ("src", "bench", "tests"):
        for path in source_files(root, folder):
            check_file(path, path.relative_to(root).as_posix(), report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
