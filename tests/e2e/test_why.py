"""Why something waits or failed, how long it will take and what it costs, as a user asks for it."""

import json
import os
import re
import signal
import unittest
from typing import Any, Dict, List

from harness import SennitTest, wait_until


def text_of(task: Dict[str, Any]) -> str:
    return " ".join([task["why"]["headline"], *task["why"]["details"]])


class Why(SennitTest):
    """`sennit why`, the same in a status and as JSON."""

    def why(self, workflow: str, *task: str) -> str:
        return self.ok("why", workflow, *task).out

    def wait_for_task(self, workflow: str, task: str, status: str) -> None:
        wait_until(lambda: self.statuses(workflow)[task] == status, f"{task} to be {status}",
                   show=lambda: self.statuses(workflow))

    def gpu_tasks(self, tasks: Dict[str, str], **options: Any) -> str:
        return self.submit(self.shell_tasks(tasks, extra={name: {"resource": "gpu"} for name in tasks}, **options))

    def shell_tasks(self, tasks, after=None, extra=None, name="flow"):  # type: ignore[no-untyped-def]
        path = super().shell_tasks(tasks, after, extra, name)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("  tasks:\n", "  resources: {default: {}, gpu: {gpu: 1}}\n  tasks:\n", 1),
                        encoding="utf-8")
        return path

    def test_a_waiting_task_names_its_upstream(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "exec sleep 60", "b": "true"}, after={"b": ["a"]}))
        self.wait_for_task(workflow, "a", "RUNNING")
        said = self.why(workflow, "b")
        self.assertRegex(said, rf"^{workflow}/b: WAITING\nb waits for a \(RUNNING\)\n")
        self.assertIn("  - a has been running for ", said)
        self.assertIn("  - 1 of 1 upstream not completed\n", said)
        self.assertIn(f"Next: sennit status {workflow}\n", said)

    def test_a_queued_task_names_who_holds_what_it_needs(self) -> None:
        self.env["SENNIT_GPUS"] = "1"
        first = self.gpu_tasks({"holder": "exec sleep 60"}, name="first")
        self.wait_for_task(first, "holder", "RUNNING")
        second = self.gpu_tasks({"x": "true", "y": "true"}, name="second")
        self.wait_for_task(second, "y", "SCHEDULING")
        said = self.why(second, "y")
        self.assertIn("y waits for 1 GPU: 0 of 1 free", said)
        self.assertRegex(said, rf"  - GPU 0 is held by {first}/holder \(for .*\)\n")
        self.assertIn("  - 2nd of 2 in the queue\n", said)
        self.assertIn(f"{second} is not running: x waits for 1 GPU", self.why(second))

    def test_a_failure_shows_process_code_and_last_words(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "seq 50; echo no such optimiser; exit 3", "b": "true"},
                                                after={"b": ["a"]}))
        self.wait_for_end(workflow)
        said = self.why(workflow, "a")
        self.assertIn("a failed with exit code 3", said)
        self.assertRegex(said, r"  - process \d+, ran for .*: sh -c seq 50; echo no such")
        self.assertIn("  last lines of the log of a:\n    | 42\n", said)
        self.assertIn("    | no such optimiser\n", said)
        self.assertIn(f"Next: sennit logs {workflow} a\n", said)
        downstream = self.why(workflow, "b")
        self.assertIn("b never ran because a failed with exit code 3", downstream)
        self.assertIn("    | no such optimiser\n", downstream)
        self.assertIn("    | no such optimiser\n", self.why(workflow))

    def test_the_meaning_of_a_code_and_a_signal(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "no-such-program-here", "b": "kill -SEGV $$"}))
        self.wait_for_end(workflow)
        self.assertIn("exit code 127: its shell did not find a command", self.why(workflow, "a"))
        self.assertIn("b was killed by SIGSEGV (exit code 139)", self.why(workflow, "b"))
        self.assertIn("it crashed (SIGSEGV)", self.why(workflow, "b"))

    def test_a_control_character_in_a_log_does_nothing(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": r"printf 'x\033[2Jy\n'; exit 1"}))
        self.wait_for_end(workflow)
        said = self.why(workflow, "a")
        self.assertNotIn("\033[2J", said)
        self.assertIn(r"    | x\x1b[2Jy", said)

    def test_a_program_that_is_not_there(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - {name: a, image: debian:12, command: [no-such-program-here]}
            """)
        workflow = self.submit(path)
        self.wait_for_end(workflow)
        said = self.why(workflow, "a")
        self.assertIn("a could not be started", said)
        self.assertIn("no-such-program-here", said)
        self.assertEqual(self.json("why", workflow, "a")["cause"], "not_started")

    def test_a_cancellation_names_who_asked(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "exec sleep 60"}))
        self.wait_for_task(workflow, "a", "RUNNING")
        self.ok("cancel", workflow, "-m", "wrong data")
        self.wait_for_end(workflow)
        self.assertRegex(self.why(workflow), rf"{workflow} was canceled by \S+\n")
        self.assertIn("wrong data", self.why(workflow, "a"))
        self.assertEqual(self.json("why", workflow, "a")["cause"], "canceled")

    def test_a_lost_task_says_so(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "touch begun; exec sleep 60"}))
        self.wait_for_file(self.work / "begun")
        self.kill(self.wait_for_agent())
        self.wait_for_end(workflow)
        self.assertEqual(self.json("why", workflow, "a")["cause"], "lost")
        self.assertIn("a was lost", self.why(workflow, "a"))

    def test_a_retry_says_when_and_which(self) -> None:
        program = self.write("oumi", "#!/bin/sh\necho out of luck\nexit 1\n")
        os.chmod(program, 0o755)
        self.write("c.yaml", "model: {}\n")
        (self.home / "config.yaml").write_text(f"verbs: {{train: [{program}]}}\n", encoding="utf-8")
        workflow = self.submit(self.write("flow.yaml", """
            name: flow
            jobs:
            - {name: a, verb: train, config: c.yaml, max_retries: 2, retry_delay: 300}
            """))
        self.wait_for_task(workflow, "a", "PROCESSING")
        said = self.why(workflow, "a")
        self.assertRegex(said, r"a is tried again in 4m\d+")
        self.assertIn("  - try 2 of 3 comes next; it holds no resources while it waits\n", said)
        self.assertIn("  - try 1 ended with code 1\n", said)
        self.assertIn("    | out of luck\n", said)

    def test_a_status_has_the_same_words(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo bad luck; exit 3", "b": "true"}, after={"b": ["a"]}))
        self.wait_for_end(workflow)
        verbose = self.ok("status", workflow, "-v").out
        for line in self.why(workflow, "a").splitlines():
            self.assertIn(line, verbose)
        view = json.loads(self.ok("status", workflow, "-v", "-o", "json").out)
        self.assertEqual(view["why"], self.json("why", workflow))
        task = view["groups"][0]["tasks"][0]
        self.assertEqual(task["why"], self.json("why", workflow, "a"))
        self.assertEqual(task["reason"], task["why"]["headline"])

    def test_phases_of_every_attempt(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "sleep 0.3"}))
        self.wait_for_end(workflow)
        verbose = self.ok("status", workflow, "-v").out
        self.assertRegex(verbose, r"Task Name +Retry ID +Submitted +Waiting +Scheduling +Initializing +Download +"
                                  r"Running +Upload +End\n=+\na +0 +\d\d:\d\d:\d\d +")
        task = self.tasks(workflow)["a"]
        names = ["processing", "scheduling", "initializing"]
        times: List[str] = [task[f"{name}_start_time"] for name in names] + [task["start_time"], task["end_time"]]
        self.assertEqual(times, sorted(times))


class Estimates(SennitTest):
    """What earlier runs tell of the present one."""

    def test_a_second_run_knows_how_long_it_takes(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: a
                image: debian:12
                command: [sh, -c]
                args: ["if [ -e second ]; then touch running; exec sleep 60; fi; sleep 1"]
            """)
        first = self.submit(path)
        self.wait_for_status(first, "COMPLETED")
        self.assertNotIn("run)", self.ok("why", first, "a").out)
        (self.work / "second").touch()
        submitted = self.ok("submit", path)
        self.wait_for_file(self.work / "running")
        workflow = submitted.out.strip()
        wait_until(lambda: re.search(r"about 1 s.*\(from 1 run\)", self.ok("why", workflow, "a").out), "an estimate",
                   show=lambda: self.ok("why", workflow, "a"))

    def test_nothing_is_said_without_history(self) -> None:
        submitted = self.ok("submit", self.shell_tasks({"a": "exec sleep 60"}))
        self.assertNotIn("xpected", submitted.err)
        self.assertNotIn("xpected", self.ok("why", "last", "a").out)


class Cost(SennitTest):
    """Prices of a jobs file and of a pool, before, during and after the run."""

    def setUp(self) -> None:
        super().setUp()
        self.env["SENNIT_GPUS"] = "2"
        program = self.write("oumi", "#!/bin/sh\nsleep 0.5\n[ ! -e \"$FAIL\" ] || { rm \"$FAIL\"; exit 1; }\n")
        os.chmod(program, 0o755)
        self.write("c.yaml", "model: {}\n")
        (self.home / "config.yaml").write_text(f"verbs: {{train: [{program}]}}\n", encoding="utf-8")

    def jobs(self, price: str = "3600") -> str:
        return str(self.write("priced.yaml", f"""
            name: priced
            resources: {{cost_per_gpu_hour: {price}}}
            env: {{FAIL: {self.work}/fail}}
            jobs:
            - {{name: a, verb: train, config: c.yaml, resources: {{gpu: 0}}, max_retries: 1, retry_delay: 0}}
            """))

    def test_the_bill(self) -> None:
        first = self.ok("run", "--no-tui", self.jobs())
        self.assertIn("Estimated cost: not known before the first run (at $3600.00 an hour)", first.err)
        self.assertRegex(first.err, r"Cost +\$0\.[5-9]\d+ for 0\.000\d GPU-hours \(at \$3600\.00 an hour\)|Cost +\$\d\.")
        cost = self.workflow("last")["cost"]
        self.assertEqual(cost["per_gpu_hour"], 3600)
        self.assertGreaterEqual(cost["actual"], 0.5)
        self.assertAlmostEqual(cost["actual"], cost["gpu_hours"] * 3600)
        second = self.ok("run", "--no-tui", self.jobs())
        self.assertRegex(second.err, r"Estimated cost: \$\d\.\d+ for .* GPU-hours \(at \$3600\.00 an hour; from 1 run\)")
        self.assertRegex(self.ok("status", "last").out, r"Cost +: \$")

    def test_what_an_hour_costs_is_known_before_any_run(self) -> None:
        self.assertIn("  Cost: $3600.00 an hour of its GPU\n", self.ok("validate", self.jobs()).out)
        self.assertEqual(self.json("validate", self.jobs("1.5"))["cost"],
                         {"gpus": 1.0, "per_hour": 1.5, "per_gpu_hour": 1.5})
        (self.home / "config.yaml").write_text("pools: {local: {}, dear: {cost_per_gpu_hour: 8}}\n", encoding="utf-8")
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              resources: {default: {gpu: 2, cpu: 1, memory: 1Gi, storage: 1Gi}}
              tasks:
              - {name: a, image: "debian:12", command: ["true"]}
              - {name: b, image: "debian:12", command: ["true"]}
            """)
        self.assertNotIn("Cost", self.ok("validate", path).out)
        self.assertIn("Cost: $32.00 an hour of all its 4 GPUs (at $8.00 a GPU-hour)",
                      self.ok("validate", path, "--pool", "dear").out)

    def test_a_failed_attempt_is_paid_for(self) -> None:
        (self.work / "fail").touch()
        self.ok("run", "--no-tui", self.jobs())
        self.assertGreaterEqual(self.workflow("last")["cost"]["actual"], 1.0)

    def test_the_pool_has_a_price(self) -> None:
        (self.home / "config.yaml").write_text("pools: {local: {cost_per_gpu_hour: 7200}}\n", encoding="utf-8")
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              resources: {default: {gpu: 2}}
              tasks:
              - {name: a, image: debian:12, command: [sleep, "0.2"]}
            """)
        self.ok("run", "--no-tui", path)
        cost = self.workflow("last")["cost"]
        self.assertEqual(cost["per_gpu_hour"], 7200)
        self.assertGreaterEqual(cost["actual"], 0.8)

    def test_a_price_survives_the_server(self) -> None:
        workflow = self.submit(self.write("flow.yaml", """
            name: flow
            resources: {cost_per_gpu_hour: 3600}
            jobs:
            - {name: a, verb: train, config: c.yaml, resources: {gpu: 0}}
            """))
        self.kill(self.wait_for_server(), signal.SIGKILL)
        self.wait_for_status(workflow, "COMPLETED")
        self.assertGreaterEqual(self.workflow(workflow)["cost"]["actual"], 0.5)

    def test_a_price_below_nothing_is_refused(self) -> None:
        refused = self.sennit("run", self.jobs("-1"))
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("'cost_per_gpu_hour'", refused.err)
        (self.home / "config.yaml").write_text("pools: {local: {cost_per_gpu_hour: free}}\n", encoding="utf-8")
        self.assertIn("'cost_per_gpu_hour'", self.sennit("run", self.jobs()).err)


if __name__ == "__main__":
    unittest.main()
