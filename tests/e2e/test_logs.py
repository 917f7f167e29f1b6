"""Logs: what is asked of them, following them through everything, and what becomes of them when their attempt is over."""

import datetime
import os
import re
import signal
import subprocess
import time
import unittest
from pathlib import Path
from typing import List

from harness import LIMIT, PROGRAM, SennitTest, is_alive, lines_of, wait_until

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


class LogsCase(SennitTest):
    """What these tests share."""

    def ended(self, tasks, **options) -> str:
        workflow = self.submit(self.shell_tasks(tasks, **options))
        self.wait_for_end(workflow)
        return workflow

    def log(self, workflow: str, task: str, attempt: int = 0) -> Path:
        return self.state / "runs" / workflow / task / str(attempt) / "log"

    def packed(self, workflow: str, task: str, attempt: int = 0) -> Path:
        """Waits until the log has been packed: by a thread that only has what nobody else wants of the processors."""
        path = self.log(workflow, task, attempt).with_suffix(".zst")
        wait_until(lambda: path.exists() and not self.log(workflow, task, attempt).exists(), "the log to be packed",
                   3 * LIMIT, show=lambda: list(path.parent.iterdir()))
        return path

    def lines(self, *words: str) -> List[str]:
        return self.ok("logs", *words).out.splitlines()


class LogLines(LogsCase):
    """Which lines are shown, and how."""

    def test_grep_with_context_and_case(self) -> None:
        workflow = self.ended({"a": "seq 1 30; echo Needle; seq 31 60"})
        self.assertEqual(self.lines(workflow, "a", "--grep", "^(7|Needle)$"), ["7", "Needle"])
        self.assertEqual(self.lines(workflow, "a", "--grep", "needle"), [])
        self.assertEqual(self.lines(workflow, "a", "--grep", "needle", "-i", "-C", "1"), ["30", "Needle", "31"])
        self.assertEqual(self.lines(workflow, "a", "--grep", "^1?0$", "-C", "1"), ["9", "10", "11"])
        self.assertEqual(self.lines(workflow, "a", "--grep", "^[15]5$", "-C", "1"),
                         ["14", "15", "16", "--", "54", "55", "56"])
        self.assertEqual(self.lines(workflow, "a", "--grep", "0", "-n", "2"), ["50", "60"])
        self.assertEqual(self.lines(workflow, "--grep", "Needle"), ["[a] Needle"])

    def test_streams_are_told_apart(self) -> None:
        workflow = self.ended({"a": "printf 'one\\n'; printf 'two\\n' >&2; sleep 0.1; printf 'half'; sleep 0.1; "
                                    "printf 'err\\n' >&2; sleep 0.1; printf ' line\\n'"})
        self.assertEqual(self.ok("logs", workflow, "a", "--stream", "stdout").out, "one\nhalf line\n")
        self.assertEqual(self.ok("logs", workflow, "a", "--stream", "stderr").out, "two\nerr\n")
        self.assertEqual(self.lines(workflow, "a", "--stream", "stderr", "-n", "1", "--grep", "."), ["err"])

    def test_a_time_range(self) -> None:
        workflow = self.ended({"a": "for i in 1 2 3 4 5; do echo $i; sleep 0.3; done"})
        stamped = [line.split()[::2] for line in self.lines(workflow, "a", "--timestamps")]
        self.assertEqual([line for _, line in stamped], ["1", "2", "3", "4", "5"])
        self.assertEqual(self.lines(workflow, "a", "--since", stamped[2][0]), ["3", "4", "5"])
        self.assertEqual(self.lines(workflow, "a", "--until", stamped[2][0]), ["1", "2", "3"])
        self.assertEqual(self.lines(workflow, "a", "--since", stamped[1][0], "--until", stamped[3][0], "-n", "2"), ["3", "4"])
        self.assertEqual(self.lines(workflow, "a", "--since", "1h"), ["1", "2", "3", "4", "5"])
        self.assertEqual(self.lines(workflow, "a", "--until", "1h"), [])
        today = datetime.datetime.now().strftime("%Y-%m-%d")
        self.assertIn("5", self.lines(workflow, "a", "--since", f"{today} 00:00") + ["5"])

    def test_all_is_merged_by_time(self) -> None:
        script = "for i in 1 2 3 4; do echo $i; touch {0}$i; while [ ! -e {1}$i ]; do sleep 0.01; done; sleep 0.01; done"
        workflow = self.ended({"a": script.format("a", "b"), "b": "sleep 0.1; " + script.format("b", "a"), "c": "true"})
        lines = self.lines(workflow, "--all", "--timestamps")
        self.assertEqual([line.split()[0] for line in lines], sorted(line.split()[0] for line in lines))
        self.assertEqual(sorted(" ".join(line.split()[2:]) for line in lines),
                         [f"[{task}] {i}" for task in "ab" for i in range(1, 5)])
        # Without it one task after the other.
        self.assertEqual(self.lines(workflow), [f"[{task}] {i}" for task in "ab" for i in range(1, 5)])

    def test_osmo_format(self) -> None:
        workflow = self.ended({"a": "echo out; echo err >&2", "b": "echo bye; exit 3"})
        stamp = r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"
        lines = self.lines(workflow, "--format", "osmo")
        for line in lines[:-5]:
            self.assertRegex(line, rf"^{stamp} \[[ab]\](\[osmo\])? \S")
        self.assertEqual((lines[-5], lines[-1]), ("-" * 100, "-" * 100))
        self.assertIn("terminated abnormally", lines[-4])
        self.assertRegex(self.ok("logs", workflow, "a", "--format", "osmo", "--stream", "stderr").out,
                         rf"^{stamp} \[a\] err\n$")

    def test_progress_bars_colours_and_noise(self) -> None:
        raw = b"\r 10%\r 50%\r100%\n\x1b[31mred\x1b[0m \x1b[2K\x1b]0;t\x07x\n\xff\x00!\n"
        (self.work / "bytes").write_bytes(raw)
        workflow = self.ended({"a": "cat bytes"})
        shown = subprocess.run([str(PROGRAM), "logs", workflow, "a"], env=self.env, stdout=subprocess.PIPE, check=True)
        self.assertEqual(shown.stdout, raw)
        self.assertEqual(self.lines(workflow), ["[a] 100%", "[a] \x1b[31mred\x1b[0m x", "[a] \\xff\\x00!"])
        self.assertEqual(self.lines(workflow, "a", "--grep", "%"), ["100%"])

    def test_an_attempt_by_either_name(self) -> None:
        path = self.shell_tasks({"a": "echo try; [ -e again ] || { touch again; exit 1; }"},
                                extra={"a": {"exitActions": {"RESCHEDULE": "1"}}})
        workflow = self.submit(path)
        self.wait_for_end(workflow)
        if self.tasks(workflow)["a"].get("retry_id", 0) != 1:
            self.skipTest("it was not tried again")
        first = self.lines(workflow, "a", "--attempt", "0")
        self.assertEqual(first, self.lines(workflow, "a", "-r", "0"))
        self.assertEqual(len(first), 1)

    def test_what_cannot_be_asked_is_said(self) -> None:
        workflow = self.ended({"a": "true"})
        for words, said in ((["--grep", "(x"], "missing )"), (["--grep", ""], "empty"), (["--since", "soon"], "10m"),
                            (["--since", "1m", "--until", "2m"], "before"), (["-C", "2"], "--grep"),
                            (["--stream", "both"], "stdout"), (["a", "--all"], "--all"), (["--format", "x"], "osmo")):
            result = self.sennit("logs", workflow, *words)
            self.assertEqual(result.code, 2, f"{words}: {result}")
            self.assertIn(said, result.err, words)


