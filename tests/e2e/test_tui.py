"""The terminal view as a person uses it: the real program in a real terminal."""

import os
import pty
import re
import select
import signal
import socket
import time
import unittest
from typing import List, Optional

from harness import PROGRAM, SennitTest, all_processes, is_alive, wait_until
from tmux_terminal import TMUX, TmuxTerminal

SIZES = ((80, 24), (120, 36), (300, 100))
# A task that goes on until the file `go` is there.
UNTIL_GO = "while [ ! -e {0}/go ]; do sleep 0.05; done"


@unittest.skipUnless(TMUX, "there is no tmux")
class ViewCase(SennitTest):
    """What the tests of the view have in common."""

    def setUp(self) -> None:
        super().setUp()
        self.until_go = UNTIL_GO.format(self.work)

    def terminal(self, *words: str, columns: int = 80, rows: int = 24, **env: str) -> TmuxTerminal:
        terminal = TmuxTerminal(self.base, [*words], {**self.env, "COLORTERM": "truecolor", **env}, self.work, columns, rows)
        self.addCleanup(terminal.close)
        return terminal

    def top(self, *words: str, **options) -> TmuxTerminal:
        return self.terminal(str(PROGRAM), "top", *words, **options)

    def shell(self) -> TmuxTerminal:
        """A shell with job control, as a person has it."""
        terminal = self.terminal("bash", "--norc", "--noprofile", "-i", PS1="ready> ")
        terminal.wait_for("ready>")
        return terminal

    def running(self, name: str = "flow") -> str:
        """A workflow of three: one that is over, one that runs, one that waits."""
        path = self.shell_tasks({"first": "echo said by first", "second": f"echo said by second; {self.until_go}",
                                 "third": "echo said by third"}, after={"third": ["second"]}, name=name)
        workflow = self.submit(path)
        wait_until(lambda: self.statuses(workflow) == {"first": "COMPLETED", "second": "RUNNING", "third": "WAITING"},
                   "the second task to run", show=lambda: self.statuses(workflow))
        return workflow

    def view_pid(self) -> Optional[int]:
        for process in self.processes().values():
            if self._is_program(process, "top"):
                return process.pid
        return None


