"""Commands and ports inside running tasks, as a user sees them, in each place where tasks run."""
import fcntl
import hashlib
import json
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
        cancelled = self.sennit("cancel", "last", "--force")
        if cancelled.code == 0:
            self.wait_for_end("last")
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
        wait_until(lambda: self.daemons() and self.daemons()[0]["status"] == "watching", "it waits", show=self.daemons)
        (self.work / "src" / "made" / "deep").mkdir(parents=True)
        (self.work / "src" / "made" / "deep" / "two").write_text("2", encoding="utf-8")
        self.wait_for_file(there / "made" / "deep" / "two")
        again = self.sennit("rsync", "upload", workflow, "a", f"src/:{there}/", "--daemon")
        # The same paths as another process names them: one daemon is enough.
        self.assertIn(again.code, (0, 1))
        pid = self.daemons()[0]["pid"]
        self.ok("rsync", "stop", workflow)
        wait_until(lambda: not is_alive(pid), "it is gone")
        self.assertEqual(self.daemons(), [])

    def daemons(self) -> List[Dict[str, Any]]:
        return list(self.json("rsync", "status")["daemons"])

    def test_a_daemon_ends_with_the_workflow(self) -> None:
        workflow = self.begin()
        (self.work / "src").mkdir()
        self.ok("rsync", "upload", workflow, "a", f"src/:{self.base}/there/", "--daemon", "--debounce-delay", "0",
                "--reconcile-interval", "1")
        wait_until(lambda: self.daemons() and self.daemons()[0]["status"] == "watching", "it waits", show=self.daemons)
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


