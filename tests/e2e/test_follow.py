"""`sennit run --no-tui`: lines in a pipe, and on a terminal a block of progress below them that leaves only the lines."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest
from pathlib import Path
from typing import List, Optional

from harness import PROGRAM, SennitTest, is_alive, wait_until
from tmux_terminal import TMUX, TmuxTerminal

# A task that goes on until the file `go` is there.
UNTIL_GO = "while [ ! -e {0}/go ]; do sleep 0.05; done"
BAR = "█░"


def without_times(text: str) -> List[str]:
    """The lines of a follower, with what differs from run to run left out."""
    text = re.sub(r"\d\d:\d\d:\d\d", "TIME", text)
    text = re.sub(r"after (\d+ ms|[0-9.]+ s)", "after A WHILE", text)
    text = re.sub(r"(?m)^( +Slowest).*", r"\1", text)
    return [line.rstrip() for line in re.sub(r"flow-\d+", "flow-N", text).splitlines()]


class FollowCase(SennitTest):
    """What the tests of following have in common."""

    def setUp(self) -> None:
        super().setUp()
        self.until_go = UNTIL_GO.format(self.work)

    def go(self) -> None:
        (self.work / "go").touch()

    def small(self) -> Path:
        """One that is over at once, one that waits for `go` and fails, one behind that."""
        return self.shell_tasks({"first": "echo said by first", "second": f"{self.until_go}; echo no data; exit 7",
                                 "third": "true"}, after={"second": ["first"], "third": ["second"]})

    def many(self, count: int, script: str) -> Path:
        return self.shell_tasks({f"t{n:03}": script for n in range(count)})


class Lines(FollowCase):
    """What a CI system sees: plain lines."""

    def test_line_for_each_change_and_a_summary(self) -> None:
        self.go()
        result = self.sennit("run", self.small())
        self.assertEqual(result.code, 1, result)
        self.assertEqual(result.out, "")
        self.assertNotIn("\r", result.err)
        self.assertNotIn("\033", result.err)
        outputs = self.workflow("last")["outputs"]
        told = without_times(result.err)
        self.assertEqual(told[told.index("Workflow flow-N submitted: 3 tasks") + 1:], [
            "TIME flow-N [0/3] first RUNNING",
            "TIME flow-N [1/3] first COMPLETED after A WHILE",
            "    first | said by first",
            "TIME flow-N [1/3] second RUNNING",
            "TIME flow-N [2/3] second FAILED after A WHILE, exit code 7",
            "    second | no data",
            "    its log: sennit logs flow-N second",
            "TIME flow-N [3/3] third FAILED_UPSTREAM, exit code 3000: Upstream task failed.",
            "Workflow flow-N FAILED after A WHILE: second failed with exit code 7",
            "  Tasks     1 of 3 completed, 1 failed, 1 not run or cancelled",
            "  Failed    second, exit code 7",
            "  Errors    sennit errors flow-N",
            "  Slowest",
            "  Logs      sennit logs flow-N",
            f"  Outputs   {re.sub('flow-[0-9]+', 'flow-N', outputs)}"])

    def test_many_failures_are_grouped(self) -> None:
        tasks = {f"t{n:02}": f"exit {3 if n % 10 else 4}" for n in range(40)}
        result = self.sennit("run", self.shell_tasks(tasks))
        self.assertEqual(result.code, 1, result)
        summary = result.err[result.err.index("Workflow flow-1 FAILED"):]
        self.assertRegex(summary, r"  Failed    36 tasks, exit code 3\n              t\d\d(, t\d\d){4} and 31 more\n"
                                  r"            4 tasks, exit code 4\n              t\d\d(, t\d\d){3}\n")
        self.assertLess(len(summary.splitlines()), 15)

    def test_of_a_large_workflow_a_bounded_number_of_lines_is_told(self) -> None:
        path = self.many(1000, "exit 3")
        result = self.sennit("run", path)
        self.assertEqual(result.code, 1, result)
        self.assertRegex(result.err, r"  Failed    1000 tasks, exit code 3\n +t\d+(, t\d+){4} and 995 more\n")
        self.assertIn("`sennit events` has them all", result.err)
        self.assertLess(len(result.err.splitlines()), 350)

    def test_colours_of_tasks_are_left_out_where_there_are_none(self) -> None:
        path = self.shell_tasks({"a": r"printf '\033[31mred\033[0m\n\033[2J\033]0;x\007end\n10%%\r20%%\r100%%\r\n'"})
        result = self.ok("run", path)
        self.assertIn("    a | red\n    a | end\n    a | 100%\n", result.err)

    def test_quiet_is_quiet(self) -> None:
        result = self.ok("run", "-q", self.shell_tasks({"a": "echo words"}))
        self.assertEqual((result.out, result.err), ("", ""))

    def test_devices_are_told_to_programs(self) -> None:
        self.env["SENNIT_GPUS"] = "2"
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              resources: {default: {gpu: 2}}
              tasks:
              - {name: a, image: debian:12, command: ["true"]}
            """)
        self.ok("run", path)
        placed = [event for event in self.json("events", "last")["events"] if event["kind"] == "placed"]
        self.assertEqual([event["gpus"] for event in placed], ["0,1"])


