"""GPUs as NVIDIA's library tells of them; a stand-in for it (tests/fake_nvml) lies in LD_LIBRARY_PATH."""

import os
import unittest

from harness import PROGRAM, SennitTest, lines_of

LIBRARY = PROGRAM.parent.parent / "fake_nvml"


class Gpus(SennitTest):
    """What is asked for, leased and handed over, without SENNIT_GPUS."""

    def setUp(self) -> None:
        super().setUp()
        if not (LIBRARY / "libnvidia-ml.so.1").exists():
            self.fail(f"there is no {LIBRARY}/libnvidia-ml.so.1; it is built with the tests")
        self.env.update(LD_LIBRARY_PATH=str(LIBRARY), FAKE_NVML_UUIDS="GPU-a,GPU-b,GPU-c", XDG_RUNTIME_DIR=str(self.base),
                        MARKS=str(self.work))
        program = self.write("oumi", '#!/bin/sh\necho "$CUDA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER" >> "$MARKS/devices"\n')
        os.chmod(program, 0o755)
        self.write("c.yaml", "model: {}\n")
        (self.home / "config.yaml").write_text(f"verbs: {{train: [{program}]}}\n", encoding="utf-8")

    def flow(self, resources: str) -> str:
        return str(self.write("flow.yaml", f"""
            name: gpus
            jobs:
            - {{name: a, verb: train, config: c.yaml, resources: {resources}}}
            """))

    def test_devices_are_found_leased_and_handed_over(self) -> None:
        self.ok("run", self.flow("{gpu: 0}"))
        self.ok("run", self.flow("{gpus: [1, 2]}"))
        self.assertEqual(lines_of(self.work / "devices"), ["0 PCI_BUS_ID", "1,2 PCI_BUS_ID"])
        self.assertEqual(self.json("server", "status")["gpus"], "0,1,2")

    def test_device_that_is_lost_is_not_offered(self) -> None:
        self.env["FAKE_NVML_FAULTS"] = "nvmlDeviceGetUUID/1=15"
        self.ok("run", self.flow("{gpu: 2}"))
        refused = self.sennit("run", self.flow("{gpu: 1}"))
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("asks for GPU 1; this host has 2 (0,2); GPU 1: GPU is lost, NVML error 15", refused.err)
        self.assertEqual(lines_of(self.work / "devices"), ["2 PCI_BUS_ID"])

    def test_driver_of_another_version_is_named(self) -> None:
        self.env["FAKE_NVML_FAULTS"] = "nvmlInit_v2=18"
        refused = self.sennit("run", self.flow("{gpu: 0}"))
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("this host has no GPU; NVML cannot start: Driver/library version mismatch", refused.err)


if __name__ == "__main__":
    unittest.main()