class Following(LogsCase):
    """`logs -f` through everything that happens to it."""

    COUNT = ("i=0; while [ $i -lt {0} ]; do echo line $i; i=$((i+1)); [ $((i % 50)) -ne 0 ] || sleep 0.02; done; "
             "while [ ! -e go ]; do sleep 0.02; done; echo the last")

    def restarted_server(self, *words: str) -> str:
        """What a follower shows while the server is killed again and again."""
        workflow = self.submit(self.shell_tasks({"a": self.COUNT.format(2000), "b": "echo other"}))
        out = self.work / "followed"
        with open(out, "w", encoding="utf-8") as file:
            follower = subprocess.Popen([str(PROGRAM), "logs", "-f", workflow, *words], env=self.env,
                                        stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE)
            self.addCleanup(self.end_process, follower)
            for round_number in range(3):
                size = out.stat().st_size
                if round_number < 2:
                    wait_until(lambda: out.stat().st_size > size or follower.poll() is not None, "more to be shown")
                self.kill(self.wait_for_server())
            (self.work / "go").touch()
            self.assertEqual(follower.wait(120), 0, follower.stderr.read() if follower.stderr else "")
        self.wait_for_end(workflow)
        return out.read_text(encoding="utf-8")

    @staticmethod
    def end_process(process: "subprocess.Popen") -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()

    def test_raw_across_server_restarts(self) -> None:
        shown = self.restarted_server("a")
        self.assertEqual(shown, "".join(f"line {i}\n" for i in range(2000)) + "the last\n")

    def test_with_everything_across_server_restarts(self) -> None:
        shown = self.restarted_server("--all", "--grep", "(0|last|other)$", "-C", "1", "--timestamps")
        lines = [re.sub(rf"^{STAMP} stdout ", "", line) for line in shown.splitlines()]
        expected = [i for i in range(2000) if any((i + d) % 10 == 0 and 0 <= i + d < 2000 for d in (-1, 0, 1))]
        expected.append(1999)
        of_a = [line for line in lines if line.startswith("[a] ")]
        self.assertEqual(of_a, [f"[a] line {i}" for i in dict.fromkeys(expected)] + ["[a] the last"])
        self.assertEqual([line for line in lines if "[b]" in line], ["[b] other"])

    def test_the_tail_across_server_restarts(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "seq 1 500; touch begun; while [ ! -e go ]; do sleep 0.02; done; seq 501 600"}))
        self.wait_for_file(self.work / "begun")
        wait_until(lambda: self.log(workflow, "a").exists() and lines_of(self.log(workflow, "a"))[-1:] == ["500"], "500")
        follower = self.start("logs", "-f", "-n", "0", workflow, "a")
        time.sleep(0.5)  # until it follows: what it does not show cannot be waited for
        self.kill(self.wait_for_server())
        (self.work / "go").touch()
        result = self.finish(follower)
        self.assertEqual(result.out.splitlines(), [str(i) for i in range(501, 601)], result)

    def test_a_reader_that_stands_still_does_not_slow_the_task(self) -> None:
        # 24 MB: more than every buffer on the way holds.
        workflow = self.submit(self.shell_tasks({
            "a": "while [ ! -e go ]; do sleep 0.02; done; yes 0123456789012345678901234567890 | head -c 24000000; touch written"}))
        follower = subprocess.Popen([str(PROGRAM), "logs", "-f", workflow, "a"], env=self.env,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end_process, follower)
        self.wait_for_server()
        time.sleep(0.3)
        follower.send_signal(signal.SIGSTOP)
        (self.work / "go").touch()
        self.wait_for_file(self.work / "written")
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        # It was packed meanwhile; the follower misses nothing.
        self.packed(workflow, "a")
        follower.send_signal(signal.SIGCONT)
        got = follower.stdout.read()
        self.assertEqual(follower.wait(120), 0)
        self.assertEqual(len(got), 24000000)
        self.assertEqual(got[:32] * 750000, got)

    def held_back(self, workflow: str) -> "subprocess.Popen[bytes]":
        """A task that prints 64 MB, and a reader of it that holds it back and stands still."""
        follower = subprocess.Popen([str(PROGRAM), "logs", "-f", "--block", workflow, "a"], env=self.env,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end_process, follower)
        self.wait_for_server()
        assert follower.stdout
        self.assertEqual(follower.stdout.read(len(self.FIRST)), self.FIRST)  # it follows now
        follower.send_signal(signal.SIGSTOP)
        (self.work / "go").touch()
        log = self.log(workflow, "a")
        sizes = [-1, len(self.FIRST)]
        while sizes[-1] == len(self.FIRST) or sizes[-1] != sizes[-2]:
            time.sleep(1)
            sizes.append(log.stat().st_size)
        self.assertFalse((self.work / "written").exists(), sizes)
        return follower

    FIRST = b"first\n"
    # In three seconds at least: it is held back once the server has seen that its reader stands still, and not before.
    CHATTY = ("echo first; while [ ! -e go ]; do sleep 0.02; done; "
              "for i in $(seq 64); do yes 0123456789012345678901234567890 | head -c 1000000; sleep 0.05; done; touch written")

    def test_a_reader_that_holds_the_task_back_is_waited_for(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": self.CHATTY}))
        follower = self.held_back(workflow)
        follower.send_signal(signal.SIGCONT)
        got = follower.stdout.read()
        self.assertEqual(follower.wait(120), 0)
        self.assertEqual(len(got), 64_000_000)
        self.assertEqual(got[:32] * 2_000_000, got)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_a_task_that_is_held_back_goes_on_when_its_reader_goes(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": self.CHATTY}))
        follower = self.held_back(workflow)
        follower.kill()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_a_task_that_is_held_back_goes_on_when_the_server_goes(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": self.CHATTY}))
        self.held_back(workflow)
        self.kill(self.wait_for_server())
        self.wait_for_file(self.work / "written")
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_a_task_that_is_held_back_can_be_canceled(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": self.CHATTY}))
        self.held_back(workflow)
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")

    def test_only_a_log_that_is_followed_holds_back(self) -> None:
        self.assertIn("--follow", self.sennit("logs", "--block", "last").err)

    def test_a_client_that_vanishes_leaves_the_server_as_it_was(self) -> None:
        workflow = self.submit(self.shell_tasks({
            "a": "while [ ! -e go ]; do echo x; sleep 0.005; done"}))
        for _ in range(5):
            follower = self.start("logs", "-f", workflow, "a")
            self.assertEqual(follower.stdout.read(4), "x\nx\n")
            self.kill(follower.pid)
            follower.communicate()
        server = self.wait_for_server()
        (self.work / "go").touch()
        self.wait_for_status(workflow, "COMPLETED")
        self.assertTrue(is_alive(server))
        self.assertEqual(self.server_pid(), server)

    def test_a_follower_of_many_tasks_sees_each_line_once(self) -> None:
        tasks = {f"t{i}": f"for j in 1 2 3; do echo {i}.$j; sleep 0.05; done" for i in range(12)}
        workflow = self.submit(self.shell_tasks(tasks, after={f"t{i}": [f"t{i - 6}"] for i in range(6, 12)}))
        result = self.ok("logs", "-f", "--all", workflow)
        self.assertEqual(sorted(result.out.splitlines()), sorted(f"[t{i}] {i}.{j}" for i in range(12) for j in (1, 2, 3)))
        for i in range(12):
            own = [line for line in result.out.splitlines() if line.startswith(f"[t{i}] ")]
            self.assertEqual(own, [f"[t{i}] {i}.{j}" for j in (1, 2, 3)])


class PackedLogs(LogsCase):
    """Large logs are packed when their attempt is over."""

    SCRIPT = "seq 1 200000; echo 'a rare needle'; sleep 0.5; echo oops >&2; sleep 0.5; seq 200001 400000"

    def expected(self) -> List[str]:
        return [str(i) for i in range(1, 200001)] + ["a rare needle", "oops"] + [str(i) for i in range(200001, 400001)]

    def test_everything_is_as_before(self) -> None:
        workflow = self.ended({"a": self.SCRIPT})
        path = self.packed(workflow, "a")
        self.assertFalse(path.with_suffix(".idx").exists())
        self.assertLess(path.stat().st_size, 1500000)
        self.assertEqual(self.ok("logs", workflow, "a").out, "".join(f"{line}\n" for line in self.expected()))
        self.assertEqual(self.lines(workflow, "a", "-n", "3"), ["399998", "399999", "400000"])
        self.assertEqual(self.lines(workflow, "a", "--grep", "needle", "-C", "1"), ["200000", "a rare needle", "oops"])
        self.assertEqual(self.lines(workflow, "a", "--stream", "stderr"), ["oops"])
        stamp = self.lines(workflow, "a", "--timestamps", "--grep", "needle")[0].split()[0]
        self.assertIn("a rare needle", self.lines(workflow, "a", "--since", stamp))
        # As zstd shows it, it is the text.
        text = subprocess.run(["zstd", "-dcq", str(path)], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(text.decode().splitlines(), self.expected())
        self.assertEqual(self.tasks(workflow)["a"].get("log") or str(path), str(path))

    def test_small_ones_stay(self) -> None:
        workflow = self.ended({"a": "echo hello", "b": self.SCRIPT})
        self.packed(workflow, "b")
        self.assertTrue(self.log(workflow, "a").exists())

    def test_the_copy_in_an_output_dir_stays(self) -> None:
        program = self.write("trainer", "#!/bin/sh\nseq 1 100000\n")
        program.chmod(0o755)
        (self.home / "config.yaml").write_text(f"verbs: {{train: [{program}]}}\n", encoding="utf-8")
        self.write("c.yaml", "model: {}\n")
        self.ok("run", self.write("flow.yaml", """
            name: logs
            output_dir: ./out
            jobs:
            - {name: a, verb: train, config: c.yaml}
            """), env={"SENNIT_GPUS": "4"})
        self.packed(self.last(), "a")
        copy = (self.work / "out" / "a" / "job.log").read_text(encoding="utf-8")
        self.assertTrue(copy.endswith("".join(f"{i}\n" for i in range(1, 100001))))

    def test_the_size_of_a_workflow_is_that_of_what_is_left(self) -> None:
        workflow = self.ended({"a": "yes 'the same line again and again' | head -c 20000000"})
        self.packed(workflow, "a")
        wait_until(lambda: (self.workflow(workflow).get("size") or 1 << 60) < 5000000, "the size to be measured again",
                   show=lambda: self.workflow(workflow).get("size"))
        self.ok("delete", workflow, "-y")
        self.assertFalse((self.state / "runs" / workflow).exists())

    def test_a_follower_meanwhile_misses_nothing(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": self.SCRIPT}))
        result = self.ok("logs", "-f", workflow, "a")
        self.wait_for_end(workflow)
        self.packed(workflow, "a")
        self.assertEqual(sorted(result.out.splitlines()), sorted(self.expected()))

    def test_an_agent_that_is_killed_leaves_a_log_that_is_whole(self) -> None:
        # Killed as soon as the attempt is over: somewhere within the packing, or before or behind it.
        for round_number in range(4):
            workflow = self.submit(self.shell_tasks({"a": "yes a line | head -c 30000000"},
                                                    name=f"flow{round_number}"))
            self.wait_for_end(workflow)
            time.sleep(0.03 * round_number)
            self.kill(self.wait_for_agent())
            self.assertEqual(len(self.ok("logs", workflow, "a").out), 30000000)
            left = {p.name for p in self.log(workflow, "a").parent.iterdir() if p.name.startswith("log")}
            self.assertIn(left, ({"log", "log.idx"}, {"log.zst"}, {"log", "log.idx", "log.zst"}, {"log.idx", "log.zst"}))


@unittest.skipUnless(os.geteuid() == 0, "mounting needs root")
class FullDiskWhilePacking(LogsCase):  # ctest: root
    """There is no room for the packed log: the raw one stays."""

    def prepare_home(self) -> None:
        state = self.home / "state"
        state.mkdir(mode=0o700)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m,mode=0700", "none", str(state)], check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(state)], check=False)

    def test_the_log_stays_as_it_is(self) -> None:
        # Noise does not become smaller.
        workflow = self.submit(self.shell_tasks({
            "a": "head -c 22000000 /dev/urandom; while [ ! -e go ]; do sleep 0.02; done"}))
        wait_until(lambda: self.log(workflow, "a").exists() and self.log(workflow, "a").stat().st_size == 22000000,
                   "the noise to be written")
        free = os.statvfs(self.state)
        (self.state / "runs" / "filler").write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - 4000000))
        (self.work / "go").touch()
        self.wait_for_end(workflow)
        wait_until(lambda: "its log stays as it is" in (self.state / "agent.log").read_text(encoding="utf-8"),
                   "the agent to say so")
        self.assertEqual(self.log(workflow, "a").stat().st_size, 22000000)
        self.assertFalse(self.log(workflow, "a").with_suffix(".zst").exists())


class Errors(LogsCase):
    """`sennit errors`: what failed, why, and what its log says."""

    def test_what_failed_and_why(self) -> None:
        workflow = self.ended({
            "good": "echo fine",
            "bad": "seq 1 50; echo 'Traceback (most recent call last):' >&2; echo 'ValueError: no such loss' >&2; exit 3",
            "silent": "exit 4",
            "quiet": "seq 1 50; exit 5",
            "behind": "true"}, after={"behind": ["bad"]})
        result = self.ok("errors", workflow)
        for text in ("bad: FAILED, exit code 3", "Traceback", "ValueError: no such loss", "silent: FAILED, exit code 4",
                     "it has written nothing", "quiet: FAILED, exit code 5", "| 50", "1 task did not run to the end"):
            self.assertIn(text, result.out)
        self.assertNotIn("fine", result.out)
        view = self.json("errors", workflow)
        self.assertEqual((view["failed"], view["not_run"]), (3, 1))
        tasks = {task["name"]: task for task in view["tasks"]}
        self.assertEqual(tasks["bad"]["lines"], ["Traceback (most recent call last):", "ValueError: no such loss"])
        self.assertTrue(tasks["bad"]["are_errors"])
        self.assertEqual(tasks["quiet"]["lines"], [str(i) for i in range(41, 51)])
        self.assertEqual(tasks["bad"]["exit_code"], 3)
        why = self.json("why", workflow, "bad")
        self.assertEqual(tasks["bad"]["reason"], why["headline"])

    def test_many_are_bounded(self) -> None:
        workflow = self.ended({f"t{i:02}": f"echo {i}; exit 1" for i in range(15)})
        self.assertIn("5 tasks more failed: sennit errors --limit 15", self.ok("errors", workflow).out)
        self.assertEqual(len(self.json("errors", workflow, "--limit", "15")["tasks"]), 15)

    def test_without_any(self) -> None:
        workflow = self.ended({"a": "echo fine"})
        self.assertIn("no task has failed", self.ok("errors", workflow).out)
        self.assertEqual(self.json("errors", workflow)["tasks"], [])
        self.assertEqual(self.sennit("errors", "no-such").code, self.sennit("why", "no-such").code)


if __name__ == "__main__":
    unittest.main()
