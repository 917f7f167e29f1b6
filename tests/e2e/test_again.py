"""Once more: restart, resume and rerun, as a user sees them."""

import json
import os
import random
import shutil
import signal
import time
import unittest
from typing import Dict, List

from harness import SennitTest, lines_of, wait_until

CHAIN = {"b": ["a"], "c": ["b"]}
DIAMOND = {"b": ["a"], "c": ["a"], "d": ["b", "c"]}


class AgainCase(SennitTest):
    """What the tests of this file share."""

    def ran(self) -> List[str]:
        return lines_of(self.work / "ran")

    def failing_chain(self) -> str:
        """a -> b -> c, where b fails until the file `mended` is there. Each writes its name, and passes on a line."""
        path = self.shell_tasks({
            "a": "echo a >> ran; echo from a > {{output}}/out",
            "b": "echo b >> ran; [ -e mended ] && cat {{input:a}}/out > {{output}}/out",
            "c": "echo c >> ran; cat {{input:b}}/out > seen"}, CHAIN)
        workflow = self.submit(path)
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        return workflow

    def mend(self) -> None:
        (self.work / "mended").touch()


class Resume(AgainCase):
    """`sennit resume` of a finished workflow: the same one goes on."""

    def test_a_failed_one_goes_on_and_is_followed(self) -> None:
        workflow = self.failing_chain()
        self.mend()
        result = self.ok("resume", workflow, "-m", "mended the disk")
        self.assertIn(f"Workflow {workflow} goes on: 2 tasks", result.err)
        self.assertIn("COMPLETED", result.err)
        self.assertEqual(self.ran(), ["a", "b", "b", "c"])
        self.assertEqual(lines_of(self.work / "seen"), ["from a"])
        self.assertEqual(self.tasks(workflow)["b"]["retry_id"], 1)
        events = self.ok("events", workflow).out
        self.assertIn("mended the disk", events)
        self.assertEqual(len(self.json("list")["workflows"]), 1, "no new workflow was made")

    def test_its_exit_code_is_the_workflows(self) -> None:
        workflow = self.failing_chain()
        self.assertEqual(self.sennit("resume", workflow).code, 1)
        self.assertEqual(self.tasks(workflow)["b"]["retry_id"], 1)

    def test_earlier_attempts_keep_their_logs_and_ends(self) -> None:
        path = self.shell_tasks({"a": "echo one line; [ -e mended ]"})
        workflow = self.submit(path)
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        self.mend()
        self.ok("resume", workflow)
        self.assertIn("one line", self.ok("logs", workflow, "a", "-r", "0").out)
        self.assertIn("one line", self.ok("logs", workflow, "a", "-r", "1").out)
        attempts = self.json("status", workflow, "-v")["groups"][0]["tasks"]
        self.assertEqual([task["status"] for task in attempts], ["FAILED", "COMPLETED"])

    def test_a_cancelled_one_goes_on(self) -> None:
        path = self.shell_tasks({"a": "echo a >> ran", "b": "echo b >> ran; [ -e mended ] || exec sleep 60"},
                                {"b": ["a"]})
        workflow = self.submit(path)
        wait_until(lambda: self.ran() == ["a", "b"], "b to run", show=self.ran)
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.mend()
        self.ok("resume", workflow)
        self.assertEqual(self.ran(), ["a", "b", "b"])
        status = self.workflow(workflow)
        self.assertEqual(status["status"], "COMPLETED")
        self.assertFalse(status["cancelled_by"], "the cancellation is history")

    def test_one_that_completed_says_what_to_do(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "true"}))
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        result = self.sennit("resume", workflow)
        self.assertNotEqual(result.code, 0)
        self.assertIn(f"sennit rerun {workflow}", result.err)

    def test_unknown(self) -> None:
        result = self.sennit("resume", "flo-1")
        self.assertIn("flo-1", result.err)
        self.assertNotEqual(result.code, 0)

    def test_retention_and_lists_see_it_live(self) -> None:
        workflow = self.failing_chain()
        self.mend()
        self.ok("resume", workflow, "-d")
        self.wait_for_status(workflow, "COMPLETED")
        entry = self.json("list")["workflows"][0]
        self.assertEqual((entry["name"], entry["status"]), (workflow, "COMPLETED"))


