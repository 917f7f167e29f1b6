"""`sennit-ctrl` and `sennit-user`: one task as two processes that may each be replaced or killed in the middle."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

from harness import LIMIT, PROGRAM, SennitTest, is_alive, wait_until

USER = PROGRAM.parent / "sennit-user"
CTRL = PROGRAM.parent / "sennit-ctrl"
MEGABYTE = 1000 * 1000


def _varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(tag: int, value: int) -> bytes:
    """A field of docs/formats/fields.md."""
    return _varint(tag << 3) + _varint(value)


def text(tag: int, value: "bytes | str") -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


def frame(kind: int, payload: bytes) -> bytes:
    return struct.pack("<IHH", len(payload), kind, 0) + payload


def pair(tag: int, name: str, value: str) -> bytes:
    return text(tag, text(1, name) + text(2, value))


def order_of(command: Sequence[str], environment: Dict[str, str], inputs: Sequence[bytes] = (),
             output: str = "") -> bytes:
    """What an agent would be sent: `add_workflow` and `start`."""
    body = b"".join(text(2, word) for word in command)
    body += b"".join(pair(4, name, value) for name, value in environment.items())
    body += b"".join(text(6, one) for one in inputs)
    body += text(7, text(2, output)) if output else b""
    context = number(1, 7) + text(2, "flow-7")
    start = number(1, 99) + number(2, 7) + number(3, 0) + number(4, 2) + text(5, "train") + text(6, body)
    return frame(2, context) + frame(4, start)


def peak_memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


class UserCase(SennitTest):
    """A ctrl and a user of a test's own."""

    def setUp(self) -> None:
        super().setUp()
        for program in (USER, CTRL):
            if not program.exists():
                self.fail(f"there is no program at {program}; build it")
        self.socket = self.base / "data.sock"
        self.log = self.base / "log"
        self.report_file = self.base / "report"
        self.orders = self.base / "order"
        self.env["PATH"] = os.environ["PATH"]

    def order(self, command: Sequence[str], inputs: Sequence[bytes] = (), output: str = "", **environment: str) -> None:
        self.orders.write_bytes(order_of(command, environment, inputs, output))

    def shell(self, script: str, **environment: str) -> None:
        self.order(["sh", "-c", script], **environment)

    def spawn(self, words: Sequence[Any], **options: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen([str(word) for word in words], env=self.env, cwd=self.work, text=True,
                                   errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **options)
        self.addCleanup(self._reap, process)
        return process

    def start_ctrl(self, *words: Any) -> "subprocess.Popen[str]":
        return self.spawn([CTRL, "--order", self.orders, "--user-socket", self.socket, "--log", self.log, "--report",
                           self.report_file, *words])

    def start_user(self, *words: Any, before: Sequence[Any] = ()) -> "subprocess.Popen[str]":
        return self.spawn([*before, USER, "run", "--socket", self.socket, *words])

    def run_both(self, *ctrl_words: Any) -> "Tuple[Any, Any]":
        ctrl, user = self.start_ctrl(*ctrl_words), self.start_user()
        return self.finish(ctrl), self.finish(user)

    def report(self) -> Dict[str, Any]:
        return json.loads(self.report_file.read_text(encoding="utf-8"))

    def streams(self) -> Dict[int, bytes]:
        """The log by stream: 0 output, 1 errors, 2 lines of ours (docs/formats/log.md)."""
        log = self.log.read_bytes()
        index = Path(f"{self.log}.idx").read_bytes()
        self.assertEqual(index[:8], b"SNLOGIX1")
        places = [struct.unpack_from("<Q", index, at)[0] for at in range(8, len(index) - 15, 16)]
        found: Dict[int, List[bytes]] = {0: [], 1: [], 2: []}
        self.assertEqual(places, sorted(places, key=lambda place: place >> 8), "offsets fall")
        for place, following in zip(places, places[1:] + [len(log) << 8]):
            found[place & 0xFF].append(log[place >> 8:following >> 8])
        return {stream: b"".join(pieces) for stream, pieces in found.items()}

    def log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def wait_for_text(self, words: bytes, *processes: "subprocess.Popen[str]") -> None:
        self.wait_for_log(1, *processes)
        wait_until(lambda: words in self.log.read_bytes(), f"{words!r} in the log", show=self.log.read_bytes)

    def wait_for_log(self, size: int, *processes: "subprocess.Popen[str]") -> None:
        def early() -> "str | None":
            ended = [process for process in processes if process.poll() is not None]
            return f"{ended[0].args[0]} ended: {ended[0].communicate()}" if ended else None

        wait_until(lambda: self.log_size() >= size, f"{size} bytes of log", hopeless=early, show=self.log_size)

    def wait_for(self, name: str) -> None:
        self.wait_for_file(self.work / name)


class UserAndCtrl(UserCase):
    """What a task sees of the two, and they of it."""

    def test_output_code_and_phases(self) -> None:
        self.shell("echo out; echo \"$WHO\" >&2; exit 7", WHO="me")
        ctrl, user = self.run_both()
        self.assertEqual((ctrl.code, user.code), (0, 7), (ctrl, user))
        streams = self.streams()
        self.assertEqual((streams[0], streams[1]), (b"out\n", b"me\n"))
        lines = streams[2].decode().splitlines()
        self.assertIn("[sennit] Downloading Start", lines)
        self.assertIn("[sennit] All Inputs Gathered", lines)
        self.assertIn("[sennit] All Outputs Uploaded", lines)
        self.assertTrue(any(line.startswith("[sennit] Command ended with exit code 7 after") for line in lines), lines)
        report = self.report()
        self.assertEqual((report["workflow"], report["task"], report["retry_id"]), ("flow-7", "train", 2))
        self.assertEqual((report["phase"], report["exit_code"]), ("over", 7))
        self.assertEqual([phase["name"] for phase in report["phases"]], ["initialize", "download", "execute", "upload"])
        times = [time for phase in report["phases"] for time in (phase["start_time"], phase["end_time"])]
        self.assertEqual(times, sorted(times))
        self.assertNotIn(None, times)

    def test_task_knows_where_it_is(self) -> None:
        self.shell('echo "$SENNIT_WORKFLOW_ID $SENNIT_TASK ${PATH##*:} $(pwd)"')
        self.run_both()
        self.assertEqual(self.streams()[0].decode(), f"flow-7 train /osmo/usr/bin {self.work}\n")

    def test_signal_is_told_as_such(self) -> None:
        self.shell("kill -9 $$")
        ctrl, user = self.run_both()
        self.assertEqual((ctrl.code, user.code, self.report()["exit_code"]), (0, 137, 137))

    def test_program_that_is_not_there(self) -> None:
        self.order(["no-such-program"])
        ctrl, user = self.run_both()
        self.assertEqual((ctrl.code, user.code), (1, 127))
        self.assertIn("no such program: no-such-program", self.report()["failure_message"])
        self.assertEqual(self.report()["exit_code"], 2031)

    def test_script_without_a_first_line_and_one_with_a_wrong_one(self) -> None:
        script = self.write("plain", "exit 5\n")
        script.chmod(0o755)
        self.order([str(script)])
        self.assertEqual(self.run_both()[1].code, 5)
        for leftover in ("log.course", "log.taken"):
            (self.base / leftover).unlink()
        script.write_text("#!/no/such/interpreter\n", encoding="utf-8")
        self.assertEqual(self.run_both()[1].code, 127)
        self.assertIn("the interpreter of its #!", self.report()["failure_message"])

    def test_input_that_nobody_can_fetch_starts_nothing(self) -> None:
        self.order(["touch", "begun"], inputs=[number(1, 1) + text(2, "s3://bucket/data")])
        ctrl, user = self.run_both()
        self.assertEqual((ctrl.code, user.code), (1, 1))
        self.assertEqual(self.report()["exit_code"], 2010)
        self.assertIn("no storage for inputs", user.err)
        self.assertFalse((self.work / "begun").exists())

    def test_command_that_closes_its_pipes_and_stays(self) -> None:
        self.shell("echo first; exec >&- 2>&-; while [ ! -e go ]; do sleep 0.02; done; exit 4")
        ctrl, user = self.start_ctrl(), self.start_user()
        self.wait_for_text(b"first", ctrl, user)
        (self.work / "go").touch()
        self.assertEqual((self.finish(ctrl).code, self.finish(user).code), (0, 4))

    def test_who_stays_in_the_group_is_ended(self) -> None:
        self.shell("sleep 300 & echo $! > child; exit 3")
        ctrl, user = self.run_both()
        self.assertEqual((ctrl.code, user.code), (0, 3))
        child = int((self.work / "child").read_text(encoding="utf-8"))
        wait_until(lambda: not is_alive(child), "the command's child to end")

    def test_last_words_of_the_group_arrive(self) -> None:
        self.shell("shell=$$; (while kill -0 $shell 2>/dev/null; do :; done; echo last) & exit 0")
        self.run_both()
        self.assertEqual(self.streams()[0], b"last\n")

    def test_stop_asks_then_kills_and_uploads_nothing(self) -> None:
        self.shell("trap 'touch asked' TERM; touch begun; while :; do sleep 0.05; done")
        ctrl, user = self.start_ctrl("--grace", 1), self.start_user()
        self.wait_for("begun")
        ctrl.send_signal(signal.SIGTERM)
        self.assertEqual((self.finish(ctrl).code, self.finish(user).code), (0, 137))
        self.assertTrue((self.work / "asked").exists())
        self.assertNotIn(b"Upload Start", self.streams()[2])
        self.assertEqual(self.report()["exit_code"], 137)

    def test_signal_to_the_entry_process_is_passed_on(self) -> None:
        self.shell("trap 'exit 5' TERM; touch begun; while :; do sleep 0.05; done")
        ctrl, user = self.start_ctrl(), self.start_user()
        self.wait_for("begun")
        user.send_signal(signal.SIGTERM)
        self.assertEqual((self.finish(user).code, self.finish(ctrl).code), (5, 0))

    def test_entry_process_without_a_ctrl(self) -> None:
        user = self.finish(self.start_user("--wait", 1))
        self.assertEqual(user.code, 69)
        self.assertIn("is the task's ctrl running?", user.err)

    def test_gigabyte_without_a_newline_needs_little_memory(self) -> None:
        self.log.symlink_to("/dev/null")
        self.order(["sh", "-c", "head -c 1000000000 /dev/zero; touch written; while [ ! -e go ]; do sleep 0.02; done"])
        ctrl, user = self.start_ctrl(), self.start_user()
        wait_until((self.work / "written").exists, "a gigabyte to be written", limit=4 * LIMIT)
        self.assertLess(peak_memory(user.pid), 20 * MEGABYTE)
        if b"__asan_init" not in CTRL.read_bytes():
            self.assertLess(peak_memory(ctrl.pid), 50 * MEGABYTE)
        (self.work / "go").touch()
        self.assertEqual((self.finish(user).code, self.finish(ctrl).code), (0, 0))
        taken = Path(f"{self.log}.taken").read_bytes()
        self.assertEqual(struct.unpack_from("<Q", taken, 16)[0], 1_000_000_000)


class UserReplaced(UserCase):
    """Either of the two dies in the middle."""

    def test_ctrl_killed_again_and_again_loses_and_doubles_nothing(self) -> None:
        lines = 800_000
        script = (f"import sys\nfor i in range({lines}):\n    print('%09d' % i, 'x' * 52)\n"
                  "    if i % 100000 == 0: print('at', i, file=sys.stderr, flush=True)\nsys.exit(9)\n")
        self.order([sys.executable, "-c", script])
        user = self.start_user()
        for part in range(1, 8):
            ctrl = self.start_ctrl()
            self.wait_for_log(part * 6 * MEGABYTE, ctrl)
            ctrl.kill()
            self.finish(ctrl)
        ctrl = self.start_ctrl()
        self.assertEqual((self.finish(user).code, self.finish(ctrl).code), (9, 0))
        streams = self.streams()
        expected = "".join(f"{i:09d} {'x' * 52}\n" for i in range(lines)).encode()
        self.assertEqual(len(streams[0]), len(expected))
        self.assertTrue(streams[0] == expected, "the output differs")
        self.assertEqual(streams[1].decode(), "".join(f"at {i}\n" for i in range(0, lines, 100_000)))
        self.assertEqual(streams[2].count(b"Downloading Start"), 1)
        self.assertEqual(self.report()["exit_code"], 9)

    def test_command_waits_in_its_write_while_ctrl_is_away(self) -> None:
        self.order(["sh", "-c", "echo begun; while [ ! -e go ]; do sleep 0.02; done; head -c 30000000 /dev/zero; touch end"])
        ctrl, user = self.start_ctrl(), self.start_user()
        self.wait_for_text(b"begun\n", ctrl, user)
        ctrl.kill()
        self.finish(ctrl)
        (self.work / "go").touch()
        ctrl = self.start_ctrl()
        self.assertEqual((self.finish(user).code, self.finish(ctrl).code), (0, 0))
        self.assertEqual(self.streams()[0], b"begun\n" + bytes(30_000_000))

    def test_end_while_ctrl_is_away_is_kept_for_the_next_one(self) -> None:
        self.shell("echo begun; while [ ! -e go ]; do sleep 0.02; done; echo late; touch end; exit 6")
        ctrl, user = self.start_ctrl(), self.start_user()
        self.wait_for_text(b"begun\n", ctrl, user)
        ctrl.kill()
        self.finish(ctrl)
        (self.work / "go").touch()
        self.wait_for("end")
        self.assertIsNone(user.poll())
        ctrl = self.start_ctrl()
        self.assertEqual((self.finish(user).code, self.finish(ctrl).code), (6, 0))
        self.assertEqual(self.streams()[0], b"begun\nlate\n")

    def test_ctrl_started_after_the_end_tells_the_same(self) -> None:
        self.shell("echo once; exit 8")
        self.run_both()
        before = self.report()
        self.report_file.unlink()
        self.assertEqual(self.finish(self.start_ctrl()).code, 0)
        self.assertEqual(self.report(), before)
        self.assertEqual(self.streams()[0], b"once\n")

    def test_killed_entry_process_is_a_lost_task(self) -> None:
        self.shell("echo begun; sleep 300")
        ctrl, user = self.start_ctrl("--return-wait", 1), self.start_user()
        self.wait_for_text(b"begun\n", ctrl, user)
        user.kill()
        self.assertEqual(self.finish(ctrl).code, 1)
        self.assertEqual(self.report()["exit_code"], 3001)
        self.assertIn("its container has gone", self.report()["failure_message"])

    def test_second_container_does_not_get_the_command_again(self) -> None:
        self.shell("echo begun; sleep 300")
        ctrl, user = self.start_ctrl(), self.start_user()
        self.wait_for_text(b"begun\n", ctrl, user)
        user.kill()
        self.finish(user)
        other = self.start_user()
        self.assertEqual(self.finish(ctrl).code, 1)
        self.assertIn("started anew", self.report()["failure_message"])
        other.kill()

    def test_entry_process_gives_up_when_nobody_stores_the_end(self) -> None:
        self.shell("echo begun; while [ ! -e go ]; do sleep 0.02; done; exit 6")
        ctrl, user = self.start_ctrl(), self.start_user("--store-wait", 1)
        self.wait_for_text(b"begun\n", ctrl, user)
        ctrl.kill()
        (self.work / "go").touch()
        result = self.finish(user)
        self.assertEqual(result.code, 6)
        self.assertIn("nobody has stored how the command ended", result.err)


class UserInAnEmptyImage(UserCase):  # ctest: root
    """Only /osmo, as `sennit-user init` has made it: no C library, no shell, no /dev, no /proc."""

    def setUp(self) -> None:
        super().setUp()
        self.root = self.base / "root"
        self.spaces = ["unshare", "--mount", "--pid", "--fork"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
        tried = subprocess.run([*self.spaces, "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            self.skipTest(f"no namespaces here: {tried.stderr.strip()}")
        made = subprocess.run([USER, "init", "--root", self.root / "osmo"], capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.socket = self.root / "osmo/data/socket/data.sock"

    def start_user(self, *words: Any, before: Sequence[Any] = ()) -> "subprocess.Popen[str]":
        return self.spawn([*self.spaces, "chroot", *before, self.root, "/osmo/usr/bin/sennit-user", "run", *words])

    def test_image_with_a_user_of_its_own(self) -> None:
        if os.geteuid() != 0:
            self.skipTest("only root may become somebody else")
        self.order(["sennit", "status"])
        ctrl, user = self.start_ctrl(), self.start_user(before=["--userspec=65534:65534"])
        ended = self.finish(user)
        self.assertEqual((ended.code, self.finish(ctrl).code), (0, 0), ended)
        self.assertIn(b"workflow    flow-7", self.streams()[0])

    def test_init_makes_what_is_needed_and_may_be_repeated(self) -> None:
        subprocess.run([USER, "init", "--root", self.root / "osmo", "--ctrl", USER], check=True)
        for name, mode in (("input", 0o777), ("output", 0o777), ("socket", 0o1777)):
            self.assertEqual((self.root / "osmo/data" / name).stat().st_mode & 0o7777, mode)
        programs = self.root / "osmo/usr/bin"
        self.assertEqual(sorted(os.listdir(programs)), ["osmo", "sennit", "sennit-ctrl", "sennit-user"])
        self.assertEqual((programs / "sennit-user").read_bytes(), USER.read_bytes())

    def test_program_is_small(self) -> None:
        self.assertLess(USER.stat().st_size, 3 * MEGABYTE)

    def test_asks_for_its_own_status(self) -> None:
        self.order(["sennit", "status"])
        ctrl, user = self.run_both()
        self.assertEqual((ctrl.code, user.code), (0, 0), (ctrl, user))
        out = self.streams()[0].decode()
        self.assertIn("workflow    flow-7\ntask        train (retry 2)\n", out)
        self.assertRegex(out, r"execute +\d.*under way\n")

    def test_osmo_is_the_same_command(self) -> None:
        self.order(["osmo", "status", "-o", "json"])
        self.run_both()
        self.assertEqual(json.loads(self.streams()[0])["phase"], "execute")

    def test_logs_are_those_of_the_task(self) -> None:
        self.order(["sennit", "logs", "-n", "1"])
        self.run_both()
        self.assertEqual(self.streams()[0], b"[sennit] All Inputs Gathered\n")

    def test_data_is_moved_by_the_ctrl(self) -> None:
        if shutil.which("rclone") is None:
            self.skipTest("there is no rclone here: apt-get install rclone")
        store, output = self.base / "store", self.base / "output"
        (output / "m").mkdir(parents=True)
        (output / "m" / "a").write_text("1")
        self.order(["sennit", "data", "upload", f"file://{store}", "/osmo/data/output/m"], output=f"file://{store}")
        # A ctrl by itself sends no outputs afterwards; here the command has done it.
        user = self.run_both("--output", output)[1]
        self.assertEqual(user.code, 0, (user, self.log.read_bytes()))
        self.assertEqual(self.streams()[0], b"1 file, 1 B\n")
        self.assertEqual((store / "m" / "a").read_text(), "1")

    def test_data_from_elsewhere_is_refused(self) -> None:
        self.order(["osmo", "data", "upload", f"file://{self.base}/store", "/etc/passwd"])
        self.assertEqual(self.run_both()[1].code, 2)
        self.assertIn(b"only what lies below /osmo/data/output", self.streams()[1])

    def test_data_that_cannot_be_had(self) -> None:
        self.order(["sennit", "data", "list", "gs://bucket/x"])
        self.assertEqual(self.run_both()[1].code, 1)
        self.assertIn(b"gs://bucket", self.streams()[1])

    def test_data_has_verbs(self) -> None:
        self.order(["sennit", "data", "copy", "s3://bucket"])
        self.assertEqual(self.run_both()[1].code, 2)
        self.assertIn(b"'data copy' is not known; there is: data upload URL PATH", self.streams()[1])

    def test_unknown_command_lists_what_there_is(self) -> None:
        self.order(["sennit", "submit", "x"])
        self.assertEqual(self.run_both()[1].code, 2)
        self.assertIn(b"'submit' is not offered inside a task", self.streams()[1])

    def test_program_that_is_not_there(self) -> None:
        self.order(["sh"])
        self.assertEqual(self.run_both()[1].code, 127)


class UserAsInit(UserCase):  # ctest: root
    """As pid 1 it is the parent of every orphan, and the end of everybody."""

    def setUp(self) -> None:
        super().setUp()
        self.spaces = ["unshare", "--pid", "--fork", "--kill-child"]
        self.spaces += [] if os.geteuid() == 0 else ["--map-root-user"]
        tried = subprocess.run([*self.spaces, "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            self.skipTest(f"no namespaces here: {tried.stderr.strip()}")

    def run_script(self, script: str) -> Tuple[Any, Any]:
        self.shell(script)
        ctrl, user = self.start_ctrl(), self.start_user(before=self.spaces)
        return self.finish(ctrl), self.finish(user)

    def test_double_fork_that_keeps_the_pipes_ends_with_the_command(self) -> None:
        ctrl, user = self.run_script("(setsid sh -c 'trap \"\" TERM; touch away; sleep 300' &) ; "
                                     "while [ ! -e away ]; do sleep 0.02; done; echo end; exit 3")
        self.assertEqual((ctrl.code, user.code), (0, 3))
        self.assertEqual(self.streams()[0], b"end\n")
        self.assertEqual(self.processes_named("sleep 300"), [])

    def test_orphans_are_collected(self) -> None:
        ctrl, user = self.run_script("for i in 1 2 3; do (setsid sh -c 'exit 0' &); done; sleep 0.2; "
                                     "unshare --mount --mount-proc ps -e -o stat= | grep -c Z; exit 0")
        self.assertEqual((ctrl.code, user.code), (0, 0))
        self.assertEqual(self.streams()[0], b"0\n")

    def processes_named(self, words: str) -> List[int]:
        return [pid for pid, process in self.processes().items() if words in " ".join(process.words)]


if __name__ == "__main__":
    unittest.main()
