"""Pausing, resuming and cancelling, of workflows, groups and tasks."""

import os
import pty
import signal
import subprocess
import time
import unittest
from pathlib import Path
from typing import List

from harness import LIMIT, PROGRAM, SennitTest, is_alive, wait_until


def lines_of(path: Path) -> List[str]:
    return path.read_text().splitlines() if path.exists() else []


# Says that it is there, then counts until it may end; ends well when it is asked to stop.
COUNTER = ("trap 'echo asked > {0}.asked; exit 9' TERM; touch {0}.up; "
           "while [ ! -e {0}.go ]; do echo . >> {0}.ticks; sleep 0.02; done")


class PauseOfAWorkflow(SennitTest):
    """Nothing new starts, what runs goes on."""

    def test_nothing_new_starts_until_it_is_resumed(self) -> None:
        path = self.shell_tasks({"a": "touch a.up; while [ ! -e go ]; do sleep 0.02; done", "b": "touch b"},
                                after={"b": ["a"]})
        workflow = self.submit(path)
        self.wait_for_file(self.work / "a.up")
        self.ok("pause", workflow, "-m", "disk is full")
        (self.work / "go").touch()
        wait_until(lambda: self.statuses(workflow)["a"] == "COMPLETED", "a to end", show=lambda: self.statuses(workflow))
        self.assertEqual(self.statuses(workflow)["b"], "SCHEDULING")
        status = self.ok("status", workflow).out
        self.assertIn("disk is full", status)
        self.assertIn("(paused)", self.ok("list").out)
        why = self.ok("why", workflow, "b").out
        self.assertIn(f"sennit resume {workflow}", why)
        self.assertFalse((self.work / "b").exists())
        self.ok("resume", workflow)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        kinds = [event["kind"] for event in self.json("events", workflow)["events"]]
        self.assertIn("paused", kinds)
        self.assertIn("resumed", kinds)

    def test_it_outlasts_the_server(self) -> None:
        path = self.shell_tasks({"a": "touch a.up; while [ ! -e go ]; do sleep 0.02; done", "b": "touch b"},
                                after={"b": ["a"]})
        workflow = self.submit(path)
        self.wait_for_file(self.work / "a.up")
        self.ok("pause", workflow)
        os.kill(self.wait_for_server(), signal.SIGKILL)
        (self.work / "go").touch()
        wait_until(lambda: self.statuses(workflow)["a"] == "COMPLETED", "a to end", show=lambda: self.statuses(workflow))
        self.assertEqual(self.statuses(workflow)["b"], "SCHEDULING")
        self.assertTrue(self.workflow(workflow)["paused_at"])
        self.ok("resume", workflow)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_whoever_follows_is_told_once(self) -> None:
        path = self.shell_tasks({"a": "touch a.up; while [ ! -e go ]; do sleep 0.02; done", "b": "true"},
                                after={"b": ["a"]})
        run = self.start("run", path)
        self.wait_for_file(self.work / "a.up")
        workflow = self.last()
        self.ok("pause", workflow, "-m", "lunch")
        self.ok("pause", workflow)
        (self.work / "go").touch()
        self.ok("resume", workflow)
        result = self.finish(run)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(result.err.count("is paused"), 1, result)
        self.assertIn(f"sennit resume {workflow}", result.err)

    def test_a_paused_workflow_can_be_cancelled(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "exec sleep 60", "b": "true"}, after={"b": ["a"]}))
        self.ok("pause", workflow)
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertEqual(self.sennit("pause", workflow).code, 1)

    def test_pause_of_what_is_not_there(self) -> None:
        workflow = self.submit(self.shell_tasks({"train": "exec sleep 60"}))
        result = self.sennit("pause", workflow, "trian")
        self.assertEqual(result.code, 2, result)
        self.assertIn("did you mean 'train'?", result.err)
        self.assertEqual(self.ok("resume", workflow).err.count("not paused"), 1)


