"""`sennit data` against real servers: roundtrips, changes, odd names, wrong keys, servers that die, slow links.

What needs no server runs with file:// alone. Swift comes with Debian's packages; the others are skipped aloud where
tools/servers has not brought them.
"""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

from harness import LIMIT, PROGRAM, SennitTest, all_processes, wait_until
from slow_link import SlowLink
from storage_servers import BUCKET, Azurite, Server, Swift, SwiftS3, Versity, azure_signature

# A server on a busy machine.
LONG = 300.0
ODD_NAMES = ("with space", "ünï ☃", "-dash", "#hash;semi", "trail ", "a*b?[c]{d}", "..dots", "full／slash", "q'uote\"s", "100%",
             "plus+and=")


def tree_of(folder: Path) -> Dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class DataCase(SennitTest):
    """Something to send, and somewhere to send it to."""

    limit = LONG

    def setUp(self) -> None:
        super().setUp()
        if shutil.which("rclone") is None:
            self.skipTest("there is no rclone here: apt-get install rclone")
        self.tree = self.work / "tree"
        self.back = self.work / "back"
        self.back.mkdir()

    def place(self, name: str = "") -> str:
        """A URL of this test's own."""
        raise NotImplementedError

    def fill(self, files: Dict[str, bytes]) -> None:
        for name, text in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)

    def data(self, *words: str, **options: Any) -> Any:
        return self.ok("data", *words, limit=self.limit, **options)

    def moved(self, *words: str, **options: Any) -> Any:
        """What `-o json` says of a transfer."""
        return json.loads(self.data(*words, "-o", "json", **options).out)

    def fails(self, code: int, *words: str, **options: Any) -> str:
        result = self.sennit("data", *words, limit=LONG, **options)
        self.assertEqual(result.code, code, result)
        return str(result.err)

    def listed(self, url: str, *flags: str) -> List[str]:
        return sorted(self.data("list", url, "-r", *flags).out.splitlines())


