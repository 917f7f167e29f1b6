"""Pools, quotas and preemption as a user sees them, on a host of pretended GPUs."""

import textwrap
import unittest
from pathlib import Path

from harness import SennitTest, wait_until

CONFIG = """
    server: {stop_grace: 2s}
    pools:
      local: {}
      train:
        description: the big ones
        gpus: [0, 1]
        resources: {gpu: {guarantee: 1, maximum: 2}}
      old: {enable_maintenance: true}
    """


class Pools(SennitTest):
    """Four devices, of which two are the pool `train`'s, and one of those guaranteed to it."""

    def setUp(self) -> None:
        super().setUp()
        self.env["SENNIT_GPUS"] = "4"
        self.configure(CONFIG)

    def configure(self, text: str) -> None:
        (self.home / "config.yaml").write_text(textwrap.dedent(text), encoding="utf-8")

    def flow(self, name: str, gpus: int) -> Path:
        """A file whose one task `hold` wants so many devices."""
        return self.write(f"{name}.yaml", f"""
            workflow:
              name: {name}
              resources:
                default: {{gpu: {gpus}, cpu: 1, memory: 1Gi, storage: 1Gi}}
              tasks:
              - {{name: hold, image: "debian:12", command: [sleep, "600"]}}
            """)

    def hold(self, name: str, gpus: int, *options: str) -> str:
        """Submits such a file; the workflow holds its devices until it is stopped."""
        return self.submit(self.flow(name, gpus), *options)

    def status_of(self, workflow: str) -> str:
        return str(self.json("status", workflow)["groups"][0]["tasks"][0]["status"])

    def wait_for(self, workflow: str, status: str) -> None:
        wait_until(lambda: self.status_of(workflow) == status, f"{workflow} is {status}",
                   show=lambda: self.status_of(workflow))

    def test_low_gives_way_and_comes_back(self) -> None:
        low = self.hold("low", 4, "--priority", "LOW")
        self.wait_for(low, "RUNNING")
        normal = self.hold("normal", 2)
        self.wait_for(normal, "RUNNING")
        self.wait_for(low, "SCHEDULING")
        why = self.json("why", low, "hold")
        self.assertIn(f"preempted for {normal} (NORMAL); it starts again as soon as there is room", why["details"])
        events = self.ok("events", low).out
        self.assertIn(f"for {normal} (NORMAL)", events)
        self.ok("cancel", normal)
        self.wait_for(low, "RUNNING")
        attempts = self.json("status", low, "-v")["groups"][0]["tasks"]
        self.assertEqual([(a["retry_id"], a["exit_code"]) for a in attempts if a["status"] == "RESCHEDULED"], [(0, 3006)])

    def test_without_requeue_it_fails(self) -> None:
        low = self.hold("low", 4, "--priority", "LOW", "--no-requeue")
        self.wait_for(low, "RUNNING")
        normal = self.hold("normal", 1)
        wait_until(lambda: self.json("status", low)["status"] == "FAILED_PREEMPTED", "it ends",
                   show=lambda: self.json("status", low)["status"])
        self.assertIn(f"preempted for {normal} (NORMAL)", self.ok("why", low).out)

    def test_quota_is_waited_for_and_explained(self) -> None:
        first = self.hold("first", 1, "-p", "train")
        self.wait_for(first, "RUNNING")
        second = self.hold("second", 1, "-p", "train")
        self.wait_for(second, "SCHEDULING")
        why = self.ok("why", second).out
        self.assertIn("waits for the quota of pool 'train': it wants 1 GPU, and 1 of 1 guaranteed are used", why)
        self.assertIn(f"used by {first} (1 GPU, NORMAL)", why)
        self.ok("cancel", first)
        self.wait_for(second, "RUNNING")

    def test_what_a_pool_can_never_give_is_refused(self) -> None:
        refused = self.sennit("submit", self.flow("much", 2), "-p", "train")
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("asks for 2 GPUs; pool 'train' guarantees 1 to NORMAL and HIGH", refused.err)
        low = self.hold("much", 2, "-p", "train", "--priority", "LOW")
        self.wait_for(low, "RUNNING")
        refused = self.sennit("submit", self.flow("more", 3), "-p", "train", "--priority", "LOW")
        self.assertIn("may use 2 at most", refused.err)

    def test_unknown_pool_and_maintenance_are_refused(self) -> None:
        unknown = self.sennit("submit", self.flow("a", 1), "-p", "trian")
        self.assertEqual(unknown.code, 2, unknown)
        self.assertIn("did you mean 'train'?", unknown.err)
        closed = self.sennit("submit", self.flow("a", 1), "-p", "old")
        self.assertEqual(closed.code, 2, closed)
        self.assertIn("pool 'old' is in maintenance", closed.err)

    def test_a_changed_file_counts_from_the_next_submission_on(self) -> None:
        self.hold("a", 1, "-p", "train")
        self.configure(CONFIG.replace("description: the big ones", "enable_maintenance: true"))
        refused = self.sennit("submit", self.flow("b", 1), "-p", "train")
        self.assertIn("pool 'train' is in maintenance", refused.err)
        self.configure(CONFIG)
        self.hold("b", 1, "-p", "train")

    def test_a_quota_that_cannot_be_is_a_mistake_of_the_file(self) -> None:
        self.configure("pools: {local: {resources: {gpu: {guarantee: 4, maximum: 2}}}}\n")
        refused = self.sennit("config", "show")
        self.assertIn("SN428", refused.err)
        self.assertIn("the maximum of 2 GPUs is below the guarantee of 4", refused.err)

    def test_pools_are_listed_with_what_is_used(self) -> None:
        holding = self.hold("holding", 1, "-p", "train")
        self.wait_for(holding, "RUNNING")
        pools = {pool["name"]: pool for nodes in self.json("pool", "list")["node_sets"] for pool in nodes["pools"]}
        self.assertEqual(sorted(pools), ["local", "old", "train"])
        self.assertEqual(pools["old"]["status"], "MAINTENANCE")
        usage = pools["train"]["resource_usage"]
        self.assertEqual((usage["quota_used"], usage["quota_limit"], usage["total_capacity"]), (1, 1, 4))
        table = self.ok("pool", "list", "-m", "free").out
        self.assertIn("Quota Free", table)
        self.assertIn("(shared)", table)
        wrong = self.sennit("pool", "list", "-p", "tran")
        self.assertIn("did you mean 'train'?", wrong.err)

    def test_hosts_are_listed_with_who_holds_their_devices(self) -> None:
        holding = self.hold("holding", 1, "-p", "train")
        self.wait_for(holding, "RUNNING")
        node = self.json("resource", "list")["resources"][0]
        self.assertEqual(node["gpu_count"], 4)
        self.assertEqual(node["gpus_used"], 1)
        self.assertIn("1/4", self.ok("resource", "list").out)
        self.assertIn(f"{holding}/hold", self.ok("resource", "info", node["node"]).out)


if __name__ == "__main__":
    unittest.main()
