"""`sennit graph`: a workflow's graph from a file, and from a run with its states."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
import unittest
import xml.dom.minidom
from pathlib import Path
from typing import Dict, Optional, Tuple

from harness import LIMIT, PROGRAM, SennitTest, _default_signals

DIAMOND = {"split": "true", "left": "true", "right": "true", "total": "true"}
AFTER = {"left": ["split"], "right": ["split"], "total": ["left", "right"]}
DRAWN = """\
      ┌───────┐
      │ split │
      └───┬───┘
    ┌─────┴───┐
    ▼         ▼
┌──────┐  ┌───────┐
│ left │  │ right │
└───┬──┘  └───┬───┘
    └─────┬───┘
          ▼
      ┌───────┐
      │ total │
      └───────┘
"""


class GraphCase(SennitTest):
    """What both have."""

    def on_terminal(self, columns: int, *words: str, env: Optional[Dict[str, str]] = None) -> Tuple[int, str]:
        """Runs the program with a terminal of so many columns and returns its exit code and what it wrote there."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen([str(PROGRAM), *map(str, words)], cwd=self.work, stdin=subprocess.DEVNULL,
                                   env={**self.env, "TERM": "xterm", **(env or {})}, stdout=theirs,
                                   stderr=subprocess.PIPE, preexec_fn=_default_signals)
        self.addCleanup(process.stderr.close)  # type: ignore[union-attr]
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # a terminal that nobody holds any more
                piece = b""
            if not piece:
                break
            said += piece
        os.close(ours)
        return process.wait(LIMIT), said.decode().replace("\r\n", "\n")


class GraphOfAFile(GraphCase):
    """Needs no server."""

    def setUp(self) -> None:
        super().setUp()
        self.path = self.shell_tasks(DIAMOND, AFTER)

    def test_drawing(self) -> None:
        result = self.ok("graph", self.path)
        self.assertEqual(result.out, DRAWN)
        self.assertEqual(result.err, "")
        self.assertEqual(self.processes(), {})

    def test_standard_input(self) -> None:
        with open(self.path, encoding="utf-8") as file:
            done = subprocess.run([str(PROGRAM), "graph", "-"], stdin=file, env=self.env, capture_output=True, text=True,
                                  timeout=LIMIT, check=True)
        self.assertEqual(done.stdout, DRAWN)

    def test_locale_that_is_not_utf8_gets_ascii(self) -> None:
        drawn = self.ok("graph", self.path, env={"LC_ALL": "C"}).out
        self.assertTrue(drawn.isascii(), drawn)
        self.assertIn("| split |\n", drawn)

    def test_terminal_decides_the_width(self) -> None:
        self.assertEqual(self.on_terminal(80, "graph", self.path), (0, DRAWN))
        code, narrow = self.on_terminal(12, "graph", self.path)
        self.assertEqual(code, 0)
        self.assertLessEqual(max(map(len, narrow.splitlines())), 12, narrow)
        for task in DIAMOND:
            self.assertIn(task, narrow)

    def test_list_says_that_it_is_one(self) -> None:
        result = self.ok("graph", self.path, "--width", "12")
        self.assertEqual(result.out.splitlines()[0], "split")
        self.assertIn("note: a drawing does not fit into 12 columns, so this is a list", result.err)
        self.assertEqual(self.ok("graph", self.path, "--width", "12", "-q").err, "")

    def test_many_siblings(self) -> None:
        names = [f"train-{n}" for n in range(1000)]
        tasks = {"prepare": "true", **{name: "true" for name in names}, "report": "true"}
        path = self.shell_tasks(tasks, {**{name: ["prepare"] for name in names}, "report": names}, name="wide")
        result = self.ok("graph", path)
        self.assertIn("│ train-0 … train-999 (1000) │\n", result.out)
        self.assertEqual(len(result.out.splitlines()), 11)
        self.assertIn("--full", result.err)
        self.assertIn("│ train-517 ", self.ok("graph", path, "--full").out)

    def test_mistakes_are_shown(self) -> None:
        path = self.write("wrong.yaml", "workflow:\n  name: wrong\n  tasks:\n  - name: a\n    comand: [x]\n")
        result = self.sennit("graph", path)
        self.assertEqual(result.code, 2, result)
        self.assertIn("wrong.yaml:5:5", result.err)
        self.assertEqual(result.out, "")

    def test_template_is_filled_in(self) -> None:
        path = self.write("template.yaml", """
            workflow:
              name: template
              tasks:
              {% for n in range(count) %}
              - {name: "t{{n}}", image: debian:12, command: ["true"]}
              {% endfor %}
            default-values: {count: 2}
            """)
        self.assertEqual(self.ok("graph", path, "--set", "count=4").out.count("│ t"), 4)

    def test_json(self) -> None:
        graph = json.loads(self.ok("graph", self.path, "--format", "json").out)
        self.assertEqual(graph, self.json("graph", self.path))
        self.assertEqual([node["name"] for node in graph["nodes"]], list(DIAMOND))
        self.assertEqual(graph["layers"], [["split-group"], ["left-group", "right-group"], ["total-group"]])
        self.assertEqual({(edge["from"], edge["to"]) for edge in graph["edges"]},
                         {(f"{a}-group", f"{b}-group") for b, above in AFTER.items() for a in above})
        self.assertIsNone(graph["id"])
        for box in graph["nodes"]:
            self.assertLessEqual(box["x"] + box["width"], graph["width"])

    def test_other_languages(self) -> None:
        svg = self.ok("graph", self.path, "--format", "svg").out
        self.assertEqual(xml.dom.minidom.parseString(svg).documentElement.tagName, "svg")
        self.assertTrue(self.ok("graph", self.path, "--format", "dot").out.startswith("digraph \"flow\" {\n"))
        self.assertIn("  t0 --> t1\n", self.ok("graph", self.path, "--format", "mermaid").out)

    def test_wrong_words(self) -> None:
        for words, said in ((("graph", self.path, "--width", "0"), "--width 0: a number from 1 to 10000 was expected"),
                            (("graph", self.path, "--format", "png"), "--format cannot be 'png'"),
                            (("graph", "missing.yaml"), "there is no file 'missing.yaml'"),
                            (("graph", "flow-1", "--set", "a=1"), "there is no file 'flow-1'")):
            result = self.sennit(*words)
            self.assertEqual(result.code, 2, result)
            self.assertIn(said, result.err)


