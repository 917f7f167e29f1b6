"""What stays and what goes: age, size, pins, what others need, deleting; and what survives being killed meanwhile."""

import os
import pty
import random
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List

from harness import PROGRAM, SennitTest, wait_until

MIB = 1 << 20


class RetentionCase(SennitTest):
    """Finished workflows with outputs."""

    def retain(self, rules: str) -> None:
        """Rules from now on; a running server sees them with the next request."""
        (self.home / "config.yaml").write_text("retention: {" + rules + "}\n", encoding="utf-8")

    def finished(self, name: str, script: str = "echo x > {{output}}/x", mib: int = 0) -> str:
        if mib:
            script = f"head -c {mib * MIB} /dev/urandom > {{{{output}}}}/big"
        workflow = self.submit(self.shell_tasks({"make": script}, name=name))
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        return workflow

    def borrower(self, name: str, lender: str) -> str:
        path = self.shell_tasks({"use": "cat {{input:0}}/* > /dev/null; echo y > {{output}}/y"},
                                {"use": [f"{lender}:make"]}, name=name)
        if lender.startswith("reader"):
            path.write_text(path.read_text(encoding="utf-8").replace(":make", ":use"), encoding="utf-8")
        workflow = self.submit(path)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        return workflow

    def run_dir(self, workflow: str) -> Path:
        return self.state / "runs" / workflow

    def left(self) -> List[str]:
        """Workflows that are there, oldest first."""
        return [entry["name"] for entry in reversed(self.json("list", "-c", "1000")["workflows"])]

    def assert_gone(self, *workflows: str) -> None:
        for workflow in workflows:
            self.assertNotIn(workflow, self.left())
            self.assertFalse(self.run_dir(workflow).exists(), workflow)

    @staticmethod
    def names(entries: List[Dict[str, Any]]) -> List[str]:
        return [entry["name"] for entry in entries]


