"""A task's data: fetched before its command, sent after it, from and to real servers.

What needs no server runs with file:// alone. The servers are those of test_data.py, skipped aloud where they are not.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

from harness import LIMIT, ROOT, SennitTest, all_processes, wait_until
from slow_link import SlowLink
from storage_servers import BUCKET, Azurite, Server, Swift, SwiftS3, Versity, azure_signature
from test_sandbox import why_no_sandbox

LONG = 180.0
WORKFLOWS = ROOT.parent / "shared" / "workflows" / "osmo"


def tree_of(folder: Path) -> Dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TransferCase(SennitTest):
    """A storage with this test's own place in it."""

    def setUp(self) -> None:
        super().setUp()
        if shutil.which("rclone") is None:
            self.skipTest("there is no rclone here: apt-get install rclone")

    def place(self, name: str = "") -> str:
        raise NotImplementedError

    def put(self, files: Dict[str, bytes], name: str = "in") -> None:
        """Into the storage."""
        raise NotImplementedError

    def there(self, name: str = "out") -> Dict[str, bytes]:
        """What the storage has."""
        raise NotImplementedError

    def task(self, script: str, **fields: Any) -> Path:
        return self.shell_tasks({"a": script}, extra={"a": fields})

    def log(self, task: str = "a", workflow: str = "last") -> str:
        return self.ok("logs", workflow, task).out

    def run_task(self, script: str, code: int = 0, words: Optional[List[str]] = None, **fields: Any) -> Dict[str, Any]:
        """Runs it to its end; its task as `status` shows it."""
        result = self.sennit("run", str(self.task(script, **fields)), *(words or []), limit=LONG)
        self.assertEqual(result.code == 0, code == 0, f"{result}\n{self.log()}")
        task = self.tasks("last")["a"]
        if code != 0:
            self.assertEqual(task["exit_code"], code, (task, self.log()))
        return task

    def check_way_through(self) -> None:
        self.put({"a.txt": b"one", "sub/b.txt": b"two", "c.bin": b"three"})
        task = self.run_task("cat {{input:0}}/a.txt {{input:0}}/sub/b.txt; test ! -e {{input:0}}/c.bin; "
                             "mkdir {{output}}/r; echo r > {{output}}/r/x.json; echo s > {{output}}/skip",
                             inputs=[{"url": self.place("in"), "regex": r".*\.txt$"}],
                             outputs=[{"url": self.place("out/{{workflow_id}}"), "regex": "r/"}])
        workflow = self.last()
        self.assertEqual(self.there(), {f"{workflow}/r/x.json": b"r\n"})
        log = self.log()
        self.assertIn("onetwo", log)
        self.assertRegex(log, r"\[sennit\] Downloading \S+/in\n\[sennit\] Downloaded \S+/in: 2 files, 6 B in")
        self.assertRegex(log, rf"\[sennit\] Uploading to \S+/out/{workflow} \(1 file, 2 B\)")
        self.assertRegex(log, r"\[sennit\] Uploaded to \S+: 1 file, 2 B in")
        self.assertIsNotNone(task.get("input_download_start_time"), task)
        self.assertIsNotNone(task.get("output_upload_start_time"), task)