class ExecPipes(PlaceCase):
    """As a part of a pipeline: what goes in and comes out, and who waits for whom."""

    def test_a_folder_goes_through_tar_both_ways(self) -> None:
        self.begin()
        source = self.work / "source"
        for at in range(20):
            (source / f"{at}").mkdir(parents=True)
            (source / f"{at}" / "file").write_bytes(os.urandom(50_000))
        packed = subprocess.run(["tar", "c", "-C", str(source), "."], capture_output=True, check=True).stdout
        there = self.work / "there"
        self.assertEqual(self.sh(f"mkdir {there} && tar x -C {there}", given=packed).returncode, 0)
        back = self.sh(f"tar c -C {there} .").stdout
        here = self.work / "here"
        here.mkdir()
        subprocess.run(["tar", "x", "-C", str(here)], input=back, check=True)
        for at in range(20):
            self.assertEqual((here / f"{at}" / "file").read_bytes(), (source / f"{at}" / "file").read_bytes())

    def test_its_input_may_be_a_file_nothing_or_closed(self) -> None:
        self.begin()
        data = os.urandom(1 << 20) * 5
        (self.work / "input").write_bytes(data)
        words = [str(PROGRAM), "exec", "last", "a", "--", "sh", "-c", "cat; echo end >&2"]
        for given, want in (("input", data), ("/dev/null", b"")):
            with open(self.work / given, "rb") as file:
                done = subprocess.run(words, stdin=file, env=self.env, cwd=self.work, capture_output=True, timeout=LIMIT, check=False)
            self.assertEqual((done.returncode, done.stdout == want, done.stderr), (0, True, b"end\n"), given)
        closed = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", *words], env=self.env, cwd=self.work, capture_output=True,
                                timeout=LIMIT, check=False)
        self.assertEqual((closed.returncode, closed.stdout, closed.stderr), (0, b"", b"end\n"))

    def test_a_reader_that_goes_ends_it_as_any_command(self) -> None:
        self.begin()
        script = f"{PROGRAM} exec last a -- yes | head -n 1"
        done = subprocess.run(["bash", "-o", "pipefail", "-c", script], env=self.env, cwd=self.work, capture_output=True,
                              timeout=LIMIT, check=False)
        self.assertEqual((done.returncode, done.stdout), (128 + signal.SIGPIPE, b"y\n"), done.stderr)

    def test_a_slow_reader_loses_nothing_and_holds_nobody_else(self) -> None:
        self.begin(f"echo up; while :; do echo . >> {self.work}/ticks; sleep 0.02; done")
        words = [str(PROGRAM), "exec", "last", "a", "--", "head", "-c", "1500000", "/dev/zero"]
        slow = subprocess.Popen(words, env=self.env, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        endless = subprocess.Popen(words[:5] + ["yes"], env=self.env, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(lambda: (endless.kill(), endless.communicate()))
        stopped = subprocess.Popen(words[:5] + ["yes"], env=self.env, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(lambda: (stopped.kill(), stopped.communicate()))
        assert stopped.stdout is not None
        self.assertEqual(stopped.stdout.read(2), b"y\n")
        stopped.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        # Longer than any of the pauses after which somebody might have given it up.
        while time.monotonic() < begun + 8:
            ticks = (self.work / "ticks").stat().st_size
            self.assertEqual(self.sh("echo well").stdout, b"well\n")
            wait_until(lambda before=ticks: (self.work / "ticks").stat().st_size > before, "the task goes on", limit=10)
        out = slow.communicate(timeout=LIMIT)[0]
        self.assertEqual((slow.returncode, len(out)), (0, 1_500_000))

    def test_a_client_that_is_killed_while_its_input_waits(self) -> None:
        self.begin()
        with open("/dev/zero", "rb") as zero:
            client = subprocess.Popen([str(PROGRAM), "exec", "last", "a", "--", "sh", "-c", "echo $$; exec sleep 1000"],
                                      env=self.env, cwd=self.work, stdin=zero, stdout=subprocess.PIPE)
        assert client.stdout is not None
        pid = int(client.stdout.readline())

        def taken() -> int:
            return int(Path(f"/proc/{client.pid}/io").read_text().split()[1])

        def rests() -> bool:
            before = taken()
            time.sleep(0.5)
            return taken() == before
        wait_until(rests, "all that stands between has what it takes")
        self.assertTrue(is_alive(pid))
        client.kill()
        client.communicate()
        wait_until(lambda: not is_alive(pid), "the command is hung up", limit=20)


class ExecFaults(PlaceCase):
    """Servers that die, agents that do not answer, tasks that do not run."""

    def test_a_server_that_is_killed_ends_it_with_a_word(self) -> None:
        self.begin()
        process = self.start("exec", "last", "a", "--", "sh", "-c", "echo $$; exec sleep 1000")
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        os.kill(self.wait_for_server(), signal.SIGKILL)
        result = self.finish(process)
        self.assertEqual(result.code, 10)
        self.assertRegex(result.err, "error: a: ")
        wait_until(lambda: not is_alive(pid), "the command is hung up")
        self.assertEqual(self.sh("echo again").stdout, b"again\n")

    def test_kept_alive_it_is_opened_again(self) -> None:
        self.begin()
        process = self.start("exec", "last", "a", "--keep-alive", "--", "sh", "-c",
                             f"echo began; while [ ! -e {self.work}/go ]; do sleep 0.05; done; exit 6")
        assert process.stdout is not None
        for _ in range(2):
            self.assertEqual(process.stdout.readline(), "began\n")
            os.kill(self.wait_for_server(), signal.SIGKILL)
        self.assertEqual(process.stdout.readline(), "began\n")
        (self.work / "go").touch()
        result = self.finish(process)
        self.assertEqual((result.code, result.err.count("opening it again")), (6, 2), result.err)

    def test_a_server_that_is_stopped_says_so(self) -> None:
        self.begin()
        process = self.start("exec", "last", "a", "--", "sh", "-c", "echo up; exec sleep 1000")
        assert process.stdout is not None
        self.assertEqual(process.stdout.readline(), "up\n")
        os.kill(self.wait_for_server(), signal.SIGTERM)
        result = self.finish(process)
        self.assertEqual(result.code, 10)
        self.assertIn("the server is stopping", result.err)

    def test_an_agent_that_does_not_answer_is_not_waited_for_for_ever(self) -> None:
        self.begin()
        agent = self.wait_for_agent()
        os.kill(agent, signal.SIGSTOP)
        try:
            result = self.sennit("exec", "last", "a", "--connect-timeout", "1", "--", "true")
            self.assertEqual(result.code, 10)
            self.assertIn("the task does not answer", result.err)
            waiting = self.start("exec", "last", "a", "--", "true")
            wait_until(lambda: "exec" in self.process_table(), "it waits")
            with self.assertRaises(subprocess.TimeoutExpired):
                waiting.wait(timeout=1)
            waiting.send_signal(signal.SIGINT)
            self.assertEqual(self.finish(waiting, limit=20).code, 3)
        finally:
            os.kill(agent, signal.SIGCONT)
        self.assertEqual(self.sh("echo well").stdout, b"well\n")

    def test_a_paused_task_says_that_it_is(self) -> None:
        workflow = self.begin()
        self.ok("pause", workflow, "a")
        done = self.sh("true")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"is paused: `sennit resume {workflow} a` lets it go on", done.stderr.decode())
        self.ok("resume", workflow, "a")
        wait_until(lambda: self.sh("echo well").stdout == b"well\n", "there is a way in again")

    def test_input_that_comes_before_it_is_asked_for(self) -> None:
        workflow = self.begin()
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(LIMIT)
            raw.connect(str(self.state / "server.sock"))
            head = (f"GET /v1/workflows/{workflow}/exec?task=a&command=cat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            frames = b"".join(bytes([0x82, 0x80 | len(payload)]) + bytes(4) + payload for payload in (b"\0eager", b"\xff\0"))
            raw.sendall(head.encode() + frames)
            got = b""
            while b"exited" not in got and (piece := raw.recv(65536)):
                got += piece
        self.assertIn(b"\x01eager", got)
        self.assertIn(b"exited", got)


class ExecInGroup(PlaceCase):
    """One command in every task of a group."""

    def test_lines_have_their_task_and_the_highest_code_counts(self) -> None:
        self.begin_group()
        result = self.sennit("exec", "last", "--group", "gang", "--", "sh", "-c",
                             'echo "one $SENNIT_TASK"; echo err >&2; echo -n two; [ $SENNIT_TASK = y ] && exit 7; exit 3')
        self.assertEqual(result.code, 7)
        self.assertEqual(sorted(result.out.splitlines()), sorted(f"[{task}] {line}" for task in "xyz" for line in (f"one {task}", "two")))
        self.assertEqual(sorted(result.err.splitlines()), ["[x] err", "[y] err", "[z] err"])

    # One that was refused was given up again when the time to connect was over, and counted twice.
    def test_one_that_cannot_be_started_does_not_end_the_others(self) -> None:
        self.begin_group()
        result = self.sennit("exec", "last", "--group", "gang", "--connect-timeout", "1", "--", "./tool")
        self.assertEqual(result.code, 127)
        self.assertEqual(sorted(result.out.splitlines()), ["[y] begun", "[y] ended"])
        self.assertEqual(result.err.count("no such program"), 2, result.err)

    def test_a_group_that_is_not_there(self) -> None:
        self.begin_group()
        for words, says in ((("--group", "none", "--", "true"), "no group 'none'"), (("--group", "gang"), "wants a command"),
                            (("--group", "gang", "--tty", "--", "true"), "neither --tty")):
            result = self.sennit("exec", "last", *words)
            self.assertNotEqual(result.code, 0)
            self.assertIn(says, result.err)

    def begin_group(self) -> None:
        script = "echo up; if [ $SENNIT_TASK = y ]; then printf '#!/bin/sh\\necho begun; sleep 3; echo ended\\n' > tool; chmod +x tool; fi"
        lines = ["workflow:", "  name: gang", "  groups:", "  - name: gang", "    tasks:"]
        for task in "xyz":
            (self.work / task).mkdir()
            lines += [f"    - name: {task}", "      image: debian:12", "      command: [sh, -c]",
                      f"      args: [{json.dumps(f'cd {self.work}/{task}; {script}; sleep 1000')}]"]
            lines += ["      lead: true"] if task == "x" else []
        workflow = self.submit(self.write("gang.yaml", "\n".join(lines) + "\n"), "--runtime", self.runtime)
        wait_until(lambda: all("up\n" in self.sennit("logs", workflow, task).out for task in "xyz"), "all are up")
        wait_until(lambda: (self.work / "y" / "tool").exists(), "its tool is there")
