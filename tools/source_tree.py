"""What the checks of this folder share: which files there are, and a C++ file without its comments and strings."""

import re
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {".h", ".cc", ".c"}

_TOKENS = re.compile(
    r"""//[^\n]*                              # a comment to the end of the line
      | /\*.*?\*/                             # a comment between marks
      | R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"   # a raw string
      | "(?:\\.|[^"\\\n])*"                   # a string
      | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'   # a character, not a digit separator
    """,
    re.DOTALL | re.VERBOSE,
)


class Include(NamedTuple):
    """One #include "..." or <...> line."""

    line: int
    path: str
    quoted: bool


class Report:
    """Collects what is wrong; the exit status says whether anything is."""

    def __init__(self) -> None:
        self.errors: List[str] = []
        self.warnings: List[str] = []

    def error(self, where: str, what: str) -> None:
        self.errors.append(f"{where}: {what}")

    def warn(self, where: str, what: str) -> None:
        self.warnings.append(f"{where}: warning: {what}")

    def finish(self) -> int:
        for text in self.warnings + self.errors:
            print(text, file=sys.stderr)
        return 1 if self.errors else 0


def source_files(root: Path, folder: str = "src") -> List[Path]:
    """Every C and C++ file below a folder, sorted, so that two runs print the same."""
    return sorted(path for path in (root / folder).rglob("*") if path.suffix in SUFFIXES and path.is_file())


def without_comments(text: str, keep_strings: bool = False) -> str:
    """The text with comments and the insides of strings blanked out; lines keep their numbers."""

    def blank(match: "re.Match[str]") -> str:
        token = match.group(0)
        if keep_strings and not token.startswith("/"):
            return token
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        return '""' + "\n" * token.count("\n")

    return _TOKENS.sub(blank, text)


def includes(text: str) -> Iterator[Include]:
    """The include lines of a file, those in comments left out."""
    pattern = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
    for number, line in enumerate(without_comments(text, keep_strings=True).splitlines(), start=1):
        match = pattern.match(line)
        if match:
            yield Include(number, match.group(2), match.group(1) == '"')
