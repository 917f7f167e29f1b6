"""`sennit explain`, warnings, and what programs are told about mistakes."""

import json
import unittest

from harness import SennitTest

WARNED = """
    workflow:
      name: wf
      tasks:
      - name: a
        image: debian:12
        command: ["true"]
        environment: {PYTHON: 3.10}
    """

WRONG = """
    default-values: {n: 2}
    workflow:
      name: wf
      tasks:
      {% for i in range(n) %}
      - name: a{{ i }}
        imge: debian:12
        command: ["true"]
      {% endfor %}
      labels: {x: "a b"}
    """


class Explain(SennitTest):
    """By number, all of them, none of that number."""

    def test_every_spelling_of_a_number(self) -> None:
        said = self.ok("explain", "SN201").out
        self.assertIn("SN201: unknown field", said)
        self.assertIn("error[SN201]", said)
        for word in ("sn201", "201"):
            self.assertEqual(self.ok("explain", word).out, said)

    def test_list(self) -> None:
        listed = self.json("explain")["diagnostics"]
        said = self.ok("explain").out
        for entry in listed:
            self.assertIn(f"{entry['code']}  {entry['title']}", said)
            self.assertEqual(self.json("explain", entry["code"])["title"], entry["title"])

    def test_unknown_number(self) -> None:
        result = self.sennit("explain", "SN2O1")
        self.assertEqual(result.code, 2, result)
        self.assertIn("did you mean 'SN201'?", result.err)

    def test_a_refusal_says_how_to_know_more(self) -> None:
        path = self.write("flow.yaml", WRONG)
        for command in ("validate", "submit", "run"):
            with self.subTest(command):
                result = self.sennit(command, path)
                self.assertEqual(result.code, 2, result)
                self.assertEqual(result.err.count("`sennit explain SN201` tells more"), 1, result)


class Warnings(SennitTest):
    """They are shown, and change nothing unless that is asked for."""

    def test_a_warning_changes_nothing(self) -> None:
        result = self.ok("validate", self.write("flow.yaml", WARNED))
        self.assertIn("warning[SN116]", result.err)
        self.assertIn("is valid", result.out)
        self.ok("run", self.work / "flow.yaml")

    def test_strict(self) -> None:
        result = self.sennit("validate", "--strict", self.write("flow.yaml", WARNED))
        self.assertEqual(result.code, 2, result)
        self.assertIn("1 warning in ", result.err)
        self.assertEqual(result.out, "")
        self.write("good.yaml", WARNED.replace("3.10", '"3.10"'))
        self.ok("validate", "--strict", self.work / "good.yaml")

    def test_advice_is_for_validate_only(self) -> None:
        path = self.write("flow.yaml", WARNED.replace("3.10", "x").replace("debian:12", "debian"))
        self.assertIn("SN417", self.ok("validate", path).err)
        self.assertNotIn("SN417", self.ok("run", path).err)


class DiagnosticsAsJson(SennitTest):
    """The shape that docs/api.md promises."""

    def check(self, diagnostics: list) -> None:
        places = [(d["line"], d["column"]) for d in diagnostics]
        self.assertEqual(places, sorted(places))
        self.assertEqual(len(set(places)), len(places), "a mistake is told once")
        for d in diagnostics:
            self.assertEqual(d["end_line"], d["line"])
            self.assertEqual(d["end_column"], d["column"] + max(d["length"], 1))
            self.assertEqual(set(d), {"code", "severity", "file", "line", "column", "length", "end_line", "end_column",
                                      "source_line", "message", "expected", "suggestion", "hint"})
            if d["suggestion"]:
                self.assertEqual(d["hint"], f"did you mean '{d['suggestion']}'?")

    def test_refused(self) -> None:
        path = self.write("flow.yaml", WRONG)
        for command in (["validate"], ["submit"], ["run", "--no-tui"]):
            with self.subTest(command):
                result = self.sennit(*command, path, "-o", "json")
                self.assertEqual(result.code, 2, result)
                error = json.loads(result.out)["error"]
                self.assertEqual(error["code"], "invalid")
                self.assertEqual([d["code"] for d in error["diagnostics"]], ["SN201", "SN309"])
                self.assertEqual(error["diagnostics"][0]["suggestion"], "image")
                self.assertEqual((error["diagnostics"][0]["line"], error["diagnostics"][0]["column"]), (7, 5))
                self.check(error["diagnostics"])

    def test_refused_by_the_template(self) -> None:
        path = self.write("flow.yaml", WRONG.replace("range(n)", "range(m)"))
        result = self.sennit("render", path, "-o", "json")
        self.assertEqual(result.code, 2, result)
        error = json.loads(result.out)["error"]
        self.assertEqual([d["code"] for d in error["diagnostics"]], ["SN151", "SN201"])

    def test_warnings_of_a_good_file(self) -> None:
        path = self.write("flow.yaml", WARNED)
        said = self.json("validate", path)
        self.assertTrue(said["valid"])
        self.assertEqual([(d["code"], d["severity"]) for d in said["diagnostics"]], [("SN116", "warning")])
        self.check(said["diagnostics"])
        self.assertEqual([d["code"] for d in self.json("submit", path)["diagnostics"]], ["SN116"])

    def test_warnings_of_a_template(self) -> None:
        right = WRONG.replace("imge", "image").replace("a b", "ab")
        path = self.write("flow.yaml", right.replace("{n: 2}", "{n: 2, m: 1}"))
        self.assertEqual([d["code"] for d in self.json("validate", path)["diagnostics"]], ["SN160"])


if __name__ == "__main__":
    unittest.main()
