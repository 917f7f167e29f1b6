"""The history of a workflow: every status that its tasks, groups and itself were in, when and why."""

import json
import os
import signal
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from harness import SennitTest, wait_until

TO_QUEUE = ["SUBMITTING", "WAITING", "PROCESSING", "SCHEDULING"]
TO_RUNNING = TO_QUEUE + ["INITIALIZING", "RUNNING"]


class Events(SennitTest):
    """By `sennit events -o json`, whose `moves` are the changes of status that an event brought."""

    def moves(self, workflow: str, *options: str) -> List[Dict[str, Any]]:
        """Every move in order, with the time of its event."""
        events = self.json("events", workflow, *options)["events"]
        return [dict(move, at=event["at"]) for event in events for move in event["moves"]]

    def path(self, workflow: str, of: str, name: str = "", retry: Optional[int] = None) -> List[str]:
        """The statuses of one thing in order. Each move begins where the one before it led and has a reason."""
        path: List[str] = []
        for move in self.moves(workflow):
            if move["of"] != of or (name and name not in move["names"]) or retry not in (None, move["retry_id"]):
                continue
            self.assertTrue(move["reason"] and move["at"], move)
            if path:
                self.assertEqual(path[-1], move["from"], move)
            path += [move["to"]] if path else [move["from"], move["to"]]
        return path

    def reasons(self, workflow: str, of: str, name: str = "") -> List[Tuple[str, str]]:
        """What each status that it entered was entered for."""
        return [(move["to"], move["reason"]) for move in self.moves(workflow)
                if move["of"] == of and (not name or name in move["names"])]

    def test_a_gang_with_a_barrier(self) -> None:
        path = self.write("gang.yaml", """
            workflow:
              name: gang
              groups:
              - name: before
                tasks:
                - {name: prepare, lead: true, image: "debian:12", command: ["true"]}
              - name: both
                barrier: true
                tasks:
                - {name: lead, lead: true, image: "debian:12", command: ["true"], inputs: [{task: prepare}]}
                - {name: side, image: "debian:12", command: ["sleep", "600"]}
            """)
        self.ok("run", path)
        for name, last in (("prepare", ["COMPLETED"]), ("lead", ["COMPLETED"])):
            self.assertEqual(self.path("last", "task", name), TO_RUNNING + last, name)
        self.assertEqual(self.path("last", "group", "both"), TO_RUNNING + ["COMPLETED"])
        self.assertEqual(self.path("last", "workflow"), ["PENDING", "RUNNING", "COMPLETED"])
        reasons = self.reasons("last", "group", "both")
        self.assertIn(("PROCESSING", "nothing upstream is left"), reasons)
        self.assertIn(("INITIALIZING", "its first task was placed"), reasons)
        self.assertIn(("RUNNING", "its first task runs"), reasons)
        kinds = [event["kind"] for event in self.json("events", "last")["events"]]
        self.assertLess(kinds.index("barrier_released"), len(kinds) - 1 - kinds[::-1].index("started"))
        text = self.ok("events", "last").out
        self.assertRegex(text, r"WAITING -> PROCESSING -> SCHEDULING: group both \(waits for resources\)")
        self.assertRegex(text, r"lead +started +INITIALIZING -> RUNNING")
        self.assertNotIn("group before", text)  # it moves as its task does

    def test_a_task_that_is_tried_again(self) -> None:
        path = self.shell_tasks({"fit": "[ -e there ] || { touch there; exit 3; }"},
                                extra={"fit": {"exitActions": {"RESCHEDULE": "3"}}})
        self.ok("run", path)
        self.assertEqual(self.path("last", "task", "fit", 0), TO_RUNNING + ["RESCHEDULED"])
        self.assertEqual(self.path("last", "task", "fit", 1), TO_RUNNING + ["COMPLETED"])
        self.assertIn("exit code 3", str(self.reasons("last", "task", "fit")))
        only = self.json("events", "last", "-t", "fit")["events"]
        self.assertEqual([event["seq"] for event in only], sorted(event["seq"] for event in only))
        self.assertTrue(all(move["names"] in (["fit"], ["fit-group"]) for event in only for move in event["moves"]))

    def test_a_cancelled_workflow(self) -> None:
        workflow = self.submit(self.shell_tasks({"first": "sleep 600", "second": "true"}, after={"second": ["first"]}))
        self.wait_for_status(workflow, "RUNNING")
        self.ok("cancel", workflow, "-m", "wrong data")
        self.wait_for_end(workflow)
        self.assertEqual(self.path(workflow, "task", "first")[-2:], ["RUNNING", "FAILED_CANCELED"])
        self.assertEqual(self.path(workflow, "task", "second"), ["SUBMITTING", "WAITING", "FAILED_CANCELED"])
        self.assertEqual(self.path(workflow, "group", "second-group"), ["SUBMITTING", "WAITING", "FAILED_CANCELED"])
        self.assertEqual(self.path(workflow, "workflow"), ["PENDING", "RUNNING", "FAILED_CANCELED"])
        self.assertIn("wrong data", self.reasons(workflow, "workflow")[-1][1])

    def test_a_preempted_group(self) -> None:
        self.env["SENNIT_GPUS"] = "2"
        (self.home / "config.yaml").write_text("server: {stop_grace: 2s}\n", encoding="utf-8")
        file = self.write("hold.yaml", """
            workflow:
              name: hold
              resources: {default: {gpu: 2, cpu: 1, memory: 1Gi, storage: 1Gi}}
              tasks:
              - {name: hold, image: "debian:12", command: [sleep, "600"]}
            """)
        low = self.submit(file, "--priority", "LOW")
        self.wait_for_status(low, "RUNNING")
        normal = self.submit(file)
        self.wait_for_status(normal, "RUNNING")
        self.assertEqual(self.path(low, "task", "hold", 0), TO_RUNNING + ["RESCHEDULED"])
        self.assertEqual(self.path(low, "task", "hold", 1), TO_QUEUE)
        self.assertIn(("RESCHEDULED", f"preempted for {normal} (NORMAL)"), self.reasons(low, "task", "hold"))
        self.assertEqual(self.path(low, "group", "hold-group"), TO_RUNNING)

    def test_following_tells_the_same(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "sleep 0.5", "b": "true"}, after={"b": ["a"]}))
        process = self.start("events", "-f", workflow, "-o", "jsonl")
        followed = self.finish(process).out
        self.assertIn('"moves":[{', followed.replace(" ", ""))
        listed = self.ok("events", workflow, "-o", "jsonl").out
        self.assertEqual(followed.splitlines(), listed.splitlines())

    def test_a_follower_ends_as_the_workflow_does(self) -> None:
        good = self.submit(self.shell_tasks({"a": "sleep 0.3"}))
        self.assertEqual(self.sennit("events", "-f", good).code, 0)
        bad = self.submit(self.shell_tasks({"a": "sleep 0.3; exit 3"}))
        self.assertEqual(self.sennit("events", "-f", bad, "--task", "a").code, 1)
        self.assertEqual(self.sennit("events", "-f", bad).code, 1)  # also if that was before
        self.assertEqual(self.sennit("events", bad).code, 0)

    def test_since(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "true"}))
        self.wait_for_end(workflow)
        events = self.json("events", workflow)["events"]
        middle = events[len(events) // 2]["at"]
        later = self.json("events", workflow, "--since", middle)["events"]
        self.assertEqual(later, [event for event in events if event["at"] >= middle])
        self.assertEqual(self.json("events", workflow, "--since", "1h")["events"], events)
        wrong = self.sennit("events", workflow, "--since", "yesterday")
        self.assertEqual(wrong.code, 2)
        self.assertIn("--since yesterday: not a time", wrong.err)


class EventsOfAll(SennitTest):
    """`sennit events` without a workflow: what the whole server does."""

    def test_a_list_by_time(self) -> None:
        first = self.submit(self.shell_tasks({"a": "true"}, name="one"))
        second = self.submit(self.shell_tasks({"b": "true"}, name="two"))
        for workflow in (first, second):
            self.wait_for_end(workflow)
        events = self.json("events")["events"]
        self.assertEqual([events[0]["workflow"], events[-1]["workflow"]], [first, second])
        for workflow in (first, second):
            own = [event for event in events if event["workflow"] == workflow]
            self.assertEqual(own, self.json("events", workflow)["events"])
        self.assertIn("one-1/a", self.ok("events").out)
        self.assertEqual(self.ok("events", "--since", "2100-01-01").out, "")
        self.assertEqual(self.sennit("events", "--task", "a").code, 2)

    def test_following_across_a_server_that_is_killed(self) -> None:
        before = self.submit(self.shell_tasks({"x": "true"}, name="before"))
        self.wait_for_end(before)
        slow = self.submit(self.shell_tasks({"a": "sleep 2"}, name="slow"))
        self.wait_for_status(slow, "RUNNING")
        follower = self.start("events", "-f", "-o", "jsonl")
        # Until it is there, there is nothing that it could have missed.
        sockets = lambda: [p for p in Path(f"/proc/{follower.pid}/fd").iterdir() if "socket" in os.readlink(p)]
        wait_until(sockets, "the follower to be connected", show=self.process_table)
        self.kill(self.wait_for_server())
        after = self.submit(self.shell_tasks({"b": "true"}, name="after"))
        for workflow in (slow, after):
            self.wait_for_end(workflow)
        wanted = {workflow: self.json("events", workflow)["events"][-1]["seq"] for workflow in (slow, after)}
        # One more, so that its lines come behind all of the others'.
        last = self.submit(self.shell_tasks({"c": "true"}, name="last"))
        self.wait_for_end(last)
        ends = self.json("events", last)["events"][-1]
        self.ok("events", last)
        lines: List[Dict[str, Any]] = []

        def seen() -> bool:
            line = follower.stdout.readline() if follower.stdout else ""
            lines.append(json.loads(line))
            return (lines[-1]["workflow"], lines[-1]["seq"]) == (last, ends["seq"])

        wait_until(seen, "the end of the last workflow", show=lambda: lines[-3:])
        follower.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(follower).code, 3)
        told = [(event["workflow"], event["seq"]) for event in lines]
        self.assertEqual(len(told), len(set(told)))
        self.assertEqual([seq for workflow, seq in told if workflow == after], list(range(1, wanted[after] + 1)))
        self.assertIn((slow, wanted[slow]), told)
        self.assertNotIn(before, [workflow for workflow, _ in told])


if __name__ == "__main__":
    unittest.main()
