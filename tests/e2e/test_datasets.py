"""`sennit dataset`: versions, what they share, what breaks off, what is damaged, and two who work at once.

The commands against directories need no program but sennit's own. The same against a real S3 server (Versity's gateway, else
Debian's Swift), which is skipped aloud where there is none.
"""

import hashlib
import json
import os
import shutil
import signal
import textwrap
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

from harness import SennitTest, wait_until
from slow_link import SlowLink
from storage_servers import Server, SwiftS3, Versity
from test_sandbox import why_no_sandbox

LONG = 300.0
ODD_NAMES = ("with space", "new\nline", "tab\tbed", "ünï ☃", "-dash", "a*b?[c]{d}", "..dots", "full／slash", "␊", "100%",
             "back\\slash", 'quote"s')


def tree_of(folder: Path) -> Dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class DatasetCase(SennitTest):
    """Something to make a dataset of, and a bucket."""

    limit = LONG

    def setUp(self) -> None:
        super().setUp()
        self.tree = self.work / "tree"
        self.back = self.work / "back"
        self.tree.mkdir()

    def fill(self, files: Dict[str, bytes], tree: Optional[Path] = None) -> None:
        for name, text in files.items():
            path = (tree or self.tree) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)

    def dataset(self, *words: str, **options: Any) -> Any:
        return self.ok("dataset", *words, limit=self.limit, **options)

    def told(self, *words: str, **options: Any) -> Any:
        return json.loads(self.dataset(*words, "-o", "json", **options).out)

    def upload(self, name: str = "set", *words: str, **options: Any) -> Any:
        return self.told("upload", name, f"{self.tree}/*", *words, **options)

    def fails(self, code: int, *words: str, **options: Any) -> str:
        result = self.sennit("dataset", *words, limit=LONG, **options)
        self.assertEqual(result.code, code, result)
        return str(result.err)

    def check_roundtrip(self) -> None:
        self.fill({"a": b"1", "b": b"1", "sub/deep/c": os.urandom(300_000), "empty": b"",
                   **{f"odd/{name}": name.encode() for name in ODD_NAMES}})
        (self.tree / "a").chmod(0o755)
        first = self.upload()
        self.assertEqual((first["version"], first["files"], first["is_new"]), (1, 4 + len(ODD_NAMES), True))
        self.assertEqual(first["sent_files"], 3 + len(ODD_NAMES))  # a and b are the same
        self.assertFalse(self.upload()["is_new"])
        (self.tree / "a").write_bytes(b"2")
        second = self.upload("set", "--tag", "best", "--label", "split=train")
        self.assertEqual((second["version"], second["sent_files"], second["sent_bytes"]), (2, 1, 1))
        self.assertEqual(second["labels"], {"split": "train"})
        moved = self.told("download", "set:best", str(self.back))
        self.assertEqual((moved["files"], moved["unchanged"]), (4 + len(ODD_NAMES), 0))
        self.assertEqual(tree_of(self.back), tree_of(self.tree))
        self.assertTrue(os.access(self.back / "a", os.X_OK))
        self.assertEqual(self.told("download", "set:1", str(self.back))["files"], 1)
        self.assertEqual((self.back / "a").read_bytes(), b"1")
        self.assertEqual(self.told("inspect", "set", "--deep")["damaged"], [])
        changes = self.told("inspect", "set", "--diff", "1")["changes"]
        self.assertEqual([(change["path"], change["what"]) for change in changes], [("a", "changed")])
        listed = self.told("list")["datasets"]
        self.assertEqual([(one["name"], one["versions"], one["latest"]["version"]) for one in listed], [("set", 2, 2)])
        info = self.told("info", "set")
        self.assertEqual([version["tags"] for version in info["versions"]], [[], ["latest", "best"]])
        self.assertEqual(info["versions"][1]["own_bytes"], 1)
        self.dataset("tag", "set:1", "best")
        self.assertEqual(self.told("info", "set")["versions"][0]["tags"], ["best"])
        gone = self.told("delete", "set:2", "--yes")
        self.assertEqual((gone["versions"], gone["objects"]), (1, 1))
        self.assertEqual(self.told("inspect", "set", "--deep")["damaged"], [])
        self.dataset("delete", "set", "--yes")
        self.assertEqual(self.told("list")["datasets"], [])
        self.assertIn("there is no dataset 'set'", self.fails(2, "info", "set"))

    def check_two_at_once(self) -> None:
        """Each gets a version of its own, and both are whole."""
        trees = [self.work / f"tree{i}" for i in range(2)]
        for i, tree in enumerate(trees):
            self.fill({"same": b"same" * 1000, "own": str(i).encode(), **{f"f{n}": os.urandom(2000) for n in range(20)}}, tree)
        both = [self.start("dataset", "upload", "set", f"{tree}/*", "-o", "json") for tree in trees]
        results = [self.finish(process, LONG) for process in both]
        for result in results:
            self.assertEqual(result.code, 0, result)
        numbers = [json.loads(result.out)["version"] for result in results]
        self.assertEqual(len(set(numbers)), 2, numbers)
        for number, tree in zip(numbers, trees):
            back = self.work / f"back{number}"
            self.dataset("download", f"set:{number}", str(back))
            self.assertEqual(tree_of(back), tree_of(tree))