class Directories(TransferCase):
    """With directories of this host for storages."""

    def folder(self, name: str) -> Path:
        return self.base / "store" / name

    def place(self, name: str = "") -> str:
        return f"file://{self.folder(name)}"

    def put(self, files: Dict[str, bytes], name: str = "in") -> None:
        for path, text in files.items():
            (self.folder(name) / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder(name) / path).write_bytes(text)

    def there(self, name: str = "out") -> Dict[str, bytes]:
        return tree_of(self.folder(name))

    def test_way_through(self) -> None:
        self.check_way_through()

    def test_failed_command_sends_its_outputs(self) -> None:
        self.run_task("echo x > {{output}}/r; exit 7", 7, outputs=[{"url": self.place("out")}])
        self.assertEqual(self.there(), {"r": b"x\n"})

    def test_cancelled_command_does_not(self) -> None:
        workflow = self.submit(self.task("echo x > {{output}}/r; touch begun; sleep 60", outputs=[{"url": self.place("out")}]))
        self.wait_for_file(self.work / "begun")
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertEqual(self.there(), {})

    def test_missing_input(self) -> None:
        task = self.run_task("touch begun", 2014, inputs=[{"url": self.place("none")}])
        self.assertFalse((self.work / "begun").exists())
        self.assertIn("none", task["failure_message"])

    def test_chosen_files_of_a_task_are_links(self) -> None:
        path = self.shell_tasks({"make": "cd {{output}}; mkdir m; truncate -s 10G m/big.pt; echo no > log"},
                                name="flow")
        text = path.read_text() + textwrap_use("ls {{input:0}} {{input:0}}/m", "make", "m/.*[.]pt")
        path.write_text(text)
        began = time.monotonic()
        self.ok("run", str(path), limit=LONG)
        self.assertLess(time.monotonic() - began, LIMIT)
        self.assertIn("big.pt", self.log("use"))
        self.assertNotIn("log\n", self.log("use"))

    def test_only_what_changed_is_sent(self) -> None:
        fields = {"outputs": [{"url": self.place("out")}]}
        self.run_task("echo 1 > {{output}}/a; echo 2 > {{output}}/b", **fields)
        self.run_task("echo 1 > {{output}}/a; echo 3 > {{output}}/b", **fields)
        self.assertRegex(self.log(), r"Uploaded to \S+: 1 file, 2 B in .*; 1 file there already")

    def test_nothing_of_a_transfer_stays_elsewhere(self) -> None:
        self.put({"a": b"1"})
        before = set(os.listdir("/tmp"))
        self.run_task("cat {{input:0}}/a > {{output}}/b", inputs=[{"url": self.place("in")}],
                      outputs=[{"url": self.place("out")}])
        mine = {name for name in set(os.listdir("/tmp")) - before if "rclone" in name or "sennit" in name}
        self.assertEqual(mine, set())
        runs = self.state / "runs" / self.last() / "a" / "0"
        self.assertEqual(sorted(path.name for path in runs.iterdir()), ["input", "log", "log.idx", "output"])

    @unittest.skipIf(why_no_sandbox(), f"no sandbox here: {why_no_sandbox()}")
    def test_in_a_sandbox(self) -> None:
        self.put({"a": b"1"})
        self.run_task("cat /osmo/data/input/0/a; mkdir -p /tmp/models; echo s > /tmp/models/step; "
                      "echo o > /osmo/data/output/o", words=["--runtime", "sandbox"], inputs=[{"url": self.place("in")}],
                      outputs=[{"url": self.place("out")}],
                      checkpoint=[{"path": "/tmp/models", "url": self.place("ck"), "frequency": "1h"}])
        self.assertEqual(self.there(), {"o": b"o\n"})
        self.assertEqual(self.there("ck"), {"models/step": b"s\n"})

    @unittest.skipIf(why_no_sandbox(), f"no sandbox here: {why_no_sandbox()}")
    def test_a_sandbox_cannot_send_what_it_links_to(self) -> None:
        secret = self.base / "secret"
        secret.mkdir()
        (secret / "key").write_text("do not send")
        self.run_task(f"ln -s {secret} /osmo/data/output/all; ln -s {secret}/key /osmo/data/output/key; "
                      "ln -s /etc /tmp/ck; echo 1 > /osmo/data/output/good", 2012, words=["--runtime", "sandbox"],
                      outputs=[{"url": self.place("out")}],
                      checkpoint=[{"path": "/tmp/ck/*", "url": self.place("ck"), "frequency": "1h"}])
        self.assertEqual(self.there(), {"good": b"1\n"})
        self.assertEqual(self.there("ck"), {})
        self.assertIn("symbolic link", self.log())

    def test_secret_in_a_file_name(self) -> None:
        self.ok("credential", "set", "c", "--payload-env", "k=V", env={"V": "hunter2-hunter2"})
        self.run_task('cd {{output}}; mkfifo "$S"; touch "x-$S"', credentials={"c": {"S": "k"}},
                      outputs=[{"url": self.place("out")}])
        self.assertEqual(list(self.there()), ["x-hunter2-hunter2"])
        self.assertIn("[MASKED] is a pipe, which is not sent", self.log())
        self.assertNotIn("hunter2-hunter2", self.log())