class RetentionRules(RetentionCase):
    """The rules, by `sennit gc`."""

    def test_age_and_a_dry_run_says_what_a_run_does(self) -> None:
        old = [self.finished("old"), self.finished("old")]
        pinned, lender = self.finished("kept"), self.finished("lender")
        reader = self.borrower("reader", lender)
        live = self.submit(self.shell_tasks({"a": "sleep 300"}, name="live"))
        self.ok("pin", pinned, reader)
        self.retain("finished: 1us")
        dry = self.json("gc", "--dry-run")
        self.assertEqual(self.names(dry["removed"]), old)
        self.assertEqual({entry["why"] for entry in dry["removed"]}, {"age"})
        self.assertEqual({entry["name"]: entry["why"] for entry in dry["kept"]},
                         {live: "live", pinned: "pinned", lender: "needed", reader: "pinned"})
        self.assertEqual([entry["needed_by"] for entry in dry["kept"] if entry["name"] == lender], [[reader]])
        self.assertEqual(len(self.left()), 6, "nothing was removed")
        text = self.ok("gc", "--dry-run").out
        self.assertIn("Would remove 2 workflows", text)
        self.assertIn(f"is read by {reader}", text)
        real = self.json("gc")
        self.assertEqual({**real, "dry_run": True}, dry)
        self.assertGreater(real["freed"], 0)
        self.assert_gone(*old)
        self.assertEqual(self.left(), [pinned, lender, reader, live])
        self.ok("cancel", live)

    def test_size_takes_the_oldest(self) -> None:
        workflows = [self.finished("big", mib=4) for _ in range(3)]
        small = self.finished("small")
        self.assertGreaterEqual(self.workflow(workflows[0])["size"], 4 * MIB)
        self.assertIn("4 MiB" if self.workflow(small)["size"] == 4 * MIB else "Size", self.ok("status", small).out)
        self.retain("size: 9Mi")
        spared = self.json("gc", "--dry-run")
        self.assertEqual(spared["removed"], [], "they have ended less than an hour ago")
        self.retain("size: 9Mi, size_spares: 0")
        self.ok("pin", workflows[0])
        reply = self.json("gc")
        self.assertEqual([(entry["name"], entry["why"]) for entry in reply["removed"]], [(workflows[1], "size")])
        self.assertLessEqual(reply["size"], 9 * MIB)
        self.assertEqual(self.left(), [workflows[0], workflows[2], small])

    def test_the_server_does_it_by_itself(self) -> None:
        self.retain("size: 6Mi, size_spares: 0")
        first, second = self.finished("big", mib=4), self.finished("big", mib=4)
        wait_until(lambda: not self.run_dir(first).exists(), "the oldest to go", limit=60)
        wait_until(lambda: self.left() == [second], "its row to go", show=self.left)

    def test_lenders_stay_transitively_and_go_together(self) -> None:
        first = self.finished("first")
        second = self.borrower("reader", first)
        third = self.borrower("last", second)
        self.ok("pin", third)
        self.retain("finished: 1us")
        self.assertEqual(self.json("gc")["removed"], [])
        self.ok("unpin", third)
        self.assertEqual(self.names(self.json("gc")["removed"]), [third, second, first])
        self.assertEqual(self.left(), [])

    def test_pins_are_shown_and_survive_a_restart(self) -> None:
        workflow = self.finished("flow")
        self.assertIn(f"{workflow} is pinned", self.ok("pin", "last").err)
        self.assertIn("already", self.ok("pin", workflow).err)
        self.ok("server", "stop")
        self.assertTrue(self.workflow(workflow)["pinned"])
        self.assertTrue(self.json("list")["workflows"][0]["pinned"])
        self.assertRegex(self.ok("status", workflow).out, r"Pinned +: yes")
        self.ok("pin", "--remove", workflow)
        self.assertFalse(self.workflow(workflow)["pinned"])
        self.assertEqual(self.sennit("pin", "flow-77").code, self.sennit("status", "flow-77").code)

    def test_nothing_is_due_by_default(self) -> None:
        workflow = self.finished("flow")
        reply = self.json("gc")
        self.assertEqual((reply["removed"], reply["others"]), ([], 1))
        self.assertEqual(reply["rules"], {"finished": 30 * 86400, "workflows": None, "size": 100 << 30,
                                          "size_spares": 3600})
        self.assertEqual(self.left(), [workflow])


class Deleting(RetentionCase):
    """`sennit delete`."""

    def test_what_others_need_is_refused(self) -> None:
        lender = self.finished("lender")
        reader = self.borrower("reader", lender)
        refused = self.sennit("delete", lender)
        self.assertNotEqual(refused.code, 0)
        self.assertIn(f"{lender} is needed: {reader} reads outputs of it", refused.err)
        self.assertEqual(self.left(), [lender, reader])
        self.ok("delete", lender, reader)  # in whatever order
        self.assert_gone(lender, reader)

    def test_unfinished_pinned_and_unknown_ones_are_refused(self) -> None:
        live = self.submit(self.shell_tasks({"a": "sleep 300"}, name="live"))
        pinned = self.finished("flow")
        self.ok("pin", pinned)
        self.assertIn(f"sennit cancel {live}", self.sennit("delete", live).err)
        self.assertIn(f"sennit unpin {pinned}", self.sennit("delete", pinned).err)
        self.assertIn("flow-9", self.sennit("delete", "flow-9", pinned).err)
        self.assertEqual(self.left(), [live, pinned])
        self.ok("cancel", live)

    def test_a_terminal_is_asked(self) -> None:
        workflow = self.finished("flow")
        for answer, there in (("n", [workflow]), ("y", [])):
            self.ask("delete", workflow, answer)
            self.assertEqual(self.left(), there)

    def ask(self, *words: str) -> None:
        """Runs it on a terminal; the last word is the answer."""
        main, side = pty.openpty()
        with subprocess.Popen([str(PROGRAM), *words[:-1]], env=self.env, stdin=side, stdout=side, stderr=side) as process:
            os.close(side)
            seen = b""
            while b"[y/N]" not in seen:
                seen += os.read(main, 1000)
            self.assertIn(b"Delete flow-1 (COMPLETED", seen)
            os.write(main, words[-1].encode() + b"\n")
            process.wait(timeout=30)
        os.close(main)

    def test_outputs_that_lead_elsewhere_do_no_harm(self) -> None:
        precious = self.base / "precious"
        precious.mkdir()
        (precious / "thesis").write_text("years", encoding="utf-8")
        workflow = self.finished("flow", "rmdir {{output}} && ln -s / {{output}}; "
                                 f"ln -s {precious} $(dirname {{{{output}}}})/out; "
                                 f"mkdir -p $(dirname {{{{output}}}})/sealed/in; chmod 0 $(dirname {{{{output}}}})/sealed")
        self.assertTrue((self.run_dir(workflow) / "make/0/output").is_symlink())
        self.ok("delete", workflow)
        self.assert_gone(workflow)
        self.assertEqual((precious / "thesis").read_text(encoding="utf-8"), "years")

    def test_many_files_do_not_hold_up_the_server(self) -> None:
        workflow = self.finished("flow", "cd {{output}} && seq 1 100000 | xargs touch")
        output = self.run_dir(workflow) / "make/0/output"
        before = output.stat().st_mtime_ns
        deleting = self.start("delete", workflow)
        answered_meanwhile = 0
        while deleting.poll() is None:
            begun = output.exists() and output.stat().st_mtime_ns != before
            self.ok("server", "status")
            answered_meanwhile += begun and output.exists()
        self.assertEqual(self.finish(deleting).code, 0)
        self.assert_gone(workflow)
        self.assertGreater(answered_meanwhile, 0, "requests waited for the files")


