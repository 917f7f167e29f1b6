"""Memory and processors as the kernel enforces them, and what is told of it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import unittest
from pathlib import Path
from typing import Any, Dict, List

from harness import PROGRAM, SennitTest, wait_until

FILL = "python3 -c 'x = bytearray(400 << 20); x[::4096] = b\"1\" * len(x[::4096])'"
SPIN = "for i in 1 2; do timeout 2 sh -c 'while :; do :; done' & done; wait"
NOBODY = 65534


class Limits(SennitTest):
    """Where limits can be set: as root with cgroups of version 1, or where cgroups are delegated."""

    def setUp(self) -> None:
        super().setUp()
        self.ok("run", str(self.flow({"probe": "true"}, name="probe")))
        log = (self.state / "agent.log").read_text(encoding="utf-8")
        self.problems = re.findall(r"attempts are not held to their .*", log)

    def flow(self, tasks: Dict[str, str], resources: str = "", extra: Any = None, name: str = "flow") -> Path:
        path = self.shell_tasks(tasks, extra=extra, name=name)
        if resources:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("  tasks:", f"  resources: {{default: {{{resources}}}}}\n  tasks:"),
                            encoding="utf-8")
        return path

    def need_limits(self) -> None:
        if self.problems:
            self.skipTest("; ".join(self.problems))

    def directories(self) -> List[Path]:
        return [path for path in self.cgroups("limited") + self.cgroups("held") if path.exists()]

    def test_task_that_takes_too_much_memory_is_told_as_such(self) -> None:
        self.need_limits()
        ran = self.sennit("run", str(self.flow({"fill": FILL}, "memory: 100Mi")))
        self.assertEqual(ran.code, 1, ran)
        self.assertNotIn("not enforced", ran.err)
        task = self.tasks("last")["fill"]
        self.assertEqual((task["status"], task["exit_code"]), ("FAILED_EVICTED", 3004))
        self.assertRegex(task["failure_message"], r"^killed for memory: peak (9\d|100)(\.\d)? MiB, limit 100 MiB$")
        self.assertGreater(task["usage"]["max_memory"], 90 << 20)
        self.assertIn("killed for memory: peak", self.ok("why", "last", "fill").out)
        self.assertIn("3004", self.ok("events", "last").out)
        self.assertEqual(self.workflow("last")["status"], "FAILED_EVICTED")

    def test_task_that_comes_near_its_memory_is_told_before_it_is_killed(self) -> None:
        self.need_limits()
        (self.work / "hold.py").write_text(
            "import os, time\nheld = bytearray(182 << 20)\nheld[::4096] = b'x' * len(held[::4096])\n"
            "while not os.path.exists('go'):\n    time.sleep(0.01)\n", encoding="utf-8")
        workflow = self.submit(self.flow({"hold": "python3 hold.py"}, "memory: 200Mi"))
        task = wait_until(lambda: self.tasks(workflow)["hold"]["flags"] and self.tasks(workflow)["hold"], "the flag",
                          show=lambda: self.tasks(workflow))
        self.assertRegex(task["flags"][0], r"^memory is at 9\d% of its limit$")
        self.assertEqual(task["load"]["memory_limit"], 200 << 20)
        self.assertIn("of its limit", self.ok("why", workflow, "hold").out)
        (self.work / "go").touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_task_whose_child_was_killed_for_it_failed_for_it(self) -> None:
        self.need_limits()
        self.sennit("run", str(self.flow({"fill": FILL + "; exit 5"}, "memory: 100Mi")))
        task = self.tasks("last")["fill"]
        self.assertEqual((task["status"], task["exit_code"]), ("FAILED_EVICTED", 3004))

    def test_exit_action_starts_it_again(self) -> None:
        self.need_limits()
        script = f"if [ -e {self.work}/again ]; then exit 0; fi; touch {self.work}/again; {FILL}"
        self.ok("run", str(self.flow({"fill": script}, "memory: 100Mi",
                                     extra={"fill": {"exitActions": {"RESCHEDULE": "3004"}}})))
        attempts = [task for group in self.json("status", "last", "-v")["groups"] for task in group["tasks"]]
        self.assertEqual([(task["status"], task["exit_code"]) for task in attempts],
                         [("RESCHEDULED", 3004), ("COMPLETED", 0)])
        self.assertGreater(attempts[0]["usage"]["max_memory"], 90 << 20)

    def test_who_stays_below_is_left_alone(self) -> None:
        self.ok("run", str(self.flow({"fill": FILL}, "memory: 1Gi")))
        self.assertGreater(self.tasks("last")["fill"]["usage"]["max_memory"], 400 << 20)

    def test_processors_are_held_down(self) -> None:
        self.need_limits()
        if (os.cpu_count() or 1) < 2:
            self.skipTest("one processor is all that there is")
        self.ok("run", str(self.flow({"spin": SPIN}, "cpu: 1")))
        # Two seconds on one processor; without the limit it would be four, if nobody else is there.
        self.assertLess(self.tasks("last")["spin"]["usage"]["cpu_seconds"], 1.45 * self.workflow("last")["duration"])

    def test_usage_is_shown_without_any_limit(self) -> None:
        self.ok("run", str(self.flow({"fill": FILL})))
        usage = self.tasks("last")["fill"]["usage"]
        self.assertGreater(usage["max_memory"], 400 << 20)
        self.assertGreater(usage["cpu_seconds"], 0)
        self.assertRegex(self.ok("status", "last", "-v").out, r"fill .* COMPLETED +4\d\d(\.\d)? MiB")
        self.assertRegex(self.ok("events", "last").out, r"fill .*COMPLETED.*\(memory 4\d\d(\.\d)? MiB, CPU ")

    def test_limits_can_be_switched_off(self) -> None:
        self.ok("server", "stop")
        (self.home / "config.yaml").write_text("server: {enforce_limits: off}\n", encoding="utf-8")
        ran = self.ok("run", str(self.flow({"fill": FILL}, "memory: 100Mi")))
        self.assertNotIn("not enforced", ran.err)

    def test_nothing_is_left_when_the_agent_has_ended(self) -> None:
        self.need_limits()
        self.ok("run", str(self.flow({"a": "env -i setsid sleep 1000 & exit 0"}, "memory: 100Mi, cpu: 1")))
        self.assertTrue(self.cgroups("limited"))
        self.ok("server", "stop")
        wait_until(lambda: not self.agent_family(), "the agent to end", show=self.process_table)
        self.assertEqual(self.directories(), [])

    def test_nothing_is_left_when_the_agent_was_killed(self) -> None:
        self.need_limits()
        flow = self.flow({"a": f"env -i setsid sleep 1000 & touch {self.work}/up; exec sleep 1000"}, "memory: 100Mi")
        workflow = self.submit(flow)
        self.wait_for_file(self.work / "up")
        self.kill(self.wait_for_agent(), signal.SIGKILL)
        self.assertTrue(self.wait_for_end(workflow).startswith("FAILED"))
        self.ok("server", "stop")
        wait_until(lambda: not self.agent_family(), "the agent to end", show=self.process_table)
        self.assertEqual(self.directories(), [])


class MemoryOfTheHost(SennitTest):
    """A server in a cgroup that plays the host: its memory runs out without a limit of any task."""

    def prepare_home(self) -> None:
        groups = Path("/proc/self/cgroup").read_text(encoding="utf-8")
        own = re.search(r"^\d+:memory:(/.*)$", groups, re.MULTILINE)
        place = Path("/sys/fs/cgroup/memory") / (own.group(1).lstrip("/") if own else "none") / self.base.name
        if os.geteuid() != 0 or not place.parent.is_dir():
            self.skipTest("needs root and a cgroup of version 1 for memory")
        place.mkdir()
        self.addCleanup(wait_until, lambda: self.is_removed(place), "the cgroup to be empty")
        (place / "memory.limit_in_bytes").write_text(str(2500 << 20), encoding="utf-8")
        self.place = place

    @staticmethod
    def is_removed(place: Path) -> bool:
        with contextlib.suppress(OSError):
            place.rmdir()
        return not place.exists()

    def test_whom_the_kernel_chose_says_so(self) -> None:
        fill = FILL.replace("400", "5000")
        flow = self.shell_tasks({"fill": f"{fill}; exit $?"})
        command = f"echo 0 > {self.place}/tasks && exec {PROGRAM} run {flow}"
        ran = subprocess.run(["sh", "-c", command], env=self.env, cwd=self.work, text=True, capture_output=True,
                             check=False)
        self.assertEqual(ran.returncode, 1, ran)
        task = self.tasks("last")["fill"]
        self.assertEqual((task["status"], task["exit_code"]), ("FAILED_EVICTED", 3004))
        self.assertRegex(task["failure_message"],
                         r"^killed for memory: the host ran out of it; peak .*, no limit of its own$")


class WithoutRights(SennitTest):
    """A user who may not make any cgroup."""

    def prepare_home(self) -> None:
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv, to become somebody else")
        for path in (self.base, self.home, self.work):
            os.chown(path, NOBODY, NOBODY)

    def as_nobody(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(PROGRAM), *words]
        return subprocess.run(command, env=self.env, cwd=self.work, text=True, capture_output=True, check=False)

    def test_everything_works_with_a_warning(self) -> None:
        flow = self.shell_tasks({"a": "echo fine", "b": "true"})
        flow.write_text(flow.read_text(encoding="utf-8").replace(
            "  tasks:", "  resources: {default: {cpu: 1, memory: 100Mi}}\n  tasks:"), encoding="utf-8")
        ran = self.as_nobody("run", str(flow))
        self.assertEqual(ran.returncode, 0, ran)
        warning = "memory and CPU requests are reserved but not enforced on this host: "
        self.assertEqual(ran.stderr.count(warning), 1, ran.stderr)
        plain = self.as_nobody("run", str(self.shell_tasks({"a": "true"}, name="plain")))
        self.assertEqual(plain.returncode, 0, plain)
        self.assertNotIn("not enforced", plain.stderr)
        log = (self.state / "agent.log").read_text(encoding="utf-8")
        self.assertEqual(log.count("attempts are not held to their memory: "), 1, log)


if __name__ == "__main__":
    unittest.main()