def textwrap_use(script: str, task: str, regex: str) -> str:
    return (f"  - name: use\n    image: debian:12\n    command: [sh, -c]\n    args: [{json.dumps(script)}]\n"
            f"    inputs: [{{task: {task}, regex: {json.dumps(regex)}}}]\n")


class ServerTransfers(TransferCase):
    """With a server, which the tests of a class share."""

    kind: Type[Server]
    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        if cls is ServerTransfers or cls.kind is None:
            raise unittest.SkipTest("the classes below have the servers")
        why = "there is no rclone here" if shutil.which("rclone") is None else cls.kind.missing()
        if why:
            raise unittest.SkipTest(why)
        cls.server = cls.kind()
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()

    def setUp(self) -> None:
        super().setUp()
        self.set_keys()

    def set_keys(self, url: str = "", **changed: str) -> None:
        given = self.server.variables(url)
        endpoint = self.profile()
        keys = {"access_key_id": given["SENNIT_DATA_ACCESS_KEY_ID"], "access_key": given["SENNIT_DATA_ACCESS_KEY"],
                "override_url": given["SENNIT_DATA_OVERRIDE_URL"], "endpoint": endpoint}
        if "SENNIT_DATA_REGION" in given:
            keys["region"] = given["SENNIT_DATA_REGION"]
        keys.update(changed)
        words = ["--type", "DATA", "--payload-env", *[f"{key}=V_{key}" for key in keys]]
        env = {f"V_{key}": value for key, value in keys.items()}
        if "access_key" in changed and endpoint.startswith("s3://"):
            refused = self.sennit("credential", "set", "store", *words, env=env)
            self.assertEqual(refused.code, 2, refused)
            self.assertIn("Nothing was stored", refused.err)
        self.ok("credential", "set", "store", *words, *["--no-check"] * bool(changed), env=env)

    def profile(self) -> str:
        base = self.server.base()
        return base if base.startswith("s3://") else base.rsplit("/", 1)[0]

    def place(self, name: str = "") -> str:
        return f"{self.server.base()}/{self.id().rsplit('.', 1)[-1]}/{name}"

    def remote(self, name: str) -> str:
        return f"test:{BUCKET}/{self.id().rsplit('.', 1)[-1]}/{name}"

    def rclone(self, *words: str) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "RCLONE_", "SENNIT_"))}
        subprocess.run(["rclone", *words], check=True, env={**kept, "RCLONE_CONFIG": "", **self.server.rclone()})

    def put(self, files: Dict[str, bytes], name: str = "in") -> None:
        folder = Path(tempfile.mkdtemp(dir=self.base))
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text)
        self.rclone("copy", str(folder), self.remote(name))

    def there(self, name: str = "out") -> Dict[str, bytes]:
        folder = Path(tempfile.mkdtemp(dir=self.base))
        self.rclone("copy", self.remote(name), str(folder))
        return tree_of(folder)


class OnSwift(ServerTransfers):
    kind = Swift

    def test_way_through(self) -> None:
        self.check_way_through()


class OnAzure(ServerTransfers):
    kind = Azurite

    def test_way_through(self) -> None:
        self.check_way_through()

    def test_expired_key(self) -> None:
        self.set_keys(access_key=azure_signature(Azurite.ACCOUNT, Azurite.KEY, -60))
        task = self.run_task("touch begun", 2014, inputs=[{"url": self.place("in")}])
        self.assertIn("has expired", task["failure_message"])
        self.assertFalse((self.work / "begun").exists())


class OnSwiftS3(ServerTransfers):
    kind = SwiftS3

    def test_way_through(self) -> None:
        self.check_way_through()


