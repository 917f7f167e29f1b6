"""The peers of the fan-out: how each is told to run a program so many times, so many at once."""

from pathlib import Path
from typing import Callable, List, NamedTuple


class Peer(NamedTuple):
    """`prepare(folder, count, parallel, program)` writes what the peer reads and returns its command line."""

    program: str
    prepare: Callable[[Path, int, int, str], List[str]]
    # The most tasks that it gets through in reasonable time.
    most: int = 1_000_000


def _make(folder: Path, count: int, parallel: int, program: str) -> List[str]:
    names = " ".join(f"t{n}" for n in range(count))
    (folder / "Makefile").write_text(f".PHONY: all {names}\nall: {names}\n{names}:\n\t@{program}\n", encoding="utf-8")
    return ["make", "-s", f"-j{parallel}", "all"]


def _ninja(folder: Path, count: int, parallel: int, program: str) -> List[str]:
    edges = "".join(f"build t{n}: noop\n" for n in range(count))
    (folder / "build.ninja").write_text(f"rule noop\n  command = {program}\n{edges}", encoding="utf-8")
    return ["ninja", "--quiet", f"-j{parallel}"]


def _xargs(folder: Path, count: int, parallel: int, program: str) -> List[str]:
    return ["sh", "-c", f"seq {count} | xargs -n 1 -P {parallel} {program}"]


def _parallel(folder: Path, count: int, parallel: int, program: str) -> List[str]:
    return ["sh", "-c", f"seq {count} | parallel -j {parallel} {program}"]


def _snakemake(folder: Path, count: int, parallel: int, program: str) -> List[str]:
    (folder / "Snakefile").write_text(
        f'rule all:\n    input: expand("out/{{n}}", n=range({count}))\n'
        f'rule noop:\n    output: touch("out/{{n}}")\n    shell: "{program}"\n', encoding="utf-8")
    return ["snakemake", "--quiet", "--cores", str(parallel)]


PEERS = [
    Peer("make", _make),
    Peer("ninja", _ninja),
    Peer("xargs", _xargs),
    Peer("parallel", _parallel, most=1000),
    Peer("snakemake", _snakemake, most=100),
]
