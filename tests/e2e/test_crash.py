"""Nothing is lost: server, agent and guard killed at any moment, with real processes.

The tasks leave marks: `starts` gets a line when one begins, `ends` when one is through. From these and from what
`status` says, each test proves that no completed task ran twice and that none was forgotten.
"""

import collections
import os
import random
import signal
import subprocess
import time
import unittest
from typing import Dict, List

from harness import SennitTest, descendants, is_alive, lines_of, wait_until

LOST = 3001


class CrashCase(SennitTest):
    """What the tests of this file share."""

    def marked(self, names: List[str], seconds: float = 0.2, after: "Dict[str, List[str]] | None" = None,
               extra: "Dict[str, Dict[str, object]] | None" = None) -> str:
        scripts = {name: f"echo {name} >> {self.work}/starts; sleep {seconds}; echo {name} >> {self.work}/ends"
                   for name in names}
        return self.submit(self.shell_tasks(scripts, after, extra))

    def starts(self) -> "collections.Counter[str]":
        return collections.Counter(lines_of(self.work / "starts"))

    def ends(self) -> "collections.Counter[str]":
        return collections.Counter(lines_of(self.work / "ends"))

    def wait_for_start(self, count: int = 1) -> None:
        wait_until(lambda: sum(self.starts().values()) >= count, f"{count} starts", show=self.process_table)

    def kill_server(self) -> None:
        self.kill(self.wait_for_server())