class RawTerminal:
    """The bytes that a command writes to a terminal of its own."""

    def __init__(self, case: SennitTest, *words: str, columns: int = 80, rows: int = 24, **env: str) -> None:
        self.ours, theirs = pty.openpty()
        case.addCleanup(os.close, self.ours)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen([str(PROGRAM), *map(str, words)], cwd=case.work, stdin=theirs, stdout=theirs,
                                        stderr=theirs, env={**case.env, "TERM": "xterm-256color", **env},
                                        start_new_session=True)
        os.close(theirs)
        case.addCleanup(self.process.wait)
        case.addCleanup(self.process.kill)
        self.written = ""

    def read(self, seconds: float) -> str:
        """What is written in this time."""
        piece = b""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.ours], [], [], left)[0]:
                break
            try:
                more = os.read(self.ours, 65536)
            except OSError:  # nobody holds the other side any more
                break
            if not more:
                break
            piece += more
        self.written += piece.decode(errors="replace")
        return piece.decode(errors="replace")

    def wait_for(self, text: str) -> None:
        wait_until(lambda: self.read(0.05) is not None and text in self.written, f"{text!r} to be written",
                   show=lambda: self.written[-2000:])

    def rest(self) -> str:
        """All that it has written, at its end."""
        wait_until(lambda: self.read(0.05) == "" and self.process.poll() is not None, "the command to end",
                   show=lambda: self.written[-2000:])
        return self.written


class Bytes(FollowCase):
    """What is written to a terminal, byte for byte."""

    def test_dumb_terminal_and_ci_get_lines_only(self) -> None:
        self.go()
        path = self.small()
        plain = without_times(self.sennit("run", path).err)[1:]
        for env in ({"TERM": "dumb"}, {"TERM": "", "NO_COLOR": "1"}, {"CI": "true", "NO_COLOR": "1"}):
            with self.subTest(env):
                written = RawTerminal(self, "run", path, **env).rest()
                self.assertNotIn("\033", written)
                self.assertNotIn("\r", written.replace("\r\n", "\n"))
                self.assertEqual(without_times(written)[-len(plain):], plain)

    def test_without_colours_there_are_none(self) -> None:
        run = RawTerminal(self, "run", "--no-tui", self.small(), NO_COLOR="1")
        run.wait_for("░")
        self.go()
        self.assertNotRegex(run.rest(), r"\033\[[0-9;]*m")

    def test_in_ascii_where_there_is_no_utf8(self) -> None:
        run = RawTerminal(self, "run", "--no-tui", self.small(), LANG="C")
        run.wait_for("second")
        run.read(0.5)
        self.go()
        written = run.rest()
        self.assertTrue(written.isascii(), written)
        self.assertIn("######", written)

    def test_updates_are_whole_and_few(self) -> None:
        run = RawTerminal(self, "run", "--no-tui", self.small())
        run.wait_for("second \033[33mRUNNING")
        run.read(1.0)
        idle = run.read(3.0)
        # The times that run, once a second: two lines of it.
        self.assertLessEqual(idle.count("\033[?2026h"), 4, idle)
        self.assertLess(len(idle), 800, idle)
        self.assertNotIn("\n\n", idle)
        self.go()
        written = run.rest()
        self.assertEqual(written.count("\033[?2026h"), written.count("\033[?2026l"))
        self.assertEqual(written.count("\033[?7l"), written.count("\033[?7h"))
        for forbidden in ("\033[?25l", "\033[?1049h", "\033[2J", "\033[r"):
            self.assertNotIn(forbidden, written)

    def test_many_events_are_drawn_together(self) -> None:
        path = self.many(300, "true")
        started = time.monotonic()
        run = RawTerminal(self, "run", "--no-tui", path)
        written = run.rest()
        took = time.monotonic() - started
        self.assertLess(written.count("\033[?2026h"), 12 * took + 10)
        self.assertEqual(len(re.findall(r"t\d\d\d.*COMPLETED", written)), 300)


