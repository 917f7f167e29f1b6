"""`sennit render -o yaml`, `convert` and `init`: files that are made from files, or from nothing."""

import json
import stat
import unittest
from pathlib import Path
from typing import List

from harness import ROOT, SennitTest

JOBS = """
    name: flow
    jobs:
    - {name: train, verb: train, config: c.yaml, args: [x=1], timeout: 60}
    - {name: check, verb: evaluate, config: c.yaml, depends_on: [train], timeout: 60}
    """

POOL = """
    pools:
      far:
        default_platform: std
        platforms:
          std: {privileged_allowed: false}
        max_exec_timeout: 2h
    """


def examples() -> List[Path]:
    return [path for path in sorted((ROOT / "examples").rglob("*.yaml"))
            if any(line.startswith(("workflow:", "jobs:")) for line in path.read_text("utf-8").splitlines())]


class RenderAsYaml(SennitTest):
    """`render -o yaml` and `-o json`."""

    def test_examples_render_to_valid_files_that_render_to_themselves(self) -> None:
        found = examples()
        self.assertGreater(len(found), 6)
        for path in found:
            with self.subTest(path.name):
                folder = ROOT / "examples" / "sweep" if path.parent.name == "jobs" else path.parent
                first = self.ok("render", path, "-o", "yaml", cwd=folder).out
                (self.work / "once.yaml").write_text(first, encoding="utf-8")
                self.ok("validate", self.work / "once.yaml", cwd=folder)
                self.assertEqual(self.ok("render", self.work / "once.yaml", "-o", "yaml", cwd=folder).out, first)
                self.assertEqual(json.loads(self.ok("render", path, "-o", "json", cwd=folder).out),
                                 json.loads(self.ok("render", self.work / "once.yaml", "-o", "json", cwd=folder).out))

    def test_an_invalid_file_is_refused_in_every_format(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: {{ name }}
              tasks:
              - name: a
                image: debian:12
                comand: [echo]
            default-values: {name: filled-in}
            """)
        plain = self.sennit("render", path)
        self.assertEqual(plain.code, 2, plain)
        self.assertIn("name: filled-in", plain.out, "seeing the text is what helps")
        self.assertIn("SN201", plain.err)
        yaml = self.sennit("render", path, "-o", "yaml")
        self.assertEqual((yaml.code, yaml.out), (2, ""), yaml)
        self.assertIn("SN201", yaml.err)
        found = self.sennit("render", path, "-o", "json")
        self.assertEqual(found.code, 2, found)
        self.assertEqual(json.loads(found.out)["error"]["diagnostics"][0]["code"], "SN201")

    def test_secrets_are_shown_and_local_files_are_in_it(self) -> None:
        self.write("run.sh", "echo hi\n")
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: a
                image: debian:12
                command: [sh, /run.sh]
                environment: {PASSWORD: correct-horse-battery}
                files:
                - {path: /run.sh, localpath: run.sh}
            """)
        out = self.ok("render", path, "-o", "yaml").out
        self.assertIn("PASSWORD: correct-horse-battery", out)
        self.assertIn("contents: |\n        echo hi\n", out)

    def test_flags_that_the_file_cannot_say_are_told(self) -> None:
        path = self.shell_tasks({"a": "true"})
        self.assertIn("--max-parallel", self.ok("render", path, "-o", "yaml", "--max-parallel", "2").err)

    def test_yaml_is_for_render_only(self) -> None:
        self.assertEqual(self.sennit("validate", self.shell_tasks({"a": "true"}), "-o", "yaml").code, 2)

    def test_dry_run_is_render(self) -> None:
        path = self.shell_tasks({"a": "true"})
        self.assertEqual(self.ok("run", path, "--dry-run").out, self.ok("render", path).out)
        self.assertEqual(self.processes(), {})


class PoolFiles(SennitTest):
    """`--pool FILE`."""

    def test_the_file_s_pool_counts(self) -> None:
        path = self.shell_tasks({"a": "true"})
        out = self.ok("render", path, "-o", "yaml", "--pool", self.write("pool.yaml", POOL)).out
        self.assertIn("platform: std", out)
        self.assertIn("exec_timeout: 2h", out)
        model = json.loads(self.ok("render", path, "-o", "json", "--pool", "pool.yaml").out)
        self.assertEqual(model["groups"][0]["tasks"][0]["resource"]["platform"], "std")
        self.assertEqual(model["effectiveTimeout"], {"exec": 7200, "queue": None})
        self.assertEqual(model["timeout"], {"exec": None, "queue": None})

    def test_mistakes_in_it_have_places(self) -> None:
        path = self.shell_tasks({"a": "true"})
        result = self.sennit("validate", path, "--pool", self.write("pool.yaml", "pools:\n  far: {cups: 3}\n"))
        self.assertEqual(result.code, 2, result)
        self.assertIn("pool.yaml:2:9", result.err)
        self.assertEqual(self.sennit("validate", path, "--pool", "nowhere.yaml").code, 2)
        self.assertIn("there is no pool 'nowhere'", self.sennit("validate", path, "--pool", "nowhere").err)

    def test_a_workflow_cannot_run_in_a_file(self) -> None:
        result = self.sennit("run", self.shell_tasks({"a": "true"}), "--pool", self.write("pool.yaml", POOL))
        self.assertEqual(result.code, 2, result)
        self.assertIn("pool.yaml is a file", result.err)
        self.assertEqual(self.processes(), {})


