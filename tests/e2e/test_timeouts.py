"""Time limits as a user meets them: reached, changed while something runs, and kept over a restart of the server."""

import os
import pty
import signal
import subprocess
import time
import unittest
from typing import Any, Dict

from harness import PROGRAM, SennitTest, wait_until

# Ends when the file `go` is there.
WAITS = "touch begun; while [ ! -e go ]; do sleep 0.05; done"


class Limited(SennitTest):
    """A workflow with a limit on its one task `fit`, which `eval` waits for."""

    def submit_with(self, limits: str, script: str = WAITS, resources: str = "") -> str:
        return self.submit(self.write("slow.yaml", f"""
            workflow:
              name: slow
              timeout: {{{limits}}}
              {resources}
              tasks:
              - {{name: fit, image: debian:12, command: [sh, -c, "{script}"]}}
              - {{name: eval, image: debian:12, command: [cat, "{{{{input:0}}}}/none"], inputs: [{{task: fit}}]}}
            """))

    def running(self, limits: str) -> str:
        workflow = self.submit_with(limits)
        self.wait_for_file(self.work / "begun")
        self.wait_for_task(workflow, "fit", "RUNNING")
        return workflow

    def wait_for_task(self, workflow: str, name: str, status: str) -> Dict[str, Any]:
        wait_until(lambda: self.tasks(workflow)[name]["status"] == status, f"{name} to be {status}",
                   show=lambda: self.tasks(workflow)[name])
        return self.tasks(workflow)[name]

    def group(self, workflow: str) -> Dict[str, Any]:
        return next(group for group in self.workflow(workflow)["groups"] if group["tasks"][0]["name"] == "fit")

    def wait_for_seconds_of_run(self, workflow: str, seconds: float) -> None:
        limit = float(self.group(workflow)["exec_timeout"])
        wait_until(lambda: (self.group(workflow)["time_left"] or limit) < limit - seconds, f"{seconds} s of run")


class Reached(Limited):
    """What is told when a limit is reached."""

    def test_exec_timeout_names_the_limit(self) -> None:
        workflow = self.submit_with("exec_timeout: 1s")
        self.assertEqual(self.wait_for_end(workflow), "FAILED_EXEC_TIMEOUT")
        tasks = self.tasks(workflow)
        self.assertRegex(tasks["fit"]["failure_message"], r"longer than the set limit of 1s \(timeout\.exec_timeout\)$")
        self.assertEqual(tasks["eval"]["status"], "FAILED_UPSTREAM")
        self.assertIn("longer than the set limit of 1s", self.ok("why", workflow).out)

    def test_queue_timeout_names_who_holds_what_is_lacking(self) -> None:
        self.env["SENNIT_GPUS"] = "2"
        flow = self.write("queue.yaml", """
            workflow:
              name: queue
              timeout: {queue_timeout: 1s}
              resources: {default: {gpu: 2}}
              tasks:
              - {name: train, image: debian:12, command: [sleep, "60"]}
              - {name: other, image: debian:12, command: [sleep, "60"]}
            """)
        workflow = self.submit(flow)
        failed = self.wait_for_task(workflow, "other", "FAILED_QUEUE_TIMEOUT")
        self.assertRegex(failed["failure_message"],
                         rf"^Resource timeout: waited 1(\.\d)?s for 2 GPUs; 0 free, 2 of 2 held by {workflow}/train; "
                         r"queued longer than the set limit of 1s \(timeout\.queue_timeout\)$")
        self.assertEqual(self.statuses(workflow)["train"], "RUNNING")

    def test_start_timeout_is_the_tasks(self) -> None:
        self.env["SENNIT_SERVER_START_TIMEOUT"] = "1s"
        self.ok("run", self.shell_tasks({"first": "true"}))
        agent = self.wait_for_agent()
        os.kill(agent, signal.SIGSTOP)
        try:
            workflow = self.submit(self.shell_tasks({"late": "touch ran; sleep 60"}))
            wait_until(lambda: "stopping" in self.ok("events", workflow).out, "the start to be given up")
        finally:
            os.kill(agent, signal.SIGCONT)
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        task = self.tasks(workflow)["late"]
        self.assertEqual((task["status"], task["exit_code"]), ("FAILED_START_TIMEOUT", 3005))
        self.assertIn("did not start within 1s", task["failure_message"])

    def test_no_server_was_there_when_the_limit_passed(self) -> None:
        workflow = self.running("exec_timeout: 2s")
        self.ok("server", "stop")
        time.sleep(3)  # nothing can be asked without starting the server
        self.assertEqual(self.wait_for_end(workflow), "FAILED_EXEC_TIMEOUT")
        message = self.tasks(workflow)["fit"]["failure_message"]
        self.assertRegex(message, r"^ran for \S+, longer than the set limit of 2s \(timeout\.exec_timeout\)$")

    def test_what_ended_while_no_server_was_there_counts(self) -> None:
        workflow = self.running("exec_timeout: 2s")
        self.ok("server", "stop")
        (self.work / "go").touch()
        time.sleep(3)
        self.wait_for_task(workflow, "fit", "COMPLETED")


