"""What is not the wall time of a command: idle processes, and the Google Benchmark programs."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Dict, Iterator, List

from table import Row, progress, rate, seconds, size

IDLE_SECONDS = 3.0


def _processes(home: str) -> List[int]:
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            words = Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"SENNIT_HOME={home}".encode() in words:
            found.append(int(entry))
    return found


def _wake_ups(pids: List[int]) -> int:
    """How often the threads of these processes have been put on a processor after waiting for something."""
    total = 0
    for pid in pids:
        for status in Path(f"/proc/{pid}/task").glob("*/status"):
            for line in status.read_text(encoding="utf-8").splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    total += int(line.split()[1])
    return total


def _memory(pids: List[int]) -> int:
    """Memory of these processes, shared pages divided among those who share them."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def idle(bench) -> Iterator[Row]:
    """Server and agent with nothing to do."""
    bench.warm_up()
    time.sleep(1.0)  # let what belongs to the last workflow settle
    pids = _processes(bench.env["SENNIT_HOME"])
    before = _wake_ups(pids)
    time.sleep(IDLE_SECONDS)
    woken = _wake_ups(pids) - before
    yield Row("idle: wake-ups in 3 s, all processes", str(woken), budget="0", kept=woken == 0)
    memory = _memory(pids)
    yield Row(f"idle: memory of {len(pids)} processes", size(memory), budget="<= 30 MB", kept=memory <= 30e6)


def benchmarks(bench) -> Iterator[Row]:
    """Every *_bench program beside ours."""
    for program in sorted(bench.programs.glob("*_bench")):
        progress(f"micro: {program.name}")
        said = subprocess.run([str(program), "--benchmark_format=json"], check=True, capture_output=True, text=True)
        for result in json.loads(said.stdout)["benchmarks"]:
            yield _micro_row(result)


def _micro_row(result: Dict[str, object]) -> Row:
    factor = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[str(result["time_unit"])]
    took = seconds(float(str(result["real_time"])) * factor)
    per_second = result.get("items_per_second")
    return Row(str(result["name"]), rate(float(str(per_second))) if per_second else took)
