"""The table that `make bench` prints, and running commands against the clock."""

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence


class Row(NamedTuple):
    """One line: our figure, a peer's, their ratio, and the budget where there is one."""

    what: str
    ours: str
    peer: str = ""
    peers: str = ""
    ratio: Optional[float] = None
    budget: str = ""
    kept: Optional[bool] = None


def run(command: Sequence[object], cwd: Optional[Path] = None, env: Optional[Dict[str, str]] = None) -> float:
    """Runs a command with its output thrown away and returns the seconds; ends the benchmark when it fails."""
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    took = time.monotonic() - begin
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace")[-2000:]
        raise SystemExit(f"bench: {' '.join(map(str, command))} ended with {done.returncode}\n{said}")
    return took


def printed_numbers(command: Sequence[object], env: Optional[Dict[str, str]] = None) -> List[float]:
    """What a command that measures by itself says."""
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, env=env)
    return [float(word) for word in done.stdout.split()]


def median_of(count: int, measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(count))


def have(program: str) -> bool:
    return shutil.which(program) is not None


def seconds(value: float) -> str:
    """A time with three digits and a fitting unit."""
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= factor or unit == "µs":
            return f"{value / factor:.3g} {unit}"
    return ""


def rate(value: float) -> str:
    return f"{value:,.0f}/s"


def size(value: float) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value:.0f} B"


def print_table(rows: List[Row]) -> None:
    """All rows as one table; a budget that is missed is marked."""
    head = ["what", "sennit", "peer", "peer's", "ratio", "budget", ""]
    lines = [head]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
        mark = "" if row.kept is None else ("ok" if row.kept else "MISSED")
        lines.append([row.what, row.ours, row.peer, row.peers, ratio, row.budget, mark])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for number, line in enumerate(lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths).rstrip())
    sys.stdout.flush()


def progress(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