class KilledWhileRemoving(RetentionCase):
    """kill -9 of the server at any moment of a gc."""

    def kill_server(self) -> None:
        pid = self.server_pid()
        if pid:
            self.kill(pid)

    def test_what_was_begun_is_done_by_the_next_server(self) -> None:
        kept = self.finished("kept")
        self.ok("pin", kept)
        gone = self.finished("flow", "cd {{output}} && seq 1 50000 | xargs touch")
        output = self.run_dir(gone) / "make/0/output"
        before = output.stat().st_mtime_ns
        self.retain("finished: 1us")
        command = self.start("gc")
        while output.stat().st_mtime_ns == before and command.poll() is None:
            time.sleep(0.001)  # all are gone within a moment
        self.kill_server()
        self.finish(command)
        self.assertTrue(output.exists(), "killed in the middle")
        self.retain("finished: 0")  # nothing is due any more, but what was begun is
        self.ok("server", "start")
        wait_until(lambda: not self.run_dir(gone).exists() and self.left() == [kept], "the rest to go", show=self.left)
        self.assertEqual((self.run_dir(kept) / "make/0/output/x").read_text(encoding="utf-8"), "x\n")

    def test_nothing_is_left_in_halves_whenever_it_is_killed(self) -> None:
        seed = int(os.environ.get("SENNIT_TEST_SEED", str(random.randrange(1 << 30))))
        dice = random.Random(seed)
        for round_number in range(4):
            with self.subTest(seed=seed, round=round_number):
                both = [self.finished("flow", "cd {{output}} && seq 1 2000 | xargs touch") for _ in range(2)]
                self.retain("finished: 1us")
                command = self.start("gc")
                time.sleep(dice.uniform(0.0, 0.15))  # any moment is a good moment
                self.retain("finished: 0")
                self.kill_server()
                self.finish(command)
                self.ok("server", "start")
                wait_until(lambda: all(self.is_whole(one) or self.is_gone(one) for one in both),
                           "each to be there as a whole or not at all", show=self.left)
                self.retain("finished: 1us")
                self.ok("gc")
                self.assert_gone(*both)
                self.retain("finished: 0")

    def is_gone(self, workflow: str) -> bool:
        return workflow not in self.left() and not self.run_dir(workflow).exists()

    def is_whole(self, workflow: str) -> bool:
        output = self.run_dir(workflow) / "make/0/output"
        return workflow in self.left() and output.exists() and len(os.listdir(output)) == 2000


if __name__ == "__main__":
    unittest.main()