class Datasets(DatasetCase):
    """In a directory."""

    @property
    def bucket(self) -> Path:
        return self.home / "datasets"

    def object_of(self, data: bytes, name: str = "set") -> Path:
        return self.bucket / "data" / name / "objects" / hash_of(data)[:2] / hash_of(data)

    def objects(self) -> List[Path]:
        return [path for path in (self.bucket / "data").rglob("*") if path.is_file() and "objects" in path.parts]

    def test_roundtrip(self) -> None:
        self.check_roundtrip()

    def test_two_at_once(self) -> None:
        self.check_two_at_once()

    def test_works_without_rclone(self) -> None:
        self.fill({"a": b"1"})
        self.upload(env={"PATH": "/nowhere"})
        self.dataset("download", "set", str(self.back), env={"PATH": "/nowhere"})

    def test_a_second_version_of_a_gigabyte_sends_one_file(self) -> None:
        for i in range(4):
            with (self.tree / f"big{i}").open("wb") as file:
                block = os.urandom(1 << 20)
                for n in range(256):
                    file.write(n.to_bytes(8, "little") + block[8:])
        self.fill({"small": b"1"})
        began = time.monotonic()
        first = self.upload()
        self.assertEqual(first["sent_bytes"], 4 * (256 << 20) + 1)
        took = time.monotonic() - began
        time.sleep(2.1)  # what has just changed is not taken from the cache
        self.upload()
        self.fill({"small": b"2"})
        began = time.monotonic()
        second = self.upload()
        again = time.monotonic() - began
        self.assertEqual((second["sent_files"], second["sent_bytes"]), (1, 1))
        print(f"1 GiB: {took:.2f} s; with one small file changed: {again:.3f} s", flush=True)
        self.assertLess(again, took / 2 + 0.5)

    def test_ten_thousand_files(self) -> None:
        for i in range(10_000):
            path = self.tree / f"{i % 100:02}" / f"f{i}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(str(i).encode())
        times = []
        for words in (("upload", "set", f"{self.tree}/*"), ("download", "set", str(self.back)), ("inspect", "set", "--deep"),
                      ("upload", "set", f"{self.tree}/*")):
            began = time.monotonic()
            self.dataset(*words)
            times.append(f"{words[0]} {time.monotonic() - began:.2f} s")
        print("10,000 files: " + ", ".join(times), flush=True)
        self.assertEqual(len(tree_of(self.back)), 10_000)

    def test_killed_in_the_middle_goes_on(self) -> None:
        self.fill({f"f{i}": os.urandom(1 << 20) for i in range(200)})
        upload = self.start("dataset", "upload", "set", f"{self.tree}/*")
        wait_until(lambda: len(self.objects()) > 5, "some objects", LONG)
        upload.kill()
        upload.wait()
        self.assertEqual(self.told("list")["datasets"], [])
        there = len([path for path in self.objects() if not path.name.startswith(".tmp-")])
        rest = self.upload()
        self.assertEqual((rest["version"], rest["sent_files"]), (1, 200 - there))
        self.assertEqual(self.told("inspect", "set", "--deep")["damaged"], [])

    def test_damage_is_found(self) -> None:
        self.fill({"good": b"good", "bad": b"12345", "gone": b"123"})
        self.upload()
        bad = self.object_of(b"12345")
        bad.chmod(0o644)
        bad.write_bytes(b"54321")
        self.assertEqual(self.told("inspect", "set", "--verify")["damaged"], [])
        self.object_of(b"123").unlink()
        listed = self.sennit("dataset", "inspect", "set", "--verify")
        self.assertEqual((listed.code, listed.out), (1, f"missing  {hash_of(b'123')}  gone\n"), listed)
        deep = self.sennit("dataset", "inspect", "set", "--deep")
        self.assertEqual((deep.code, deep.out),
                         (1, f"changed  {hash_of(b'12345')}  bad\nmissing  {hash_of(b'123')}  gone\n"), deep)
        self.assertIn("bad is damaged", self.fails(10, "download", "set", str(self.back), "-x", "bad"))
        self.assertFalse((self.back / "bad").exists())

    def test_a_directory_is_compared(self) -> None:
        self.fill({"a": b"1", "b": b"2", "c": b"3"})
        self.upload()
        self.dataset("download", "set", str(self.back))
        self.assertEqual(self.dataset("download", "set", str(self.back), "--verify").out, "")
        (self.back / "a").write_bytes(b"x")
        (self.back / "b").unlink()
        result = self.sennit("dataset", "download", "set", str(self.back), "--verify")
        self.assertEqual((result.code, result.out), (1, "changed  a\nmissing  b\n"), result)
        self.assertEqual(self.told("download", "set", str(self.back))["files"], 2)

    def test_links_are_not_followed(self) -> None:
        self.fill({"a": b"1"})
        (self.tree / "passwd").symlink_to("/etc/passwd")
        said = self.dataset("upload", "set", f"{self.tree}/*").err
        self.assertIn("passwd is a symbolic link, which is not sent", said)
        self.back.mkdir()
        target = self.work / "target"
        target.write_bytes(b"mine")
        (self.back / "a").symlink_to(target)
        self.dataset("download", "set", str(self.back))
        self.assertEqual((target.read_bytes(), (self.back / "a").read_bytes()), (b"mine", b"1"))

    def test_a_manifest_that_leads_elsewhere_is_refused(self) -> None:
        self.fill({"a": b"1"})
        version = self.upload()
        manifest = self.bucket / "data/set/manifests" / f"{version['manifest']}.jsonl"
        text = manifest.read_text().replace('"path":"a"', '"path":"../../escaped"')
        name = hash_of(text.encode())
        (manifest.parent / f"{name}.jsonl").write_text(text)
        record = self.bucket / "register/set/versions/1.json"
        record.write_text(record.read_text().replace(version["manifest"], name))
        self.assertIn("has '.' or '..' between slashes", self.fails(10, "download", "set", str(self.back)))

    def test_mistakes(self) -> None:
        self.fill({"a": b"1"})
        for name in ("../x", "a/b/c", "a b", ".hidden", "x:"):
            self.assertIn("letters, digits", self.fails(2, "upload", name, str(self.tree)))
        self.assertIn("no version is named", self.fails(2, "upload", "set:3", str(self.tree)))
        self.assertIn("there is no bucket 'team'; there are local", self.fails(2, "upload", "team/set", str(self.tree)))
        self.assertIn("numbers are versions", self.fails(2, "upload", "set", str(self.tree), "--tag", "7"))
        self.assertIn("KEY=VALUE", self.fails(2, "upload", "set", str(self.tree), "--label", "x"))
        self.assertIn("there is no file", self.fails(2, "upload", "set", f"{self.tree}/*", "-x", "nothing"))
        self.upload()
        self.assertIn("has no version '2'; it has 1", self.fails(2, "download", "set:2", str(self.back)))
        self.assertIn("has no tag 'best'", self.fails(2, "tag", "set", "--delete", "best"))
        self.assertIn("--yes", self.fails(2, "delete", "set"))

    def test_buckets_of_the_configuration(self) -> None:
        (self.home / "config.yaml").write_text(
            f"datasets:\n  default_bucket: team\n  buckets: {{team: 'file://{self.base}/team'}}\n")
        self.fill({"a": b"1"})
        self.upload()
        self.assertTrue((self.base / "team/register/set/versions/1.json").exists())
        self.assertEqual(self.told("list", "--bucket", "local")["datasets"], [])
        self.upload("local/other")
        self.assertEqual([one["name"] for one in self.told("list", "--bucket", "local")["datasets"]], ["other"])
        shown = self.ok("config", "show").out
        self.assertIn(f"datasets.buckets.team", shown)
        (self.home / "config.yaml").write_text("datasets: {buckets: {team: 'ftp://x'}}\n")
        self.assertIn("is not a storage URL", self.fails(2, "list"))