class Roundtrips(DataCase):
    """With a directory for a storage: no server, no keys."""

    def place(self, name: str = "") -> str:
        return f"file://{self.base}/store/{name}"

    def test_what_is_sent_comes_back(self) -> None:
        self.fill({"a": b"1", "sub/deep/b": b"22", "empty": b"", **{f"odd/{name}": b"x" for name in ODD_NAMES}})
        sent = self.moved("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual((sent["files"], sent["unchanged"]), (3 + len(ODD_NAMES), 0))
        self.data("download", self.place("t"), str(self.back))
        self.assertEqual(tree_of(self.back), tree_of(self.tree))
        self.assertEqual(self.listed(self.place("t")), sorted(tree_of(self.tree)))

    def test_only_what_changed_is_sent(self) -> None:
        self.fill({"a": b"one", "b": b"two", "c": b"three"})
        self.data("upload", self.place("t"), f"{self.tree}/*")
        again = self.moved("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual((again["files"], again["unchanged"]), (0, 3))
        before = os.stat(self.tree / "b")
        (self.tree / "b").write_bytes(b"TWO")  # the same size and time
        os.utime(self.tree / "b", ns=(before.st_atime_ns, before.st_mtime_ns))
        changed = self.moved("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual((changed["files"], changed["unchanged"]), (1, 2))
        self.data("download", self.place("t"), str(self.back))
        self.assertEqual(tree_of(self.back)["b"], b"TWO")

    def test_paths_keep_their_last_name(self) -> None:
        self.fill({"m/a": b"1", "m/sub/b": b"2", "single": b"3"})
        self.data("upload", self.place("t"), str(self.tree / "m"), str(self.tree / "single"))
        self.assertEqual(self.listed(self.place("t")), ["m/a", "m/sub/b", "single"])
        self.data("download", self.place("t/m/a"), str(self.back))
        self.assertEqual(tree_of(self.back), {"a": b"1"})

    def test_patterns(self) -> None:
        self.fill({"a.pt": b"1", "logs/a.log": b"2", "logs/b.pt": b"3", "b.txt": b"4"})
        self.data("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual(self.listed(self.place("t"), "-x", "logs/"), ["logs/a.log", "logs/b.pt"])
        self.assertEqual(self.listed(self.place("t"), "-x", ".*\\.pt$"), ["a.pt", "logs/b.pt"])
        self.assertEqual(self.listed(self.place("t"), "-p", "logs/a"), ["logs/a.log"])
        self.data("download", self.place("t"), str(self.back), "-x", "(a|b)\\.")
        self.assertEqual(sorted(tree_of(self.back)), ["a.pt", "b.txt"])
        self.data("delete", self.place("t"), "-x", "logs/")
        self.assertEqual(self.listed(self.place("t")), ["a.pt", "b.txt"])
        self.assertIn("is not a regular expression", self.fails(2, "list", self.place("t"), "-x", "(a"))

    def test_listings(self) -> None:
        self.fill({"a": b"12345", "sub/b": b"1"})
        self.data("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual(self.data("list", self.place("t")).out.splitlines(), ["a", "sub/"])
        self.assertIn("Total 2 objects found", self.data("list", self.place("t"), "-r").err)
        answer = json.loads(self.data("list", self.place("t"), "-r", "-o", "json").out)
        self.assertEqual(answer["count"], 2)
        self.assertEqual(answer["objects"][0]["name"], "a")
        self.assertEqual(answer["objects"][0]["size"], 5)
        self.assertIn("5 B", self.data("list", self.place("t"), "-r", "-l").out)
        self.data("list", self.place("t"), str(self.work / "names"), "-r")
        self.assertEqual((self.work / "names").read_text(), "a\nsub/b\n")

    def test_mistakes(self) -> None:
        self.assertIn("s3://bucket/path", self.fails(2, "list", "bucket"))
        self.assertIn("'..'", self.fails(2, "list", f"file://{self.base}/../etc"))
        self.assertIn("No such file", self.fails(2, "upload", self.place(), str(self.work / "none")))
        self.assertIn("there is no directory", self.fails(2, "download", self.place("none"), str(self.back)))
        self.assertIn("none", self.fails(2, "download", self.place(), str(self.work / "none")))
        self.assertIn("there is no credential for gs://b/x", self.fails(2, "list", "gs://b/x"))
        self.assertIn("apt-get install rclone", self.fails(2, "list", self.place(), env={"PATH": "/nowhere"}))

    def test_names_that_cannot_be_sent(self) -> None:
        self.fill({"fine": b"1", "new\nline": b"2"})
        said = self.fails(2, "upload", self.place("t"), f"{self.tree}/*")
        self.assertIn("'new\\nline' has a newline in it", said)
        self.assertFalse((self.base / "store" / "t").exists())
        self.data("upload", self.place("t"), f"{self.tree}/*", "-x", "fine")

    def test_links_are_not_followed(self) -> None:
        self.fill({"a": b"1"})
        (self.tree / "out").symlink_to("/etc")
        (self.tree / "passwd").symlink_to("/etc/passwd")
        said = self.data("upload", self.place("t"), f"{self.tree}/*").err
        self.assertIn("out is a symbolic link, which is not sent", said)
        self.assertEqual(self.listed(self.place("t")), ["a"])

    def test_checks(self) -> None:
        store = self.base / "store"
        store.mkdir()
        for access in ("READ", "WRITE", "DELETE"):
            self.assertEqual(json.loads(self.data("check", self.place(), "-a", access).out), {"status": "pass"})
        result = self.sennit("data", "check", self.place("none"))
        self.assertEqual((result.code, json.loads(result.out)["status"]), (1, "fail"))


class ServerCase(DataCase):
    """One server for all tests of a class."""

    kind: Optional[Type[Server]] = None
    server: Any = None

    @classmethod
    def setUpClass(cls) -> None:
        assert cls.kind is not None
        reason = cls.kind.missing() or (None if shutil.which("rclone") else "there is no rclone here")
        if reason:
            raise unittest.SkipTest(reason)
        cls.server = cls.kind()
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()

    def setUp(self) -> None:
        super().setUp()
        self.env.update(self.server.variables())

    def place(self, name: str = "") -> str:
        return f"{self.server.base()}/{self.id().rsplit('.', 1)[-1]}/{name}"

    def check_roundtrip(self) -> None:
        self.fill({"a": b"1", "sub/deep/b": os.urandom(300_000), "empty": b"",
                   **{f"odd/{name}": name.encode() for name in ODD_NAMES}})
        sent = self.moved("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual((sent["files"], sent["unchanged"]), (3 + len(ODD_NAMES), 0))
        again = self.moved("upload", self.place("t"), f"{self.tree}/*")
        self.assertEqual((again["files"], again["unchanged"]), (0, 3 + len(ODD_NAMES)))
        (self.tree / "a").write_bytes(b"2")
        self.assertEqual(self.moved("upload", self.place("t"), f"{self.tree}/*")["files"], 1)
        self.data("download", self.place("t"), str(self.back))
        self.assertEqual(tree_of(self.back), tree_of(self.tree))
        (self.back / "a").write_bytes(b"3")
        self.assertEqual(self.moved("download", self.place("t"), str(self.back))["files"], 1)
        one = self.work / "one"
        one.mkdir()
        self.data("download", self.place("t/odd/with space"), str(one))
        self.assertEqual(tree_of(one), {"with space": b"with space"})
        self.assertEqual(self.moved("delete", self.place("t"), "-x", "odd/")["files"], len(ODD_NAMES))
        self.assertEqual(self.listed(self.place("t")), ["a", "empty", "sub/deep/b"])
        self.data("delete", self.place("t/a"))
        self.data("delete", self.place("t"), "-y")
        self.assertEqual(self.listed(self.place("t")), [])

    def check_refusals(self, nowhere: str) -> None:
        """Wrong keys and a bucket that is not there, at once and without a secret in what is said."""
        self.fill({"a": b"1"})
        key = self.env["SENNIT_DATA_ACCESS_KEY"]
        wrong = {"SENNIT_DATA_ACCESS_KEY": key[::-1] if key.endswith("y") else "d3Jvbmc="}
        for words in (("list", self.place()), ("upload", self.place(), str(self.tree)),
                      ("download", self.place(), str(self.back))):
            said = self.fails(2, *words, env=wrong)
            self.assertRegex(said, "keys for .* are wrong|is denied")
            self.assertIn("profile", said)
            self.assertNotIn(wrong["SENNIT_DATA_ACCESS_KEY"], said)
            self.assertNotIn("attempt", said)
        for words in (("list", nowhere), ("upload", nowhere, str(self.tree)), ("download", nowhere, str(self.back))):
            self.assertIn("there is no ", self.fails(2, *words))
        denied = self.sennit("data", "check", self.place(), env=wrong)
        self.assertEqual((denied.code, json.loads(denied.out)["status"]), (1, "fail"))

    def check_access(self) -> None:
        for access in ("READ", "WRITE", "DELETE"):
            self.assertEqual(json.loads(self.data("check", self.place(), "-a", access).out), {"status": "pass"})
        self.assertEqual(self.listed(self.place()), [])


class S3Case(ServerCase):
    """What every server that speaks S3 must pass."""

    def slow(self, bytes_a_second: float) -> Dict[str, str]:
        link = SlowLink(self.server.port, bytes_a_second)
        self.addCleanup(link.close)
        return dict(self.server.variables(link.url))

    def rclones(self) -> List[Any]:
        """Those that this test started."""
        mark = f"HOME={self.base}".encode()
        found = []
        for process in all_processes().values():
            try:
                if process.words[:1] == ["rclone"] and mark in Path(f"/proc/{process.pid}/environ").read_bytes():
                    found.append(process)
            except OSError:
                pass
        return found

    def test_roundtrip(self) -> None:
        self.check_roundtrip()

    def test_other_providers_that_speak_it(self) -> None:
        """Google and Volcengine, by the server that stands in for them."""
        self.fill({"a": b"1", "sub/b": b"2"})
        for url in (f"gs://{BUCKET}/google", f"tos://tos-s3-x.volces.com/{BUCKET}/volcengine"):
            self.data("upload", url, f"{self.tree}/*")
            self.assertEqual(self.listed(url), ["a", "sub/b"])
            back = self.work / url.rsplit("/", 1)[-1]
            back.mkdir()
            self.data("download", url, str(back))
            self.assertEqual(tree_of(back), tree_of(self.tree))

    def test_refusals(self) -> None:
        self.check_refusals("s3://no-such-bucket/x")

    def test_access(self) -> None:
        self.check_access()

    def test_nobody_answers(self) -> None:
        away = {"SENNIT_DATA_OVERRIDE_URL": "http://127.0.0.1:1"}
        result = self.sennit("data", "check", self.place(), env=away, limit=LONG)
        self.assertIn("does not answer", json.loads(result.out)["error"])
        unknown = {"SENNIT_DATA_OVERRIDE_URL": "http://no-such-host.invalid"}
        self.assertIn("is not known", self.fails(2, "list", self.place(), env=unknown))

    def test_secrets_stay_off_command_lines_and_disks(self) -> None:
        self.fill({"big": os.urandom(600_000)})
        upload = self.start("data", "upload", self.place(), str(self.tree / "big"), env=self.slow(200_000))
        words = wait_until(self.rclones, "rclone", LONG)[0].words
        self.assertNotIn(self.env["SENNIT_DATA_ACCESS_KEY"], " ".join(words))
        self.assertNotIn(self.env["SENNIT_DATA_ACCESS_KEY_ID"], " ".join(words))
        self.assertEqual(self.finish(upload, LONG).code, 0)
        self.assertEqual([path for path in self.base.rglob("*rclone*")], [])

    def test_ctrl_c(self) -> None:
        self.fill({f"f{i}": os.urandom(100_000) for i in range(20)})
        upload = self.start("data", "upload", self.place(), f"{self.tree}/*", "-T", "2", env=self.slow(200_000))
        wait_until(self.rclones, "rclone", LONG)
        wait_until(lambda: self.listed(self.place()), "the first object", LONG)
        upload.send_signal(signal.SIGINT)
        result = self.finish(upload, LONG)
        self.assertEqual(result.code, 3, result)
        wait_until(lambda: not self.rclones(), "rclone to be gone", LIMIT)
        there = len(self.listed(self.place()))
        rest = self.moved("upload", self.place(), f"{self.tree}/*")
        # What was on its way when rclone went may have arrived since.
        self.assertGreaterEqual(rest["unchanged"], max(there, 1))
        self.assertEqual(rest["files"] + rest["unchanged"], 20)

    def test_killed_client_leaves_nobody(self) -> None:
        self.fill({"big": os.urandom(2_000_000)})
        upload = self.start("data", "upload", self.place(), str(self.tree / "big"), env=self.slow(100_000))
        wait_until(self.rclones, "rclone", LONG)
        upload.kill()
        wait_until(lambda: not self.rclones(), "rclone to be gone", LIMIT)

    def test_server_dies_while_sending(self) -> None:
        self.fill({f"f{i}": os.urandom(100_000) for i in range(20)})
        upload = self.start("data", "upload", self.place(), f"{self.tree}/*", "-T", "2", "-o", "json",
                            env=self.slow(300_000))
        wait_until(lambda: self.listed(self.place()), "the first object", LONG)
        self.server.kill_front()
        self.addCleanup(self.restore_front)
        time.sleep(2)  # it is away for a while
        self.server.start_front()
        result = self.finish(upload, LONG)
        self.assertEqual(result.code, 0, result)
        self.assertIn("attempt 2 of 5", result.err)
        self.data("download", self.place(), str(self.back))
        self.assertEqual(tree_of(self.back), tree_of(self.tree))

    def test_server_dies_while_fetching(self) -> None:
        self.fill({f"f{i}": os.urandom(100_000) for i in range(20)})
        self.data("upload", self.place(), f"{self.tree}/*")
        download = self.start("data", "download", self.place(), str(self.back), "-T", "2", env=self.slow(300_000))
        wait_until(lambda: tree_of(self.back), "the first file", LONG)
        self.server.kill_front()
        self.addCleanup(self.restore_front)
        time.sleep(2)  # it is away for a while
        self.server.start_front()
        result = self.finish(download, LONG)
        self.assertEqual(result.code, 0, result)
        self.assertIn("attempt 2 of 5", result.err)
        self.assertEqual(tree_of(self.back), tree_of(self.tree))

    def restore_front(self) -> None:
        if self.server.processes[-1].poll() is not None:
            self.server.start_front()

    def test_progress_on_a_terminal(self) -> None:
        ours, theirs = pty.openpty()
        self.fill({"big": os.urandom(600_000)})
        upload = subprocess.Popen([str(PROGRAM), "data", "upload", self.place(), str(self.tree / "big"),
                                   "--limit-rate", "150K"], env=self.env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=theirs)
        self.addCleanup(self._reap, upload)
        os.close(theirs)
        shown = b""
        deadline = time.monotonic() + LONG
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                shown += os.read(ours, 4096)
            except OSError:
                break
        os.close(ours)
        self.assertEqual(upload.wait(), 0, shown)
        text = shown.decode()
        self.assertRegex(text, r"\r\x1b\[K.*of 585\.9 KiB, \d+%, 0 of 1 file, .*/s, .* left")
        self.assertIn("Sent 1 file, 585.9 KiB in", text)


class DataOnS3(S3Case):
    """Swift's S3 interface."""

    kind = SwiftS3

    def test_keys_that_lead_out(self) -> None:
        name = self.id().rsplit(".", 1)[-1]
        for key in ("fine", "..%2Fescaped", "a/..%2F..%2Fescaped", "..", "%2Fabsolute", "new%0Aline"):
            self.server.put_raw(f"{name}%2F{key.replace('/', '%2F')}", b"x")
        said = self.fails(2, "download", self.place(), str(self.back))
        self.assertIn("cannot become a file below", said)
        self.assertEqual(tree_of(self.back), {})
        self.data("download", self.place(), str(self.back), "-x", "fine")
        self.assertEqual(tree_of(self.back), {"fine": b"x"})
        self.assertEqual([path.name for path in self.work.iterdir()], ["back"])

    def test_newline_in_a_key(self) -> None:
        name = self.id().rsplit(".", 1)[-1]
        self.server.put_raw(f"{name}%2Fnew%0Aline", b"x")
        self.assertIn("new\\nline", self.listed(self.place()))
        self.assertIn("'new\\nline' has a newline in it", self.fails(2, "download", self.place(), str(self.back)))
        self.assertEqual(tree_of(self.back), {})


class DataOnVersity(S3Case):
    """The Versity S3 gateway."""

    kind = Versity


class DataOnSwift(ServerCase):
    """Swift's own interface."""

    kind = Swift

    def test_roundtrip(self) -> None:
        self.check_roundtrip()

    def test_refusals(self) -> None:
        self.check_refusals(self.server.base().replace(BUCKET, "nowhere") + "/x")

    def test_access(self) -> None:
        self.check_access()


class DataOnAzure(ServerCase):
    """Azurite."""

    kind = Azurite

    def test_roundtrip(self) -> None:
        self.check_roundtrip()

    def test_refusals(self) -> None:
        self.check_refusals(f"azure://{Azurite.ACCOUNT}/nowhere/x")

    def test_access(self) -> None:
        self.check_access()

    def test_signatures(self) -> None:
        fine = {"SENNIT_DATA_ACCESS_KEY": azure_signature(Azurite.ACCOUNT, Azurite.KEY, 3600)}
        self.assertEqual(json.loads(self.data("check", self.place(), env=fine).out), {"status": "pass"})
        expired = {"SENNIT_DATA_ACCESS_KEY": azure_signature(Azurite.ACCOUNT, Azurite.KEY, -60)}
        self.assertIn("has expired at", self.fails(2, "list", self.place(), env=expired))
        forged = {"SENNIT_DATA_ACCESS_KEY": azure_signature(Azurite.ACCOUNT, "d3Jvbmc=", 3600)}
        said = self.fails(2, "list", self.place(), env=forged)
        self.assertIn("is denied", said)
        self.assertNotIn(forged["SENNIT_DATA_ACCESS_KEY"].rsplit("sig=", 1)[1], said)

    def test_connection_string(self) -> None:
        url = self.server.variables()["SENNIT_DATA_OVERRIDE_URL"]
        text = f"DefaultEndpointsProtocol=http;AccountName={Azurite.ACCOUNT};AccountKey={Azurite.KEY};BlobEndpoint={url};"
        for name in [name for name in self.env if name.startswith("SENNIT_DATA_")]:
            del self.env[name]
        self.assertEqual(json.loads(self.data("check", self.place(), env={"AZURE_STORAGE_CONNECTION_STRING": text}).out),
                         {"status": "pass"})


class TenThousandFiles(ServerCase):  # ctest: long
    """Small ones."""

    kind = Versity

    def test_ten_thousand_files(self) -> None:
        self.fill({f"d{i % 100}/f{i}": str(i).encode() for i in range(10_000)})
        sent = self.moved("upload", self.place(), f"{self.tree}/*", "-T", "32")
        self.assertEqual(sent["files"], 10_000)
        again = self.moved("upload", self.place(), f"{self.tree}/*", "-T", "32")
        self.assertEqual((again["files"], again["unchanged"]), (0, 10_000))
        self.data("download", self.place(), str(self.back), "-T", "32")
        self.assertEqual(tree_of(self.back), tree_of(self.tree))
        print(f"10,000 files: sent in {sent['seconds']:.1f} s, compared in {again['seconds']:.1f} s")
        self.assertEqual(self.moved("delete", self.place(), "-y")["files"], 10_000)


class FiveGigabytes(ServerCase):  # ctest: long
    """One file that is nearly all holes here, and all bytes on the way."""

    kind = Versity
    limit = 4 * LONG

    def test_five_gigabytes(self) -> None:
        size = 5 * 10**9
        if shutil.disk_usage(self.base).free < 4 * size:
            self.skipTest("there is no room for three times 5 GB here")
        self.tree.mkdir()
        with (self.tree / "big").open("wb") as file:
            for at in range(0, size, size // 10):
                file.seek(at)
                file.write(os.urandom(4096))
            file.truncate(size)
        sent = self.moved("upload", self.place(), str(self.tree / "big"))
        self.assertEqual(sent["bytes"], size)
        self.assertEqual(self.moved("upload", self.place(), str(self.tree / "big"))["unchanged"], 1)
        fetched = self.moved("download", self.place(), str(self.back))
        print(f"5 GB: sent in {sent['seconds']:.1f} s, fetched in {fetched['seconds']:.1f} s")
        self.assertEqual(os.stat(self.back / "big").st_size, size)
        with (self.tree / "big").open("rb") as one, (self.back / "big").open("rb") as other:
            for at in range(0, size, size // 10):
                one.seek(at)
                other.seek(at)
                self.assertEqual(one.read(8192), other.read(8192))


if __name__ == "__main__":
    unittest.main()