class Convert(SennitTest):
    """`convert` between the two formats."""

    def setUp(self) -> None:
        super().setUp()
        self.write("c.yaml", "model: {}\n")

    def test_there_and_back(self) -> None:
        jobs = self.write("jobs.yaml", JOBS)
        there = self.ok("convert", jobs, "-O", self.work / "tasks.yaml")
        self.assertEqual(there.out, "")
        self.assertNotIn("SN801", there.err)
        self.ok("validate", "tasks.yaml")
        back = self.ok("convert", "tasks.yaml")
        self.assertEqual(back.out, self.ok("render", jobs, "-o", "yaml").out)
        self.assertIn("images are not carried over", back.err)
        self.assertIn("tasks.yaml:7:5: warning[SN801]", back.err)

    def test_strict_writes_nothing_if_something_is_lost(self) -> None:
        path = self.write("jobs.yaml", "description: x\nname: flow\njobs:\n- {name: a, verb: train, config: c.yaml}\n")
        lax = self.ok("convert", path)
        self.assertIn("jobs.yaml:1:1: warning[SN801]", lax.err)
        strict = self.sennit("convert", path, "--strict", "-O", "out.yaml")
        self.assertEqual((strict.code, strict.out), (2, ""), strict)
        self.assertIn("jobs.yaml:1:1: warning[SN801]", strict.err)
        self.assertFalse((self.work / "out.yaml").exists())
        self.ok("convert", self.write("jobs.yaml", JOBS), "--strict")

    def test_what_is_impossible_is_refused(self) -> None:
        path = self.shell_tasks({"a": "true"})
        result = self.sennit("convert", path, "-O", "out.yaml")
        self.assertEqual((result.code, result.out), (2, ""), result)
        self.assertIn("SN802", result.err)
        self.assertIn("no verb stands for", result.err)
        self.assertIn("cannot be written as a jobs file", result.err)
        found = json.loads(self.sennit("convert", path, "-o", "json").out)["error"]["diagnostics"]
        self.assertEqual(found[-1]["code"], "SN802")
        self.assertFalse((self.work / "out.yaml").exists())

    def test_to_the_format_it_has_is_render(self) -> None:
        path = self.write("jobs.yaml", JOBS)
        self.assertEqual(self.ok("convert", path, "--to", "oumi").out, self.ok("render", path, "-o", "yaml").out)

    def test_image_and_programs_of_the_configuration(self) -> None:
        (self.work / ".sennit").mkdir()
        self.write(".sennit/config.yaml", "verbs: {train: [echo, training]}\n")
        jobs = self.write("jobs.yaml", "name: flow\njobs:\n- {name: a, verb: train, config: c.yaml}\n")
        self.ok("convert", jobs, "--image", "ubuntu:24.04", "-O", "tasks.yaml")
        self.assertIn("image: ubuntu:24.04", (self.work / "tasks.yaml").read_text("utf-8"))
        self.assertIn("training --config c.yaml", self.ok("run", "tasks.yaml").out + self.logs_of("last", "a"))
        self.assertIn("verb: train", self.ok("convert", "tasks.yaml").out)

    def logs_of(self, workflow: str, task: str) -> str:
        return self.ok("logs", workflow, task).out

    def test_an_existing_file_is_replaced_and_keeps_nothing(self) -> None:
        out = self.write("out.yaml", "x" * 10000)
        self.ok("convert", self.write("jobs.yaml", JOBS), "-O", out)
        self.assertTrue(Path(out).read_text("utf-8").startswith("workflow:\n"))
        self.assertEqual(sorted(path.name for path in self.work.iterdir()), ["c.yaml", "jobs.yaml", "out.yaml"])


class Init(SennitTest):
    """`init` writes files that are valid, and run."""

    def test_tasks_starter_runs_as_it_is(self) -> None:
        result = self.ok("init")
        self.assertEqual(result.out, "")
        self.assertIn("sennit run workflow.yaml", result.err)
        self.ok("validate", "workflow.yaml")
        self.ok("run", "workflow.yaml")
        self.assertIn("the sum is 5050", self.ok("logs", "last", "sum").out)
        self.assertIn("100", self.ok("logs", "last", "count").out)

    def test_jobs_starter_is_valid_and_runs_with_another_program(self) -> None:
        self.assertIn("oumi", self.ok("init", "train.yaml", "--format", "oumi").err)
        self.ok("validate", "train.yaml")
        (self.work / ".sennit").mkdir()
        self.write(".sennit/config.yaml", "verbs:\n  train: [echo, train]\n  evaluate: [echo, evaluate]\n")
        self.ok("run", "train.yaml")
        self.assertIn("evaluate --config oumi://", self.ok("logs", "last", "evaluate").out)

    def test_nothing_is_overwritten_without_force(self) -> None:
        path = Path(self.write("workflow.yaml", "mine\n"))
        result = self.sennit("init")
        self.assertEqual(result.code, 2, result)
        self.assertIn("--force", result.err)
        self.assertEqual(path.read_text("utf-8"), "mine\n")
        self.ok("init", "--force")
        self.assertIn("workflow:", path.read_text("utf-8"))
        self.assertTrue(path.stat().st_mode & stat.S_IRUSR)

    def test_standard_output_and_json(self) -> None:
        self.assertIn("workflow:", self.ok("init", "-").out)
        self.assertEqual(json.loads(self.ok("init", "x.yaml", "-o", "json").out), {"file": "x.yaml", "format": "osmo"})
        self.assertEqual(self.sennit("init", "nowhere/x.yaml").code, 2)


if __name__ == "__main__":
    unittest.main()
