"""The terminal view, driven as a person drives it: what it costs to look, and how soon a key is answered.

Three cases: many running tasks whose progress changes each second, a log that is written fast while one reads it, and a
workflow of very many tasks. Beside them `htop`, `tail -f` and `less` on the same machine.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from table import Row, have, progress, seconds, size
from view_terminal import PtyProgram, Usage, memory

TASK = "  - name: t{0}\n    image: debian:12\n    command: {1}\n"
# So many bytes a second, in the lines of a training; it says once a second how many there were.
WRITER = """
import sys, time
rate, block = float(sys.argv[1]), 1 << 20
line = "".join(f"2026-11-28T10:00:{n % 60:02}Z INFO [rank{n % 8}] step={n:07} loss={n * 7919 % 100003 / 1e5:.5f} lr=3.0e-04\\n"
               for n in range(block // 76)).encode()
begin, written = time.monotonic(), 0
while True:
    sys.stdout.buffer.write(line)
    written += len(line)
    ahead = written / rate - (time.monotonic() - begin)
    if ahead > 0:
        time.sleep(ahead)
    else:
        begin, written = time.monotonic(), 0
"""


class Sizes(NamedTuple):
    """How large the cases are."""

    running: int
    tasks: int
    window: float  # seconds of each measurement
    log_rate: float
    keys: int


def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def spread(times: List[float]) -> str:
    """The middle, the hundredth and the worst of some times."""
    ordered = sorted(times)
    return f"{seconds(statistics.median(ordered))}, {seconds(ordered[len(ordered) * 99 // 100])}, {seconds(ordered[-1])}"


class ViewBench:
    """A home of its own with room for many tasks, and the view on a terminal."""

    def __init__(self, bench, sizes: Sizes, name: str, slots: int) -> None:
        self.sennit, self.sizes, self.rounds = bench.sennit, sizes, bench.rounds
        self.folder = bench.folder / name
        self.folder.mkdir()
        home = self.folder / "home"
        home.mkdir(mode=0o700)
        (home / "config.yaml").write_text(f"server: {{slots: {slots}}}\n", encoding="utf-8")
        self.env: Dict[str, str] = {**os.environ, "SENNIT_HOME": str(home)}
        self.home = home

    def run(self, *words: object) -> str:
        return subprocess.run([str(self.sennit), *map(str, words)], env=self.env, cwd=self.folder, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

    def submit(self, name: str, commands: Iterator[str]) -> str:
        path = self.folder / f"{name}.yaml"
        with open(path, "a", encoding="utf-8") as out:
            out.write(f"workflow:\n  name: {name}\n  resources:\n    default: {{cpu: 0}}\n  tasks:\n")
            out.writelines(TASK.format(n, command) for n, command in enumerate(commands))
        return str(json.loads(self.run("submit", path, "-o", "json"))["name"])

    def stop(self) -> None:
        """Ends what runs, which would go on without a server, and then that."""
        if self.processes():
            for words in (["cancel", "last", "-y", "--force"], ["events", "-f", "last"]):
                subprocess.run([str(self.sennit), *words], env=self.env, check=False, capture_output=True)
            self.run("server", "stop")
        deadline = time.monotonic() + 60
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)

    def top(self, *words: str, **options) -> PtyProgram:
        return PtyProgram([self.sennit, "top", *words], self.env, **options)

    def processes(self) -> List[Tuple[str, int]]:
        """The server's and the agent's, by their command."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace").split("\0")
                environment = Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.path.basename(words[0]) == "sennit" and f"SENNIT_HOME={self.home}".encode() in environment:
                found.append((words[1], int(entry)))
        return [pair for pair in found if pair[0] in ("serve", "agent")]


def others(usage: Usage) -> str:
    return f"server {percent(usage.of('serve'))}, agent {percent(usage.of('agent'))}"


# --- many tasks that tell of their progress


class Feeder:
    """Writes the progress of all tasks anew each second, as they would."""

    def __init__(self, paths: List[str]) -> None:
        self._paths = paths
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        step = 0
        due = time.monotonic()
        while not self._stop.wait(max(due - time.monotonic(), 0)):
            due += 1.0
            step += 1
            for n, path in enumerate(self._paths):
                text = f'{{"step": {step + n % 50}, "total": 1000, "loss": {2.0 / (step + n % 7):.4f}, "learning_rate": 3e-4}}\n'
                with open(path, "a", encoding="utf-8") as out:
                    out.write(text)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def start_running(view: ViewBench) -> Tuple[str, List[str]]:
    """Tasks that wait and have said where their progress is to stand."""
    said = view.folder / "paths"
    said.touch()
    command = json.dumps(["sh", "-c", f"echo $SENNIT_PROGRESS >> {said}; exec sleep 100000"])
    workflow = view.submit("running", (command for _ in range(view.sizes.running)))
    while said.read_text(encoding="utf-8").count("\n") < view.sizes.running:
        time.sleep(0.2)
    return workflow, said.read_text(encoding="utf-8").split()


# Where from the tasks of a run, how one gets there, and what says that it is there.
SCREENS = (("tasks", "", r"Total: \d+"), ("graph", "v", r"› graph"), ("timeline", "T", r"› timeline"),
           ("resources", "u", r"› resources"))


def cost(view: ViewBench, top: PtyProgram, what: str, budget: Optional[float] = None,
         windows: int = 1) -> Iterator[Row]:
    """What the view on screen, the server and the agent use from now on, and what the terminal has to take."""
    usage = Usage(top, view.processes())
    time.sleep(windows * view.sizes.window)
    share, bytes_per_second = usage.own(), usage.bytes_per_second()
    yield Row(what, f"{percent(share)}, {size(bytes_per_second)}/s", others(usage), "", None,
              f"<= {percent(budget)}" if budget else "", share <= budget if budget else None)


def renewed(view: ViewBench, top: PtyProgram) -> Iterator[Row]:
    """How often the progress of the selected task changes on the screen."""
    seen, deadline = set(), time.monotonic() + view.sizes.window
    while time.monotonic() < deadline:
        seen.update(re.findall(r"\d+/1000 steps", top.text()))
        time.sleep(0.05)
    yield Row("    its progress is renewed each", seconds(view.sizes.window / max(len(seen) - 1, 0.1)))


def settle(view: ViewBench) -> None:
    """Until the server has done what a new workflow means for it."""
    while True:
        usage = Usage(None, view.processes())
        time.sleep(1)
        if usage.of("serve") < 0.03:
            return


def rest(top: PtyProgram) -> float:
    """When the view had done what it had to do."""
    while True:
        at, usage = time.monotonic(), Usage(top)
        time.sleep(0.5)
        if usage.own() < 0.03:
            return at


def beside_htop(view: ViewBench) -> Iterator[Row]:
    with PtyProgram(["htop", "-d", "10"], view.env, shows=False) as htop:
        time.sleep(2)
        usage = Usage(htop)
        time.sleep(view.sizes.window)
        yield Row("  the processes, anew each second", "", "htop", f"{percent(usage.own())}, {size(usage.bytes_per_second())}/s")


def while_fed(view: ViewBench, workflow: str, what: str) -> Iterator[Row]:
    time.sleep(3)
    usage = Usage(None, view.processes())
    time.sleep(view.sizes.window)
    yield Row(f"{what}, progress each second, no view", "", others(usage))
    for name, key, shown in SCREENS:
        progress(f"view: {what}, {name}")
        with view.top(workflow) as top:
            top.wait_for(r"Total: \d+")
            if key:
                top.answer(key, shown)
            time.sleep(2)
            yield from cost(view, top, f"  view of the {name}", 0.03, 3 if name == "tasks" else 1)
            if name == "tasks":
                yield from renewed(view, top)
    with view.top() as top:
        top.wait_for(workflow)
        time.sleep(2)
        yield from cost(view, top, "  list of the workflows", 0.03)
    if have("htop"):
        yield from beside_htop(view)


def running_tasks(view: ViewBench) -> Iterator[Row]:
    """The budget: less than 3 % of a core while 1,000 tasks tell of their progress each second."""
    workflow, paths = start_running(view)
    feeder = Feeder(paths)
    try:
        yield from while_fed(view, workflow, f"{len(paths):,} running")
    finally:
        feeder.stop()
    with view.top(workflow) as top:
        top.wait_for(r"Total: \d+")
        time.sleep(3)
        yield from cost(view, top, "  they say nothing more; times go on")
    view.run("cancel", workflow, "-y", "--force")
    with view.top(workflow) as top:
        top.wait_for(r"Status: FAILED_CANCELED")
        time.sleep(5)
        yield from cost(view, top, "  over: nothing changes", 0.0005)


# --- keys beside a fast log


def written(view: ViewBench, workflow: str) -> int:
    return sum(path.stat().st_size for path in (view.home / "state" / "runs" / workflow).rglob("log*"))


def turns(top: PtyProgram, pairs: List[Tuple[str, str]], count: int) -> List[float]:
    """Keys in turn, each with what it shows."""
    times = []
    for n in range(count):
        keys, shown = pairs[n % len(pairs)]
        times.append(top.answer(keys, shown, 60.0))
        time.sleep(0.05 + n % 7 * 0.011)  # not in step with the frames
    return times


def fast_log(view: ViewBench) -> Iterator[Row]:
    """Keys while the log in sight is written as fast as a disk takes it."""
    script = view.folder / "writer.py"
    script.write_text(WRITER, encoding="utf-8")
    rate = view.sizes.log_rate
    writer = json.dumps([sys.executable, str(script), str(rate)])
    workflow = view.submit("log", iter([writer, json.dumps(["sleep", "100000"])]))
    places = (("tasks", "", [("j", r"Log: t1\b"), ("k", r"Log: t0\b"), ("?", r"keys of"), ("?", r"^(?![\s\S]*keys of)")]),
              ("log", "l", [("k", r"line [\d,]+ of"), ("G", r"following"), ("?", r"keys of"), ("?", r"^(?![\s\S]*keys of)")]),
              ("logs of all", "L", [("k", r"line [\d,]+ of"), ("G", r"following")]))
    for name, key, pairs in places:
        progress(f"view: fast log, {name}")
        with view.top(workflow) as top:
            top.wait_for(r"Log: t0\b[\s\S]*step=\d")
            if key:
                top.answer(key, r"› log of[\s\S]*loss=")
            time.sleep(1)
            begun, before = time.monotonic(), written(view, workflow)
            yield from cost(view, top, f"log of {size(rate)}/s on screen: {name}")
            times = turns(top, pairs, view.sizes.keys)
            reached = (written(view, workflow) - before) / (time.monotonic() - begun)
            yield Row(f"  a key's answer: middle, 99 %, worst ({size(reached)}/s)", spread(times), "", "", None, "<= 100 ms",
                      max(times) <= 0.1)
            yield Row("  its memory: now, most", f"{size(memory(top.pid))}, {size(memory(top.pid, 'VmHWM'))}")
    log = next((view.home / "state" / "runs" / workflow).rglob("log"), None)
    if log:
        with PtyProgram(["tail", "-f", log], view.env, shows=False) as tail:
            time.sleep(1)
            usage = Usage(tail)
            time.sleep(view.sizes.window)
            yield Row("  the same log", "", "tail -f", f"{percent(usage.own())}, {size(usage.bytes_per_second())}/s")
    # So much is not packed only to be thrown away.
    view.stop()
    shutil.rmtree(view.home / "state" / "runs" / workflow, ignore_errors=True)


# --- very many tasks


def letters(top: PtyProgram, word: str) -> List[float]:
    """A filter typed letter by letter: what is selected follows."""
    selected = [word[:end] if end > 1 else "t0" for end in range(1, len(word) + 1)]
    return turns(top, [(letter, rf"Log: {name}\b") for letter, name in zip(word, selected)], len(word))


def many_on_list(view: ViewBench, workflow: str, count: int) -> Iterator[Row]:
    with view.top(workflow) as top:
        yield Row(f"{count:,} tasks: until they are listed", seconds(top.wait_for(rf"Total: {count}\b") - top.begun))
        yield Row("  until all of them are in the view", seconds(rest(top) - top.begun))
        top.wait_for(r"Log: t0\b")
        down = turns(top, [("j", rf"Log: t{n}\b") for n in range(1, view.sizes.keys + 1)], view.sizes.keys)
        yield Row("  j: middle, 99 %, worst", spread(down), "", "", None, "<= 100 ms", max(down) <= 0.1)
        ends = turns(top, [("G", rf"Log: t{count - 1}\b"), ("g", r"Log: t0\b")], 10)
        yield Row("  G and g", spread(ends), "", "", None, "<= 100 ms", max(ends) <= 0.1)
        top.answer("/", r"\n / ")
        typed = letters(top, f"t{count - 1}")
        top.answer("\r", rf"Log: t{count - 1}\b")
        yield Row("  a filter, letter by letter", spread(typed), "", "", None, "<= 100 ms", max(typed) <= 0.1)
        top.keys("/\x1b")
        top.wait_for(r"\n enter ")
        yield from cost(view, top, "  when nobody does anything")
        yield Row("  its memory: now, most", f"{size(memory(top.pid))}, {size(memory(top.pid, 'VmHWM'))}")


MANY_SCREENS = (("graph", "v", r"› graph[\s\S]*completed\)"), ("timeline", "T", r"› timeline[\s\S]*queued"),
                ("why of a task", "w", r"› why t0[\s\S]*t0 is"), ("details", "d", r"› t0[\s\S]*Queued"),
                ("events", "e", r"› events[\s\S]*submitted"), ("resources", "u", r"› resources[\s\S]*Memory: "),
                ("log of all", "L", r"› log of all"), ("yaml", "y", r"› yaml[\s\S]*name: "), ("charts", "m", r"› charts"))


def many_on_screen(view: ViewBench, top: PtyProgram, name: str, key: str, shown: str,
                   moves: Optional[List[Tuple[str, str]]] = None) -> Iterator[Row]:
    """Opening a screen, and keys on it."""
    try:
        opened = seconds(top.answer(key, shown, 120.0))
        rest(top)
        helped = turns(top, [("?", r"keys of"), ("?", r"^(?![\s\S]*keys of)")], 10)
        yield Row(f"  {name}: until it is there; a key's answer", f"{opened}; {spread(helped)}", "", "", None, "<= 100 ms",
                  max(helped) <= 0.1)
        if moves:
            moved = turns(top, moves, 10)
            yield Row("    G and g", spread(moved), "", "", None, "<= 100 ms", max(moved) <= 0.1)
    except TimeoutError as late:
        yield Row(f"  {name}", str(late).split("\n", maxsplit=1)[0], "", "", None, "", False)
    yield from cost(view, top, "    when nobody does anything")
    yield Row("    its memory: now, most", f"{size(memory(top.pid))}, {size(memory(top.pid, 'VmHWM'))}")


def less_of_as_many(view: ViewBench, count: int) -> Iterator[Row]:
    path = view.folder / "lines"
    path.write_text("".join(f"t{n}  WAITING  waits for a slot\n" for n in range(count)), encoding="utf-8")
    with PtyProgram(["less", path], view.env, shows=False) as less:
        less.settle()
        times = [less.first_output(key) for key in ("j", "G", "g", "j") * 3]
        yield Row("  the same number of lines: j, G, g; memory", "", "less", f"{spread(times)}; {size(memory(less.pid))}")


def many_tasks(view: ViewBench) -> Iterator[Row]:
    """The list, and each screen, of a workflow with very many tasks, of which a few run."""
    count = view.sizes.tasks
    command = json.dumps(["sleep", "100000"])
    workflow = view.submit("many", (command for _ in range(count)))
    settle(view)
    yield from many_on_list(view, workflow, count)
    for name, key, shown in MANY_SCREENS:
        progress(f"view: {count} tasks, {name}")
        with view.top(workflow) as top:
            top.wait_for(rf"Total: {count}\b")
            rest(top)
            moves = [("G", rf"\bt{count - 1}\b"), ("g", r"\bt0\b")] if name == "timeline" else None
            yield from many_on_screen(view, top, name, key, shown, moves)
    with view.top() as top:
        top.wait_for(workflow)
        yield from many_on_screen(view, top, "queue", "Q", r"[1-9]\d* ready")
    if have("less"):
        yield from less_of_as_many(view, count)


def terminal_view(bench) -> Iterator[Row]:
    """All of it."""
    quick = bench.rounds == 3
    sizes = Sizes(running=200 if quick else 1000, tasks=bench.view_tasks, window=5.0 if quick else 10.0, log_rate=100e6,
                  keys=40 if quick else 200)
    for case, slots in ((running_tasks, sizes.running), (many_tasks, 4), (fast_log, 2)):
        own = ViewBench(bench, sizes, case.__name__, slots)
        try:
            yield from case(own)
        finally:
            own.stop()
