"""Parts of GPUs, the choice by load, and what can never be: pretended devices and a stand-in for NVIDIA's library."""

import os
import unittest
from pathlib import Path
from typing import Dict, List

from harness import PROGRAM, SennitTest, lines_of, wait_until

LIBRARY = PROGRAM.parent.parent / "fake_nvml"


class GpuTest(SennitTest):
    def setUp(self) -> None:
        super().setUp()
        self.env.update(MARKS=str(self.work), XDG_RUNTIME_DIR=str(self.base))
        program = self.write("oumi", """
            #!/bin/sh
            echo "$SENNIT_TASK $CUDA_VISIBLE_DEVICES $SENNIT_GPU_SHARE $SENNIT_GPU_MEMORY" >> "$MARKS/devices"
            while [ -e "$MARKS/hold" ]; do sleep 0.05; done
            """)
        os.chmod(program, 0o755)
        self.write("c.yaml", "model: {}\n")
        (self.home / "config.yaml").write_text(f"verbs: {{train: [{program}]}}\n", encoding="utf-8")

    def flow(self, jobs: Dict[str, str], header: str = "", name: str = "flow.yaml") -> Path:
        text = f"name: gpus\n{header}\njobs:\n"
        for job, resources in jobs.items():
            text += f"- {{name: {job}, verb: train, config: c.yaml, resources: {resources}}}\n"
        return self.write(name, text)

    def run_jobs(self, jobs: Dict[str, str], header: str = "") -> None:
        self.ok("run", str(self.flow(jobs, header)))

    def devices(self) -> List[str]:
        """What each job saw: its name, CUDA_VISIBLE_DEVICES, and its part in two measures."""
        return sorted(lines_of(self.work / "devices"))

    def wait_for_devices(self, count: int) -> None:
        wait_until(lambda: len(self.devices()) >= count, f"{count} jobs to run", show=self.devices)

    def hold(self) -> None:
        (self.work / "hold").touch()

    def let_go(self) -> None:
        (self.work / "hold").unlink()

    def refused(self, path: Path) -> str:
        result = self.sennit("run", str(path))
        self.assertEqual(result.code, 2, result)
        return result.err


class Parts(GpuTest):
    def setUp(self) -> None:
        super().setUp()
        self.env["SENNIT_GPUS"] = "2x80Gi"

    def test_tasks_share_a_device_and_know_their_part(self) -> None:
        self.run_jobs({"a": "{gpu: 0.5}", "b": "{gpu_memory: 20Gi}", "c": "{gpu: 0.25, gpu_memory: 8Gi}"})
        gibi = 1 << 30
        self.assertEqual(self.devices(),
                         [f"a 0 0.5 {40 * gibi}", f"b 0 0.25 {20 * gibi}", f"c 0 0.25 {8 * gibi}"])

    def test_whole_device_is_nobody_elses(self) -> None:
        self.run_jobs({"a": "{gpu: auto}", "b": "{gpu: 0.5}"})
        self.assertEqual(self.devices(), ["a 0  ", f"b 1 0.5 {40 << 30}"])

    def test_status_and_why_tell_who_has_which_part(self) -> None:
        self.hold()
        flow = self.flow({"a": "{gpu: 0, gpu_memory: 60Gi}", "b": "{gpu: 0, gpu_memory: 10Gi}",
                          "c": "{gpu: 0, gpu_memory: 20Gi}"})
        workflow = self.submit(flow)
        self.wait_for_devices(2)
        why = self.ok("why", workflow, "c").out
        self.assertIn("c waits for 20 GiB of GPU 0: 0 of 1 GPU with room for it", why)
        self.assertRegex(why, r"GPU 0 is held by gpus-1/a \(60 GiB\) \(for [\w.]+\), gpus-1/b \(10 GiB\) \(for [\w.]+\); "
                              r"0\.125 of it is free, 10 GiB")
        held = self.tasks(workflow)["a"]
        self.assertEqual((held["gpus"], held["gpu_memory"]), ("0", 60 << 30))
        self.assertIn("0 (60 GiB)", self.ok("status", workflow, "-o", "wide").out)
        self.let_go()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_what_can_never_be_is_refused_with_the_numbers(self) -> None:
        self.assertIn("asks for 100 GiB of a GPU; the GPUs of this host have 80 GiB",
                      self.refused(self.flow({"a": "{gpu_memory: 100Gi}"})))
        self.assertIn("asks for GPU 7; this host has 2 (0,1)", self.refused(self.flow({"a": "{gpu: 7}"})))
        group = self.write("group.yaml", """
            workflow:
              name: gang
              resources: {default: {gpu: 0.6}}
              groups:
              - name: g
                tasks:
                - {name: a, lead: true, image: x, command: ["true"]}
                - {name: b, image: x, command: ["true"]}
                - {name: c, image: x, command: ["true"]}
            """)
        self.assertIn("3 tasks that start together: asks for 0.6 of a GPU, 0.6 of a GPU, 0.6 of a GPU; this host has 2",
                      self.refused(group))

    def test_gang_of_parts_runs(self) -> None:
        tell = "[sh, -c, 'echo \"$CUDA_VISIBLE_DEVICES $SENNIT_GPU_SHARE\"']"
        group = self.write("group.yaml", f"""
            workflow:
              name: gang
              resources: {{default: {{gpu: 0.5}}, large: {{gpu_memory: 40Gi}}}}
              groups:
              - name: g
                tasks:
                - {{name: a, lead: true, image: x, command: {tell}}}
                - {{name: b, image: x, resource: large, command: {tell}}}
            """)
        self.ok("run", str(group))
        self.assertIn("0 0.5", self.ok("logs", "last", "a").out)