class ResumeAfterCrashes(AgainCase):
    """Nothing that completed is done again, whatever is killed when."""

    def test_after_server_and_agent_were_killed(self) -> None:
        path = self.shell_tasks({"a": "echo a >> ran", "b": "echo b >> ran; [ -e mended ] || exec sleep 60",
                                 "c": "echo c >> ran"}, CHAIN)
        workflow = self.submit(path)
        wait_until(lambda: self.ran() == ["a", "b"], "b to run", show=self.ran)
        self.mend()
        self.kill_everything()
        status = self.wait_for_end(workflow)
        if status != "COMPLETED":  # b was lost, and no exit action said to run it again
            self.ok("resume", workflow)
        self.assertEqual(self.ran(), ["a", "b", "b", "c"])
        self.assertEqual(self.workflow(workflow)["status"], "COMPLETED")

    def test_server_killed_while_it_resumes(self) -> None:
        workflow = self.failing_chain()
        self.mend()
        self.ok("server", "start")
        seed = int(os.environ.get("SENNIT_TEST_SEED", str(random.randrange(1 << 30))))
        dice = random.Random(seed)
        with self.subTest(seed=seed):
            for _ in range(4):
                command = self.start("resume", workflow, "-d")
                time.sleep(dice.uniform(0.0, 0.05))  # any moment is a good moment
                pid = self.server_pid()
                if pid:
                    self.kill(pid)
                self.finish(command)
            if self.wait_for_end(workflow) != "COMPLETED":
                self.ok("resume", workflow)
            self.assertEqual(self.workflow(workflow)["status"], "COMPLETED")
            self.assertEqual(self.ran().count("a"), 1)
            self.assertEqual(self.ran().count("c"), 1)
            self.assertEqual(lines_of(self.work / "seen"), ["from a"])

    def test_killed_right_after_the_answer(self) -> None:
        workflow = self.failing_chain()
        self.mend()
        self.ok("resume", workflow, "-d")
        self.kill(self.wait_for_server())
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(self.ran().count("a"), 1)

    def test_several_at_once_without_a_server(self) -> None:
        workflow = self.failing_chain()
        self.mend()
        self.ok("server", "stop")
        commands = [self.start("resume", workflow, "-d") for _ in range(3)]
        results = [self.finish(command) for command in commands]
        self.assertEqual([result.code for result in results], [0, 0, 0], "\n".join(map(str, results)))
        self.assertEqual(sum("goes on" in result.err for result in results), 1, "\n".join(map(str, results)))
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(self.ran(), ["a", "b", "b", "c"])


class Restart(AgainCase):
    """`sennit restart`: a new workflow for what did not complete."""

    def test_a_restart_of_a_restart_reads_two_generations_back(self) -> None:
        path = self.shell_tasks({
            "a": "echo a >> ran; echo from a > {{output}}/out",
            "b": "echo b >> ran; [ -e mended ]",
            "c": "echo c >> ran; [ $(wc -l < ran) -gt 4 ] && cat {{input:a}}/out > seen"},
            {"b": ["a"], "c": ["a", "b"]})
        first = self.submit(path)
        self.assertEqual(self.wait_for_end(first), "FAILED")
        self.mend()
        second = self.ok("restart", first).out.strip()
        self.assertEqual(self.wait_for_end(second), "FAILED")
        third = self.ok("restart", second, "--priority", "high").out.strip()
        self.assertEqual(self.wait_for_end(third), "COMPLETED")
        self.assertEqual(self.ran(), ["a", "b", "b", "c", "c"])
        self.assertEqual(lines_of(self.work / "seen"), ["from a"])
        status = self.workflow(third)
        self.assertEqual((status["parent_name"], status["priority"]), (second, "HIGH"))
        listed = {entry["name"]: entry["parent_name"] for entry in self.json("list")["workflows"]}
        self.assertEqual(listed[second], first)
        self.assertIn(second, self.ok("status", third).out)

    def test_one_that_completed_is_refused(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "true"}))
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        result = self.sennit("restart", workflow)
        self.assertNotEqual(result.code, 0)
        self.assertIn(f"sennit rerun {workflow}", result.err)


