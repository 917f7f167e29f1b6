"""Stored credentials: set from everywhere, given to tasks, and shown nowhere."""

import os
import pty
import sqlite3
import subprocess
import threading
import time
import unittest
from pathlib import Path
from typing import Dict, List, Optional

from harness import LIMIT, PROGRAM, SennitTest, wait_until

SECRET = "hunter2/hunter2+x"
# The same in Base64, in a URL and in JSON.
FORMS = ["aHVudGVyMi9odW50ZXIyK3g", "hunter2%2Fhunter2%2Bx", "hunter2\\/hunter2+x"]


class CredentialsCase(SennitTest):
    """What the classes below share."""

    def set(self, name: str, env: Optional[Dict[str, str]] = None, **keys: str) -> None:
        words = [f"{key}=V_{key}" for key in keys]
        self.ok("credential", "set", name, "--payload-env", *words,
                env={**{f"V_{key}": value for key, value in keys.items()}, **(env or {})})

    def names(self) -> List[str]:
        return [one["name"] for one in self.json("credential", "list")["credentials"]]

    def task(self, script: str, credentials: Dict[str, object], name: str = "flow") -> Path:
        return self.shell_tasks({"a": script}, extra={"a": {"credentials": credentials}}, name=name)

    def files_with(self, text: str) -> List[str]:
        """The files of the state directory that hold a text."""
        found = []
        for path in self.state.rglob("*"):
            if path.is_file() and not path.is_socket() and text.encode() in path.read_bytes():
                found.append(str(path.relative_to(self.state)))
        return found


class CredentialValues(CredentialsCase):
    """From where values come, and that none goes back."""

    def received(self, key: str = "k") -> str:
        out = self.work / "received"
        self.ok("run", self.task(f'printf %s "$V" > {out}', {"c": {"V": key}}))
        return out.read_text(encoding="utf-8")

    def test_from_the_environment(self) -> None:
        self.ok("credential", "set", "c", "--payload-env", "k=HIDDEN", env={"HIDDEN": "two\nlines \u00e9"})
        self.assertEqual(self.received(), "two\nlines \u00e9")

    def test_from_a_file(self) -> None:
        self.write("key.txt", "line one\nline two\n\n")
        result = self.ok("credential", "set", "c", "--payload-file", "k=key.txt")
        self.assertEqual(result.out, "Set GENERIC credential c.\n")
        self.assertEqual(result.err, "")
        self.assertEqual(self.received(), "line one\nline two")

    def test_from_standard_input(self) -> None:
        done = subprocess.run([str(PROGRAM), "credential", "set", "c", "--payload-stdin", "k"], env=self.env, text=True,
                              input="from a pipe\n", capture_output=True, cwd=self.work, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.received(), "from a pipe")

    def test_from_the_command_line_with_a_warning(self) -> None:
        result = self.ok("credential", "set", "c", "--payload", "k=a=b", "n=2")
        self.assertIn("`ps` and the shell's history show it", result.err)
        self.assertEqual(self.received(), "a=b")
        self.assertEqual(self.received("n"), "2")

    def test_asked_for_without_echo(self) -> None:
        ours, theirs = pty.openpty()
        process = subprocess.Popen([str(PROGRAM), "credential", "set", "c", "--payload", "k"], env=self.env,
                                   stdin=theirs, stdout=theirs, stderr=theirs, cwd=self.work, start_new_session=True)
        os.close(theirs)
        seen = bytearray()

        def read() -> None:
            try:
                while True:
                    seen.extend(os.read(ours, 4096))
            except OSError:
                pass  # closed

        reader = threading.Thread(target=read)
        reader.start()
        wait_until(lambda: b"k: " in seen, "the question", show=lambda: bytes(seen))
        os.write(ours, b"typez\x7fd-secret\n")
        self.assertEqual(process.wait(LIMIT), 0, bytes(seen))
        reader.join(LIMIT)
        os.close(ours)
        self.assertNotIn(b"secret", bytes(seen))
        self.assertEqual(self.received(), "typed-secret")

    def test_ctrl_c_at_the_question(self) -> None:
        ours, theirs = pty.openpty()
        process = subprocess.Popen([str(PROGRAM), "credential", "set", "c", "--payload", "k"], env=self.env,
                                   stdin=theirs, stdout=theirs, stderr=theirs, cwd=self.work, start_new_session=True)
        os.close(theirs)
        seen = b""
        while b"k: " not in seen:
            seen += os.read(ours, 4096)
        os.write(ours, b"half\x03")
        self.assertNotEqual(process.wait(LIMIT), 0)
        os.close(ours)

    def test_nothing_given(self) -> None:
        for words in (["c"], ["c", "--payload", "k"], ["c", "--type", "DATA"]):
            result = self.sennit("credential", "set", *words)
            self.assertEqual(result.code, 2, result)
            self.assertIn("terminal" if len(words) > 1 else "--payload-env KEY=VARIABLE", result.err)

    def test_what_cannot_be_stored(self) -> None:
        (self.work / "large").write_bytes(b"x" * 1024 * 1024)
        (self.work / "binary").write_bytes(b"\xff\xfe")
        for words, says in ((["--payload-file", "k=large"], "1048576 bytes; 65536 at most"),
                            (["--payload-file", "k=binary"], "not UTF-8"),
                            (["--payload-file", "k=none"], "none"),
                            (["--payload-env", "k=NOT_SET"], "NOT_SET is not set"),
                            (["--payload", "k=1", "--payload-env", "k=HOME"], "given twice"),
                            (["--type", "DATA", "--payload", "endpoint=s3://b"], "access_key_id")):
            result = self.sennit("credential", "set", "c", *words)
            self.assertEqual(result.code, 2, result)
            self.assertIn(says, result.err)
        self.assertEqual(self.names(), [])

    def test_list_replace_delete(self) -> None:
        self.set("c", k="1", z="2")
        self.assertEqual(self.ok("credential", "set", "s3", "--type", "data", "--payload-env", "access_key=K",
                                 "--payload", "access_key_id=i", "endpoint=s3://b/", "--no-check", env={"K": SECRET}).out,
                         "Set DATA credential s3.\n")
        table = self.ok("credential", "list").out
        self.assertRegex(table, r"Name +Type +Profile +Keys +Set")
        self.assertRegex(table, r"c +GENERIC +- +k,z")
        self.assertRegex(table, r"s3 +DATA +s3://b +access_key,access_key_id,endpoint")
        self.assertNotIn(SECRET, table + self.ok("credential", "list", "-o", "json").out)
        again = self.ok("credential", "set", "c", "--payload-env", "k=HOME")
        self.assertEqual(again.out, "Set GENERIC credential c.\nIt replaces the one before.\n")
        other = self.ok("credential", "set", "new", "--type", "DATA", "--payload-env", "access_key=K", "--payload",
                        "access_key_id=i", "endpoint=s3://b", "--no-check", env={"K": SECRET})
        self.assertIn("It replaces s3, which was for s3://b too.", other.out)
        self.assertEqual(self.names(), ["c", "new"])
        self.assertEqual(self.ok("__complete", "credentials").out, "c\nnew\n")
        self.assertEqual(self.ok("credential", "delete", "c", "new").out,
                         "Deleted credential c.\nDeleted credential new.\n")
        self.assertEqual(self.sennit("credential", "delete", "c").code, 2)

    def test_it_survives_kill_9(self) -> None:
        self.set("c", k="survivor")
        os.kill(self.wait_for_server(), 9)
        wait_until(lambda: self.server_pid() is None, "the server to be gone")
        self.assertEqual(self.received(), "survivor")