class OnVersity(ServerTransfers):
    kind = Versity

    def test_way_through(self) -> None:
        self.check_way_through()

    def test_keys_are_nowhere_to_be_seen(self) -> None:
        self.put({"a": b"1"})
        key = Versity.KEY
        self.run_task(f"cat {{{{input:0}}}}/a; echo key {key}; env", inputs=[{"url": self.place("in")}],
                      outputs=[{"url": self.place("out")}])
        self.assertIn("key [MASKED]", self.log())
        for path in self.state.rglob("*"):
            if path.is_file() and path.name not in ("store.db", "store.db-wal"):
                self.assertNotIn(f"override_url{key}".encode(), path.read_bytes())
        for path in (self.state / "runs").rglob("*"):
            if path.is_file():
                self.assertNotIn(key.encode(), path.read_bytes(), path)

    def test_wrong_key(self) -> None:
        self.set_keys(access_key="a-key-that-nobody-has")
        for fields in ({"inputs": [{"url": self.place("in")}]}, {"outputs": [{"url": self.place("out")}]}):
            task = self.run_task("touch begun", 2014, **fields)
            self.assertRegex(task["failure_message"], r"the keys (for \S+ )?are wrong")
            self.assertIn("for the profile s3://", task["failure_message"])
            self.assertFalse((self.work / "begun").exists())

    def test_missing_bucket(self) -> None:
        self.set_keys(endpoint="s3://nobody-has-this")
        task = self.run_task("true", 2014, outputs=[{"url": "s3://nobody-has-this/x"}])
        self.assertIn("there is no s3://nobody-has-this: make it first", task["failure_message"])

    def test_no_credential(self) -> None:
        result = self.sennit("run", str(self.task("true", outputs=[{"url": "gs://bucket/x"}])))
        self.assertNotEqual(result.code, 0)
        self.assertIn("gs://bucket", result.err)
        self.assertIn("sennit credential set", result.err)

    def test_prefix_that_is_empty(self) -> None:
        self.run_task("ls {{input:0}} | wc -l", inputs=[{"url": self.place("empty")}])
        self.assertIn("0\n", self.log())

    def test_thousand_small_files(self) -> None:
        task = self.run_task("cd {{output}}; for i in $(seq 1000); do echo $i > $i; done",
                             outputs=[{"url": self.place("out")}])
        self.assertEqual(len(self.there()), 1000)
        self.run_task("ls {{input:0}} | wc -l", inputs=[{"url": self.place("out")}])
        self.assertIn("1000\n", self.log())
        self.assertIsNotNone(task.get("output_upload_start_time"))

    def test_checkpoints(self) -> None:
        workflow = self.submit(self.task(
            "mkdir -p m; echo 1 > m/step; while ! test -e go; do sleep 0.05; done; echo 2 > m/step; exit 3",
            checkpoint=[{"path": "m", "url": self.place("out"), "frequency": "200ms"}]))
        wait_until(lambda: self.there() == {"m/step": b"1\n"}, "the checkpoint", LONG, show=self.there)
        (self.work / "go").touch()
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        self.assertEqual(self.there(), {"m/step": b"2\n"})

    def test_server_that_dies_and_returns(self) -> None:
        size = 3_000_000
        link = SlowLink(self.server.port, 400_000)
        self.addCleanup(link.close)
        self.set_keys(url=link.url)
        workflow = self.submit(self.task(f"head -c {size} /dev/urandom > {{{{output}}}}/big; touch written",
                                         outputs=[{"url": self.place("out")}]))
        self.wait_for_file(self.work / "written")
        begun = link.carried
        wait_until(lambda: link.carried > begun + 300_000, "some of it on its way", LONG)
        self.server.kill_front()
        wait_until(lambda: "attempt 2 of 5" in self.log("a", workflow), "another attempt", LONG,
                   show=lambda: self.log("a", workflow))
        self.server.start_front()
        self.assertEqual(self.wait_for_end(workflow, LONG), "COMPLETED", self.log("a", workflow))
        self.assertEqual(len(self.there()["big"]), size)

    def test_cancel_while_it_downloads(self) -> None:
        self.put({"big": os.urandom(4_000_000)})
        link = SlowLink(self.server.port, 100_000)
        self.addCleanup(link.close)
        self.set_keys(url=link.url)
        workflow = self.submit(self.task("touch begun", inputs=[{"url": self.place("in")}]))
        wait_until(lambda: "Downloading" in self.log("a", workflow), "the download", LONG)
        began = time.monotonic()
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertLess(time.monotonic() - began, 20)
        self.assertFalse((self.work / "begun").exists())

    def test_cancel_while_it_uploads(self) -> None:
        link = SlowLink(self.server.port, 100_000)
        self.addCleanup(link.close)
        self.set_keys(url=link.url)
        workflow = self.submit(self.task("head -c 4000000 /dev/urandom > {{output}}/big",
                                         outputs=[{"url": self.place("out")}]))
        wait_until(lambda: "[sennit] Uploading" in self.log("a", workflow), "the upload", LONG)
        began = time.monotonic()
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual(self.there(), {})

    def test_agent_killed_while_it_downloads(self) -> None:
        self.put({"big": os.urandom(4_000_000)})
        link = SlowLink(self.server.port, 100_000)
        self.addCleanup(link.close)
        self.set_keys(url=link.url)
        workflow = self.submit(self.task("true", inputs=[{"url": self.place("in")}]))

        def movers() -> List[int]:
            found = []
            for pid in all_processes():
                with contextlib.suppress(OSError):
                    if link.url.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                        found.append(pid)
            return found

        wait_until(movers, "rclone", LONG)
        self.kill(self.wait_for_agent())
        wait_until(lambda: not movers(), "rclone to be gone", 20, show=movers)
        # What had not begun is begun again.
        self.assertEqual(self.wait_for_end(workflow, LONG), "COMPLETED")

    def test_status_shows_how_far_it_is(self) -> None:
        self.put({"big": os.urandom(2_000_000)})
        link = SlowLink(self.server.port, 400_000)
        self.addCleanup(link.close)
        self.set_keys(url=link.url)
        workflow = self.submit(self.task("cp {{input:0}}/big {{output}}", inputs=[{"url": self.place("in")}],
                                         outputs=[{"url": self.place("out")}]))
        # A file of this size has left rclone before it has left the link.
        for shown in (r"downloading .* of 1.9 MiB, \d+%, 0 of 1 file, .*iB/s, .* left", r"uploading \S+"):
            wait_until(lambda text=shown: re.search(text, self.ok("status", workflow).out), shown, LONG,
                       show=lambda: self.ok("status", workflow).out,
                       hopeless=lambda: "it is over" if self.workflow(workflow)["status"] == "COMPLETED" else None)
        self.assertEqual(self.wait_for_end(workflow, LONG), "COMPLETED")

    def test_server_killed_while_it_downloads(self) -> None:
        self.put({"big": os.urandom(1_000_000)})
        link = SlowLink(self.server.port, 300_000)
        self.addCleanup(link.close)
        self.set_keys(url=link.url)
        workflow = self.submit(self.task("wc -c {{input:0}}/big", inputs=[{"url": self.place("in")}]))
        wait_until(lambda: "Downloading" in self.log("a", workflow), "the download", LONG)
        self.kill(self.wait_for_server())
        self.assertEqual(self.wait_for_end(workflow, LONG), "COMPLETED")
        self.assertIn("1000000", self.log("a", workflow))
        self.assertEqual(self.log("a", workflow).count("[sennit] Downloading"), 1)


