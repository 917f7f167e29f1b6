"""Ctrl-C, a lost terminal, cancel, and running again what did not complete."""

import os
import resource
import signal
import socket
import unittest
from pathlib import Path

from harness import SennitTest, descendants, is_alive, lines_of, wait_until


class Followed(SennitTest):
    """Signals to a `sennit run` that follows its workflow."""

    def started(self, script: str) -> "tuple":
        """A followed run whose task has begun, and the workflow's id."""
        run = self.start("run", self.shell_tasks({"a": f"touch begun; {script}"}), "--no-tui")
        wait_until((self.work / "begun").exists, "the task to begin", hopeless=lambda: self._early(run))
        return run, self.last()

    @staticmethod
    def _early(run) -> "str | None":
        return None if run.poll() is None else f"run ended: {run.communicate()}"

    def test_ctrl_c_cancels_and_says_so(self) -> None:
        run, workflow = self.started("exec sleep 60")
        run.send_signal(signal.SIGINT)
        result = self.finish(run)
        self.assertEqual(result.code, 3, result)
        self.assertIn("cancel", (result.out + result.err).lower())
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")

    def test_second_ctrl_c_leaves_at_once(self) -> None:
        # The task ignores SIGTERM, so the cancelling takes its grace period; the terminal need not wait for that.
        run, _ = self.started("trap 'touch asked' TERM; while :; do sleep 0.1; done")
        run.send_signal(signal.SIGINT)
        # The first one has arrived once the task has been asked to end.
        wait_until(lambda: (self.work / "asked").exists(), "the task to be asked to end")
        run.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(run, limit=10).code, 3)

    def test_lost_terminal_only_detaches(self) -> None:
        run, workflow = self.started("while [ ! -e go ]; do sleep 0.02; done; touch finished")
        run.send_signal(signal.SIGHUP)
        self.finish(run)
        (self.work / "go").touch()
        self.wait_for_status(workflow, "COMPLETED")
        self.assertTrue((self.work / "finished").exists())

    def test_detach(self) -> None:
        result = self.ok("run", "--detach", self.shell_tasks({"a": "while [ ! -e go ]; do sleep 0.02; done"}))
        workflow = self.last()
        self.assertIn(workflow, result.out + result.err)
        (self.work / "go").touch()
        self.wait_for_status(workflow, "COMPLETED")