@unittest.skipUnless(TMUX, "there is no tmux")
class BlockOfProgress(FollowCase):
    """As a person sees it."""

    def terminal(self, columns: int = 80, rows: int = 24, **env: str) -> TmuxTerminal:
        terminal = TmuxTerminal(self.base, ["bash", "--norc", "--noprofile", "-i"], {**self.env, "PS1": "ready> ", **env},
                                self.work, columns, rows)
        self.addCleanup(terminal.close)
        terminal.wait_for("ready>")
        return terminal

    def run_in(self, terminal: TmuxTerminal, path: Path, *words: str) -> None:
        terminal.type(f"clear; {PROGRAM} run --no-tui {path} {' '.join(words)}; echo code=$?\n")

    def pid(self) -> int:
        def find() -> Optional[int]:
            return next((process.pid for process in self.processes().values() if self._is_program(process, "run")), None)
        return int(wait_until(find, "the follower"))

    def block(self, terminal: TmuxTerminal) -> List[str]:
        """The lines of the block: the last ones, from the headline of the workflow on."""
        lines = terminal.screen().rstrip().splitlines()
        heads = [n for n, line in enumerate(lines) if re.match(r"flow-\d+  [A-Z]+", line)]
        return lines[heads[-1]:] if heads else []

    def settled(self, terminal: TmuxTerminal) -> str:
        """At the end: what has been shown, without a trace of the block."""
        terminal.wait_for("Outputs", "code=")
        shown = terminal.scrollback()
        self.assertFalse(any(sign in shown for sign in BAR), shown)
        self.assertNotRegex(shown, r"(?m)^flow-\d+  [A-Z]")
        return shown

    def test_block_while_it_runs_and_lines_in_the_end(self) -> None:
        path = self.small()
        terminal = self.terminal()
        self.run_in(terminal, path)
        screen = terminal.wait_for("[1/3] second RUNNING", "1 done, 1 running, 1 waiting")
        self.assertRegex(screen, r"flow-\d+  RUNNING  \d+ s\n█+░+ 1/3  1 done, 1 running, 1 waiting\n  second  \d+ s\n")
        self.assertIn("    first | said by first\n", screen)
        first = self.block(terminal)[0]
        wait_until(lambda: self.block(terminal)[0] != first, "the time to go on")
        self.go()
        shown = without_times(self.settled(terminal))
        plain = without_times(self.sennit("run", path).err)
        begin = plain.index("Workflow flow-N submitted: 3 tasks")
        at = shown.index(plain[begin])
        self.assertEqual(shown[at:at + len(plain) - begin], plain[begin:])

    def test_resizing_leaves_nothing_behind(self) -> None:
        terminal = self.terminal(100, 30)
        self.run_in(terminal, self.small())
        terminal.wait_for("1 running, 1 waiting")
        for columns, rows in ((40, 30), (120, 30), (60, 10), (200, 50), (30, 24), (80, 24)):
            terminal.resize(columns, rows)
            def right() -> bool:
                block = self.block(terminal)
                return len(block) >= 3 and all(len(line) < columns for line in block) and "second" in block[-1]
            wait_until(right, f"the block at {columns}x{rows}", 20, show=terminal.screen)
            wait_until(lambda: terminal.scrollback().count("░ 1/3") == 1, "one block", 20, show=terminal.scrollback)
        self.assertEqual(terminal.scrollback().count("first COMPLETED"), 1)
        self.go()
        self.settled(terminal)

    def test_ctrl_c_cancels_and_the_terminal_stays_whole(self) -> None:
        terminal = self.terminal()
        before = [terminal.fact(name) for name in ("cursor_flag", "wrap_flag", "alternate_on")]
        self.run_in(terminal, self.shell_tasks({"a": f"trap '' TERM; {self.until_go}"}))
        terminal.wait_for("a RUNNING", "1 running")
        terminal.keys("C-c")
        terminal.wait_for("Cancelling flow-1", "is being cancelled", "(cancelling)")
        self.go()
        shown = self.settled(terminal)
        self.assertIn("code=3", shown)
        self.assertNotIn("^C", shown)
        self.assertEqual([terminal.fact(name) for name in ("cursor_flag", "wrap_flag", "alternate_on")], before)

    def test_second_ctrl_c_leaves_at_once(self) -> None:
        terminal = self.terminal()
        self.run_in(terminal, self.shell_tasks({"a": f"trap '' TERM; {self.until_go}"}))
        terminal.wait_for("a RUNNING", "1 running")
        terminal.keys("C-c")
        terminal.wait_for("Cancelling flow-1")
        terminal.keys("C-c")
        screen = terminal.wait_for("leaving; the server goes on cancelling flow-1", "code=3")
        self.assertFalse(any(sign in screen for sign in BAR), screen)
        self.go()

    def test_ctrl_z_and_fg(self) -> None:
        terminal = self.terminal()
        terminal.type(f"clear; {PROGRAM} run --no-tui {self.small()}\n")
        terminal.wait_for("1 running, 1 waiting")
        terminal.keys("C-z")
        screen = terminal.wait_for("Stopped", "ready>")
        self.assertFalse(any(sign in screen for sign in BAR), screen)
        terminal.type("fg\n")
        terminal.wait_for("1 running, 1 waiting")
        self.assertEqual(terminal.screen().count("░ 1/3"), 1)
        self.go()
        terminal.wait_for("Outputs")
        self.assertFalse(any(sign in terminal.scrollback() for sign in BAR), terminal.scrollback())

    def test_in_the_background_there_are_lines_only(self) -> None:
        terminal = self.terminal()
        terminal.type(f"clear; {PROGRAM} run --no-tui {self.small()} &\n")
        screen = terminal.wait_for("second RUNNING")
        self.assertFalse(any(sign in screen for sign in BAR), screen)
        terminal.type("fg\n")
        terminal.wait_for("1 running, 1 waiting", "░ 1/3")
        self.go()
        terminal.wait_for("Outputs")
        self.assertFalse(any(sign in terminal.scrollback() for sign in BAR), terminal.scrollback())

    def test_however_it_ends_the_shell_goes_on_below(self) -> None:
        (self.home / "config.yaml").write_text("pools: {local: {cpus: 9}}\n", encoding="utf-8")
        self.ok("server", "start")
        terminal = self.terminal()
        terminal.type("ulimit -c 0; stty -a > before\n")
        path = self.shell_tasks({"a": self.until_go})
        for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGQUIT, signal.SIGHUP):
            with self.subTest(number):
                self.run_in(terminal, path)
                terminal.wait_for("a RUNNING", "1 running")
                pid = self.pid()
                os.kill(pid, number)
                wait_until(lambda p=pid: not is_alive(p), f"the follower to end by {number}", show=terminal.screen)
                terminal.wait_for("code=", "ready>")
                self.assertEqual([terminal.fact(name) for name in ("cursor_flag", "wrap_flag", "alternate_on")],
                                 ["1", "1", "0"])
                terminal.type("stty -a | cmp - before && echo it''works\n")
                terminal.wait_for("itworks")
        self.go()

    def test_wide_characters_in_names(self) -> None:
        program = self.write("oumi", f"#!/bin/sh\n{self.until_go}\n")
        os.chmod(program, 0o755)
        self.write("c.yaml", "model: {}\n")
        (self.home / "config.yaml").write_text(f"verbs: {{train: [{program}]}}\npools: {{local: {{cpus: 4}}}}\n",
                                               encoding="utf-8")
        names = ["训练-模型-一", "🚀 launch ✅", "café", "train-" + "长" * 25 + "-end"]
        path = self.write("flow.yaml", json.dumps({"name": "flow", "resources": {"max_parallel": 4}, "jobs": [
            {"name": name, "verb": "train", "config": "c.yaml"} for name in names]}, ensure_ascii=False))
        terminal = self.terminal(60)
        self.run_in(terminal, path)
        terminal.wait_for("4 running")
        wait_until(lambda: len(self.block(terminal)) == 6, "all of them in the block", show=terminal.screen)
        tasks = self.block(terminal)[2:]
        self.assertEqual([sum(name[:4] in line for line in tasks) for name in names], [1, 1, 1, 1], tasks)
        self.assertIn("…", "".join(tasks))
        self.go()
        self.settled(terminal)

    def test_two_hundred_tasks(self) -> None:
        (self.home / "config.yaml").write_text("pools: {local: {cpus: 150}}\n", encoding="utf-8")
        path = self.many(200, self.until_go.replace("0.05", "1"))
        terminal = self.terminal()
        self.run_in(terminal, path)
        screen = terminal.wait_for("more", "running", limit=120)
        block = self.block(terminal)
        self.assertLessEqual(len(block), 8, screen)
        self.assertRegex(block[-1], r"^  … and \d+ more$")
        self.go()
        shown = self.settled(terminal)
        self.assertEqual(len(re.findall(r"\[ *\d+/200\] t\d+ COMPLETED", shown)), 200)
        self.assertEqual(len(re.findall(r"\[ *\d+/200\] t\d+ RUNNING", shown)), 200)

    def test_server_killed_underneath(self) -> None:
        terminal = self.terminal()
        self.run_in(terminal, self.small())
        terminal.wait_for("1 running, 1 waiting")
        os.kill(self.server_pid(), signal.SIGKILL)
        terminal.wait_for("connection lost", "1 running, 1 waiting")
        wait_until(lambda: terminal.scrollback().count("░ 1/3") == 1, "one block", show=terminal.scrollback)
        self.go()
        self.settled(terminal)

    def test_what_tasks_say_of_how_far_they_are(self) -> None:
        (self.home / "config.yaml").write_text("pools: {local: {cpus: 4}}\n", encoding="utf-8")
        terminal = self.terminal()
        self.run_in(terminal, self.shell_tasks({"fit": f"echo Step 3/10 loss=0.5; {self.until_go}", "mute": self.until_go}))
        screen = terminal.wait_for("2 running", "step 3/10 30% loss 0.5")
        self.assertRegex(screen, r"\n  fit +\d+ s  step 3/10 30% loss 0.5\n")
        os.kill(self.server_pid(), signal.SIGKILL)
        terminal.wait_for("connection lost", "step 3/10 30% loss 0.5")
        self.go()
        self.settled(terminal)

    def test_devices_stand_beside_the_tasks(self) -> None:
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              resources: {{default: {{gpu: 2}}}}
              tasks:
              - {{name: a, image: debian:12, command: [sh, -c, "{self.until_go}"]}}
            """)
        terminal = self.terminal(SENNIT_GPUS="2")
        self.run_in(terminal, path)
        screen = terminal.wait_for("1 running", "GPU")
        self.assertRegex(screen, r"\n  a  \d+ s  GPU 0,1\n")
        self.go()
        self.settled(terminal)


if __name__ == "__main__":
    unittest.main()