class PauseOfATask(SennitTest):
    """Its processes stand still."""

    def ticks(self, task: str) -> int:
        return len(lines_of(self.work / f"{task}.ticks"))

    def wait_for_ticks(self, task: str) -> None:
        before = self.ticks(task)
        wait_until(lambda: self.ticks(task) > before + 2, f"{task} to go on", show=lambda: self.ticks(task))

    def expect_still(self, task: str) -> None:
        """What it had written when it was frozen is all there is, though another task goes on."""
        self.wait_for_ticks("b")
        before = self.ticks(task)
        for _ in range(3):
            self.wait_for_ticks("b")
        self.assertEqual(self.ticks(task), before)

    def start_two(self) -> str:
        workflow = self.submit(self.shell_tasks({"a": COUNTER.format("a"), "b": COUNTER.format("b")}))
        self.wait_for_ticks("a")
        self.wait_for_ticks("b")
        return workflow

    def test_it_stands_still_and_goes_on(self) -> None:
        workflow = self.start_two()
        self.ok("pause", workflow, "a", "-m", "look at it")
        self.expect_still("a")
        task = self.tasks(workflow)["a"]
        self.assertEqual(task["status"], "RUNNING")
        self.assertEqual(task["pause_message"], "look at it")
        self.assertIn("RUNNING (paused)", self.ok("status", workflow).out)
        self.assertIn("stands still", self.ok("why", workflow, "a").out)
        self.ok("resume", workflow, "a")
        self.wait_for_ticks("a")
        for task_name in ("a", "b"):
            (self.work / f"{task_name}.go").touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_it_still_stands_when_another_server_comes(self) -> None:
        workflow = self.start_two()
        self.ok("pause", workflow, "a")
        os.kill(self.wait_for_server(), signal.SIGKILL)
        self.assertTrue(self.tasks(workflow)["a"]["paused_at"])
        self.expect_still("a")
        self.ok("resume", workflow)
        self.wait_for_ticks("a")
        self.ok("cancel", workflow, "--force")

    def test_cancelling_a_paused_task_lets_it_clean_up(self) -> None:
        workflow = self.start_two()
        self.ok("pause", workflow, "a")
        self.expect_still("a")
        self.ok("cancel", workflow, "a")
        wait_until(lambda: self.statuses(workflow)["a"] == "FAILED_CANCELED", "a to end",
                   show=lambda: self.statuses(workflow))
        self.assertEqual(lines_of(self.work / "a.asked"), ["asked"])
        (self.work / "b.go").touch()
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertEqual(self.statuses(workflow)["b"], "COMPLETED")

    def test_its_time_limit_stands_still(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: limited
              timeout: {exec_timeout: 3s}
              tasks:
              - name: a
                image: x
                command: [sh, -c]
                args: ["touch a.up; while [ ! -e a.go ]; do sleep 0.02; done"]
            """)
        workflow = self.submit(path)
        self.wait_for_file(self.work / "a.up")
        self.ok("pause", workflow, "a")
        paused = time.monotonic()
        wait_until(lambda: time.monotonic() > paused + 3.5, "the limit to pass")
        self.assertEqual(self.statuses(workflow)["a"], "RUNNING")
        (self.work / "a.go").touch()
        self.ok("resume", workflow, "a")
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_one_that_has_not_begun_is_not_started(self) -> None:
        path = self.shell_tasks({"a": "touch a.up; while [ ! -e go ]; do sleep 0.02; done", "b": "touch b"},
                                after={"b": ["a"]})
        workflow = self.submit(path)
        self.wait_for_file(self.work / "a.up")
        self.ok("pause", workflow, "b")
        (self.work / "go").touch()
        wait_until(lambda: self.statuses(workflow)["a"] == "COMPLETED", "a to end", show=lambda: self.statuses(workflow))
        self.assertEqual(self.statuses(workflow)["b"], "SCHEDULING")
        self.assertFalse((self.work / "b").exists())
        self.ok("resume", workflow, "b")
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_the_agent_dies_with_a_paused_task(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo $$ > pid; exec sleep 1000"}))
        pid = int(wait_until(lambda: lines_of(self.work / "pid"), "the pid")[0])
        self.ok("pause", workflow, "a")
        agents = [process.pid for process in self.agent_family()]
        self.assertTrue(agents, self.process_table())
        for agent in agents:
            os.kill(agent, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid), "the task to be gone", show=self.process_table)


class CancelOfTasks(SennitTest):
    """Parts of a workflow, and the question before."""

    def test_the_others_go_on(self) -> None:
        path = self.shell_tasks({"a": "touch a.up; exec sleep 60", "b": "while [ ! -e go ]; do sleep 0.02; done",
                                 "c": "true"}, after={"c": ["a"]})
        workflow = self.submit(path)
        self.wait_for_file(self.work / "a.up")
        self.ok("cancel", workflow, "a", "-m", "wrong data")
        (self.work / "go").touch()
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertEqual(self.statuses(workflow), {"a": "FAILED_CANCELED", "b": "COMPLETED", "c": "FAILED_UPSTREAM"})
        self.assertIn("wrong data", self.ok("why", workflow, "a").out)
        self.assertIn("wrong data", self.ok("events", workflow).out)

    def test_a_task_that_has_ended_is_said(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "true", "b": "exec sleep 60"}))
        wait_until(lambda: self.statuses(workflow)["a"] == "COMPLETED", "a to end")
        self.assertIn("a is COMPLETED already", self.ok("cancel", workflow, "a").err)

    def test_force_does_not_wait(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done"}))
        pid = int(wait_until(lambda: lines_of(self.work / "pid"), "the pid")[0])
        self.ok("cancel", workflow)
        self.ok("cancel", workflow, "--force")
        wait_until(lambda: not is_alive(pid), "the task to be gone", limit=8, show=self.process_table)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")

    def test_several_workflows(self) -> None:
        path = self.shell_tasks({"a": "exec sleep 60"})
        first, second = self.submit(path), self.submit(path)
        self.ok("cancel", first, second)
        for workflow in (first, second):
            self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")

    def test_a_word_that_is_neither(self) -> None:
        workflow = self.submit(self.shell_tasks({"train": "exec sleep 60"}))
        result = self.sennit("cancel", workflow, "trian")
        self.assertEqual(result.code, 2, result)
        self.assertIn("did you mean 'train'?", result.err)
        self.assertIn("Would cancel train", self.ok("cancel", workflow, "train", "--dry-run").err)
        self.assertNotEqual(self.workflow(workflow)["status"], "FAILED_CANCELED")

    def test_on_a_terminal_it_asks(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "exec sleep 60"}))
        self.assertEqual(self.answer(b"n\n", workflow), 1)
        self.assertNotIn("FAILED", self.workflow(workflow)["status"])
        self.assertEqual(self.answer(b"y\n", workflow), 0)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")

    def answer(self, text: bytes, workflow: str) -> int:
        """Cancels at a terminal of our own."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen([str(PROGRAM), "cancel", workflow], env=self.env, cwd=self.work, stdin=theirs,
                                   stdout=theirs, stderr=theirs)
        os.close(theirs)
        os.write(ours, text)
        return process.wait(timeout=2 * LIMIT)


if __name__ == "__main__":
    unittest.main()