class Cancel(SennitTest):
    """`sennit cancel` and `restart`."""

    def test_cancel_ends_the_whole_process_group(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "sleep 61 & echo $! > child; sleep 62"}))
        self.wait_for_file(self.work / "child")
        child = int(wait_until(lambda: lines_of(self.work / "child"), "the pid")[0])
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        wait_until(lambda: not is_alive(child), "the child to be gone", show=self.process_table)

    def test_cancel_before_it_runs(self) -> None:
        path = self.shell_tasks({"a": "exec sleep 60", "b": "touch b"}, after={"b": ["a"]})
        workflow = self.submit(path)
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertFalse((self.work / "b").exists())

    def test_task_that_ignores_sigterm_is_killed(self) -> None:
        (self.home / "config.yaml").write_text("server: {stop_grace: 1s}\n", encoding="utf-8")
        workflow = self.submit(self.shell_tasks({"a": "trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done"}))
        pid = int(wait_until(lambda: lines_of(self.work / "pid"), "the pid")[0])
        self.ok("cancel", workflow)
        wait_until(lambda: not is_alive(pid), "the task to be gone", limit=60, show=self.process_table)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")

    def test_stopped_task_is_killed_too(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo $$ > pid; kill -STOP $$"}))
        pid = int(wait_until(lambda: lines_of(self.work / "pid"), "the pid")[0])
        self.ok("cancel", workflow)
        wait_until(lambda: not is_alive(pid), "the task to be gone", limit=60, show=self.process_table)

    def test_cancel_of_an_unknown_workflow(self) -> None:
        result = self.sennit("cancel", "nothing-7")
        self.assertNotEqual(result.code, 0)
        self.assertIn("nothing-7", result.err)

    def test_restart_runs_only_what_did_not_complete(self) -> None:
        path = self.shell_tasks({"a": "echo a >> ran", "b": "echo b >> ran; [ -e mended ]", "c": "echo c >> ran"},
                                after={"b": ["a"], "c": ["b"]})
        workflow = self.submit(path)
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        (self.work / "mended").touch()
        self.ok("restart", workflow)
        wait_until(lambda: "c" in lines_of(self.work / "ran"), "c to run", show=lambda: self.statuses(workflow))
        self.assertEqual(lines_of(self.work / "ran"), ["a", "b", "b", "c"])

    def test_why(self) -> None:
        path = self.shell_tasks({"a": "exec sleep 60", "b": "true"}, after={"b": ["a"]})
        workflow = self.submit(path)
        self.assertIn("a", self.ok("why", workflow, "b").out)


class Server(SennitTest):
    """Starting and stopping the server."""

    def test_started_on_demand_and_stopped(self) -> None:
        self.ok("run", self.shell_tasks({"a": "true"}))
        pid = self.wait_for_server()
        self.ok("server", "stop")
        wait_until(lambda: not is_alive(pid), "the server to be gone")
        wait_until(lambda: not self.processes(), "the agent to be gone as well", show=self.process_table)

    def test_stop_leaves_running_tasks_alone(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done; touch end"}))
        self.wait_for_file(self.work / "begun")
        result = self.sennit("server", "stop")
        (self.work / "go").touch()
        self.wait_for_status(workflow, "COMPLETED")
        self.assertTrue((self.work / "end").exists(), result)

    def test_after_a_stop_the_next_command_goes_on(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done", "b": "touch b"},
                                                after={"b": ["a"]}))
        self.wait_for_file(self.work / "begun")
        self.ok("server", "stop")
        (self.work / "go").touch()
        wait_until(lambda: not self.processes(), "server and agent to be gone", show=self.process_table)
        self.assertFalse((self.work / "b").exists())
        self.wait_for_status(workflow, "COMPLETED")
        self.assertTrue((self.work / "b").exists())

    def test_leaves_after_a_connection_that_is_not_kept(self) -> None:
        (self.home / "config.yaml").write_text("server: {idle_timeout: 1s}\n", encoding="utf-8")
        self.ok("run", self.shell_tasks({"a": "head -c 5000000 /dev/zero | tr '\\0' '\\n'"}))
        pid = self.wait_for_server()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.state / "server.sock"))
            client.sendall(b"GET /v1/workflows/last/logs?task=a HTTP/1.0\r\n\r\n")
            while client.recv(65536):
                pass
        wait_until(lambda: not is_alive(pid), "the server to leave")

    def test_run_while_the_last_server_is_on_its_way_down(self) -> None:
        self.ok("run", self.shell_tasks({"a": "head -c 20000000 /dev/zero | tr '\\0' '\\n'"}))
        pid = self.wait_for_server()
        with socket.socket(socket.AF_UNIX) as reader:  # takes some of its answer: the server gives it two seconds
            reader.connect(str(self.state / "server.sock"))
            reader.sendall(b"GET /v1/workflows/last/logs?task=a HTTP/1.1\r\nHost: sennit\r\n\r\n")
            self.assertTrue(reader.recv(4096).startswith(b"HTTP/1.1 200"))
            self.kill(pid, signal.SIGTERM)
            wait_until(lambda: not (self.state / "server.sock").exists(), "the server to stop listening")
            self.assertTrue(is_alive(pid))
            self.ok("run", self.shell_tasks({"a": "true"}))
            self.assertNotEqual(self.wait_for_server(), pid)

    def test_stop_without_a_server(self) -> None:
        self.ok("server", "stop")
        self.assertEqual(self.processes(), {})

    def test_two_homes_do_not_see_each_other(self) -> None:
        other = self.base / "other"
        other.mkdir()
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.assertEqual(self.json("list", env={"SENNIT_HOME": str(other)})["workflows"], [])

    def test_second_server_on_one_state_directory(self) -> None:
        self.ok("run", self.shell_tasks({"a": "true"}))
        pid = self.wait_for_server()
        result = self.sennit("serve", limit=15)
        self.assertNotEqual(result.code, 0, result)
        self.assertIn(str(pid), result.err)
        self.assertTrue(is_alive(pid))
        self.ok("run", self.shell_tasks({"a": "true"}))

    def test_many_clients_start_one_server(self) -> None:
        path = self.shell_tasks({"a": "true"})
        clients = [self.start("run", path) for _ in range(8)]
        for client in clients:
            self.assertEqual(self.finish(client).code, 0)
        servers = [p for p in self.processes().values() if self._is_program(p, "serve")]
        self.assertEqual(len(servers), 1, self.process_table())

    def test_state_belongs_to_the_user_alone(self) -> None:
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o700)
        for name in ("key", "store.db", "server.sock"):
            path: Path = self.state / name
            if path.exists():
                self.assertEqual(path.stat().st_mode & 0o077, 0, name)

    def test_secret_of_the_environment_is_not_on_disk(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done"}),
                               env={"MY_TOKEN": "correct-horse-battery"})
        self.wait_for_file(self.work / "begun")
        for path in self.state.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"correct-horse-battery", path.read_bytes(), path)
        (self.work / "go").touch()
        self.wait_for_status(workflow, "COMPLETED")


