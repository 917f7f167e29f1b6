"""The history of a workflow: every status that its tasks, groups and itself were in, when and why."""

import unittest
from typing import Any, Dict, List, Optional, Tuple

from harness import SennitTest

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


if __name__ == "__main__":
    unittest.main()
