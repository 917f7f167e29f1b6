#!/usr/bin/env python3
"""Measures the built program beside its peers, in one run on one machine, and prints one table.

    bench/run.py --bin build/bin [--only PART...] [--quick]

What is compared is what a user waits for: the wall time of whole commands. A ratio is our figure divided by the
peer's: for rates more is better, for times less. The budgets are explained in bench/README.md; a machine that is busy
with something else misses those that are times, so look at the ratios first.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable, Dict, Iterator, List

import large_log
import micro
import peers
import view
from table import Row, have, median_of, print_table, printed_numbers, progress, rate, run, seconds, size

NOOP = shutil.which("true") or "/bin/true"


class Bench:
    """The program under test, a SENNIT_HOME of its own, and how big the cases are."""

    def __init__(self, programs: Path, folder: Path, quick: bool, log_bytes: int, view_tasks: int) -> None:
        self.programs = programs
        self.sennit = programs / "sennit"
        self.folder = folder
        self.rounds = 3 if quick else 5
        self.tasks = 1000 if quick else 5000
        self.largest = 100_000 if quick else 1_000_000
        self.log_bytes = log_bytes
        self.view_tasks = view_tasks
        self.parallel = os.cpu_count() or 1
        self.env: Dict[str, str] = {**os.environ, "SENNIT_HOME": str(folder / "home")}

    def run(self, *words: object) -> float:
        return run([self.sennit, *words], cwd=self.folder, env=self.env)

    def stop(self) -> None:
        subprocess.run([str(self.sennit), "server", "stop"], env=self.env, check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def warm_up(self) -> None:
        self.run("run", self.flow("warm", 1), "--no-tui")

    def write(self, name: str, lines: Iterator[str]) -> Path:
        path = self.folder / f"{name}.yaml"
        if not path.exists():
            with open(path, "w", encoding="utf-8") as out:
                out.writelines(lines)
        return path

    def flow(self, name: str, count: int, chain: bool = False) -> Path:
        """A tasks file with `count` no-ops, side by side or one after the other."""

        def lines() -> Iterator[str]:
            yield f"workflow:\n  name: {name}\n  tasks:\n"
            for n in range(count):
                yield f"  - name: t{n}\n    image: debian:12\n    command: [{NOOP}]\n"
                if chain and n:
                    yield f"    inputs:\n    - task: t{n - 1}\n"

        return self.write(f"{name}-{count}", lines())

    def bare(self, parallel: int, count: int) -> float:
        return printed_numbers([self.programs / "bare_spawn", parallel, count, NOOP])[0]


def fan_out(bench: Bench) -> Iterator[Row]:
    """No-op tasks side by side: ours and the bare loop in turn, then the peers."""
    bench.warm_up()
    flow = bench.flow("fan", bench.tasks)
    ours, bare = [], []
    for _ in range(bench.rounds):
        bare.append(bench.tasks / bench.bare(bench.parallel, bench.tasks))
        ours.append(bench.tasks / bench.run("run", flow, "--no-tui"))
    ratios = sorted(a / b for a, b in zip(ours, bare))
    middle = len(ratios) // 2
    our_rate = sorted(ours)[middle]
    yield Row(f"{bench.tasks} no-op tasks, {bench.parallel} at once", rate(our_rate), "bare spawn loop",
              rate(sorted(bare)[middle]), ratios[middle], ">= 0.9", ratios[middle] >= 0.9)
    for peer in peers.PEERS:
        if not have(peer.program):
            yield Row("", "", peer.program, "not installed")
            continue
        progress(f"fan-out: {peer.program}")
        count = min(bench.tasks, peer.most)
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            command = peer.prepare(Path(folder), count, bench.parallel, NOOP)
            theirs = count / run(command, cwd=Path(folder))
        yield Row("", rate(our_rate), peer.program, rate(theirs), our_rate / theirs)


def chain(bench: Bench) -> Iterator[Row]:
    """What one edge costs: a chain of no-ops, less the bare spawn of as many, less the start of the command."""
    bench.warm_up()
    length = 200 if bench.rounds == 3 else 500
    flow = bench.flow("chain", length, chain=True)
    one = bench.flow("chain", 1, chain=True)
    bare = median_of(bench.rounds, lambda: bench.bare(1, length)) / length

    def edge() -> float:
        return (bench.run("run", flow, "--no-tui") - bench.run("run", one, "--no-tui")) / (length - 1) - bare

    ours = median_of(bench.rounds, edge)
    yield Row("chain, an edge beyond the bare spawn", seconds(ours), "bare spawn", seconds(bare), ours / bare,
              "<= 150 µs", ours <= 150e-6)


def load(bench: Bench) -> Iterator[Row]:
    """Reading and checking large files, against libyaml handing out its events."""
    def validate(flow: Path) -> List[float]:
        """Seconds and bytes at most."""
        return printed_numbers([bench.programs / "bare_spawn", 1, 1, bench.sennit, "validate", flow], env=bench.env)

    small = validate(bench.flow("load", 1))[1]
    count = 10_000
    while count <= bench.largest:
        progress(f"load: {count} tasks")
        flow = bench.flow("load", count)
        done = [validate(flow) for _ in range(1 if count > 100_000 else 3)]
        ours = min(took for took, _ in done)
        per_task = (done[0][1] - small) / count
        theirs = printed_numbers([bench.programs / "yaml_events", flow])[0]
        large = count == 1_000_000
        yield Row(f"validate {count:,} tasks", seconds(ours), "libyaml events", seconds(theirs), ours / theirs,
                  "<= 4 s" if large else "", ours <= 4 if large else None)
        yield Row(f"  memory, {size(flow.stat().st_size)} file", f"{per_task:.0f} B/task", budget="<= 500" if large else "",
                  kept=per_task <= 500 if large else None)
        count *= 10


def start_up(bench: Bench) -> Iterator[Row]:
    """Whole commands, with and without a running server."""
    flow = bench.flow("one", 1)
    rounds = 4 * bench.rounds
    checked = median_of(rounds, lambda: bench.run("validate", flow))
    yield Row("validate, small file", seconds(checked), budget="<= 10 ms", kept=checked <= 0.01)
    bench.warm_up()
    warm = median_of(rounds, lambda: bench.run("run", flow, "--no-tui"))
    yield Row("run one no-op, server running", seconds(warm), budget="<= 20 ms", kept=warm <= 0.02)

    def cold() -> float:
        bench.stop()
        return bench.run("run", flow, "--no-tui")

    first = median_of(bench.rounds, cold)
    yield Row("run one no-op, no server", seconds(first), budget="<= 150 ms", kept=first <= 0.15)


def log_capture(bench: Bench) -> Iterator[Row]:
    """One task that writes short lines as fast as it can. The task takes the time itself: a pipe holds 64 KiB, so it
    cannot be ahead of whoever keeps its output by more than that."""
    count = 30_000_000 if bench.rounds == 3 else 200_000_000
    times, kept = bench.folder / "times", bench.folder / "yes.out"
    script = f"a=$(date +%s.%N); yes | head -c {count}; echo $a $(date +%s.%N) > {times}.new; mv {times}.new {times}"
    text = f'workflow:\n  name: log\n  tasks:\n  - name: a\n    image: debian:12\n    command: [sh, -c, "{script}"]\n'
    flow = bench.write("log", iter([text]))
    bench.warm_up()

    def once() -> float:
        times.unlink(missing_ok=True)
        bench.run("submit", flow)
        while not times.exists():
            time.sleep(0.01)
        begin, end = times.read_text(encoding="utf-8").split()
        return float(end) - float(begin)

    theirs = median_of(bench.rounds, lambda: run(["sh", "-c", f"yes | head -c {count} | cat > {kept}"]))
    ours = median_of(bench.rounds, once)
    yield Row("log of one task, short lines", f"{size(count / ours)}/s", "yes | cat > file",
              f"{size(count / theirs)}/s", theirs / ours, ">= 0.8", theirs / ours >= 0.8)


PARTS: Dict[str, Callable[[Bench], Iterator[Row]]] = {
    "fan-out": fan_out, "chain": chain, "load": load, "start-up": start_up, "log": log_capture,
    "large-log": large_log.large_log, "idle": micro.idle, "micro": micro.benchmarks,
    "view": view.terminal_view,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, default=Path("build/bin"))
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--quick", action="store_true", help="smaller cases, fewer rounds")
    parser.add_argument("--log-mb", type=int, help="the size of the large log; 100 with --quick, else 2000")
    parser.add_argument("--view-tasks", type=int, help="tasks of the largest workflow in the view; 2000 with --quick, else 100000")
    options = parser.parse_args()
    log_mb = options.log_mb or (100 if options.quick else 2000)
    view_tasks = options.view_tasks or (2000 if options.quick else 100_000)

    rows: List[Row] = []
    with tempfile.TemporaryDirectory(prefix="sn-bench-", dir="/tmp") as folder:
        bench = Bench(options.bin.resolve(), Path(folder), options.quick, log_mb * 1_000_000, view_tasks)
        (bench.folder / "home").mkdir(mode=0o700)
        try:
            for name in options.only:
                progress(name)
                for row in PARTS[name](bench):
                    rows.append(row)
        finally:
            bench.stop()
            print_table(rows)


if __name__ == "__main__":
    main()