class Rerun(AgainCase):
    """`sennit rerun`: all of it or a part, as it was or with other values."""

    def diamond(self) -> str:
        path = self.shell_tasks({
            "a": "echo a >> ran; date +%N > {{output}}/out",
            "b": "echo b >> ran; cat {{input:a}}/out > {{output}}/out",
            "c": "echo c >> ran; cat {{input:a}}/out > {{output}}/out",
            "d": "echo d >> ran; cat {{input:b}}/out {{input:c}}/out > seen"}, DIAMOND)
        workflow = self.submit(path)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        return workflow

    def test_all_of_it(self) -> None:
        workflow = self.diamond()
        result = self.ok("rerun", workflow)
        self.assertIn(f"submitted: 4 tasks, from {workflow}", result.err)
        self.assertEqual(len(self.ran()), 8)
        self.assertEqual(self.last(), "flow-2")
        self.assertEqual(self.workflow("flow-2")["parent_name"], workflow)

    def test_from_a_task_of_a_diamond(self) -> None:
        workflow = self.diamond()
        before = lines_of(self.work / "seen")
        plan = self.ok("rerun", workflow, "--from", "b", "--dry-run").out
        self.assertIn("Would run 2 of the 4 tasks", plan)
        self.assertIn(f"{workflow}:c", plan)
        self.assertEqual(len(self.ran()), 4, "a dry run runs nothing")
        self.ok("rerun", workflow, "--from", "b")
        self.assertEqual(sorted(self.ran()[4:]), ["b", "d"])
        self.assertEqual(lines_of(self.work / "seen"), before, "inputs are those of the first run")

    def test_only_a_task(self) -> None:
        workflow = self.diamond()
        self.ok("rerun", workflow, "--only", "c", "--only", "b")
        self.assertEqual(sorted(self.ran()[4:]), ["b", "c"])

    def test_what_is_missing_is_named(self) -> None:
        workflow = self.failing_chain()
        result = self.sennit("rerun", workflow, "--only", "c")
        self.assertNotEqual(result.code, 0)
        self.assertIn(f"'c' needs 'b', which is FAILED in {workflow}", result.err)
        self.assertIn(f"{workflow} has no task 'x'", self.sennit("rerun", workflow, "--from", "x").err)

    def test_outputs_that_were_removed(self) -> None:
        workflow = self.diamond()
        shutil.rmtree(self.state / "runs" / workflow)
        result = self.sennit("rerun", workflow, "--from", "b")
        self.assertNotEqual(result.code, 0)
        self.assertIn(f"the output of {workflow}:a is gone", result.err)
        self.ok("rerun", workflow)

    def matrix(self) -> str:
        path = self.write("sweep.yaml", """
            workflow:
              name: sweep
              tasks:
              - name: fit
                matrix: {lr: [1, 2]}
                image: debian:12
                command: [sh, -c, "echo {{ matrix.lr }} {{ epochs }} >> ran; echo {{ matrix.lr }} > {{output}}/out"]
              - name: best
                image: debian:12
                command: [sh, -c, "cat {{input:0}}/out {{input:1}}/out > seen; echo best {{ epochs }} >> ran"]
                inputs:
                - task: fit
            default-values:
              epochs: 3
            """)
        workflow = self.submit(path)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        path.write_text("this is not the file any more\n", encoding="utf-8")
        return workflow

    def test_of_a_matrix_with_other_values(self) -> None:
        workflow = self.matrix()
        self.ok("rerun", workflow, "--from", "fit-2", "--set", "epochs=7")
        self.assertEqual(sorted(self.ran()[3:]), ["2 7", "best 7"])
        self.assertEqual(lines_of(self.work / "seen"), ["1", "2"])
        # A part of a part, still with the value that was set.
        self.ok("rerun", "last", "--only", "best", "--set-env", "A=b")
        self.assertEqual(self.ran()[5:], ["best 7"])

    def test_a_variable_that_is_not_there(self) -> None:
        workflow = self.matrix()
        result = self.sennit("rerun", workflow, "--set", "epoch=7")
        self.assertNotEqual(result.code, 0)
        self.assertIn("did you mean 'epochs'?", result.err)
        self.assertEqual(self.last(), workflow)

    def test_the_environment_is_the_submissions(self) -> None:
        path = self.shell_tasks({"a": "echo $COLOUR >> ran"})
        workflow = self.submit(path, env={"COLOUR": "red"})
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        self.ok("rerun", workflow, env={"COLOUR": "blue"})
        self.ok("rerun", workflow, "--set-env", "COLOUR=green")
        self.assertEqual(self.ran(), ["red", "red", "green"])

    def test_json(self) -> None:
        workflow = self.diamond()
        plan = json.loads(self.ok("rerun", workflow, "--only", "d", "--dry-run", "-o", "json").out)
        self.assertEqual(plan["tasks"], ["d"])
        reply: Dict[str, object] = self.json("rerun", workflow, "--only", "d", "-d")
        self.assertEqual(reply["parent_name"], workflow)
        self.wait_for_status(str(reply["name"]), "COMPLETED")


class Retention(AgainCase):
    """Outputs that somebody borrowed stay."""

    def test_a_lender_stays_as_long_as_its_borrower(self) -> None:
        old = self.submit(self.shell_tasks({"x": "true"}, name="old"))
        self.wait_for_end(old)
        first = self.failing_chain()
        self.mend()
        second = self.ok("restart", first).out.strip()
        self.assertEqual(self.wait_for_end(second), "COMPLETED")
        new = self.submit(self.shell_tasks({"x": "true"}, name="new"))
        self.wait_for_end(new)
        self.ok("server", "stop")
        (self.home / "config.yaml").write_text("retention: {workflows: 2}\n", encoding="utf-8")
        self.ok("server", "start")
        # The rule keeps the newest two only, but the second reads what the first wrote.
        wait_until(lambda: self.sennit("status", old).code != 0, "the oldest to be removed")
        self.ok("status", first)
        self.ok("rerun", second, "--only", "b")


if __name__ == "__main__":
    unittest.main()