@unittest.skipUnless(WORKFLOWS.is_dir(), f"{WORKFLOWS} is not here")
@unittest.skipIf(why_no_sandbox(), f"no sandbox here: {why_no_sandbox()}")
class OsmosOwnFiles(ServerTransfers):
    """OSMO's examples, unchanged: the buckets that they name are at our server."""

    kind = Versity

    def set_keys(self, url: str = "", **changed: str) -> None:
        self.env["SENNIT_GPUS"] = "16"  # when the server starts
        super().set_keys(url, **changed)

    def bucket(self, name: str) -> None:
        try:
            self.server.make_bucket(name)
        except subprocess.CalledProcessError:
            pass  # it is there
        self.set_keys(endpoint=f"s3://{name}")

    def listed(self, bucket: str) -> List[str]:
        out = subprocess.run(["rclone", "lsf", "-R", "--files-only", f"test:{bucket}"], check=True, text=True,
                             capture_output=True, env={"PATH": os.environ["PATH"], "RCLONE_CONFIG": "", **self.server.rclone()})
        return sorted(out.stdout.split())

    def test_upload_then_download(self) -> None:
        self.bucket("my-bucket")
        self.ok("run", str(WORKFLOWS / "data_upload.yaml"), "--runtime", "sandbox", limit=LONG)
        self.assertIn("models/results/model.pth", self.listed("my-bucket"))
        folder = self.base / "data"
        folder.mkdir()
        (folder / "digits.csv").write_text("1,2\n")
        self.rclone("copy", str(folder), "test:my-bucket/data")
        self.ok("run", str(WORKFLOWS / "data_download.yaml"), "--runtime", "sandbox", limit=LONG)
        self.assertIn("digits.csv", self.log("load-from-cloud"))

    def test_filter(self) -> None:
        self.bucket("my-bucket")
        folder = self.base / "source"
        folder.mkdir()
        for name in ("a.txt", "b.csv"):
            (folder / name).write_text(name)
        self.rclone("copy", str(folder), "test:my-bucket/f/source-data")
        self.ok("run", str(WORKFLOWS / "data_filter.yaml"), "--set", "storage_url=s3://my-bucket/f", "--runtime",
                "sandbox", limit=LONG)
        self.assertIn("a.txt", self.log("selective-download"))
        self.assertNotIn("b.csv", self.log("selective-download"))

    def train(self, file: str, torchrun: str, *sets: str) -> None:
        """A training with a stand-in for torch, on as many nodes as this machine has room for: 16 processors and 30 GiB each."""
        shutil.copy(WORKFLOWS / file, self.work)
        for name in ("train.py", "osmo_barrier.py"):
            self.write(name, "import sys\nprint('barrier', sys.argv)\n")
        self.write("bin/torchrun", torchrun).chmod(0o755)
        room = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >= 64 * 2**30 and (os.cpu_count() or 1) >= 32
        nodes = f"n_nodes={2 if room else 1}"
        result = self.sennit("run", str(self.work / file), "--set", nodes, *sets, "--runtime", "sandbox", limit=LONG,
                             env={"PATH": f"{self.work / 'bin'}:{os.environ['PATH']}"})
        self.assertEqual(result.code, 0, result)

    def test_torchrun_template(self) -> None:
        self.bucket("my-bucket")
        self.train("dnn_training-torchrun_multinode-train_template.yaml", """
            #!/bin/sh
            for word; do last=$word; done
            echo weights > "$last"
            """, "storage_url=s3://my-bucket/t")
        self.assertIn(f"t/my-trained-model/{self.last()}/models/snapshot.pth", self.listed("my-bucket"))

    def test_torchrun_goes_on_after_it_is_rescheduled(self) -> None:
        self.bucket("my-bucket")
        self.train("dnn_training-torchrun_reschedule-train.yaml", """
            #!/bin/sh
            while [ "$1" != --snapshot_path ]; do shift; done
            if [ -e "$2" ]; then echo "goes on from $(cat "$2")"; exit 0; fi
            echo epoch-7 > "$2"
            echo trouble > "$4.0"
            """, "upload_location=s3://my-bucket/r")
        self.assertIn("goes on from epoch-7", self.log("master"))
        self.assertEqual(self.tasks("last")["master"]["retry_id"], 1)


if __name__ == "__main__":
    unittest.main()
