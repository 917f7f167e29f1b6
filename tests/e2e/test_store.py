"""Stores that are not ours, too new or damaged: a clear error, and the file untouched. And full disks."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import unittest
from pathlib import Path

from harness import SennitTest, wait_until


class BadStore(SennitTest):
    """store.db is not what this program wrote."""

    def refused(self, *words: str) -> None:
        """A command fails, names the file and a reason, and leaves the file as it was."""
        store = self.state / "store.db"
        before = store.read_bytes()
        for _ in range(2):
            result = self.sennit("run", self.shell_tasks({"a": "true"}))
            self.assertEqual(result.code, 10, result)
            self.assertIn("store.db", result.err)
            for word in words:
                self.assertIn(word, result.err.lower())
            self.assertEqual(store.read_bytes(), before, "the file was changed")

    def used(self) -> Path:
        """A store with something in it, and nobody using it."""
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.ok("server", "stop")
        wait_until(lambda: not self.processes(), "everything to be gone", show=self.process_table)
        return self.state / "store.db"

    def test_text_file(self) -> None:
        self.state.mkdir(mode=0o700)
        (self.state / "store.db").write_text("Dear diary,\n" * 1000, encoding="utf-8")
        self.refused()

    def test_database_of_another_program(self) -> None:
        self.state.mkdir(mode=0o700)
        with sqlite3.connect(self.state / "store.db") as database:
            database.execute("CREATE TABLE songs (title TEXT)")
        self.refused()

    def test_later_version(self) -> None:
        store = self.used()
        database = sqlite3.connect(store)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA user_version = 9999")
        database.commit()
        database.close()
        self.refused("9999")

    def test_cut_short(self) -> None:
        store = self.used()
        for leftover in (store.with_name("store.db-wal"), store.with_name("store.db-shm")):
            leftover.unlink(missing_ok=True)
        os.truncate(store, store.stat().st_size // 2 + 100)
        self.refused()

    def test_cut_down_to_nothing(self) -> None:
        self.state.mkdir(mode=0o700)
        (self.state / "store.db").touch(mode=0o600)
        self.refused("empty")

    def test_home_that_cannot_be_written(self) -> None:
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        os.chmod(self.home, 0o500)
        self.addCleanup(os.chmod, self.home, 0o700)
        result = self.sennit("run", self.shell_tasks({"a": "true"}))
        self.assertEqual(result.code, 10, result)
        self.assertIn(str(self.home), result.err)


class FullDisk(SennitTest):  # ctest: root
    """The state directory on a tmpfs of a few megabytes."""

    def prepare_home(self) -> None:
        if os.geteuid() != 0:
            self.skipTest("mounting a tmpfs needs root")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", str(self.home)],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a tmpfs: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(self.home)], check=False)

    def fill(self) -> Path:
        ballast = self.home / "ballast"
        with open(ballast, "wb", buffering=0) as out:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        out.write(b"x" * size)
        return ballast

    def test_full_while_logging(self) -> None:
        noisy = self.shell_tasks({"noisy": "yes | head -c 30000000; touch through", "quiet": "touch quiet"})
        workflow = self.submit(noisy)
        # The task is not held up by a log that cannot be kept, and the server says what happened to it.
        self.wait_for_file(self.work / "through")
        status = self.wait_for_end(workflow)
        self.assertIn(status, ("COMPLETED", "FAILED"))
        self.assertTrue((self.work / "quiet").exists())
        self.sennit("logs", workflow, "noisy", "-n", "1")
        for entry in self.state.glob("runs/*/noisy/*/log"):
            os.truncate(entry, 0)
        # A server whose store was full tries again every few seconds; until then it refuses submissions.
        again = self.shell_tasks({"a": "true"})
        wait_until(lambda: self.sennit("run", again).code == 0, "a workflow to run after there is room again")

    @unittest.skipUnless(shutil.which("rclone"), "there is no rclone here")
    def test_full_while_fetching(self) -> None:
        (self.work / "source").mkdir()
        (self.work / "source" / "large").write_bytes(os.urandom(8 << 20))
        result = self.sennit("run", self.shell_tasks(
            {"a": "touch begun"}, extra={"a": {"inputs": [{"url": f"file://{self.work}/source"}]}}))
        self.assertEqual(result.code, 1, result)
        task = self.tasks("last")["a"]
        self.assertIn(task["exit_code"], (2010, 2014), task)
        self.assertIn("there is no space left for data of", task["failure_message"])
        self.assertNotIn("attempt 2 of", self.ok("logs", "last", "a").out)
        self.assertFalse((self.work / "begun").exists())
        self.ok("run", self.shell_tasks({"a": "true"}))

    def test_full_while_committing(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "touch begun; while [ ! -e go ]; do sleep 0.02; done",
                                                 "b": "touch b"}, after={"b": ["a"]}))
        self.wait_for_file(self.work / "begun")
        ballast = self.fill()
        result = self.sennit("submit", self.shell_tasks({f"t{n}": "true" for n in range(500)}, name="big"))
        self.assertNotEqual(result.code, 0, "a submission that could not be kept was acknowledged")
        self.assertRegex(result.err.lower(), "space|full|disk")
        (self.work / "go").touch()
        ballast.unlink()
        self.wait_for_status(workflow, "COMPLETED")
        self.assertTrue((self.work / "b").exists())

    def test_full_from_the_start(self) -> None:
        ballast = self.fill()
        result = self.sennit("run", self.shell_tasks({"a": "true"}))
        self.assertEqual(result.code, 10, result)
        ballast.unlink()
        self.ok("run", self.shell_tasks({"a": "true"}))


if __name__ == "__main__":
    unittest.main()
