"""Jobs files, run for real: the command that a job becomes, devices, retries, timeouts, where its log lies."""

import os
import unittest
from typing import List

from harness import SennitTest, lines_of

# Stands for `oumi`: notes how it was called, then does what JOB_DOES says.
OUMI = """\
#!/bin/sh
echo "$@" >> "$MARKS/calls"
echo "start $CUDA_VISIBLE_DEVICES" >> "$MARKS/devices"
sh -c "$JOB_DOES"
code=$?
echo "end $CUDA_VISIBLE_DEVICES" >> "$MARKS/devices"
exit $code
"""


class Jobs(SennitTest):
    """With a stand-in for the program behind the verbs."""

    def setUp(self) -> None:
        super().setUp()
        program = self.write("oumi", OUMI)
        os.chmod(program, 0o755)
        self.write("c.yaml", "model: {}\n")
        verbs = "".join(f"  {verb}: [{program}, {verb}]\n" for verb in ("train", "infer", "judge", "evaluate"))
        (self.home / "config.yaml").write_text(f"verbs:\n{verbs}", encoding="utf-8")
        self.env.update(MARKS=str(self.work), JOB_DOES="true", SENNIT_GPUS="4")

    def marks(self, name: str) -> List[str]:
        return lines_of(self.work / name)

    def test_command_line_of_a_job(self) -> None:
        self.ok("run", self.write("flow.yaml", """
            name: calls
            jobs:
            - {name: a, verb: train, config: c.yaml, args: [--x.y=1, two words]}
            """))
        self.assertEqual(self.marks("calls"), [f"train --config {self.work}/c.yaml --x.y=1 two words"])

    def test_environment_and_variables(self) -> None:
        self.ok("run", self.write("flow.yaml", """
            name: env
            env: {TOKEN: "${SHELL_TOKEN}", BOTH: workflow, JOB_DOES: "echo $TOKEN $BOTH > $MARKS/seen"}
            jobs:
            - {name: a, verb: train, config: c.yaml, env: {BOTH: job}}
            """), env={"SHELL_TOKEN": "secret"})
        self.assertEqual(self.marks("seen"), ["secret job"])

    def test_order(self) -> None:
        self.ok("run", self.write("flow.yaml", """
            name: order
            jobs:
            - {name: c, verb: judge, config: c.yaml, args: [c], depends_on: [b]}
            - {name: a, verb: train, config: c.yaml, args: [a]}
            - {name: b, verb: infer, config: c.yaml, args: [b], depends_on: [a]}
            """))
        self.assertEqual([line.split()[-1] for line in self.marks("calls")], ["a", "b", "c"])

    def test_log_in_the_output_folder(self) -> None:
        said = self.ok("run", self.write("flow.yaml", """
            name: logs
            output_dir: ./out
            jobs:
            - {name: a, verb: train, config: c.yaml, env: {JOB_DOES: "echo printed"}}
            """)).err
        self.assertRegex(said, f"Outputs +{self.work}/out\n")
        self.assertEqual(self.json("status", "last")["outputs"], f"{self.work}/out")
        self.assertIn("printed", (self.work / "out" / "a" / "job.log").read_text(encoding="utf-8"))

    def test_retries_end_in_success(self) -> None:
        self.ok("run", self.write("flow.yaml", """
            name: retry
            jobs:
            - name: a
              verb: train
              config: c.yaml
              max_retries: 3
              retry_delay: 0.1
              env: {JOB_DOES: "[ $(wc -l < $MARKS/calls) -ge 3 ]"}
            """))
        self.assertEqual(len(self.marks("calls")), 3)

    def test_retries_run_out(self) -> None:
        result = self.sennit("run", self.write("flow.yaml", """
            name: retry
            jobs:
            - {name: a, verb: train, config: c.yaml, max_retries: 2, retry_delay: 0, env: {JOB_DOES: "exit 4"}}
            """))
        self.assertEqual(result.code, 1, result)
        self.assertEqual(len(self.marks("calls")), 3)

    def test_timeout_of_a_job(self) -> None:
        result = self.sennit("run", self.write("flow.yaml", """
            name: slow
            jobs:
            - {name: a, verb: train, config: c.yaml, timeout: 1, env: {JOB_DOES: "exec sleep 60"}}
            """))
        self.assertEqual(result.code, 4, result)

    def test_devices_are_never_shared(self) -> None:
        jobs = "".join(f"            - {{name: j{n}, verb: train, config: c.yaml, resources: {{gpu: auto}}}}\n"
                       for n in range(10))
        self.ok("run", self.write("flow.yaml", "            name: gpus\n            resources: {gpus: [0, 1, 2]}\n"
                                               f"            jobs:\n{jobs}"), env={"JOB_DOES": "sleep 0.1"})
        held = set()
        for line in self.marks("devices"):
            what, device = line.split()
            if what == "start":
                self.assertNotIn(device, held)
                self.assertIn(device, "012")
                held.add(device)
            else:
                held.discard(device)
        self.assertEqual(len(self.marks("calls")), 10)

    def test_named_device(self) -> None:
        self.ok("run", self.write("flow.yaml", """
            name: gpus
            jobs:
            - {name: a, verb: train, config: c.yaml, resources: {gpu: 2}}
            - {name: b, verb: train, config: c.yaml, resources: {gpu: 2}, depends_on: [a]}
            """))
        self.assertEqual({line.split()[1] for line in self.marks("devices")}, {"2"})

    def test_device_in_env_counts_as_a_request(self) -> None:
        self.ok("run", self.write("flow.yaml", """
            name: gpus
            jobs:
            - {name: a, verb: train, config: c.yaml, env: {CUDA_VISIBLE_DEVICES: "1,3"}}
            """))
        self.assertEqual(self.marks("devices")[0], "start 1,3")

    def test_conflicting_requests_are_an_error(self) -> None:
        result = self.sennit("validate", self.write("flow.yaml", """
            name: gpus
            jobs:
            - {name: a, verb: train, config: c.yaml, resources: {gpu: 0}, env: {CUDA_VISIBLE_DEVICES: "1"}}
            """))
        self.assertEqual(result.code, 2, result)
        self.assertIn("CUDA_VISIBLE_DEVICES", result.out + result.err)

    def test_max_parallel(self) -> None:
        jobs = "".join(f"            - {{name: j{n}, verb: train, config: c.yaml}}\n" for n in range(6))
        path = self.write("flow.yaml", f"            name: few\n            jobs:\n{jobs}")
        self.ok("run", path, "--max-parallel", "1", env={"JOB_DOES": "sleep 0.05"})
        self.assertEqual([line.split()[0] for line in self.marks("devices")], ["start", "end"] * 6)


if __name__ == "__main__":
    unittest.main()