class DatasetWorkflows(DatasetCase):
    """What tasks put out and take in."""

    def flow(self, make: str, use: str, output: str, given: str = "dataset: {name: digits}") -> Path:
        path = self.work / "flow.yaml"
        path.write_text(textwrap.dedent(f"""\
            workflow:
              name: flow
              tasks:
              - name: use
                image: x
                command: [sh, -c, {json.dumps(use)}]
                inputs: [{{{given}}}]
              - name: make
                image: x
                command: [sh, -c, {json.dumps(make)}]
                outputs: [{{{output}}}]
            """))
        return path

    def log(self, task: str) -> str:
        return str(self.ok("logs", "last", task).out)

    def check_way_through(self, *words: str) -> None:
        path = self.flow("mkdir -p {{output}}/set/sub; echo 1 > {{output}}/set/a; echo 2 > {{output}}/set/sub/b; "
                         "echo 'split: train' > {{output}}/labels.yaml; echo '{\"rows\": 2}' > {{output}}/about.json",
                         "cat {{input:0}}/digits/a {{input:0}}/digits/sub/b; ls {{input:0}}/digits",
                         "dataset: {name: digits, path: set, labels: [labels.yaml], metadata: [about.json]}")
        self.ok("run", str(path), *words, limit=LONG)
        self.assertIn("1\n2\na\nsub\n", self.log("use"))
        info = self.told("info", "digits")["versions"]
        self.assertEqual([(one["files"], one["labels"], one["metadata"]) for one in info],
                         [(2, {"split": "train"}, {"rows": "2"})])
        self.assertEqual(info[0]["source"], f"{self.last()}/make")
        self.assertRegex(self.log("make"), r"Uploaded the dataset digits:1 in file://\S+: 2 files, of which 2 files, 4 B, had")
        self.assertRegex(self.log("use"), r"Downloaded the dataset digits:1 in file://\S+: 2 files, 4 B in")

    def test_way_through_processes(self) -> None:
        self.check_way_through("--runtime", "process")

    def test_way_through_sandboxes(self) -> None:
        if why_no_sandbox():
            self.skipTest(why_no_sandbox())
        self.check_way_through("--runtime", "sandbox")

    def test_updates_and_parts(self) -> None:
        self.fill({"old": b"1", "a": b"1"})
        self.upload("digits")
        path = self.flow("echo 2 > {{output}}/a; mkdir {{output}}/d; echo 3 > {{output}}/d/x; echo 4 > {{output}}/not",
                         "cd {{input:0}}/digits; cat a deep/d/x; ls",
                         "update_dataset: {name: digits, paths: [a, 'd:deep']}")
        self.ok("run", str(path), limit=LONG)
        self.assertIn("2\n3\na\ndeep\nold\n", self.log("use"))
        self.assertEqual([one["files"] for one in self.told("info", "digits")["versions"]], [2, 3])

    def test_regexes_and_versions(self) -> None:
        self.fill({"a.txt": b"1", "b.bin": b"1"})
        self.upload("digits")
        (self.tree / "c.txt").write_bytes(b"1")
        self.upload("digits")
        path = self.flow("echo 1 > {{output}}/x.txt; echo 1 > {{output}}/y", "ls {{input:0}}/digits",
                         "dataset: {name: made, regex: '.*txt'}", "dataset: {name: 'digits:1', regex: '.*txt'}")
        self.ok("run", str(path), limit=LONG)
        self.assertRegex(self.log("use"), r"(?m)^a.txt$")
        self.assertNotRegex(self.log("use"), r"(?m)^(b.bin|c.txt)$")
        self.assertEqual(self.told("info", "made")["versions"][0]["files"], 1)

    def test_what_is_not_there(self) -> None:
        path = self.shell_tasks({"a": "touch begun"}, extra={"a": {"inputs": [{"dataset": {"name": "none"}}]}})
        self.assertEqual(self.sennit("run", str(path), limit=LONG).code, 1)
        task = self.tasks("last")["a"]
        self.assertEqual(task["exit_code"], 2014, task)
        self.assertIn("there is no dataset 'none'", task["failure_message"])
        self.assertFalse((self.work / "begun").exists())
        path = self.shell_tasks({"a": "true"}, extra={"a": {"inputs": [{"dataset": {"name": "team/none"}}]}})
        refused = self.sennit("run", str(path), limit=LONG)
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("error[SN432]: there is no bucket 'team'", refused.err)

    def test_a_damaged_object_is_not_handed_over(self) -> None:
        self.fill({"a": b"12345"})
        self.upload("digits")
        found = next(path for path in (self.home / "datasets/data/digits/objects").rglob("*") if path.is_file())
        found.chmod(0o644)
        found.write_bytes(b"54321")
        path = self.shell_tasks({"a": "touch begun"}, extra={"a": {"inputs": [{"dataset": {"name": "digits"}}]}})
        self.assertEqual(self.sennit("run", str(path), limit=LONG).code, 1)
        task = self.tasks("last")["a"]
        self.assertEqual(task["exit_code"], 2010, task)
        self.assertIn("a is damaged", task["failure_message"])

    def test_a_link_out_of_the_output_is_left_out(self) -> None:
        path = self.flow("ln -s /etc/passwd {{output}}/passwd; ln -s /etc {{output}}/etc; echo 1 > {{output}}/a",
                         "ls {{input:0}}/digits", "dataset: {name: digits}")
        self.ok("run", str(path), limit=LONG)
        self.assertIn("passwd is a symbolic link, which is not sent", self.log("make"))
        self.assertEqual([one["path"] for one in self.told("inspect", "digits")["paths"]], ["a"])


