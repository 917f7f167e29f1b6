"""Progress and metrics: what tasks print and tell of themselves, what they use, and what they leave."""

import csv
import io
import signal
import textwrap
import unittest
from pathlib import Path
from typing import Any, Dict

from harness import PROGRAM, SennitTest, wait_until
from test_sandbox import SandboxCase

LIBRARY = PROGRAM.parent.parent / "fake_nvml"

# A training as Hugging Face's Trainer prints it.
TRAINER = """\
import sys, time, pathlib
for step in range(1, 11):
    print({'loss': 2.0 / step, 'learning_rate': 2e-05, 'epoch': step / 5}, flush=True)
    print(f"\\r{step*10:3}%|#         | {step}/10 [00:01<00:09,  1.00it/s]", end="", file=sys.stderr, flush=True)
    while step == 5 and not pathlib.Path("go").exists():
        time.sleep(0.01)
print({'train_runtime': 1.5, 'train_loss': 0.5, 'epoch': 2.0})
"""


class Metrics(SennitTest):
    """`sennit metrics`, `status` and what lies on disk."""

    def python(self, programs: Dict[str, str], extra: str = "") -> Path:
        tasks = []
        for name, program in programs.items():
            (self.work / f"{name}.py").write_text(textwrap.dedent(program), encoding="utf-8")
            tasks.append(f"  - name: {name}\n    image: debian:12\n    command: [python3, {self.work}/{name}.py]\n")
        path = self.work / "flow.yaml"
        path.write_text(f"workflow:\n  name: flow\n{extra}  tasks:\n" + "".join(tasks), encoding="utf-8")
        return path

    def metrics(self, *words: str) -> Any:
        return self.json("metrics", *words)

    def progress_of(self, task: str) -> Any:
        return self.tasks("last")[task].get("progress") or {}

    def test_progress_of_a_training_is_shown_while_it_runs_and_kept(self) -> None:
        self.ok("submit", str(self.python({"train": TRAINER})))
        seen = wait_until(lambda: self.progress_of("train").get("step") == 5 and self.progress_of("train"), "step 5",
                          show=lambda: self.tasks("last"))
        self.assertEqual((seen["total"], seen["percent"], seen["epoch"]), (10, 50, 1))
        self.assertAlmostEqual(seen["loss"], 0.4)
        self.assertEqual(seen["learning_rate"], 2e-05)
        self.assertIn("step 5/10 50% epoch 1 loss 0.4 lr 2e-05", self.ok("status", "last").out)
        (self.work / "go").touch()
        self.wait_for_end("last")
        one = self.metrics("last", "train")["tasks"][0]
        self.assertEqual(one["status"], "COMPLETED")
        self.assertEqual(one["progress"]["step"], 10)
        series = {each["name"]: each for each in one["series"]}
        self.assertEqual((series["loss"]["count"], series["loss"]["max"]), (10, 2))
        self.assertAlmostEqual(series["loss"]["last"], 0.2)
        self.assertEqual(series["train_loss"]["last"], 0.5)
        text = self.ok("metrics", "last").out
        self.assertRegex(text, r"learning_rate +2e-05")
        rows = list(csv.DictReader(io.StringIO(self.ok("metrics", "last", "--csv").out)))
        self.assertEqual({row["task"] for row in rows}, {"train"})
        self.assertEqual(sum(int(row["count"]) for row in rows if row["name"] == "loss"), 10)

    def test_a_file_says_it_as_well(self) -> None:
        self.ok("run", str(self.shell_tasks({
            "fit": """printf '{"step": 1, "total": 3, "reward": -0.5}\\n{"step": 3}\\n' >>$SENNIT_PROGRESS""",
            "quiet": "true"})))
        tasks = {task["name"]: task for task in self.metrics("last")["tasks"]}
        self.assertEqual(tasks["fit"]["progress"]["text"], "step 3/3 100%")
        self.assertEqual(tasks["fit"]["progress"]["metrics"]["reward"], -0.5)
        self.assertIsNone(tasks["quiet"]["progress"])
        self.assertEqual(list((self.state / "progress").iterdir()), [])
        table = self.ok("metrics", "last").out
        self.assertRegex(table, r"fit +COMPLETED +3/3 100%")

    def test_charts_are_drawn(self) -> None:
        (self.work / "go").touch()
        self.ok("run", str(self.python({"train": TRAINER})))
        drawn = self.ok("metrics", "last", "--chart").out
        self.assertTrue(drawn.startswith("train: loss\n"), drawn)
        self.assertRegex(drawn, "[\u2801-\u28ff]")
        plain = self.ok("metrics", "last", "--name", "epoch", "--ascii").out
        self.assertTrue(plain.startswith("train: epoch\n"), plain)
        self.assertTrue(plain.isascii(), plain)
        self.assertIn("no task of flow-1 tells a number 'nothing'",
                      self.sennit("metrics", "last", "--name", "nothing").err)

    def test_odd_lines_harm_nobody(self) -> None:
        odd = ["Final loss: 0.1234.", "computing loss ...", "lr: e", "Step 3/0", "Step 7 0 errors", "loss: nan",
               "loss: -inf", "{'loss': 1e999}", "{" * 5000, "45%|", "x" * 100000]
        program = "import sys\n" + "".join(f"print({line!r})\n" for line in odd) + \
            "sys.stdout.buffer.write(bytes(range(256)) * 1000)\nprint()\nprint('loss: 0.5')\n"
        self.ok("run", str(self.python({"odd": program})))
        self.assertEqual(self.metrics("last")["tasks"][0]["progress"]["loss"], 0.5)

    def test_a_loss_that_is_no_number_is_told(self) -> None:
        self.ok("submit", str(self.shell_tasks({"fit": "echo 'loss: nan'; while [ ! -e go ]; do sleep 0.01; done"})))
        wait_until(lambda: self.tasks("last")["fit"]["flags"] == ["loss is nan"], "the flag",
                   show=lambda: self.tasks("last"))
        self.assertIn("loss is nan", self.ok("status", "last").out)
        (self.work / "go").touch()
        self.wait_for_end("last")

    def test_another_server_knows_it_and_what_is_kept_survives_a_kill(self) -> None:
        self.ok("submit", str(self.shell_tasks({
            "fit": "echo 'Step 4/8'; while [ ! -e go ]; do sleep 0.01; done; echo 'Step 8/8'"})))
        wait_until(lambda: self.progress_of("fit").get("step") == 4, "step 4")
        self.kill(self.wait_for_server(), signal.SIGKILL)
        wait_until(lambda: self.progress_of("fit").get("step") == 4, "step 4, of the next server")
        (self.work / "go").touch()
        self.wait_for_end("last")
        self.assertEqual(self.metrics("last")["tasks"][0]["progress"]["step"], 8)

    def test_what_tasks_use_is_measured(self) -> None:
        self.ok("submit", str(self.python({"busy": """\
            import pathlib
            held = bytearray(80 << 20)
            held[::4096] = b"x" * len(held[::4096])
            while not pathlib.Path("go").exists():
                sum(range(10000))
            """})))
        load = wait_until(lambda: (self.tasks("last")["busy"]["load"] or {}).get("cpus", 0) > 0.05
                          and self.tasks("last")["busy"]["load"], "what it uses", show=lambda: self.tasks("last"))
        self.assertGreater(load["memory"], 80 << 20)
        self.assertGreater(load["cpu_seconds"], 0)
        (self.work / "go").touch()
        self.wait_for_end("last")
        usage = {series["name"]: series for series in self.metrics("last")["tasks"][0]["usage"]}
        self.assertGreater(usage["memory"]["max"], 80 << 20)
        self.assertGreater(usage["cpu"]["mean"], 0.05)
        self.assertIn("read_rate", usage)
        self.assertRegex(self.ok("metrics", "last").out, r"memory +\d+(\.\d)? MiB")


