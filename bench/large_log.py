"""A large log: how soon its end, a time and a rare word of it are there, beside the tools for plain and compressed files."""

import json
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator, List

from table import Row, have, median_of, run, seconds, size

# What a training run prints: short lines with names, numbers and paths; one of them is like no other.
WRITER = """
import sys
left = int(sys.argv[1])
block, step = [], 0
needle = left // 2
while left > 0:
    lines = []
    for step in range(step, step + 5000):
        lines.append(f"2026-11-28T10:{step // 60 % 60:02}:{step % 60:02}Z INFO [rank{step % 8}] step={step} "
                     f"loss={step * 7919 % 100003 / 1e5:.5f} lr=3.0e-04 tokens/s={18000 + step % 997} "
                     f"/data/out/ckpt_{step // 1000}\\n")
    step += 1
    text = "".join(lines)
    if left > needle >= left - len(text):
        text += "WARNING the gradient of layers.17.attention is a needle\\n"
    sys.stdout.write(text)
    left -= len(text)
"""
NEEDLE = "is a needle"


def _once(command: List[object], env) -> Callable[[], float]:
    return lambda: run(command, env=env)


def _rows(what: str, rounds: int, ours: Callable[[], float], peers: List) -> Iterator[Row]:
    took = median_of(rounds, ours)
    row = Row(what, seconds(took), budget="<= 1 s", kept=took <= 1.0) if rounds > 1 else Row(what, seconds(took))
    for name, peer in peers:
        other = median_of(rounds, peer)
        yield row._replace(peer=name, peers=seconds(other), ratio=took / other)
        row = Row("  the same", seconds(took))
    if not peers:
        yield row


def large_log(bench) -> Iterator[Row]:
    """Packed by the agent once its task has ended, and read through the server as a user does."""
    env = bench.env
    script = bench.folder / "writer.py"
    script.write_text(WRITER, encoding="utf-8")
    flow = bench.folder / "large-log.yaml"
    flow.write_text("workflow:\n  name: large-log\n  tasks:\n  - name: a\n    image: debian:12\n"
                    f"    command: [python3, {json.dumps(str(script))}, '{bench.log_bytes}']\n", encoding="utf-8")
    bench.run("run", flow, "--no-tui", "--detach")
    name = json.loads(subprocess.run([str(bench.sennit), "status", "last", "-o", "json"], env=env, check=True,
                                     capture_output=True).stdout)["name"]
    folder = Path(env["SENNIT_HOME"]) / "state" / "runs" / name / "a" / "0"
    while subprocess.run([str(bench.sennit), "status", name, "-o", "json"], env=env, check=True,
                         capture_output=True).stdout.find(b'"status": "COMPLETED"') < 0:
        time.sleep(0.2)
    ended = time.monotonic()
    while not (folder / "log.zst").exists() or (folder / "log").exists():
        time.sleep(0.05)
    packing = time.monotonic() - ended
    packed = folder / "log.zst"
    yield Row(f"log of {size(bench.log_bytes)}: packing it, with what is left", seconds(packing))
    yield Row("  its packed size", f"{size(packed.stat().st_size)}")
    plain = bench.folder / "plain.log"
    with open(plain, "wb") as out:
        subprocess.run(["zstd", "-dcq", str(packed)], stdout=out, check=True)
    logs = [bench.sennit, "logs", name, "a"]
    rounds = bench.rounds
    searchers = [("grep, uncompressed", _once(["grep", "-a", NEEDLE, plain], env))]
    if have("zstdgrep"):
        searchers.insert(0, ("zstdgrep", _once(["zstdgrep", "-a", NEEDLE, packed], env)))
    yield from _rows("  a rare word", rounds, _once([*logs, "--grep", NEEDLE], env), searchers)
    yield from _rows("  the last 20 lines", rounds, _once([*logs, "-n", "20"], env),
                     [("tail, uncompressed", _once(["tail", "-n", "20", plain], env))])
    last = subprocess.run([str(word) for word in [*logs, "--timestamps", "-n", "1000"]], env=env, check=True,
                          capture_output=True, text=True).stdout.split(" ", 1)[0]
    yield from _rows("  from a time on", rounds, _once([*logs, "--since", last, "-n", "20"], env), [])
    yield from _rows("  all of it", 1, _once(logs, env), [("zstdcat", _once(["zstd", "-dcq", packed], env))])
