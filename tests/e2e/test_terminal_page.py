"""The keys that docs/terminal.md tells are those that the view itself tells with `?`.

Behind `<!-- keys: NAME -->` the page has a table for each screen, and for `all` of what is the same on each. With
SENNIT_UPDATE_DOCS=1 the tables are written anew.
"""

import os
import re
import unittest
from typing import Dict, List, NamedTuple

from harness import ROOT
from test_tui import ViewCase
from tmux_terminal import TmuxTerminal

PAGE = ROOT / "docs" / "terminal.md"
HEAD = "\n| key | name | does |\n|---|---|---|\n"
TABLE = re.compile(r"(<!-- keys: (\w+) -->\n)\n?(?:\|.*\n)*\n?")


class Act(NamedTuple):
    """A line of what `?` shows."""

    key: str
    name: str
    help: str

    def row(self) -> str:
        return f"| `{self.key}` | {self.name} | {self.help} |\n"


def acts_in(screen: str) -> List[Act]:
    """What stands in the box that is in front of a screen."""
    lines = screen.splitlines()
    head = next((n, found) for n, line in enumerate(lines) if (found := re.search(r"[┌┏]. keys of [^┐┓]*[┐┓]", line)))
    left, right = head[1].start(), head[1].end() - 1
    acts = []
    for line in lines[head[0] + 1:]:
        if line[left] not in "│┃":
            break
        key, name, help_text = line[left + 2:left + 12], line[left + 12:left + 26], line[left + 26:right]
        if name.strip() and key[0] != " " and help_text.strip():
            acts.append(Act(key.strip(), name.strip(), help_text.strip()))
    return acts[:-1] if acts and acts[-1].key.startswith("j k g G") else acts


class KeysOfTheTerminalPage(ViewCase):
    """docs/terminal.md beside the view."""

    def keys_of(self, top: TmuxTerminal, key: str, there: str) -> List[Act]:
        if key:
            top.keys(key)
        top.wait_for(there)
        top.keys("?")
        acts = acts_in(top.wait_for("keys of", "Esc closes this"))
        top.keys("?")
        top.wait_without("keys of")
        if key:
            top.keys("Escape")
            top.wait_without(there)
        return acts

    def all_keys(self) -> Dict[str, List[Act]]:
        workflow = self.running()
        top = self.top(columns=160, rows=70)
        top.wait_for(workflow)
        screens = {"list": self.keys_of(top, "", "SUBMITTED"), "queue": self.keys_of(top, "Q", "› queue")}
        top.keys("Enter")
        screens["run"] = self.keys_of(top, "", "Job: first")
        for name, key, there in (("log", "l", "› log of"), ("text", "w", "› why"), ("graph", "v", "› graph"),
                                 ("timeline", "T", "› timeline"), ("charts", "m", "› charts"), ("resources", "u", "› resources")):
            screens[name] = self.keys_of(top, key, there)
        # What all have, in the order of the one that was opened from another.
        screens["all"] = [act for act in screens["run"] if all(act in acts for name, acts in screens.items() if name != "list")]
        return {name: [act for act in acts if name == "all" or act not in screens["all"]] for name, acts in screens.items()}

    def test_page_has_the_keys_of_each_screen(self) -> None:
        keys = self.all_keys()
        text = PAGE.read_text(encoding="utf-8")
        self.assertEqual(sorted(name for _, name in TABLE.findall(text)), sorted(keys))
        true = TABLE.sub(lambda found: found.group(1) + HEAD + "".join(act.row() for act in keys[found.group(2)]) + "\n", text)
        if os.environ.get("SENNIT_UPDATE_DOCS"):
            PAGE.write_text(true, encoding="utf-8")
        self.assertEqual(text, true, "docs/terminal.md is out of date: SENNIT_UPDATE_DOCS=1 with this test writes it anew")


if __name__ == "__main__":
    unittest.main()
