"""Commands and ports inside running tasks, as a user sees them, in each place where tasks run."""
import fcntl
import hashlib
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from harness import LIMIT, PROGRAM, SennitTest, is_alive, wait_until
from test_sandbox import why_no_sandbox


class Terminal:
    """The program on a pseudo-terminal, as in somebody's window."""

    def __init__(self, test: SennitTest, *words: str, rows: int = 30, columns: int = 100) -> None:
        self.test = test
        self.screen = ""
        pid, self.fd = pty.fork()
        if pid == 0:
            os.chdir(test.work)
            os.execve(PROGRAM, [str(PROGRAM), *words], {**test.env, "TERM": "xterm-256color"})
        self.pid = pid
        self.resize(rows, columns)
        test.addCleanup(self.close)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def read(self, patience: float = 0.1) -> bool:
        if not select.select([self.fd], [], [], patience)[0]:
            return True
        try:
            piece = os.read(self.fd, 65536)
        except OSError:
            return False
        self.screen += piece.decode(errors="replace")
        return bool(piece)

    def wait_for(self, pattern: str) -> "re.Match[str]":
        deadline = time.monotonic() + LIMIT
        while not (found := re.search(pattern, self.screen)):
            if not self.read() or time.monotonic() > deadline:
                self.test.fail(f"{pattern!r} did not come:\n{self.screen}")
        self.screen = self.screen[found.end():]
        return found

    def end(self) -> int:
        """Reads to the end; the exit code."""
        deadline = time.monotonic() + LIMIT
        while self.read():
            if time.monotonic() > deadline:
                self.test.fail(f"it did not end:\n{self.screen}")
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.pid = 0
        return code

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class PlaceCase(SennitTest):
    """A task to get into."""

    runtime = "process"
    image = "debian:12"

    def tearDown(self) -> None:
        self.sennit("cancel", "last", "--force")
        super().tearDown()

    def begin(self, script: str = "echo up; sleep 1000", **extra: Any) -> str:
        """A workflow whose task `a` runs this."""
        path = self.shell_tasks({"a": script}, extra={"a": {"image": self.image, "environment": {"HELLO": "world"}, **extra}})
        workflow = self.submit(path, "--runtime", self.runtime)
        wait_until(lambda: "up\n" in self.sennit("logs", workflow, "a").out, "the task is up",
                   show=lambda: self.sennit("status", workflow, "--verbose").out)
        return workflow

    def exec(self, *words: str, given: Optional[bytes] = None, workflow: str = "last") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run([str(PROGRAM), "exec", workflow, "a", *words], input=given if given is not None else b"",
                              env=self.env, cwd=self.work, capture_output=True, timeout=2 * LIMIT, check=False)

    def sh(self, script: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
        return self.exec("--", "sh", "-c", script, **options)

    def same_trees(self, left: Path, right: Path) -> None:
        compared = subprocess.run(["diff", "-r", "-x", ".*", left, right], capture_output=True, text=True, check=False)
        self.assertEqual((compared.returncode, compared.stdout), (0, ""))


class ExecCase(PlaceCase):
    """What is the same wherever a task runs."""

    def test_a_command_has_its_own_streams_and_exit_code(self) -> None:
        self.begin()
        done = self.sh("cat; echo out; echo err >&2; exit 7", given=b"in\n")
        self.assertEqual((done.stdout, done.stderr, done.returncode), (b"in\nout\n", b"err\n", 7))

    def test_it_stands_where_the_task_stands_with_what_the_task_has(self) -> None:
        self.begin("env | grep ^SENNIT_ | sort; echo dir $(pwd); echo up; sleep 1000")
        log = self.ok("logs", "last", "a").out
        told = self.sh("env | grep ^SENNIT_ | sort; echo dir $(pwd)").stdout.decode()
        self.assertIn("SENNIT_TASK=a\n", told)
        for line in told.splitlines():
            self.assertIn(line + "\n", log)
        self.assertEqual(self.sh("echo $HELLO").stdout, b"world\n")

    def test_one_that_cannot_be_started_is_told_as_shells_do(self) -> None:
        self.begin()
        done = self.exec("--", "no-such-program")
        self.assertEqual(done.returncode, 127)
        self.assertRegex(done.stderr.decode(), r"error: a: no such program: no-such-program")
        self.assertEqual(self.exec("--", "/etc").returncode, 126)

    def test_signals_are_told(self) -> None:
        self.begin()
        self.assertEqual(self.sh("kill -KILL $$").returncode, 128 + 9)
        process = self.start("exec", "last", "a", "--", "sh", "-c", "trap 'echo got; exit 5' INT; echo ready; while :; do sleep 0.1; done")
        assert process.stdout is not None
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual((result.code, result.out), (5, "got\n"))

    def test_many_bytes_go_both_ways_unchanged(self) -> None:
        self.begin()
        data = os.urandom(1 << 20) * 32
        done = self.exec("--", "cat", given=data)
        self.assertEqual(hashlib.sha256(done.stdout).digest(), hashlib.sha256(data).digest(), done.stderr)

    def test_a_terminal_behaves_like_one(self) -> None:
        self.begin()
        terminal = Terminal(self, "exec", "last", "a", "--", "sh")
        terminal.type("stty size; echo $TERM; tty\n")
        terminal.wait_for(r"30 100\r\n")
        terminal.wait_for(r"xterm-256color\r\n")
        terminal.wait_for(r"/dev/pts/\d+\r\n")
        terminal.resize(40, 120)
        terminal.type("sleep 0.2; stty size\n")
        terminal.wait_for(r"40 120\r\n")
        terminal.type("echo go $((1 + 1)); cat\n")
        terminal.wait_for(r"go 2\r\n")
        terminal.type("echoed\n")
        terminal.wait_for(r"echoed\r\nechoed\r\n")
        terminal.type("\x03")  # ends cat, and neither the shell nor us; it also drops what was typed ahead
        terminal.wait_for(r"\^C[\s\S]*[#$] ")
        terminal.type("echo still $((40 + 2))\n")
        terminal.wait_for(r"still 42\r\n")
        terminal.type("exit 9\n")
        self.assertEqual(terminal.end(), 9)

    def test_the_end_of_the_task_ends_a_shell_with_a_word(self) -> None:
        workflow = self.begin()
        terminal = Terminal(self, "exec", workflow, "a", "--", "sh")
        terminal.type("echo hi $((1 + 1))\n")
        terminal.wait_for(r"hi 2\r\n")
        self.ok("cancel", workflow)
        self.assertEqual(terminal.end(), 10)
        self.assertIn("the task has ended", terminal.screen)
        self.wait_for_end(workflow)
        late = self.sh("true")
        self.assertEqual(late.returncode, 1)
        self.assertIn(b"has ended: it is FAILED_CANCELED", late.stderr)

    def test_a_client_that_vanishes_hangs_its_command_up(self) -> None:
        self.begin()
        process = self.start("exec", "last", "a", "--", "sh", "-c",
                             "trap 'echo hung up > {0}; exit' HUP; echo ready; while :; do sleep 0.1; done".format(self.marker()))
        assert process.stdout is not None
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.kill()
        wait_until(lambda: self.sh(f"cat {self.marker()}").stdout == b"hung up\n", "the command hears of it")

    def marker(self) -> str:
        return "/tmp/" + self.base.name + ".marker"

    def test_a_port_is_reached(self) -> None:
        self.port = free_port()
        self.begin(self.server_script())
        forward = self.start("port-forward", "last", "a", "--port", f"0:{self.port}")
        assert forward.stderr is not None
        port = int(re.search(rf"127\.0\.0\.1:(\d+) leads to port {self.port}", forward.stderr.readline()).group(1))  # type: ignore[union-attr]
        answers = [self.ask(port, f"hello {i}\n") for i in range(3)]
        self.assertEqual(answers, [f"hello {i}\n" for i in range(3)])
        forward.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(forward).code, 0)

    def test_a_task_with_a_terminal_is_attached_to(self) -> None:
        workflow = self.begin("echo up; tty; while read line; do echo got $line; done; exit 4", tty=True)
        first = Terminal(self, "attach", workflow, "a")
        first.wait_for(r"/dev/pts/\d+\r\n")  # what it printed before we came
        first.type("one\n")
        first.wait_for(r"got one\r\n")
        second = Terminal(self, "attach", workflow, "a")
        second.wait_for(r"got one\r\n")
        second.type("two\n")
        first.wait_for(r"got two\r\n")
        first.type("\x10\x11")
        self.assertEqual(first.end(), 0)
        self.assertEqual(self.statuses(workflow)["a"], "RUNNING")
        second.type("\x04")
        self.assertEqual(second.end(), 0)
        self.wait_for_end(workflow)
        self.assertEqual(self.tasks(workflow)["a"]["exit_code"], 4)
        self.assertIn("got two", self.ok("logs", workflow, "a").out)

    def test_a_task_without_one_says_so(self) -> None:
        workflow = self.begin()
        result = self.sennit("attach", workflow, "a")
        self.assertEqual(result.code, 1)
        self.assertIn("tty: true", result.err)

    def test_files_go_in_and_out(self) -> None:
        workflow = self.begin()
        source = self.work / "src"
        (source / "sub").mkdir(parents=True)
        (source / "a:b").write_text("one\n", encoding="utf-8")
        (source / "sub" / "large").write_bytes(os.urandom(3 << 20))
        (source / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
        (source / "run.sh").chmod(0o755)
        place = f"/tmp/{self.base.name}.copy"
        self.ok("rsync", "upload", workflow, "a", f"src/:{place}/")
        self.assertIn("large", self.sh(f"ls {place}/sub").stdout.decode())
        self.assertEqual(self.sh(f"test -x {place}/run.sh && cat {place}/a:b").stdout, b"one\n")
        self.ok("rsync", "download", workflow, f"{place}/:back/")
        self.same_trees(source, self.work / "back")
        self.ok("cp", f"{workflow}/a:{place}/sub/large", "one-file")
        self.assertEqual((self.work / "one-file").read_bytes(), (source / "sub" / "large").read_bytes())
        self.ok("cp", "one-file", f"{workflow}/a:{place}/again")
        self.assertEqual(self.sh(f"cmp {place}/again {place}/sub/large").returncode, 0)
        self.sh(f"rm -rf {place}")

    def server_script(self) -> str:
        in_busybox = f"while :; do nc -l -p {self.port} -e cat; done & echo up; wait"
        return in_busybox if self.runtime == "container" else ECHO.replace("7070", str(self.port))

    def ask(self, port: int, text: str) -> str:
        # A server that takes one connection after the other is a moment away from its port in between.
        def once() -> str:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
                    connection.sendall(text.encode())
                    connection.shutdown(socket.SHUT_WR)
                    return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
            except OSError:
                return ""
        return str(wait_until(once, f"an answer to {text!r}"))


ECHO = """exec python3 -c '
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            piece = self.request.recv(65536)
            if not piece: return
            self.request.sendall(piece)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 200
server = Server(("127.0.0.1", 7070), Echo)
print("up", flush=True)
server.serve_forever()
'"""


class ProcessExec(ExecCase):
    """Beside plain processes."""


class Synchronising(PlaceCase):
    """What rsync does beside copying once."""

    def test_what_changes_is_sent_until_it_is_stopped(self) -> None:
        workflow = self.begin()
        (self.work / "src").mkdir()
        (self.work / "src" / "one").write_text("1", encoding="utf-8")
        there = self.base / "there"
        self.ok("rsync", "upload", workflow, "a", f"src/:{there}/", "--daemon", "--debounce-delay", "0")
        self.wait_for_file(there / "one")
        wait_until(lambda: self.daemons()[0]["status"] == "watching", "it waits", show=self.daemons)
        (self.work / "src" / "made" / "deep").mkdir(parents=True)
        (self.work / "src" / "made" / "deep" / "two").write_text("2", encoding="utf-8")
        self.wait_for_file(there / "made" / "deep" / "two")
        again = self.sennit("rsync", "upload", workflow, "a", f"src/:{there}/", "--daemon")
        # The same paths as another process names them: one daemon is enough.
        self.assertIn(again.code, (0, 1))
        pid = self.daemons()[0]["pid"]
        self.ok("rsync", "stop", workflow)
        self.assertFalse(is_alive(pid))
        self.assertEqual(self.daemons(), [])

    def daemons(self) -> List[Dict[str, Any]]:
        return list(self.json("rsync", "status")["daemons"])

    def test_a_daemon_ends_with_the_workflow(self) -> None:
        workflow = self.begin()
        (self.work / "src").mkdir()
        self.ok("rsync", "upload", workflow, "a", f"src/:{self.base}/there/", "--daemon", "--debounce-delay", "0",
                "--reconcile-interval", "1")
        wait_until(lambda: self.daemons()[0]["status"] == "watching", "it waits", show=self.daemons)
        self.ok("cancel", workflow)
        wait_until(lambda: self.daemons()[0]["status"].startswith("ended"), "it ends", show=self.daemons)
        wait_until(lambda: not self.daemons()[0]["alive"], "it is gone", show=self.daemons)

    def test_a_killed_server_and_an_interrupted_copy_lose_nothing(self) -> None:
        workflow = self.begin()
        (self.work / "src").mkdir()
        (self.work / "src" / "large").write_bytes(os.urandom(8 << 20))
        copy = self.start("rsync", "upload", workflow, "a", f"src/:{self.base}/there/", "--rate-limit", str(2 << 20))
        wait_until(lambda: list((self.base / "there").rglob(".large*")) or list((self.base / "there").rglob("large")),
                   "it is on its way")
        self.kill(self.wait_for_server())
        result = self.finish(copy)
        self.assertEqual(result.code, 1)
        self.assertIn("the next run goes on from there", result.err)
        self.ok("rsync", "upload", workflow, "a", f"src/:{self.base}/there/")
        self.same_trees(self.work / "src", self.base / "there")

    def test_mistakes_are_told(self) -> None:
        workflow = self.begin()
        for words, what in ((("rsync", "upload", workflow, "a", "nothing/:/tmp/x"), "there is no nothing/ here"),
                            (("rsync", "upload", workflow, "a", "src"), "is not FROM:TO"),
                            (("cp", "here", "there"), "one of the two is a path here"),
                            (("cp", "nothing", f"{workflow}/a:/tmp/x"), "there is no nothing here"),
                            (("rsync", "stop", "no-such-1"), "nothing like that")):
            result = self.sennit(*words)
            self.assertEqual(result.code, 2, words)
            self.assertIn(what, result.err)


@unittest.skipIf(not Path("/usr/sbin/sshd").exists(), "there is no sshd (package openssh-server)")
class SshConfig(PlaceCase):
    """OpenSSH through a task's sshd, as editors do it."""

    def test_ssh_reaches_a_task(self) -> None:
        folder = self.base / "ssh"
        folder.mkdir(mode=0o700)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        (folder / "authorized").write_text((folder / "user.pub").read_text(encoding="utf-8"), encoding="utf-8")
        Path("/run/sshd").mkdir(exist_ok=True) if os.geteuid() == 0 else None
        port = free_port()
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
            f"PidFile none\nStrictModes no\nUsePAM no\nSubsystem sftp internal-sftp\n", encoding="utf-8")
        workflow = self.begin(f"echo up; exec /usr/sbin/sshd -D -e -f {folder}/sshd_config")
        config = self.base / "config"
        config.write_text(self.ok("ssh-config", workflow, "a", "--port", str(port), "--identity", str(folder / "user")).out,
                          encoding="utf-8")
        host = f"sennit-{workflow}-a"

        def ssh(*words: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(["ssh", "-F", str(config), "-o", "BatchMode=yes", host, *words], capture_output=True,
                                  text=True, env=self.env, timeout=2 * LIMIT, check=False)
        wait_until(lambda: ssh("true").returncode == 0, "its sshd answers", show=lambda: ssh("true").stderr)
        done = ssh("echo $SSH_CONNECTION; exit 3")
        self.assertEqual((done.returncode, done.stdout.split()[:1]), (3, ["127.0.0.1"]), done.stderr)
        # What an editor does: files by sftp, and a port of the task's.
        (self.work / "up").write_bytes(os.urandom(1 << 20))
        copied = subprocess.run(["scp", "-q", "-F", str(config), str(self.work / "up"), f"{host}:{self.base}/down"],
                                capture_output=True, text=True, env=self.env, timeout=2 * LIMIT, check=False)
        self.assertEqual(copied.returncode, 0, copied.stderr)
        self.assertEqual((self.base / "down").read_bytes(), (self.work / "up").read_bytes())


@unittest.skipIf(why_no_sandbox(), f"no sandbox here: {why_no_sandbox()}")
class SandboxExec(ExecCase):
    """In sandboxes."""

    runtime = "sandbox"

    def test_it_is_inside(self) -> None:
        self.begin()
        self.assertEqual(self.sh("ls -d /osmo/data/output; test -e /proc/1/exe && cat /proc/1/comm").stdout,
                         b"/osmo/data/output\nsennit-user\n")