class Without(GpuTest):
    def test_machine_without_gpus_says_how_to_pretend_some(self) -> None:
        self.env["CUDA_VISIBLE_DEVICES"] = ""
        error = self.refused(self.flow({"a": "{gpu: 0.5}"}))
        self.assertIn("asks for 0.5 of a GPU; this host has no GPU; NVML cannot be loaded", error)
        self.assertIn("SENNIT_GPUS=4x80Gi", error)

    def test_memory_of_devices_without_known_memory(self) -> None:
        self.env["SENNIT_GPUS"] = "2"
        error = self.refused(self.flow({"a": "{gpu_memory: 20Gi}"}))
        self.assertIn("asks for 20 GiB of a GPU; how much memory the GPUs here have is not known", error)
        self.assertIn("4x80Gi", error)
        self.run_jobs({"a": "{gpu: 0.5}"})

    def test_pretence_that_means_nothing(self) -> None:
        self.env["SENNIT_GPUS"] = "many"
        self.run_jobs({"a": "{}"})
        self.assertIn("SENNIT_GPUS=many", self.json("server", "status")["gpu_problem"])


class Measured(GpuTest):
    def setUp(self) -> None:
        super().setUp()
        if not (LIBRARY / "libnvidia-ml.so.1").exists():
            self.fail(f"there is no {LIBRARY}/libnvidia-ml.so.1; it is built with the tests")
        self.loads = self.work / "loads"
        self.env.update(LD_LIBRARY_PATH=str(LIBRARY), FAKE_NVML_UUIDS="GPU-a,GPU-b,GPU-c",
                        FAKE_NVML_MEMORY="81920,81920,81920", FAKE_NVML_LOADS=str(self.loads))

    def first_device(self, header: str) -> str:
        (self.work / "devices").unlink(missing_ok=True)
        self.run_jobs({"a": "{gpu: auto}"}, header)
        return self.devices()[0].split()[1]

    def test_load_balanced_takes_the_least_busy_device(self) -> None:
        self.loads.write_text("90 100 1\n50 100 1\n5 100 0\n")
        self.assertEqual(self.first_device("resources: {allocation: load_balanced}"), "2")
        self.assertEqual(self.first_device("resources: {allocation: dynamic}"), "0")
        self.assertEqual(self.first_device("resources: {allocation: fixed, gpus: [1, 2]}"), "1")
        self.assertEqual(self.first_device("resources: {allocation: hybrid, gpus: [0, 1]}"), "1",
                         "somebody else computes on both, less on this one")

    def test_load_is_measured_again_for_a_later_choice(self) -> None:
        self.loads.write_text("0 100 0\n50 100 0\n60 100 0\n")
        self.assertEqual(self.first_device("resources: {allocation: load_balanced}"), "0")
        self.loads.write_text("99 100 0\n50 100 0\n3 100 0\n")
        wait_until(lambda: self.first_device("resources: {allocation: load_balanced}") == "2", "a new measurement")

    def test_balanced_parts_spread(self) -> None:
        self.loads.write_text("0 0 0\n0 0 0\n0 0 0\n")
        self.hold()
        self.submit(self.flow({"a": "{gpu: 0.1}", "b": "{gpu: 0.1}", "c": "{gpu: 0.1}"},
                              "resources: {allocation: load_balanced}"))
        self.wait_for_devices(3)
        self.assertEqual(sorted(line.split()[1] for line in self.devices()), ["0", "1", "2"])
        self.let_go()

    def test_driver_that_cannot_measure_stops_nobody(self) -> None:
        self.loads.write_text("0 0 0\n")
        self.env["FAKE_NVML_FAULTS"] = "nvmlDeviceGetMemoryInfo=15"
        self.assertEqual(self.first_device("resources: {allocation: load_balanced}"), "0")

    def test_status_shows_names_and_memory(self) -> None:
        self.run_jobs({"a": "{}"})
        self.assertIn("NVIDIA Fake with 80 GiB", self.ok("server", "status").out)

    def test_two_servers_do_not_share_a_device_but_tasks_of_one_do(self) -> None:
        self.hold()
        ours = self.submit(self.flow({"a": "{gpu: 0, gpu_memory: 10Gi}", "b": "{gpu: 0, gpu_memory: 10Gi}"}))
        self.wait_for_devices(2)
        other = self.base / "other"
        other.mkdir(mode=0o700)
        (other / "config.yaml").write_text((self.home / "config.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        env = {"SENNIT_HOME": str(other)}
        theirs = self.flow({"theirs": "{gpu: 0}", "free": "{gpu: 1}"}, name="theirs.yaml")
        self.ok("submit", str(theirs), env=env)
        self.wait_for_devices(3)
        self.assertIn("free 1  ", self.devices())
        log = other / "state" / "agent.log"
        wait_until(lambda: "GPU 0 is in use by another Sennit server" in log.read_text(encoding="utf-8"),
                   "a word of the lock")
        self.let_go()
        self.assertEqual(self.wait_for_end(ours), "COMPLETED")
        self.wait_for_devices(4)
        self.assertIn("theirs 0  ", self.devices())


if __name__ == "__main__":
    unittest.main()