class ScreensOfTheView(ViewCase):
    """What there is to see, and the keys that lead there."""

    def walk(self, top: TmuxTerminal, workflow: str) -> None:
        """From the list to each screen of a run and back."""
        top.wait_for("WORKFLOW", workflow, "RUNNING", "q quit")
        top.keys("Enter")
        run = ("Status: RUNNING (1/3 completed)", "Job: first", "Total: 3 | Waiting: 1 | Running: 1 | Completed: 1", "said by first")
        top.wait_for(*run)
        top.keys("j")
        top.wait_for("Log: second", "said by second")
        for key, texts in (("l", ("log of second", "said by second", "following")),
                           ("L", ("log of all", "said by first")),
                           ("w", ("why second", "second is RUNNING")),
                           ("d", ("Status", "RUNNING", "Queued")),
                           ("Enter", ("Status", "RUNNING", "Queued")),
                           ("y", ("› yaml", "workflow:", "name: flow")),
                           ("e", ("› events", "submitted")),
                           ("x", ("› errors", "No task has failed.")),
                           ("v", ("› graph", "│ ✓ first │", "│ ● second │", "● second RUNNING")),
                           ("T", ("› timeline", "queued", "second", "│")),
                           ("m", ("› charts: second", "RUNNING")),
                           ("u", ("› resources", "CPUs", "taken", "Memory: "))):
            top.keys(key)
            top.wait_for(*texts)
            top.keys("Escape")
            top.wait_for("Job: second", "Total: 3")
        top.keys("?")
        top.wait_for(f"keys of {workflow}", "the task's log on the whole screen")
        top.keys("Escape")
        top.wait_without("keys of")
        top.keys("k", "Escape")
        top.wait_for("WORKFLOW", "SUBMITTED")
        for key, texts in (("Q", ("› queue", "0 ready and waiting for room, 1 held back", "third waits for second")),
                           ("u", ("› resources", "CPUs", "1 running")),
                           ("l", ("log of all", "said by first")),
                           ("w", ("› why", f"{workflow} is RUNNING"))):
            top.keys(key)
            top.wait_for(*texts)
            top.keys("Escape")
            top.wait_for("WORKFLOW", "SUBMITTED")

    def test_every_screen_at_three_sizes(self) -> None:
        workflow = self.running()
        top = self.top()
        for columns, rows in SIZES:
            top.resize(columns, rows)
            self.walk(top, workflow)
        self.assertTrue(all(len(line) <= SIZES[-1][0] for line in top.screen().splitlines()))

    def test_screens_of_a_run_follow_it_and_each_other(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Job: first")
        top.keys("v")
        top.wait_for("✓ first COMPLETED")
        top.keys("Right")
        top.wait_for("● second RUNNING")
        top.keys("]")
        top.wait_for("› timeline", "second")
        top.keys("]")
        top.wait_for("› charts: second")
        top.keys("v")
        top.wait_for("› graph", "● second RUNNING")
        # Nobody presses a key: what happens is shown.
        (self.work / "go").touch()
        top.wait_for("│ ✓ second │", "│ ✓ third │", "COMPLETED (3/3 completed)")
        top.keys("Escape")
        top.wait_for("Total: 3", "Log: second")

    def test_list_is_ordered_by_keys(self) -> None:
        first = self.running("b-flow")
        second = self.submit(self.shell_tasks({"a": "true"}, name="a-flow"))
        self.wait_for_status(second, "COMPLETED")
        top = self.top()

        def names(one: str, other: str) -> str:
            return rf"(?s){one}.*{other}"
        top.wait_for(first, second, "SUBMITTED ▾")
        self.assertRegex(top.screen(), names(second, first))
        top.keys("N", "N")
        top.wait_for("WORKFLOW ▴")
        self.assertRegex(top.screen(), names(first, second))
        top.keys("S")
        top.wait_for("STATUS ▾")
        self.assertRegex(top.screen(), names(first, second))

    def test_filter_palette_and_mouse(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Job: first", "Job: third")
        top.keys("/")
        top.type("THIRD")
        top.wait_without("Job: first")
        top.keys("Escape")
        top.wait_for("Job: first")
        top.keys(":")
        top.type("all lo")
        top.wait_for("of all tasks, by time")
        top.keys("Enter")
        top.wait_for("log of all", "said by second")
        top.keys("Escape")
        top.wait_for("Job: first")
        # The second card, by its place: lines 7 to 10 of the screen.
        top.type("\033[<0;10;8M\033[<0;10;8m")
        top.wait_for("Log: second")
        top.type("\033[<64;10;8M")
        top.wait_for("Log: first")

    def test_log_is_searched_and_wrapped(self) -> None:
        path = self.shell_tasks({"a": "seq -f 'line %g of many' 1 300; printf 'x%.0s' $(seq 100); echo END"})
        workflow = self.submit(path)
        self.wait_for_status(workflow, "COMPLETED")
        top = self.top(workflow)
        top.wait_for("Job: a")
        top.keys("l")
        top.wait_for("line 300 of many", "the end")
        self.assertNotIn("END", top.screen())
        top.keys("w")
        top.wait_for("END")
        top.keys("g")
        top.wait_for("line 1 of many", "line 1 of 301")
        top.keys("G")
        top.wait_for("line 300 of many", "the end")
        top.keys("/")
        top.type("line 42 of")
        top.keys("Enter")
        top.wait_for("line 42 of many", "line 42 of 301")
        top.keys("&")
        top.type("LINE 29")
        top.wait_for("only lines with 'LINE 29'", "line 290 of many", "line 299 of many")
        self.assertNotIn("line 300", top.screen())

    def test_log_of_earlier_attempts(self) -> None:
        path = self.shell_tasks({"a": f"n=$(wc -l < tries); echo said by $n; echo >> tries; [ $n -lt 2 ] && exit 9; {self.until_go}"},
                                extra={"a": {"exitActions": {"RESCHEDULE": "9"}}})
        (self.work / "tries").touch()
        workflow = self.submit(path)
        wait_until(lambda: self.statuses(workflow) == {"a": "RUNNING"} and self.tasks(workflow)["a"]["retry_id"] == 2,
                   "the third attempt", show=lambda: self.tasks(workflow))
        top = self.top(workflow)
        top.wait_for("Job: a")
        top.keys("l")
        top.wait_for("log of a, attempt 3 of 3", "said by 2", "following", "a attempt")
        for attempt in (2, 1):
            top.keys("a")
            top.wait_for(f"attempt {attempt} of 3", f"said by {attempt - 1}", "the end")
        top.keys("a")
        top.wait_for("there is no earlier attempt")
        top.keys("A", "A")
        top.wait_for("attempt 3 of 3", "said by 2", "following")

    def test_log_goes_on_with_the_next_attempt(self) -> None:
        path = self.shell_tasks({"a": f"echo said by $(wc -l < tries); echo >> tries; {self.until_go}; rm {self.work}/go; exit 9"},
                                extra={"a": {"exitActions": {"RESCHEDULE": "9"}}})
        (self.work / "tries").touch()
        top = self.top(self.submit(path))
        top.wait_for("Job: a", "said by 0")
        top.keys("l")
        top.wait_for("log of a", "said by 0", "following")
        (self.work / "go").touch()
        top.wait_for("attempt 2 has begun", "log of a, attempt 2 of 2", "said by 1", "following")
        self.assertNotIn("said by 0", top.screen())

    def test_log_of_bars_and_wide_characters(self) -> None:
        say = self.write("say.sh", r"""
            printf 'outer 0\n\rinner 0\033[A\router 1\n\rinner 9\033[A\n\n'
            printf '🚀🚀✅ 训练 e\314\201 end\n'
            sleep 1
            seq 100
            """)
        top = self.top(self.submit(self.shell_tasks({"a": f"sh {say}"})), columns=120)
        top.wait_for("Job: a", "│100  ")
        self.assertNotRegex(top.screen(), r"🚀|✅|训|end")  # nothing of it stays where something else is now
        top.keys("l", "g")
        screen = top.wait_for("outer 1\ninner 9\n", "🚀🚀✅ 训练 e\u0301 end\n1\n")
        self.assertNotIn("outer 0", screen)

    def test_more_workflows_than_lines(self) -> None:
        path = self.shell_tasks({"a": "true"})
        names = [self.submit(path) for _ in range(30)]
        top = self.top()
        top.wait_for(names[-1])
        self.assertNotIn(f" {names[0]} ", top.screen())
        top.keys("G")
        top.wait_for(f" {names[0]} ")
        top.keys("g")
        top.wait_for(f" {names[-1]} ")

    def test_without_colours_there_are_none(self) -> None:
        workflow = self.running()
        top = self.top(workflow, NO_COLOR="1")
        top.wait_for("Job: second")
        self.assertNotRegex(top.coloured_screen(), r"\033\[[0-9;]*[34][0-8]")
        self.assertIn("\033[7m", top.coloured_screen())  # what is selected still stands out

    def test_in_ascii_where_there_is_no_utf8(self) -> None:
        workflow = self.running()
        top = self.top(workflow, LANG="C", LC_ALL="C")
        self.assertTrue(top.wait_for("Job: second", "+- ").isascii(), top.screen())

    def test_resize_storm(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Job: first")
        for step in range(40):
            top.resize(20 + 37 * step % 200, 2 + 13 * step % 60)
        top.resize(100, 30)
        top.wait_for("Job: first", "Metrics", "Total: 3", "q quit")

        def settled() -> str:
            return re.sub(r"\d+(\.\d+)? m?s|CPU: [\d.]+|\d+ m\b|Uses.*", "", top.screen())
        before = settled()
        top.keys("C-l")
        wait_until(lambda: settled() == before, "the same screen after it was drawn anew", 10, show=top.screen)


class WhatHappensUnderTheView(ViewCase):
    """The view goes along with what goes on."""

    def test_run_that_finishes_while_one_looks(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Status: RUNNING")
        (self.work / "go").touch()
        top.wait_for("Status: COMPLETED (3/3 completed)", "Completed: 3", "Running: 0")
        top.keys("Escape")
        top.wait_for("WORKFLOW", "COMPLETED")

    def test_progress_is_shown_as_it_is_told(self) -> None:
        task = f'n=0; while [ ! -e {self.work}/go ]; do n=$((n + 1)); echo "{{\\"step\\": $n, \\"total\\": 1000}}" >> "$SENNIT_PROGRESS"; sleep 0.2; done'
        workflow = self.submit(self.shell_tasks({"train": task}))
        top = self.top(workflow)
        top.wait_for("Job: train", "/1000 steps")
        step = re.compile(r"(\d+)/1000 steps")
        first = int(step.search(top.screen()).group(1))
        wait_until(lambda: int(step.search(top.screen()).group(1)) > first + 5, "more steps", show=top.screen)

    def test_run_that_is_resumed_goes_on_in_the_view(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": f"[ -e {self.work}/again ] || exit 3; {self.until_go}"}))
        self.wait_for_status(workflow, "FAILED")
        top = self.top(workflow)
        top.wait_for("Failed: 1", "exit code 3")
        (self.work / "again").touch()
        self.ok("resume", workflow, "--detach")
        top.wait_for("Running: 1", "Status: RUNNING")
        (self.work / "go").touch()
        top.wait_for("Completed: 1", "Status: COMPLETED")

    def test_new_workflow_appears_in_the_list(self) -> None:
        self.ok("server", "start")
        top = self.top()
        top.wait_for("There is no workflow yet")
        workflow = self.submit(self.shell_tasks({"a": "true"}))
        top.wait_for(workflow, "COMPLETED")

    def test_server_killed_underneath(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Status: RUNNING")
        self.kill(self.wait_for_server())
        (self.work / "go").touch()
        top.wait_for("Status: COMPLETED (3/3 completed)", limit=60)
        top.keys("?")  # and keys are not stuck behind the connection
        top.wait_for("keys of")

    def test_cancel_asks_and_acts(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Job: second")
        top.keys("C")
        top.wait_for(f"Cancel all of {workflow} (1 running, 1 waiting)?")
        top.keys("n")
        top.wait_without("Cancel all")
        self.assertEqual(self.workflow(workflow)["status"], "RUNNING")
        top.keys("j", "c")
        top.wait_for(f"Cancel second of {workflow} (running)?")
        top.keys("y")
        top.wait_for("FAILED_CANCELED", "cancelling second")
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        top.wait_for("Status: FAILED_CANCELED")
        for key, text in (("c", "nothing to cancel: second is FAILED_CANCELED"),
                          ("C", f"nothing to cancel: {workflow} is FAILED_CANCELED")):
            top.keys(key)
            top.wait_for(text)

    def test_cancel_marked_tasks(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Job: second")
        top.keys("Space", "Space", "Space", "c")
        top.wait_for(f"Cancel 2 tasks of {workflow} (1 running, 1 waiting)?", "The rest is over")
        top.keys("y")
        top.wait_for("cancelling 2 tasks")
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        top.keys("k", "k", "c")  # no mark is left
        top.wait_for("nothing to cancel: first is COMPLETED")

    def test_ctrl_c_asks_with_named_answers(self) -> None:
        workflow = self.running()
        shell = self.shell()
        shell.type(f"{PROGRAM} top {workflow}; echo code=$?\n")
        shell.wait_for("Job: second")
        question = (f"{workflow} is not over.", "l leave, what runs goes on", f"c cancel {workflow}", "esc stay")
        shell.keys("v", "C-c")
        shell.wait_for("› graph", *question)
        shell.keys("Escape")
        shell.wait_without("is not over")
        shell.keys("C-c")
        shell.wait_for(*question)
        shell.keys("C-c")
        shell.wait_for("code=0")
        self.assertEqual(self.workflow(workflow)["status"], "RUNNING")
        shell.type(f"clear; {PROGRAM} top {workflow}; echo code=$?\n")
        shell.wait_for("Job: second")
        shell.keys("C-c")
        shell.wait_for(*question)
        shell.keys("c")
        shell.wait_for(f"cancelling {workflow}")
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        shell.wait_for("Status: FAILED_CANCELED")
        shell.keys("C-c")
        shell.wait_for("Leave?", "l leave, what runs goes on   esc stay")
        shell.keys("Enter")
        shell.wait_for("code=0")

    def test_quitting_leaves_the_run_alone(self) -> None:
        workflow = self.running()
        shell = self.shell()
        shell.type(f"{PROGRAM} top {workflow}; echo code=$?\n")
        shell.wait_for("Job: second")
        shell.keys("q")
        shell.wait_for("code=0")
        self.assertEqual(self.workflow(workflow)["status"], "RUNNING")

    def test_escape_sequences_of_tasks_do_nothing(self) -> None:
        evil = r"\033]0;owned\007\033[2J\033[31mred\033[0m\033]52;c;b3duZWQ=\007\033[?1049l\033[?25h\033(0 plain text\n"
        path = self.shell_tasks({"a": f"printf '{evil}'; printf '{evil}' >&2; printf '\\xff\\xfe\\xc2\\x9b5m end\\n'; {self.until_go}"})
        top = self.top(self.submit(path))
        # In the panel and on the whole screen.
        for key in ("j", "l"):
            top.keys(key)
            screen = top.wait_for("red plain text", r"\xff\xfe\xc2\x9b5m end")
            self.assertIn("sennit › workflows", screen)
            self.assertEqual((top.fact("alternate_on"), top.fact("cursor_flag")), ("1", "0"))
            self.assertNotEqual(top.fact("pane_title"), "owned")
            self.assertNotIn("\033[31mred", top.coloured_screen())

    def test_shell_in_a_task_and_back(self) -> None:
        workflow = self.running()
        top = self.top(workflow)
        top.wait_for("Job: second")
        top.keys("j", "s")
        wait_until(lambda: top.fact("alternate_on") == "0", "the screen to be lent", show=top.screen)
        top.type("echo $((6 * 7)) in it; exit 0\n")
        top.wait_for("Job: second", "Log: second")
        self.assertEqual(top.fact("alternate_on"), "1")
        top.keys("?")
        top.wait_for("keys of")

    def test_port_of_a_task_and_back(self) -> None:
        hear = ("import socket; s = socket.create_server(('127.0.0.1', 0)); print('port', s.getsockname()[1], flush=True)\n"
                "while True: s.accept()[0].sendall(b'hello')")
        path = self.shell_tasks({"a": f'exec python3 -c "{hear}"'})
        top = self.top(self.submit(path))
        port = re.search(r"port (\d+)", top.wait_for("Job: a", "│port "))
        top.keys("F")
        top.wait_for("port of a, or LOCAL:REMOTE; Ctrl-C ends it:")
        top.type(f"0:{port[1] if port else ''}")
        top.keys("Enter")
        wait_until(lambda: top.fact("alternate_on") == "0", "the screen to be lent", show=top.screen)
        local = re.search(r":(\d+) ", top.wait_for(f"{port[1] if port else ''}"))
        with socket.create_connection(("localhost", int(local[1] if local else 0))) as connection:
            self.assertEqual(connection.recv(5), b"hello")
        top.keys("C-z")  # nobody could make it go on
        top.keys("C-c")
        top.wait_for("Job: a", "q quit")
        self.assertEqual(top.fact("alternate_on"), "1")
        top.keys("?")
        top.wait_for("keys of")

    def test_paste_whose_end_never_comes(self) -> None:
        self.ok("server", "start")
        top = self.top()
        top.wait_for("There is no workflow yet")
        top.type("\033[200~q")
        time.sleep(3)
        top.keys("?")
        top.wait_for("keys of workflows")


class WaysOutOfTheView(ViewCase):
    """The terminal is left as it was found, however the view ends."""

    def settings(self, terminal: TmuxTerminal) -> List[str]:
        """What the terminal is set to: by `stty`, and what tmux knows."""
        number = len(os.listdir(self.work))
        path = self.work / f"stty-{number}"
        terminal.type(f"stty -a > {path}; echo written''-{number}\n")  # as typed it is not what is waited for
        terminal.wait_for(f"written-{number}")
        facts = [f"{name}={terminal.fact(name)}" for name in
                 ("alternate_on", "cursor_flag", "mouse_any_flag", "mouse_sgr_flag", "keypad_flag", "wrap_flag")]
        return [path.read_text(encoding="utf-8"), *facts]

    def test_every_way_out_restores_the_screen(self) -> None:
        self.ok("server", "start")
        shell = self.shell()
        shell.type("ulimit -c 0; echo what stood here before\n")
        before = self.settings(shell)

        def key(*keys: str):
            return lambda: shell.keys(*keys)

        def signalled(number: int):
            return lambda: os.kill(int(wait_until(self.view_pid, "the view")), number)

        def asked() -> None:
            shell.keys("C-c")
            shell.wait_for("Leave?", "esc stay")
            shell.keys("l")

        for name, end in (("q", key("q")), ("ctrl-c", asked), ("TERM", signalled(signal.SIGTERM)),
                          ("HUP", signalled(signal.SIGHUP)), ("INT", signalled(signal.SIGINT)),
                          ("SEGV", signalled(signal.SIGSEGV)), ("ABRT", signalled(signal.SIGABRT)),
                          ("QUIT", signalled(signal.SIGQUIT))):
            with self.subTest(name):
                shell.type(f"clear; echo what stood here before; {PROGRAM} top\n")
                shell.wait_for("There is no workflow yet", "q quit")
                self.assertEqual((shell.fact("alternate_on"), shell.fact("cursor_flag"), shell.fact("mouse_any_flag")),
                                 ("1", "0", "1"))
                pid = int(wait_until(self.view_pid, "the view"))
                end()
                wait_until(lambda p=pid: not is_alive(p), f"the view to end by {name}", show=shell.screen)
                shell.wait_for("what stood here before", "ready>")
                self.assertEqual(self.settings(shell), before)

    def test_ctrl_z_and_fg(self) -> None:
        workflow = self.running()
        shell = self.shell()
        before = self.settings(shell)
        shell.type(f"{PROGRAM} top {workflow}\n")
        shell.wait_for("Job: second")
        shell.keys("C-z")
        shell.wait_for("Stopped", "ready>")
        self.assertEqual(self.settings(shell), before)
        shell.type("fg\n")
        shell.wait_for("Job: second", "q quit")
        shell.keys("j")
        shell.wait_for("Log: second")
        shell.keys("q")
        shell.wait_for("Stopped", "ready>")  # what stood there before
        self.assertEqual(self.settings(shell), before)

    def test_stop_signal_is_ctrl_z(self) -> None:
        shell = self.shell()
        self.ok("server", "start")
        shell.type(f"{PROGRAM} top\n")
        shell.wait_for("There is no workflow yet")
        os.kill(int(wait_until(self.view_pid, "the view")), signal.SIGTSTP)
        shell.wait_for("Stopped", "ready>")
        shell.type("fg\n")
        shell.wait_for("There is no workflow yet", "q quit")

    def test_ctrl_z_where_no_shell_waits_goes_on(self) -> None:
        # As `ssh -t HOST sennit top`: nobody could ever make it go on. (tmux would.)
        self.ok("server", "start")
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(str(PROGRAM), [str(PROGRAM), "top"], {**self.env, "TERM": "xterm-256color"})
        self.addCleanup(os.close, terminal)
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.kill, pid, signal.SIGKILL)
        seen = [b""]

        def shows(text: bytes) -> None:
            def there() -> bool:
                if select.select([terminal], [], [], 0)[0]:
                    seen[0] += os.read(terminal, 65536)
                return text in seen[0]
            wait_until(there, f"{text!r} to be written", 30, show=lambda: (all_processes().get(pid), seen[0][-500:]))
            seen[0] = b""
        shows(b"There is no workflow yet")
        os.write(terminal, b"\x1a")
        shows(b"There is no workflow yet")
        os.write(terminal, b"?")
        shows(b"keys of workflows")

    def test_without_a_terminal_it_says_so(self) -> None:
        self.ok("server", "start")
        result = self.sennit("top", start_new_session=True)
        self.assertEqual(result.code, 2, result)
        self.assertEqual(result.out, "")
        self.assertIn("there is no terminal", result.err)
        self.assertIn("sennit status", result.err)

    def test_unknown_workflow_is_said_where_it_stays_readable(self) -> None:
        self.ok("server", "start")
        result = self.sennit("top", "nobody-1", start_new_session=True)
        self.assertNotEqual(result.code, 0, result)
        self.assertIn("nobody-1", result.err)
        self.assertNotIn("\033", result.out + result.err)


class ViewOfARun(ViewCase):
    """`sennit run` on a terminal."""

    def run_on_terminal(self, script: str, *words: str) -> TmuxTerminal:
        path = self.shell_tasks({"a": script})
        shell = self.shell()
        shell.type(f"{PROGRAM} run {path} {' '.join(words)}; echo code=$?")
        shell.keys("Enter")
        return shell

    def test_leaving_it_leaves_the_workflow_alone(self) -> None:
        shell = self.run_on_terminal(self.until_go)
        shell.wait_for("Job: a", "RUNNING", "q quit")
        shell.keys("q")
        shell.wait_for("goes on", "sennit top", "code=0")
        (self.work / "go").touch()
        self.assertEqual(self.wait_for_end(self.last()), "COMPLETED")

    def test_left_by_ctrl_c_it_says_how_to_come_back(self) -> None:
        shell = self.run_on_terminal(self.until_go)
        shell.wait_for("Job: a", "RUNNING", "q quit")
        shell.keys("C-c")
        shell.wait_for(f"{self.last()} is not over.")
        shell.keys("C-c")
        shell.wait_for(f"{self.last()} goes on: `sennit top {self.last()}` shows it again", f"`sennit cancel {self.last()}`", "code=0")

    def test_after_the_end_the_summary_is_printed(self) -> None:
        shell = self.run_on_terminal("echo last words; exit 3")
        shell.wait_for("Status: FAILED", "last words", "q quit")
        shell.keys("q")
        shell.wait_for("FAILED after", "code=1")

    def test_lines_where_they_are_wanted(self) -> None:
        self.run_on_terminal("echo said", "--no-tui").wait_for("a COMPLETED", "said", "code=0")

    def test_a_jobs_file_may_say_that_it_wants_none(self) -> None:
        self.write("train.yaml", "{}")
        path = self.write("jobs.yaml", """
            name: quiet
            tui: false
            jobs: [{name: a, verb: train, config: train.yaml}]
            """)
        shell = self.shell()
        shell.type(f"{PROGRAM} run {path}; echo code=$?")
        shell.keys("Enter")
        shell.wait_for("a FAILED", "code=1")


if __name__ == "__main__":
    unittest.main()
