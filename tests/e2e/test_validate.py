"""`sennit validate` and `render`: what is printed for good files, and for files with mistakes."""

import json
import re
import unittest

from harness import ROOT, SennitTest

FOUR_JOBS = """
    name: my-workflow
    jobs:
    - {name: train, verb: train, config: c.yaml}
    - {name: eval-1, verb: evaluate, config: c.yaml, depends_on: [train]}
    - {name: eval-2, verb: evaluate, config: c.yaml, depends_on: [train]}
    - {name: pack, verb: quantize, config: c.yaml, depends_on: [eval-1, eval-2]}
    """


class ValidateJobs(SennitTest):
    """Jobs files."""

    def setUp(self) -> None:
        super().setUp()
        self.write("c.yaml", "model: {}\n")

    def test_valid_file_prints_the_page_s_words(self) -> None:
        result = self.ok("validate", self.write("flow.yaml", FOUR_JOBS))
        self.assertEqual(result.out, "✓ Workflow configuration is valid!\n"
                                     "  Name: my-workflow\n"
                                     "  Jobs: 4\n"
                                     "    - train: train (depends on: )\n"
                                     "    - eval-1: evaluate (depends on: train)\n"
                                     "    - eval-2: evaluate (depends on: train)\n"
                                     "    - pack: quantize (depends on: eval-1, eval-2)\n")

    def test_the_word_workflow_changes_nothing(self) -> None:
        path = self.write("flow.yaml", FOUR_JOBS)
        self.assertEqual(self.ok("workflow", "validate", path).out, self.ok("validate", path).out)

    def test_needs_no_server(self) -> None:
        self.ok("validate", self.write("flow.yaml", FOUR_JOBS))
        self.assertEqual(self.processes(), {})
        self.assertFalse((self.home / "state" / "store.db").exists())

    def test_all_mistakes_at_once_with_places(self) -> None:
        path = self.write("flow.yaml", """
            name: my-workflow
            jobs:
            - name: train
              verb: trian
              config: c.yaml
            - name: eval
              verb: evaluate
              confg: c.yaml
              depends_on: [tran]
            """)
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2, result)
        said = result.out + result.err
        for place, word, near in (("flow.yaml:4:9", "trian", "train"), ("flow.yaml:8:3", "confg", "config"),
                                  ("flow.yaml:9:16", "tran", "train")):
            with self.subTest(word):
                self.assertIn(place, said)
                self.assertIn(word, said)
                self.assertIn(f"did you mean '{near}'", said.replace('"', "'").replace("`", "'"))
        self.assertIn("^", said)
        self.assertIn("verb: trian", said, "the source line is shown")

    def test_cycle_is_named(self) -> None:
        path = self.write("flow.yaml", """
            name: loop
            jobs:
            - {name: a, verb: train, config: c.yaml, depends_on: [c]}
            - {name: b, verb: train, config: c.yaml, depends_on: [a]}
            - {name: c, verb: train, config: c.yaml, depends_on: [b]}
            """)
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2, result)
        for name in "abc":
            self.assertRegex(result.out + result.err, rf"\b{name}\b")

    def test_config_that_does_not_exist_is_an_error(self) -> None:
        path = self.write("flow.yaml", "name: x\njobs:\n- {name: a, verb: train, config: nowhere.yaml}\n")
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2, result)
        self.assertIn("nowhere.yaml", result.out + result.err)