class Artifacts(SennitTest):
    """`sennit artifacts`."""

    def test_of_each_type_the_first_pattern_and_the_newest_of_it_come_first(self) -> None:
        self.ok("run", str(self.shell_tasks({"fit": """
            cd {{output}}
            mkdir -p run/checkpoint-10 run/checkpoint-20
            head -c 2000 /dev/zero >run/checkpoint-10/model.safetensors
            head -c 3000 /dev/zero >run/checkpoint-20/model.safetensors
            touch -d '2020-01-01' run/checkpoint-20
            echo '{}' >run/config.json; echo 'a: 1' >recipe.yaml
            ln -s / run/everything; mkfifo run/metrics.json; ln -s . loop
            """})))
        found = self.json("artifacts", "last")["artifacts"]
        chosen = [(one["type"], Path(one["path"]).name, one["size"]) for one in found if one["chosen"]]
        self.assertEqual(chosen, [("checkpoint", "checkpoint-10", 2000), ("config", "config.json", 3)])
        self.assertEqual(len(found), 6)
        text = self.ok("artifacts", "last", "fit").out
        self.assertRegex(text, r"fit +checkpoint +2 KiB|fit +checkpoint +2000 B|fit +checkpoint")
        self.assertIn("checkpoint-20/", text)

    def test_jobs_are_looked_for_below_their_output_dir(self) -> None:
        (self.work / "oumi").write_text("#!/bin/sh\nmkdir -p out/a/deep; echo 1 >out/a/deep/eval_results.json\n"
                                        "echo 'Evaluating 5/50'; echo 'Accuracy: 0.75'\n", encoding="utf-8")
        (self.work / "oumi").chmod(0o755)
        self.env["PATH"] = f"{self.work}:{self.env['PATH']}"
        (self.work / "jobs.yaml").write_text(
            "name: j\noutput_dir: out\njobs:\n- {name: a, verb: evaluate, config: 'x://a'}\n", encoding="utf-8")
        self.ok("run", str(self.work / "jobs.yaml"))
        found = self.json("artifacts", "last")["artifacts"]
        self.assertEqual([(one["type"], Path(one["path"]).name) for one in found], [("metrics", "eval_results.json")])
        progress = self.json("metrics", "last")["tasks"][0]["progress"]
        self.assertEqual((progress["step"], progress["total"], progress["accuracy"]), (5, 50, 0.75))


