"""Each limit once below, at, and above: past it comes an error that names it."""

import json
import unittest
from typing import Any

from harness import SennitTest


class Bounds(SennitTest):
    """Limits of what is read from outside."""

    def check(self, text: str, *words: str) -> None:
        """The text is refused with all these words in the message; the program survives it."""
        result = self.sennit("validate", self.write("flow.yaml", text), limit=60)
        self.assertEqual(result.code, 2, str(result)[:2000])
        for word in words:
            self.assertIn(word, (result.out + result.err).lower(), str(result)[:2000])
        self.assertLess(len(result.out) + len(result.err), 100_000, "an error message is for people")

    def task(self, **fields: Any) -> str:
        values = {"name": "a", "image": "debian:12", "command": ["true"], **fields}
        return f"workflow:\n  name: flow\n  tasks:\n  - {json.dumps(values)}\n"

    def test_name_length(self) -> None:
        self.ok("validate", self.write("flow.yaml", self.task(name="a" * 58)))
        self.check(self.task(name="a" * 65), "64")

    def test_depth(self) -> None:
        self.check("workflow:\n  name: " + "[" * 5000 + "]" * 5000 + "\n", "deep")

    def test_aliases(self) -> None:
        lines = ["workflow:", "  name: flow", "  tasks:", "  - name: a", "    image: debian:12",
                 "    command: &c0 [x, x, x, x, x, x, x, x, x, x]"]
        for n in range(9):
            lines += [f"  - name: t{n}", "    image: debian:12",
                      f"    command: &c{n + 1} [" + ", ".join([f"*c{n}"] * 10) + "]"]
        self.check("\n".join(lines) + "\n", "alias")

    def test_file_size(self) -> None:
        (self.home / "config.yaml").write_text("limits: {file_size: 1Mi}\n", encoding="utf-8")
        self.check(self.task(args=["x" * 1_100_000]), "1")

    def test_number_of_tasks(self) -> None:
        (self.home / "config.yaml").write_text("limits: {tasks: 100}\n", encoding="utf-8")
        self.ok("validate", self.shell_tasks({f"t{n}": "true" for n in range(100)}))
        path = self.shell_tasks({f"t{n}": "true" for n in range(101)})
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2, result)
        self.assertIn("100", result.out + result.err)

    def test_template_that_does_not_end(self) -> None:
        (self.home / "config.yaml").write_text("limits: {template_steps: 1000000}\n", encoding="utf-8")
        self.check("workflow:\n  name: flow\n  tasks:\n{% for a in range(99999) %}{% for b in range(99999) %}x"
                   "{% endfor %}{% endfor %}\n", "template_steps")

    def test_very_long_line_of_output(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end"}))
        self.wait_for_status(workflow, "COMPLETED")
        out = self.ok("logs", workflow, "a").out
        self.assertEqual(out.count("x"), 5_000_000)
        self.assertTrue(out.rstrip().endswith("end"))

    def test_very_long_argument(self) -> None:
        # The kernel's own limit for one argument is 128 KiB; the error is the task's, not the server's.
        path = self.shell_tasks({"a": "true #" + "x" * 200_000})
        result = self.sennit("run", path)
        self.assertIn(result.code, (1, 2), str(result)[:2000])
        self.ok("run", self.shell_tasks({"a": "true"}))

    def test_many_mistakes_are_cut(self) -> None:
        lines = ["workflow:", "  name: flow", "  tasks:"]
        for n in range(5000):
            lines += [f"  - name: t{n}", "    image: debian:12", "    comand: [x]"]
        result = self.sennit("validate", self.write("flow.yaml", "\n".join(lines) + "\n"))
        self.assertEqual(result.code, 2)
        self.assertLess(len(result.out) + len(result.err), 200_000)

    def test_more_tasks_than_descriptors(self) -> None:
        path = self.shell_tasks({f"t{n}": "sleep 0.05; echo x >> ran" for n in range(400)})
        self.assertEqual(self.sennit("run", path, "--max-parallel", "400", limit=180).code, 0)
        self.assertEqual(len((self.work / "ran").read_text(encoding="utf-8").splitlines()), 400)


if __name__ == "__main__":
    unittest.main()