class Changed(Limited):
    """`sennit set-timeout`."""

    def test_raised_limit_lets_it_run_on(self) -> None:
        workflow = self.running("exec_timeout: 3s")
        done = self.ok("set-timeout", workflow, "fit", "--exec", "1h")
        self.assertIn(f"{workflow} fit: exec timeout 1h, queue timeout none", done.err)
        self.wait_for_seconds_of_run(workflow, 3.5)
        self.assertEqual(self.statuses(workflow)["fit"], "RUNNING")
        (self.work / "go").touch()
        self.wait_for_task(workflow, "fit", "COMPLETED")
        self.assertRegex(self.ok("events", workflow).out, r"limits_set\s+exec timeout set to 1h by \S+")

    def test_lowered_below_what_has_passed_needs_a_yes(self) -> None:
        workflow = self.running("exec_timeout: 1h")
        self.wait_for_seconds_of_run(workflow, 1)
        refused = self.sennit("set-timeout", workflow, "--exec", "1s")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("this would stop fit at once", refused.err)
        self.assertEqual(self.statuses(workflow)["fit"], "RUNNING")
        self.ok("set-timeout", workflow, "--exec", "1s", "-y")
        self.assertEqual(self.wait_for_end(workflow), "FAILED_EXEC_TIMEOUT")
        self.assertIn("(set-timeout --exec)", self.tasks(workflow)["fit"]["failure_message"])

    def test_on_a_terminal_it_is_asked(self) -> None:
        workflow = self.running("exec_timeout: 1h")
        self.wait_for_seconds_of_run(workflow, 1)
        controller, terminal = pty.openpty()
        process = subprocess.Popen([str(PROGRAM), "set-timeout", workflow, "--exec", "1s"], env=self.env, cwd=self.work,
                                   stdin=terminal, stdout=terminal, stderr=terminal)
        os.close(terminal)
        os.write(controller, b"n\n")
        self.assertEqual(process.wait(timeout=60), 1)
        said = self.rest_of(controller)
        self.assertIn("This stops fit at once", said)
        self.assertEqual(self.statuses(workflow)["fit"], "RUNNING")

    @staticmethod
    def rest_of(controller: int) -> str:
        """What a terminal has shown, the echo of what was typed among it; it comes in pieces."""
        said = b""
        try:
            while piece := os.read(controller, 4096):
                said += piece
        except OSError:  # nobody has it open any more
            pass
        os.close(controller)
        return said.decode()

    def test_timeout_of_the_workflow(self) -> None:
        workflow = self.running("exec_timeout: 1h")
        self.ok("set-timeout", workflow, "--workflow", "2s", "-y")
        self.assertEqual(self.wait_for_end(workflow), "FAILED_EXEC_TIMEOUT")
        tasks = self.tasks(workflow)
        self.assertIn("the workflow ran", tasks["fit"]["failure_message"])
        self.assertEqual(tasks["eval"]["status"], "FAILED_CANCELED")

    def test_status_shows_limits_and_what_is_left(self) -> None:
        workflow = self.running("exec_timeout: 2h, queue_timeout: 1d")
        self.ok("set-timeout", workflow, "--workflow", "PT8H")
        out = self.ok("status", workflow, "-v").out
        self.assertRegex(out, r"Time limit +: 8h \(7h59m\d+s left\)")
        self.assertRegex(out, r"Exec limit +: 2h\n")
        self.assertRegex(out, r"Queue limit +: 1d\n")
        self.assertRegex(out, r"fit .* 1h59m\d+s of 2h ")
        self.assertIn("it is stopped in 1h59m if it still runs then (timeout.exec_timeout: 2h)",
                      self.ok("why", workflow, "fit").out)

    def test_mistakes_are_told(self) -> None:
        workflow = self.running("exec_timeout: 1h")
        for words, code, text in (
                (["fit"], 2, "which limit?"),
                (["fit", "--exec", "8x"], 2, "--exec 8x: a time was expected"),
                (["fitt", "--exec", "8h"], 2, "did you mean 'fit'?"),
                (["fit", "--queue", "8h"], 1, "fit is RUNNING already")):
            result = self.sennit("set-timeout", workflow, *words)
            self.assertEqual(result.code, code, result)
            self.assertIn(text, result.err)
        self.ok("cancel", workflow)
        self.wait_for_end(workflow)
        result = self.sennit("set-timeout", workflow, "--exec", "8h")
        self.assertEqual(result.code, 1, result)
        self.assertIn("FAILED_CANCELED already", result.err)


if __name__ == "__main__":
    unittest.main()
