"""What the documentation shows is tried out.

In a page, a comment above a block says what is done with it:

    <!-- file: flow.yaml -->          the block is a workflow file: it is written under that name and must be valid
    <!-- file: flow.yaml, run -->     ... and must run to its end
    <!-- file: flow.yaml, invalid --> ... and must be refused
    <!-- file: c.yaml, plain -->      the block is some other file that later ones need
    <!-- console -->                  lines after `$ ` are run, in order; what follows each is compared with what it
                                      prints, where `...` stands for anything
"""

import re
import subprocess
import unittest
from pathlib import Path
from typing import List, NamedTuple

from harness import LIMIT, PROGRAM, ROOT, SennitTest

BLOCK = re.compile(r"^<!-- (file|console)(?:: ([^,\s]+))?(?:, (\w+))? -->\n+```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A marked block of a page."""

    kind: str
    name: str
    how: str
    text: str
    line: int


def blocks_of(page: Path) -> List[Block]:
    text = page.read_text(encoding="utf-8")
    return [Block(m.group(1), m.group(2) or "", m.group(3) or "", m.group(4), text.count("\n", 0, m.start()) + 1)
            for m in BLOCK.finditer(text)]


def as_pattern(expected: str) -> "re.Pattern[str]":
    """Expected output as a regular expression; `...` matches anything, spaces at the ends of lines do not count."""
    pieces = [re.escape("\n".join(line.rstrip() for line in piece.splitlines()) if "\n" in piece else piece)
              for piece in expected.strip().split("...")]
    return re.compile(".*".join(piece.replace(r"\ ", " ") for piece in pieces), re.DOTALL)


class Documentation(SennitTest):
    """All pages of docs/ and examples/, and the README."""

    def pages(self) -> List[Path]:
        return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]

    def test_blocks(self) -> None:
        tried = 0
        for page in self.pages():
            for block in blocks_of(page):
                tried += 1
                with self.subTest(f"{page.relative_to(ROOT)}:{block.line}"):
                    if block.kind == "file":
                        self.try_file(block)
                    else:
                        self.try_console(block)
        self.assertGreater(tried, 0)

    def try_file(self, block: Block) -> None:
        path = self.work / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        if block.how == "plain":
            return
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2 if block.how == "invalid" else 0, result)
        if block.how == "run":
            self.ok("run", path)

    def try_console(self, block: Block) -> None:
        for entry in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = entry.partition("\n")
            done = subprocess.run(["bash", "-c", command], cwd=self.work, text=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=2 * LIMIT, check=False,
                                  env={**self.env, "PATH": f"{PROGRAM.parent}:{self.env['PATH']}"})
            said = "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip()
            self.assertRegex(said, as_pattern(expected), f"$ {command}")

    def test_links_lead_somewhere(self) -> None:
        for page in [*self.pages(), ROOT / "CONTRIBUTING.md"]:
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
                if "://" not in target:
                    self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}")

    def test_page_of_the_diagnostics_is_what_the_program_says(self) -> None:
        self.assertEqual(self.ok("explain", "--markdown").out,
                         (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8"),
                         "docs/diagnostics.md is out of date: sennit explain --markdown > docs/diagnostics.md")

    def test_page_of_the_command_line_is_what_the_program_says(self) -> None:
        self.assertEqual(self.ok("help", "--markdown").out, (ROOT / "docs" / "cli.md").read_text(encoding="utf-8"),
                         "docs/cli.md is out of date: sennit help --markdown > docs/cli.md")


if __name__ == "__main__":
    unittest.main()