class GpuUse(SennitTest):
    """What GPUs do for a task, by the stand-in of NVIDIA's library."""

    def test_gpus_are_measured_and_one_that_idles_is_told(self) -> None:
        loads = self.work / "loads"
        loads.write_text("2 1024 0\n80 2048 0\n", encoding="utf-8")
        self.env.update(LD_LIBRARY_PATH=str(LIBRARY), FAKE_NVML_UUIDS="GPU-a,GPU-b", FAKE_NVML_MEMORY="81920,81920",
                        FAKE_NVML_LOADS=str(loads), XDG_RUNTIME_DIR=str(self.base), SENNIT_SERVER_GPU_IDLE_AFTER="1s")
        (self.work / "oumi").write_text("#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.01; done\n", encoding="utf-8")
        (self.work / "oumi").chmod(0o755)
        self.env["PATH"] = f"{self.work}:{self.env['PATH']}"
        path = self.write("jobs.yaml", """
            name: j
            jobs:
            - {name: a, verb: train, config: 'x://a', resources: {gpus: [0, 1]}}
            """)
        self.ok("submit", str(path))
        task = wait_until(lambda: self.tasks("last")["a"]["flags"] and self.tasks("last")["a"], "a flag",
                          show=lambda: self.tasks("last"))
        self.assertRegex(task["flags"][0], r"^GPU 0 has been idle for \d+ s$")
        self.assertEqual(len(task["flags"]), 1)
        self.assertIn("GPU 0 has been idle", self.ok("status", "last").out)
        self.assertIn("GPU 0 has been idle", self.ok("why", "last", "a").out)
        by_device = {gpu["device"]: gpu for gpu in task["load"]["gpus"]}
        self.assertEqual((by_device[1]["busy"], by_device[1]["memory"]), (0.8, 2 << 30))
        (self.work / "go").touch()
        self.wait_for_end("last")
        usage = {series["name"]: series for series in self.json("metrics", "last")["tasks"][0]["usage"]}
        self.assertEqual(usage["gpu1.busy"]["mean"], 0.8)
        self.assertRegex(self.ok("metrics", "last").out, r"gpu1\.busy +80% +80%")


class SandboxMetrics(SandboxCase):
    def test_progress_comes_out_of_a_sandbox(self) -> None:
        self.ok("run", "--runtime", "sandbox", str(self.shell_tasks(
            {"a": """printf '{"step": 2}\\n' >>$SENNIT_PROGRESS; echo 'loss: 0.5'"""})))
        metrics = self.json("metrics", "last")["tasks"][0]["progress"]["metrics"]
        self.assertEqual(metrics, {"step": 2, "loss": 0.5})


if __name__ == "__main__":
    unittest.main()