class ServerKilled(CrashCase):
    """kill -9 of the server."""

    def test_running_task_goes_on_and_is_collected(self) -> None:
        workflow = self.submit(self.shell_tasks(
            {"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done; seq 1 5000; echo last"}))
        self.wait_for_file(self.work / "begun")
        self.kill_server()
        (self.work / "go").touch()
        self.wait_for_status(workflow, "COMPLETED")
        out = self.ok("logs", workflow, "a").out.splitlines()
        self.assertEqual(len(out), 5001)
        self.assertTrue(out[-1].endswith("last"))

    def test_groups_keep_their_names_and_data(self) -> None:
        path = self.write("flow.yaml", f"""
            workflow:
              name: groups
              groups:
              - name: first
                tasks:
                - name: producer
                  lead: true
                  image: debian:12
                  command: [sh, -c, "echo 7 > {{{{output}}}}/n; touch {self.work}/made; while ! test -e {self.work}/go; do sleep 0.01; done"]
              - name: second
                tasks:
                - name: consumer
                  lead: true
                  image: debian:12
                  command: [sh, -c, "cat {{{{input:producer}}}}/n > {self.work}/seen"]
                  inputs:
                  - task: producer
            """)
        workflow = self.submit(path)
        self.wait_for_file(self.work / "made")
        self.kill(self.wait_for_server())
        (self.work / "go").touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        self.assertEqual(self.statuses(workflow), {"producer": "COMPLETED", "consumer": "COMPLETED"})
        self.assertEqual(lines_of(self.work / "seen"), ["7"])

    def test_agent_brings_the_server_back_by_itself(self) -> None:
        workflow = self.marked(["a", "b"], 0.5, after={"b": ["a"]})
        self.wait_for_start()
        old = self.wait_for_server()
        self.kill(old)
        new = wait_until(lambda: self.server_pid() not in (None, old) and self.server_pid(), "a new server",
                         show=self.process_table)
        # No command was given since the kill: b starts because the new server goes on with the work.
        wait_until(lambda: self.ends()["b"] == 1, "b to end without a command", show=self.process_table)
        self.assertNotIn(new, [process.pid for process in descendants(self.agent_family()[0].pid)],
                         "the server must not be a descendant of the agent's family: it would die with it")
        self.wait_for_status(workflow, "COMPLETED")

    def test_exit_while_there_is_no_server(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done; exit 9"}))
        self.wait_for_file(self.work / "begun")
        os.kill(self.wait_for_server(), signal.SIGSTOP)
        (self.work / "go").touch()
        wait_until(lambda: not descendants(self.wait_for_agent()), "the task to end", show=self.process_table)
        self.kill_server()
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        self.assertEqual(self.tasks(workflow)["a"]["exit_code"], 9)

    def test_killed_right_after_each_submission(self) -> None:
        workflows = []
        for n in range(8):
            workflows.append(self.submit(self.shell_tasks({"a": f"echo {n} >> ran"}, name=f"flow{n}")))
            self.kill_server()
        for workflow in workflows:
            self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(sorted(lines_of(self.work / "ran")), [str(n) for n in range(8)])

    def test_killed_while_a_submission_is_under_way(self) -> None:
        path = self.shell_tasks({f"t{n}": "true" for n in range(3000)}, name="big")
        self.ok("server", "start")
        submission = self.start("submit", str(path), "-o", "json")
        time.sleep(random.uniform(0.0, 0.1))  # any moment is a good moment
        pid = self.server_pid()
        if pid:
            self.kill(pid)
        result = self.finish(submission)
        listed = [entry["name"] for entry in self.json("list")["workflows"]]
        if result.code == 0:
            self.assertEqual(len(listed), 1, "what was acknowledged exists")
        else:
            self.assertIn(result.code, (10,), result)

    def test_follower_comes_back(self) -> None:
        run = self.start("run", self.shell_tasks({"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done; echo fin"}))
        self.wait_for_file(self.work / "begun")
        self.kill_server()
        (self.work / "go").touch()
        result = self.finish(run)
        self.assertIn(result.code, (0, 10), result)
        self.wait_for_status(self.last(), "COMPLETED")

    def test_sigterm_is_a_clean_end_and_work_goes_on(self) -> None:
        workflow = self.marked(["a", "b"], 0.5, after={"b": ["a"]})
        self.wait_for_start()
        pid = self.wait_for_server()
        self.kill(pid, signal.SIGTERM)
        wait_until(lambda: not is_alive(pid), "the server to end")
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(self.starts(), {"a": 1, "b": 1})


class ServerKilledAtRandom(CrashCase):
    """The server dies again and again while 40 tasks run through it."""

    KILLS = 12

    def test_each_task_runs_exactly_once(self) -> None:
        seed = int(os.environ.get("SENNIT_SEED", random.randrange(1 << 30)))
        chance = random.Random(seed)
        print(f"seed {seed} (SENNIT_SEED={seed} repeats it)")
        names = [f"t{n}" for n in range(40)]
        after = {name: [names[n // 2]] for n, name in enumerate(names) if n > 0 and n % 3 and n // 2 < n}
        workflow = self.marked(names, 0.05, after)
        for _ in range(self.KILLS):
            time.sleep(chance.uniform(0.0, 0.25))
            pid = self.server_pid()
            if pid:
                self.kill(pid)
        self.wait_for_status(workflow, "COMPLETED", limit=120)
        self.assertEqual(self.starts(), {name: 1 for name in names})
        self.assertEqual(self.ends(), {name: 1 for name in names})


class ServerKilledHundredsOfTimes(ServerKilledAtRandom):  # ctest: long
    """The same with more kills."""

    KILLS = 300


class AgentKilled(CrashCase):
    """kill -9 of the agent: all that its tasks had started is gone at once, and the attempts are lost."""

    # A grandchild in a session of its own whose parents have ended: re-parented to the guard.
    ESCAPE = "setsid sh -c '(sh -c \"echo \\$\\$ > escaped; exec sleep 63\" &) ; exit 0' &"

    def test_every_descendant_is_gone(self) -> None:
        script = f"{self.ESCAPE} sleep 64 & echo $! > child; echo $$ > pid; sleep 65"
        workflow = self.submit(self.shell_tasks({"a": script}))
        pids = []
        for name in ("escaped", "child", "pid"):
            pids.append(int(wait_until(lambda: lines_of(self.work / name), name, show=self.process_table)[0]))
        self.assertTrue(all(map(is_alive, pids)))
        self.kill(self.wait_for_agent())
        wait_until(lambda: not any(map(is_alive, pids)), "every descendant to be gone", limit=5,
                   show=self.process_table)
        self.assertTrue(self.wait_for_end(workflow).startswith("FAILED"))
        self.assertEqual(self.tasks(workflow)["a"]["exit_code"], LOST)

    def test_lost_attempt_is_tried_again_where_the_file_says_so(self) -> None:
        workflow = self.marked(["a"], 2, extra={"a": {"exitActions": {"RESCHEDULE": str(LOST)}}})
        self.wait_for_start()
        self.kill(self.wait_for_agent())
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(self.starts()["a"], 2)
        self.assertEqual(self.ends()["a"], 1)

    def test_completed_tasks_stay_completed(self) -> None:
        workflow = self.marked(["a", "b"], 0.3, after={"b": ["a"]},
                               extra={"b": {"exitActions": {"RESCHEDULE": str(LOST)}}})
        wait_until(lambda: self.statuses(workflow)["a"] == "COMPLETED", "a to complete")
        self.wait_for_start(2)
        self.kill(self.wait_for_agent())
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(self.starts()["a"], 1)

    def test_no_task_outlives_the_guard(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo $$ > pid; exec sleep 66"}))
        pid = int(wait_until(lambda: lines_of(self.work / "pid"), "the pid")[0])
        self.wait_for_agent()
        self.kill(self.agent_family()[-2].pid)
        wait_until(lambda: not is_alive(pid), "the task to be gone", limit=10, show=self.process_table)
        self.assertTrue(self.wait_for_end(workflow).startswith("FAILED"))

    def test_next_workflow_gets_a_new_agent(self) -> None:
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.kill(self.wait_for_agent())
        self.ok("run", self.shell_tasks({"a": "true"}))


class EverythingKilled(CrashCase):
    """Guard, agent and server at once."""

    def test_next_command_finds_everything(self) -> None:
        workflow = self.marked(["a", "b"], 0.3, after={"b": ["a"]},
                               extra={name: {"exitActions": {"RESCHEDULE": str(LOST)}} for name in "ab"})
        self.wait_for_start()
        for pid in [self.wait_for_server(), *[process.pid for process in self.agent_family()]]:
            os.kill(pid, signal.SIGKILL)
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(self.ends(), {"a": 1, "b": 1})

    def test_leftovers_are_swept(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": f"{AgentKilled.ESCAPE} echo $$ > pid; exec sleep 67"}))
        pids = [int(wait_until(lambda: lines_of(self.work / name), name)[0]) for name in ("escaped", "pid")]
        for process in [self.wait_for_server(), *[p.pid for p in self.agent_family()]]:
            os.kill(process, signal.SIGKILL)
        self.assertTrue(self.wait_for_end(workflow).startswith("FAILED"))
        wait_until(lambda: not any(map(is_alive, pids)), "the leftovers to be gone", show=self.process_table)


class AnythingKilledAtRandom(CrashCase):
    """Server, agent or guard, at random moments, with tasks that ask to be tried again."""

    KILLS = 10
    TASKS = 24

    def test_none_is_forgotten_and_no_completed_task_runs_again(self) -> None:
        seed = int(os.environ.get("SENNIT_SEED", random.randrange(1 << 30)))
        chance = random.Random(seed)
        print(f"seed {seed} (SENNIT_SEED={seed} repeats it)")
        names = [f"t{n}" for n in range(self.TASKS)]
        again = {name: {"exitActions": {"RESCHEDULE": "1-4000"}} for name in names}
        self.starts_when_completed: Dict[str, int] = {}
        workflow = self.marked(names, 0.05, extra=again)
        for _ in range(self.KILLS):
            time.sleep(chance.uniform(0.0, 0.2))
            self.kill_somebody(chance, workflow)
        self.wait_for_end(workflow, limit=180)
        statuses = self.statuses(workflow)
        for name in names:
            # An attempt may be lost three times in a row; then the task fails. It never hangs, it never vanishes.
            self.assertIn(statuses[name], ("COMPLETED", "FAILED", "FAILED_BACKEND_ERROR", "FAILED_SERVER_ERROR"))
            if statuses[name] == "COMPLETED":
                self.assertGreaterEqual(self.ends()[name], 1)
        for name, count in self.starts_when_completed.items():
            self.assertEqual(self.starts()[name], count, f"{name} had completed and ran again")

    def kill_somebody(self, chance: random.Random, workflow: str) -> None:
        family = [process.pid for process in self.agent_family()]
        server = self.server_pid()
        if chance.random() < 0.5:
            if server:
                self.kill(server)
            return
        for name, status in self.statuses(workflow).items():
            if status == "COMPLETED":
                self.starts_when_completed.setdefault(name, self.starts()[name])
        for pid in chance.choice([family[-1:], family[-2:]]):
            self.kill(pid)


class ManyKills(AnythingKilledAtRandom):  # ctest: long
    """The same with more kills."""

    KILLS = 150
    TASKS = 200


class Bystanders(CrashCase):
    """Whom a crash must not touch."""

    def test_foreign_children_of_the_shell_live_on(self) -> None:
        bystander = subprocess.Popen(["sleep", "68"])
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        workflow = self.submit(self.shell_tasks({"a": "touch begun; exec sleep 69"}))
        self.wait_for_file(self.work / "begun")
        self.kill(self.wait_for_agent())
        self.wait_for_end(workflow)
        self.assertIsNone(bystander.poll())


if __name__ == "__main__":
    unittest.main()