class DatasetsOnS3(DatasetCase):
    """In a bucket of a real server."""

    server: Any = None

    @classmethod
    def setUpClass(cls) -> None:
        kinds: List[Type[Server]] = [Versity, SwiftS3]
        found = [kind for kind in kinds if kind.missing() is None]
        if not found or shutil.which("rclone") is None:
            raise unittest.SkipTest("there is no S3 server here, or no rclone")
        cls.server = found[0]()
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()

    def setUp(self) -> None:
        super().setUp()
        self.env.update(self.server.variables())
        place = f"{self.server.base()}/{self.id().rsplit('.', 1)[-1]}"
        (self.home / "config.yaml").write_text(f"datasets: {{default_bucket: s, buckets: {{s: '{place}'}}}}\n")

    def test_roundtrip(self) -> None:
        self.check_roundtrip()

    def test_two_at_once(self) -> None:
        self.check_two_at_once()

    def test_killed_in_the_middle_goes_on(self) -> None:
        self.fill({f"f{i}": os.urandom(100_000) for i in range(30)})
        link = SlowLink(self.server.port, 400_000)
        self.addCleanup(link.close)
        place = f"{self.server.base()}/{self.id().rsplit('.', 1)[-1]}/data/set/objects"
        upload = self.start("dataset", "upload", "set", f"{self.tree}/*", "-T", "2", env=self.server.variables(link.url))

        def there() -> int:
            listed = self.sennit("data", "list", place, "-r", limit=LONG)
            return len(listed.out.splitlines()) if listed.code == 0 else 0

        wait_until(lambda: there() > 2, "some objects", LONG)
        upload.kill()
        upload.wait()
        self.assertEqual(self.told("list")["datasets"], [])
        count = there()
        rest = self.upload()
        self.assertEqual(rest["version"], 1)
        self.assertLessEqual(rest["sent_files"], 30 - count)
        self.dataset("download", "set", str(self.back))
        self.assertEqual(tree_of(self.back), tree_of(self.tree))
        # The mark of the upload that was killed stands: what is removed keeps its contents for now.
        self.assertTrue(self.told("delete", "set", "--yes")["contents_stay"])

    def test_ctrl_c_leaves_no_mark(self) -> None:
        self.fill({f"f{i}": os.urandom(100_000) for i in range(30)})
        link = SlowLink(self.server.port, 300_000)
        self.addCleanup(link.close)
        place = f"{self.server.base()}/{self.id().rsplit('.', 1)[-1]}"
        upload = self.start("dataset", "upload", "set", f"{self.tree}/*", "-T", "2", env=self.server.variables(link.url))
        wait_until(lambda: "objects/" in self.sennit("data", "list", place, "-r", limit=LONG).out, "an object", LONG)
        upload.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(upload, LONG).code, 3)
        self.assertNotIn("marks/", self.sennit("data", "list", place, "-r", limit=LONG).out)

    def test_tasks(self) -> None:
        self.fill({"a": b"1"})
        self.upload("digits")
        path = self.shell_tasks({"a": "cat {{input:0}}/digits/a; echo 2 > {{output}}/b"},
                                extra={"a": {"inputs": [{"dataset": {"name": "digits"}}],
                                             "outputs": [{"update_dataset": {"name": "digits"}}]}})
        self.ok("run", str(path), limit=LONG)
        self.dataset("download", "digits:2", str(self.back))
        self.assertEqual(tree_of(self.back), {"a": b"1", "b": b"2\n"})

    def test_wrong_keys(self) -> None:
        self.fill({"a": b"1"})
        wrong = {"SENNIT_DATA_ACCESS_KEY": "wrong-key-wrong-key"}
        for words in (("list",), ("upload", "set", str(self.tree)), ("download", "set", str(self.back))):
            self.assertRegex(self.fails(2, *words, env=wrong), "keys for .* are wrong|is denied")