class CredentialChecks(CredentialsCase):
    """A workflow that names what is not there."""

    def test_refused_with_line_and_way_out(self) -> None:
        self.set("hub", token="t")
        file = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: a
                image: debian:12
                command: ["true"]
                credentials:
                  hubb: {T: token}
                  hub: {T: tokn}
            """)
        result = self.sennit("run", file)
        self.assertEqual(result.code, 2, result)
        self.assertIn("flow.yaml:8:", result.err)
        self.assertIn("there is no credential 'hubb'", result.err)
        self.assertIn("did you mean", result.err)
        self.assertIn("sennit credential set hubb", result.err)
        self.assertIn("flow.yaml:9:", result.err)
        self.assertIn("has no key 'tokn'", result.err)
        self.ok("validate", file)

    def test_files_need_another_place(self) -> None:
        self.set("hub", token="t")
        result = self.sennit("run", "--runtime", "process", self.task("true", {"hub": "/creds"}))
        self.assertNotEqual(result.code, 0)
        self.assertIn("the credential hub as files in /creds", result.err)

    def test_deleted_before_the_start(self) -> None:
        self.set("hub", token="t")
        go = self.work / "go"
        file = self.shell_tasks({"a": f"until [ -e {go} ]; do sleep 0.02; done", "b": "true"}, after={"b": ["a"]},
                                extra={"b": {"credentials": {"hub": {"T": "token"}}}})
        workflow = self.submit(file)
        self.wait_for_status(workflow, "RUNNING")
        self.ok("credential", "delete", "hub")
        go.touch()
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        self.assertIn("there is no credential 'hub'", self.tasks(workflow)["b"]["failure_message"])
        self.assertIn("sennit credential set hub", self.ok("why", workflow).out)


class CredentialSecrecy(CredentialsCase):
    """The value is in the task and nowhere else."""

    def setUp(self) -> None:
        super().setUp()
        self.set("hub", token=SECRET)

    def assert_nowhere(self) -> None:
        for text in [SECRET, *FORMS]:
            self.assertEqual(self.files_with(text), [], text)

    def test_logs_and_last_words(self) -> None:
        script = ('echo "plain $T"; printf %s "$T" | base64; printf "user:%s" "$T" | base64 >&2; '
                  'echo hunter2%2Fhunter2%2Bx; echo "hunter2\\\\/hunter2+x"; printf "%s" "$T" >&2; exit 3')
        result = self.sennit("run", self.task(script, {"hub": {"T": "token"}}))
        self.assertEqual(result.code, 1)
        workflow = self.last()
        shown = [result.out, result.err, self.ok("logs", workflow).out, self.ok("why", workflow).out,
                 self.ok("events", workflow).out, self.ok("status", workflow, "-o", "json").out]
        self.assertIn("plain [MASKED]", shown[2])
        for text in [SECRET, *FORMS]:
            for one in shown:
                self.assertNotIn(text, one)
        self.assert_nowhere()

    def test_a_byte_at_a_time(self) -> None:
        script = ('i=0; v="$T"; while [ -n "$v" ]; do r=${v#?}; printf %s "${v%"$r"}"; v=$r; '
                  'head -c 0 /dev/null; done; echo; sleep 0.1; printf "%s" "${T%x}"')
        self.ok("run", self.task(script, {"hub": {"T": "token"}}))
        self.assertEqual(self.ok("logs", self.last(), "a").out, "[MASKED]\n" + SECRET[:-1])

    def test_a_follower_sees_the_mask(self) -> None:
        go = self.work / "go"
        file = self.task(f'echo "begin $T end"; until [ -e {go} ]; do sleep 0.02; done', {"hub": {"T": "token"}})
        workflow = self.submit(file)
        process = self.start("logs", "-f", workflow, "a")
        path = self.state / "runs" / workflow / "a" / "0" / "log"
        wait_until(lambda: path.exists() and path.read_text(encoding="utf-8") == "begin [MASKED] end\n", "the line",
                   show=self.process_table)
        go.touch()
        self.assertEqual(self.finish(process).out, "begin [MASKED] end\n")

    def test_in_the_name_of_a_program(self) -> None:
        file = self.write("flow.yaml", f"""
            workflow:
              name: flow
              tasks:
              - name: a
                image: debian:12
                command: ["/none/{SECRET}"]
                credentials: {{hub: {{T: token}}}}
            """)
        self.assertNotEqual(self.sennit("run", file).code, 0)
        workflow = self.last()
        message = self.tasks(workflow)["a"]["failure_message"]
        self.assertIn("/none/[MASKED]", message)
        for words in (["why"], ["events"], ["spec"], ["status", "-o", "json"]):
            self.assertNotIn(SECRET, self.ok(words[0], workflow, *words[1:]).out)
        self.assert_nowhere()

    def test_not_in_the_command_lines(self) -> None:
        go = self.work / "go"
        workflow = self.submit(self.task(f"until [ -e {go} ]; do sleep 0.02; done", {"hub": {"T": "token"}}))
        self.wait_for_status(workflow, "RUNNING")
        self.assertNotIn(SECRET, self.process_table())
        self.assert_nowhere()
        go.touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_as_files_in_a_sandbox(self) -> None:
        go = self.work / "go"
        script = ("stat -c %a /secrets/hub/token; cat /secrets/hub/token; echo; "
                  f"until [ -e {go} ]; do sleep 0.02; done")
        result = self.sennit("submit", self.task(script, {"hub": "/secrets/hub"}), "--runtime", "sandbox", "-o", "json")
        if result.code != 0:
            self.skipTest(f"there is no sandbox here: {result.err}")
        workflow = self.last()
        wait_until(lambda: "[MASKED]" in self.ok("logs", workflow).out, "the value", show=lambda: self.workflow(workflow))
        self.assertTrue(self.ok("logs", workflow, "a").out.startswith("400\n[MASKED]\n"))
        self.assert_nowhere()
        go.touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_a_copied_database_gives_nothing_away(self) -> None:
        self.ok("server", "stop")
        copy = sqlite3.connect(self.state / "store.db")
        rows = copy.execute("SELECT name, profile, payload FROM credential").fetchall()
        copy.close()
        self.assertEqual([row[0] for row in rows], ["hub"])
        self.assertNotIn(b"token", rows[0][2])

    def test_masking_keeps_up(self) -> None:
        lines = 400_000
        plain = self.shell_tasks({"a": f"yes 'a line of a log that is quite usual' | head -n {lines}"}, name="plain")
        masked = self.task(f"yes \"a line of a log that is quite usual\" | head -n {lines}", {"hub": {"T": "token"}},
                           name="masked")
        took = []
        for file in (plain, masked):
            begun = time.monotonic()
            self.ok("run", file, "-q")
            took.append(time.monotonic() - begun)
        self.assertLess(took[1], 3 * took[0] + 2, took)

    def test_a_task_started_by_a_new_server_gets_it(self) -> None:
        go = self.work / "go"
        out = self.work / "out"
        file = self.shell_tasks({"a": f"until [ -e {go} ]; do sleep 0.02; done", "b": f'printf %s "$T" > {out}'},
                                after={"b": ["a"]}, extra={"b": {"credentials": {"hub": {"T": "token"}}}})
        workflow = self.submit(file)
        self.wait_for_status(workflow, "RUNNING")
        os.kill(self.wait_for_server(), 9)
        go.touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        self.assertEqual(out.read_text(encoding="utf-8"), SECRET)
        self.assert_nowhere()


if __name__ == "__main__":
    unittest.main()
