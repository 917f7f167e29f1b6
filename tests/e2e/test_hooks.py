"""Hooks: commands and URLs that are told what becomes of workflows."""

import http.server
import json
import resource
import threading
import unittest
from typing import Any, Dict, List, NamedTuple

from harness import SennitTest, lines_of, wait_until

SECRET = "hunter2hunter2/x"


class Call(NamedTuple):
    """A request that came to the server of the tests."""

    path: str
    headers: Dict[str, str]
    body: str


class Receiver(http.server.ThreadingHTTPServer):
    """Remembers what it is sent, and answers with the statuses given, the last one for ever."""

    daemon_threads = True

    def __init__(self, statuses: List[int]) -> None:
        self.calls: List[Call] = []
        self.statuses = statuses
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.calls.append(Call(self.path, dict(self.headers), body))
        status = self.server.statuses[min(len(self.server.calls), len(self.server.statuses)) - 1]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(f"you said {self.headers.get('Authorization')}".encode())

    def log_message(self, format: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
        pass


class HooksCase(SennitTest):
    """What the classes below share."""

    def hooks(self, text: str) -> None:
        self.write("hooks.yaml", text)
        body = (self.work / "hooks.yaml").read_text(encoding="utf-8")
        (self.home / "config.yaml").write_text("hooks:\n" + "".join(f"  {line}\n" for line in body.splitlines()),
                                               encoding="utf-8")

    def receiver(self, *statuses: int) -> Receiver:
        receiver = Receiver(list(statuses) or [200])
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        return receiver

    def deliveries(self, workflow: str = "") -> List[Dict[str, Any]]:
        return list(self.json("hook", "log", *([workflow] if workflow else []))["deliveries"])

    def wait_until_told(self, workflow: str, count: int = 1) -> List[Dict[str, Any]]:
        """Waits until all deliveries of a workflow have ended."""
        def ended() -> Any:
            found = self.deliveries(workflow)
            return found if len(found) >= count and all(one["state"] != "waiting" for one in found) else None
        return list(wait_until(ended, f"{count} deliveries", show=lambda: self.deliveries(workflow)))


class CommandHooks(HooksCase):
    def test_a_failure_is_told_with_all_that_is_known(self) -> None:
        self.hooks(f"""
            on_failure: 'cat > {self.work}/event; env | grep ^SENNIT_ | sort > {self.work}/variables'
            on_success: touch {self.work}/success
            """)
        result = self.sennit("run", self.shell_tasks({"fit": "exit 3"}))
        self.assertEqual(result.code, 1)
        told = self.wait_until_told("last")
        self.assertEqual([(one["hook"], one["state"], one["tries"]) for one in told], [("on_failure", "delivered", 1)])
        event = json.loads((self.work / "event").read_text(encoding="utf-8"))
        self.assertEqual((event["event"], event["status"], event["test"]), ("failure", "FAILED", False))
        self.assertEqual(event["workflow"]["id"], "flow-1")
        self.assertIsNone(event["task"])
        self.assertIn("fit", event["reason"])
        variables = dict(line.split("=", 1) for line in lines_of(self.work / "variables"))
        self.assertEqual(variables["SENNIT_WORKFLOW"], "flow-1")
        self.assertEqual(variables["SENNIT_STATUS"], "FAILED")
        self.assertIn("flow-1 FAILED", variables["SENNIT_SUMMARY"])
        self.assertFalse((self.work / "success").exists())

    def test_the_program_itself_is_found(self) -> None:
        self.hooks(f"""
            on_failure: '{{ sennit why "$SENNIT_WORKFLOW"; ulimit -n; }} > {self.work}/why 2>&1; touch {self.work}/done'
            """)
        self.sennit("run", self.shell_tasks({"fit": "echo no luck; exit 3"}))
        self.wait_for_file(self.work / "done")
        lines = lines_of(self.work / "why")
        self.assertIn("no luck", "\n".join(lines))
        self.assertEqual(lines[-1], str(resource.getrlimit(resource.RLIMIT_NOFILE)[0]))

    def test_tasks_by_name_and_their_exit_codes(self) -> None:
        self.hooks(f"""
            on_failure: {{per: task, tasks: 'f*', run: 'echo $SENNIT_TASK $SENNIT_EXIT_CODE >> {self.work}/told'}}
            on_retry: 'echo again $SENNIT_TASK $SENNIT_RETRY_ID >> {self.work}/told'
            on_end: {{workflows: other-*, run: 'echo other >> {self.work}/told'}}
            """)
        path = self.shell_tasks({"fit": "[ -e there ] && exit 4; touch there; exit 3", "eval": "exit 5"},
                                extra={"fit": {"exitActions": {"RESCHEDULE": "3"}}})
        self.sennit("run", path)
        self.wait_until_told("last", 2)
        self.assertEqual(lines_of(self.work / "told"), ["again fit 0", "fit 4"])

    def test_a_cancelled_workflow(self) -> None:
        self.hooks(f"""
            on_cancel: 'echo "$SENNIT_SUMMARY" >> {self.work}/told'
            on_failure: 'echo wrong >> {self.work}/told'
            """)
        workflow = self.submit(self.shell_tasks({"a": "sleep 600"}))
        self.wait_for_status(workflow, "RUNNING")
        self.ok("cancel", workflow, "-m", "wrong data")
        self.wait_until_told(workflow)
        self.assertEqual(len(lines_of(self.work / "told")), 1)
        self.assertIn("wrong data", lines_of(self.work / "told")[0])

    def test_a_job_that_fails(self) -> None:
        self.hooks(f"""
            on_failure: 'echo $SENNIT_WORKFLOW_NAME $SENNIT_EVENT >> {self.work}/told'
            on_start: 'echo $SENNIT_WORKFLOW_NAME $SENNIT_EVENT >> {self.work}/started'
            """)
        path = self.write("sweep.yaml", """
            name: sweep
            jobs:
            - {name: fit, verb: train, config: train.yaml}
            """)
        self.write("train.yaml", "{}\n")
        result = self.sennit("run", path, "--config", "verbs.train=[sh, -c, 'exit 7']")
        self.assertEqual(result.code, 1, result)
        self.wait_until_told("last", 2)
        self.assertEqual(lines_of(self.work / "told"), ["sweep failure"])
        self.assertEqual(lines_of(self.work / "started"), ["sweep start"])

    def test_a_time_limit_and_what_is_said_of_it(self) -> None:
        self.hooks("on_end: {run: 'sleep 600', timeout: 500ms, retries: 0}")
        self.ok("run", self.shell_tasks({"a": "true"}))
        told = self.wait_until_told("last")
        self.assertEqual(told[0]["state"], "given_up")
        self.assertIn("took longer than 500ms", told[0]["message"])
        self.assertIn("flow-1 was not told", self.ok("server", "status").out)
        self.assertIn("on_end of flow-1: it took longer", (self.state / "server.log").read_text(encoding="utf-8"))
        self.assertIn("given_up", self.ok("hook", "log").out)

    def test_a_slow_hook_delays_nothing_and_the_server_waits_for_it(self) -> None:
        self.env["SENNIT_SERVER_IDLE_TIMEOUT"] = "300ms"
        self.hooks(f"on_submit: 'sleep 3; echo told > {self.work}/told'")
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.assertFalse((self.work / "told").exists())
        self.wait_for_file(self.work / "told")
        wait_until(lambda: self.server_pid() is None, "the server to go", show=self.process_table)

    def test_a_server_that_is_killed_tells_after_its_restart(self) -> None:
        self.hooks(f"""
            on_end: 'echo $SENNIT_TRY >> {self.work}/tries; test -e {self.work}/go || exec sleep 600; touch {self.work}/told'
            """)
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.wait_for_file(self.work / "tries")
        self.kill(self.wait_for_server())
        wait_until(lambda: not [p for p in self.processes().values() if "sleep" in p.words], "the hook to be gone too",
                   show=self.process_table)
        (self.work / "go").touch()
        self.assertEqual(self.wait_until_told("last")[0]["tries"], 2)
        self.assertTrue((self.work / "told").exists())
        self.assertEqual(lines_of(self.work / "tries"), ["1", "2"])

    def test_a_project_cannot_set_hooks(self) -> None:
        self.write(".sennit/config.yaml", f"""
            hooks: {{on_end: 'touch {self.work}/told'}}
            """)
        self.hooks(f"on_end: 'touch {self.work}/own'")
        result = self.ok("config", "show")
        self.assertIn("'hooks' of a project's file have no effect", result.err)
        self.assertNotIn("touch", [line for line in result.out.splitlines() if "told" in line])
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.wait_until_told("last")
        self.assertTrue((self.work / "own").exists())
        self.assertFalse((self.work / "told").exists())

    def test_a_change_of_the_file_counts_from_the_next_submission(self) -> None:
        path = self.shell_tasks({"a": "true"})
        self.ok("run", path)
        self.hooks(f"on_end: 'echo $SENNIT_WORKFLOW >> {self.work}/told'")
        self.ok("run", path)
        self.wait_until_told("last")
        self.assertEqual(lines_of(self.work / "told"), ["flow-2"])


class UrlHooks(HooksCase):
    def test_it_is_tried_until_it_is_taken(self) -> None:
        receiver = self.receiver(500, 503, 204)
        self.hooks(f"on_end: {receiver.url}/hook")
        self.ok("run", self.shell_tasks({"a": "true"}))
        told = self.wait_until_told("last")
        self.assertEqual((told[0]["state"], told[0]["tries"], told[0]["message"]), ("delivered", 3, "HTTP 204"))
        bodies = [json.loads(call.body) for call in receiver.calls]
        self.assertEqual([body["try"] for body in bodies], [1, 2, 3])
        self.assertEqual({body["delivery"] for body in bodies}, {told[0]["id"]})
        self.assertEqual(bodies[0]["event"], "end")
        self.assertEqual(receiver.calls[0].headers["Content-Type"], "application/json")

    def test_secrets_reach_it_and_nobody_else(self) -> None:
        receiver = self.receiver(403)
        self.ok("credential", "set", "chat", "--payload-env", "token=HIDDEN", env={"HIDDEN": SECRET})
        self.hooks(f"""
            on_success:
              url: {receiver.url}/services/T0000SECRET
              headers: {{Authorization: 'Bearer ${{TOKEN}}'}}
              body: '{{"text": "${{SENNIT_SUMMARY}}"}}'
              credentials: {{chat: {{TOKEN: token}}}}
              retries: 0
            """)
        self.ok("run", self.shell_tasks({"a": "true"}))
        told = self.wait_until_told("last")
        self.assertEqual(receiver.calls[0].headers["Authorization"], f"Bearer {SECRET}")
        self.assertEqual(json.loads(receiver.calls[0].body), {"text": "flow-1 COMPLETED"})
        self.assertEqual(told[0]["message"], "HTTP 403: you said [MASKED]")
        trial = self.sennit("hook", "test", "on_success")
        self.assertEqual(trial.code, 1)
        shown = [str(trial), *(str(self.ok(*words.split())) for words in (
            "hook list", "hook log", "config show", "server status", "hook list -o json"))]
        shown.append((self.state / "server.log").read_text(encoding="utf-8"))
        for text in shown:
            self.assertNotIn(SECRET, text)
            self.assertNotIn("T0000SECRET", text)

    def test_nobody_there(self) -> None:
        receiver = self.receiver()
        url = receiver.url
        receiver.shutdown()
        receiver.server_close()
        self.hooks(f"on_end: {{url: '{url}', retries: 0}}")
        self.ok("run", self.shell_tasks({"a": "true"}))
        self.assertRegex(self.wait_until_told("last")[0]["message"], r"^curl: \(7\)")


class HookCommands(HooksCase):
    def test_trying_one(self) -> None:
        self.hooks("""
            on_failure: {run: 'echo "$SENNIT_SUMMARY"; exit $SENNIT_EXIT_CODE', per: task}
            """)
        trial = self.sennit("hook", "test", "on_failure")
        self.assertEqual(trial.code, 1, trial)
        self.assertIn("example-1 task example FAILED", trial.out)
        self.sennit("run", self.shell_tasks({"fit": "exit 3"}))
        trial = self.sennit("hook", "test", "on_failure", "last")
        self.assertIn("flow-1 task fit FAILED", trial.out)
        self.assertIn("exit code 3", trial.err)
        wrong = self.sennit("hook", "test", "on_failur")
        self.assertEqual(wrong.code, 2)
        self.assertIn("did you mean 'on_failure'", wrong.err)

    def test_the_list_and_its_problems(self) -> None:
        self.hooks("""
            on_end: [{url: 'https://hooks.example/T00/B00'}, {run: 'true', workflows: [a, b]}]
            """)
        self.env["PATH"] = "/nowhere"
        result = self.ok("hook", "list")
        self.assertRegex(result.out, r"on_end-2 +end +workflow +a, b +- +true")
        self.assertIn("https://hooks.example/...", result.out)
        self.assertIn("on_end: curl is not installed", result.err)
        self.assertIn("hook on_end: curl is not installed", (self.state / "server.log").read_text(encoding="utf-8"))

    def test_without_any(self) -> None:
        self.assertIn("There are no hooks", self.ok("hook", "list").err)
        self.assertIn("No hook has been due", self.ok("hook", "log").err)
        self.assertEqual(self.sennit("hook", "test", "x").code, 2)

    def test_mistakes_are_told_with_their_place(self) -> None:
        self.hooks("on_complete: 'true'")
        result = self.sennit("config", "show")
        self.assertEqual(result.code, 2)
        self.assertIn("did you mean 'on_success'?", result.err)


if __name__ == "__main__":
    unittest.main()