class ValidateTasks(SennitTest):
    """Tasks files."""

    def test_valid_file(self) -> None:
        path = self.shell_tasks({"a": "true", "b": "true"}, after={"b": ["a"]})
        self.assertIn("a", self.ok("validate", path).out)

    def test_mistakes_with_places(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: a
                image: debian:12
                comand: [sh]
              - name: b
                image: debian:12
                command: sh
                inputs:
                - task: c
            """)
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2, result)
        said = result.out + result.err
        for place in ("flow.yaml:6:5", "flow.yaml:9:14", "flow.yaml:11:13"):
            self.assertIn(place, said)
        self.assertIn("'command'", said.replace('"', "'").replace("`", "'"))

    def test_broken_yaml_says_where(self) -> None:
        result = self.sennit("validate", self.write("flow.yaml", "workflow:\n  name: [a\n  tasks: 1\n"))
        self.assertEqual(result.code, 2, result)
        self.assertRegex(result.out + result.err, r"flow\.yaml:\d+:\d+")

    def test_undefined_variable_says_where(self) -> None:
        result = self.sennit("validate", self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: a
                image: debian:12
                command: [echo, "{{nowhere}}"]
            """))
        self.assertEqual(result.code, 2, result)
        self.assertIn("nowhere", result.out + result.err)
        self.assertIn("flow.yaml:6", result.out + result.err)

    def test_several_slips_at_once(self) -> None:
        result = self.sennit("validate", self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: a
                image debian:12
                command: [echo, {{output}}/x]
              - name: b
                image: debian:12
                comand: [echo]
            """))
        self.assertEqual(result.code, 2, result)
        for place in ("flow.yaml:5:5", "flow.yaml:6:21", "flow.yaml:9:5"):
            self.assertIn(place, result.out + result.err)
        self.assertIn("3 mistakes", result.out + result.err)

    def test_a_file_that_is_not_utf8_says_where(self) -> None:
        path = self.work / "latin.yaml"
        path.write_bytes("workflow:\n  name: Müller\n".encode("latin-1"))
        result = self.sennit("validate", path)
        self.assertEqual(result.code, 2, result)
        self.assertIn("latin.yaml:2:10: error[SN102]", result.out + result.err)
        found = json.loads(self.sennit("validate", path, "-o", "json").out)["error"]["diagnostics"]
        self.assertEqual([(mistake["code"], mistake["line"], mistake["column"]) for mistake in found], [("SN102", 2, 10)])

    def test_labels_of_the_command_line_are_checked(self) -> None:
        path = self.shell_tasks({"a": "true"})
        for label in ("a b=c", "k="):
            result = self.sennit("validate", path, "--label", label)
            self.assertEqual(result.code, 2, result)
            self.assertIn("SN309", result.out + result.err)

    def test_no_such_file(self) -> None:
        result = self.sennit("validate", "nowhere.yaml")
        self.assertEqual(result.code, 2, result)
        self.assertIn("nowhere.yaml", result.err)
        self.assertEqual(result.out, "")

    def test_neither_dialect(self) -> None:
        result = self.sennit("validate", self.write("flow.yaml", "services:\n  web: {}\n"))
        self.assertEqual(result.code, 2, result)
        self.assertIn("workflow", result.err + result.out)
        self.assertIn("jobs", result.err + result.out)


class Render(SennitTest):
    """`sennit render`."""

    def test_defaults_and_overrides(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: {{name}}
              tasks:
              {% for n in range(count) %}
              - name: t{{n}}
                image: debian:12
                command: [echo, "{{word}}"]
              {% endfor %}
            default-values:
              name: flow
              count: 2
              word: hello
            """)
        plain = self.ok("render", path).out
        self.assertIn("name: flow", plain)
        self.assertIn("t1", plain)
        self.assertNotIn("t2", plain)
        changed = self.ok("render", path, "--set", "count=3", "--set-string", "word=007").out
        self.assertIn("t2", changed)
        self.assertIn("007", changed)

    def test_wrong_file_is_shown_and_refused(self) -> None:
        for text in ("name: x\njobs: [{name: a, verb: trian, config: 'oumi://c'}]\n",
                     "workflow: {name: x, tasks: [{name: a, image: x, comand: [y]}]}\n",
                     "workflow:\n  name: {{ n }}\n  tasks: [{name: a, image: x, comand: [y]}]\ndefault-values: {n: x}\n"):
            path = self.write("wrong.yaml", text)
            for words in (["render"], ["run", "--dry-run"], ["submit", "--dry-run"]):
                result = self.sennit(*words, path)
                self.assertEqual(result.code, 2, result)
                self.assertIn("name: x", result.out)
                self.assertIn("did you mean", result.err)

    def test_dry_run_shows_what_would_run(self) -> None:
        path = self.write("right.yaml", "workflow:\n  name: {{ n }}\n  tasks: [{name: a, image: x, command: [y]}]\n"
                                        "default-values: {n: demo}\n")
        self.assertIn("name: demo", self.ok("run", "--dry-run", path).out)
        self.assertEqual(self.json("submit", "--dry-run", path)["name"], "demo")
        self.assertFalse(self.state.exists(), "needs no server")

    def test_tokens_are_left_for_later(self) -> None:
        path = self.shell_tasks({"a": "true", "b": "cat {{input:0}}/x > {{output}}/y"}, after={"b": ["a"]})
        text = self.ok("render", path).out
        self.assertIn("{{input:0}}", text)
        self.assertIn("{{output}}", text)


class Examples(SennitTest):
    """The files of examples/ are valid as they lie there."""

    def test_every_example_is_valid(self) -> None:
        found = [path for path in sorted((ROOT / "examples").rglob("*.yaml"))
                 if any(line.startswith(("workflow:", "jobs:")) for line in path.read_text("utf-8").splitlines())]
        self.assertGreater(len(found), 6)
        for path in found:
            with self.subTest(path.name):
                folder = ROOT / "examples" / "sweep" if path.parent.name == "jobs" else path.parent
                self.ok("validate", path, cwd=folder)


class OtherPeoplesFiles(SennitTest):
    """Workflow files of the two formats' own projects load, where they are at hand."""

    FOLDER = ROOT.parent / "shared" / "workflows"

    def setUp(self) -> None:
        super().setUp()
        if not self.FOLDER.is_dir():
            self.skipTest(f"there is no {self.FOLDER}")

    def test_tasks_files(self) -> None:
        for path in sorted((self.FOLDER / "osmo").glob("*.yaml")):
            with self.subTest(path.name):
                text = path.read_text(encoding="utf-8")
                for named in re.findall(r"localpath: *(\S+)", text):
                    self.write(named, "")
                copy = self.work / path.name
                copy.write_text(text, encoding="utf-8")
                # Some leave it to whoever submits to say where the data lies.
                place = ["--set", "storage_url=s3://bucket"] if "storage_url" in text else []
                self.ok("validate", copy, *place)

    def test_jobs_files(self) -> None:
        for path in sorted((self.FOLDER / "oumi").glob("*.yaml")):
            with self.subTest(path.name):
                for line in path.read_text(encoding="utf-8").splitlines():
                    key, _, value = line.strip().lstrip("- ").partition(":")
                    if key == "config" and "://" not in value:
                        self.write(value.split("#")[0].strip().strip('"'), "model: {}\n")
                self.ok("validate", path, env={"HF_TOKEN": "x", "WANDB_API_KEY": "x"})


if __name__ == "__main__":
    unittest.main()