class GraphOfARun(GraphCase):
    """States of a workflow that has ended."""

    def setUp(self) -> None:
        super().setUp()
        path = self.shell_tasks({**DIAMOND, "right": "exit 3"}, AFTER)
        self.assertEqual(self.sennit("run", path).code, 1)

    def test_states_are_marked(self) -> None:
        drawn = self.ok("graph", "last").out
        for label in ("✓ split", "✓ left", "✗ right", "⊘ total"):
            self.assertIn(f"│ {label} │", drawn)
        self.assertTrue(drawn.endswith("\n\n✓ completed  ✗ failed  ⊘ not run\n"), drawn)
        self.assertIn("| x right |", self.ok("graph", "last", env={"LC_ALL": "C"}).out)

    def test_states_are_coloured_unless_not_wanted(self) -> None:
        code, drawn = self.on_terminal(80, "graph", "flow-1")
        self.assertEqual(code, 0)
        self.assertIn("\033[32m│ ✓ split │\033[0m", drawn)
        self.assertIn("\033[31m│ ✗ right │\033[0m", drawn)
        self.assertNotIn("\033", self.on_terminal(80, "graph", "flow-1", env={"NO_COLOR": "1"})[1])

    def test_other_forms_have_states(self) -> None:
        graph = self.json("graph", "flow-1")
        self.assertEqual((graph["id"], graph["status"]), ("flow-1", "FAILED"))
        self.assertEqual({node["name"]: node["status"] for node in graph["nodes"]},
                         {"split": "COMPLETED", "left": "COMPLETED", "right": "FAILED", "total": "FAILED_UPSTREAM"})
        self.assertIn('class="task failed"', self.ok("graph", "flow-1", "--format", "svg").out)
        self.assertIn(":::failed", self.ok("graph", "flow-1", "--format", "mermaid").out)
        self.assertIn("firebrick", self.ok("graph", "flow-1", "--format", "dot").out)

    def test_unknown_id_is_neither(self) -> None:
        result = self.sennit("graph", "flow-2")
        self.assertEqual(result.code, 2, result)
        self.assertIn("there is no workflow 'flow-2'", result.err)
        self.assertIn("did you mean 'flow-1'?", result.err)
        self.assertIn("there is no file of that name either", result.err)

    def test_file_goes_before_a_run(self) -> None:
        Path(self.work / "flow-1").write_text((self.work / "flow.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        self.assertEqual(self.ok("graph", "flow-1").out, DRAWN)


if __name__ == "__main__":
    unittest.main()