class StrayProcesses(SennitTest):
    """Who left its group, its session and its environment; only a cgroup holds it."""

    STRAY = ("env -i setsid sh -c '(sh -c \"echo \\$\\$ > stray; exec sleep 68\" &)' & "
             "while [ ! -s stray ]; do sleep 0.01; done;")

    def stray(self, then: str) -> tuple[str, int]:
        """A workflow whose task leaves a stray process and goes on, and the process."""
        workflow = self.submit(self.shell_tasks({"a": f"{self.STRAY} {then}"}))
        pid = int(wait_until(lambda: lines_of(self.work / "stray"), "the stray process")[0])
        if not self.cgroups():
            os.kill(pid, signal.SIGKILL)
            self.skipTest("this machine does not let us make cgroups")
        return workflow, pid

    def wait_for_its_end(self, pid: int) -> None:
        wait_until(lambda: not is_alive(pid), "the stray process to be gone", show=self.process_table)

    def test_it_ends_with_its_task(self) -> None:
        workflow, pid = self.stray("sleep 0.1")
        self.wait_for_status(workflow, "COMPLETED")
        self.wait_for_its_end(pid)

    def test_it_ends_when_its_task_is_cancelled(self) -> None:
        workflow, pid = self.stray("exec sleep 68")
        self.ok("cancel", workflow)
        self.wait_for_its_end(pid)

    def test_it_ends_when_all_of_ours_is_killed(self) -> None:
        workflow, pid = self.stray("exec sleep 68")
        for process in [self.wait_for_server(), *[p.pid for p in self.agent_family()]]:
            os.kill(process, signal.SIGKILL)
        self.assertTrue(is_alive(pid), "nobody is left to end it")
        self.assertTrue(self.wait_for_end(workflow).startswith("FAILED"))
        self.wait_for_its_end(pid)

    def test_no_cgroup_is_left_behind(self) -> None:
        workflow, _ = self.stray("exec sleep 68")
        tree = self.cgroups()[-1]
        self.assertTrue(tree.is_dir())
        self.ok("cancel", workflow)
        self.ok("server", "stop")
        wait_until(lambda: not tree.exists(), "the cgroups to be removed", show=self.process_table)


class TaskWorld(SennitTest):
    """What a task's process looks like from outside."""

    def test_daemon_of_a_completed_task_is_ended(self) -> None:
        other = self.submit(self.shell_tasks({"o": "touch begun; exec sleep 67"}, name="other"))
        self.wait_for_file(self.work / "begun")  # the agent has work and stays
        script = "setsid sh -c 'echo $$ > daemon; exec sleep 66' & while [ ! -s daemon ]; do sleep 0.01; done"
        self.ok("run", self.shell_tasks({"a": script}))
        daemon = int(lines_of(self.work / "daemon")[0])
        wait_until(lambda: not is_alive(daemon), "the daemon to be gone", show=self.process_table)
        self.ok("cancel", other)

    def test_task_has_the_users_limit_of_open_files(self) -> None:
        self.ok("run", self.shell_tasks({"a": "ulimit -n > limit"}))
        self.assertEqual(lines_of(self.work / "limit"), [str(resource.getrlimit(resource.RLIMIT_NOFILE)[0])])

    def test_task_leads_a_process_group_below_the_agent(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo $$ > pid; exec sleep 60"}))
        pid = int(wait_until(lambda: lines_of(self.work / "pid"), "the pid")[0])
        agent = self.wait_for_agent()
        self.assertIn(pid, [process.pid for process in descendants(agent)])
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            self.assertEqual(int(stat.read().rsplit(")", 1)[1].split()[2]), pid)
        self.ok("cancel", workflow)


if __name__ == "__main__":
    unittest.main()
