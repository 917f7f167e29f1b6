"""Finding workflows again: labels with selectors, tags, dates; and what config.yaml wants of them."""

import json
import unittest
from typing import List

from harness import SennitTest


class Labels(SennitTest):
    """Workflows of several teams."""

    def submitted(self, name: str, *flags: str) -> str:
        """The id of a finished workflow."""
        task = '{name: a, image: "debian:12", command: ["true"]}'
        path = self.write(f"{name}.yaml", f"workflow:\n  name: {name}\n  tasks:\n  - {task}\n")
        self.ok("run", "--no-tui", str(path), *flags)
        return f"{name}-1"

    def listed(self, *flags: str) -> List[str]:
        """Ids, oldest first."""
        answer = json.loads(self.ok("list", "-o", "json", *flags).out)
        return [entry["name"] for entry in reversed(answer["workflows"])]

    def test_selectors_join(self) -> None:
        vision = self.submitted("one", "--label", "team=vision", "--label", "tier=a1")
        speech = self.submitted("two", "--label", "team=speech")
        plain = self.submitted("three")
        self.assertEqual(self.listed("--label", "team=vision"), [vision])
        self.assertEqual(self.listed("--label", "team=(vision|speech)"), [vision, speech])
        self.assertEqual(self.listed("--label", "team=*", "--label", "tier=a*"), [vision])
        self.assertEqual(self.listed("--no-label", "team"), [plain])
        wrong = self.sennit("list", "--label", "team=(a")
        self.assertEqual(wrong.code, 2, wrong)
        self.assertIn("label=team=(a", wrong.err)

    def test_dates(self) -> None:
        today = self.submitted("one")
        self.assertEqual(self.listed("--submitted-after", "2001-01-01"), [today])
        self.assertEqual(self.listed("--submitted-before", "2001-01-01"), [])
        wrong = self.sennit("list", "--submitted-after", "2026-02-30")
        self.assertEqual(wrong.code, 2, wrong)
        self.assertIn("--submitted-after 2026-02-30: a date such as", wrong.err)

    def test_tags_of_a_finished_workflow(self) -> None:
        one, two = self.submitted("one"), self.submitted("two")
        self.assertEqual(self.ok("tag").out, "There are no tags.\n")
        self.assertEqual(self.ok("tag", one, "-a", "best", "-a", "paper").out, "Tags:\n- best\n- paper\n")
        self.ok("tag", "-w", one, "-w", two, "--remove", "paper", "--add", "seen")
        self.assertEqual(self.listed("--tag", "best"), [one])
        self.assertEqual(self.listed("--tag", "seen"), [one, two])
        self.assertIn("Tags        : best, seen", self.ok("status", one).out)
        self.ok("server", "stop")
        self.assertEqual(json.loads(self.ok("tag", "-o", "json").out)["tags"], ["best", "seen"])

    def test_mistakes(self) -> None:
        one = self.submitted("one")
        for words, said in (
            (("tag", one, "-a", "two words"), "cannot be a tag"),
            (("tag", "-a", "best"), "an ID was expected"),
            (("tag", "oen-1", "-a", "best"), "did you mean"),
        ):
            result = self.sennit(*words)
            self.assertNotEqual(result.code, 0, result)
            self.assertIn(said, result.err)


class Policies(SennitTest):
    """config.yaml limits the words."""

    def write_config(self, text: str) -> None:
        """The user's own."""
        (self.home / "config.yaml").write_text(text, encoding="utf-8")

    def test_label_that_is_asked_for(self) -> None:
        self.write_config("label_policies: {team: {values: [vision, speech]}}\n")
        path = self.shell_tasks({"a": "true"})
        missing = self.sennit("run", "--no-tui", str(path))
        self.assertEqual(missing.code, 2, missing)
        self.assertIn("SN314", missing.err)
        self.assertIn("one of vision, speech", missing.err)
        self.assertIn("cannot be 'ops'", self.sennit("run", "--no-tui", str(path), "--label", "team=ops").err)
        self.ok("run", "--no-tui", str(path), "--label", "team=speech")

    def test_advice_only(self) -> None:
        self.write_config("label_policies: {team: {enforcement: warn}}\n")
        self.assertIn("warning[SN314]", self.ok("run", "--no-tui", str(self.shell_tasks({"a": "true"}))).err)

    def test_tags_that_are_allowed(self) -> None:
        self.write_config("tags: [best, paper]\n")
        self.ok("run", "--no-tui", str(self.shell_tasks({"a": "true"})))
        self.ok("tag", "last", "-a", "best")
        wrong = self.sennit("tag", "last", "-a", "bset")
        self.assertNotEqual(wrong.code, 0)
        self.assertIn("did you mean 'best'", wrong.err)


if __name__ == "__main__":
    unittest.main()
