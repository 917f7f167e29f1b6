"""What the end-to-end tests share: a home of one's own, the program, its processes, and waiting.

Every test gets a fresh SENNIT_HOME with a short path (a Unix socket's path has 108 bytes) and drives the built program
from outside, as a user would. Nothing here sleeps for a fixed time in the hope that something has happened: tests call
`wait_until` with a condition, which ends as soon as it holds and says what it last saw when it does not.

Processes are found by the SENNIT_HOME in their environment, so a test only ever signals its own.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("SENNIT_BIN", ROOT / "build" / "bin" / "sennit")).resolve()

# How long to wait for something that should take well under a second. Sanitizers and a busy machine are slow.
LIMIT = 120.0
TERMINAL = ("COMPLETED", "FAILED")


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Process(NamedTuple):
    """A process as /proc shows it."""

    pid: int
    parent: int
    state: str
    words: List[str]


def _read_process(pid: int) -> Optional[Process]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2:].split()
    return Process(pid, int(fields[1]), fields[0], words)


def all_processes() -> Dict[int, Process]:
    """Every process that is not a zombie."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            process = _read_process(int(entry))
            if process and process.state not in "ZX":
                found[process.pid] = process
    return found


def is_alive(pid: int) -> bool:
    process = _read_process(pid)
    return process is not None and process.state not in "ZX"


def descendants(pid: int) -> List[Process]:
    """The children of a process, theirs, and so on."""
    everything = all_processes()
    found: List[Process] = []
    parents = {pid}
    while parents:
        children = [process for process in everything.values() if process.parent in parents]
        found += children
        parents = {process.pid for process in children}
    return found


def wait_until(condition: Callable[[], Any], what: str, limit: float = LIMIT,
               hopeless: Callable[[], Optional[str]] = lambda: None, show: Callable[[], Any] = lambda: "") -> Any:
    """Waits until `condition()` is true and returns its value.

    `hopeless` ends the waiting early with a reason; `show` tells the state for the message.
    """
    deadline = time.monotonic() + limit
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        reason = hopeless()
        if reason is None and time.monotonic() > deadline:
            reason = f"it did not happen within {limit:g} s"
        if reason is not None:
            raise AssertionError(f"waited for: {what}; {reason}\nlast state: {show()}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def _default_signals() -> None:
    # A test runner started in the background hands down an ignored SIGINT.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class SennitTest(unittest.TestCase):
    """A test with a SENNIT_HOME, a work folder, and whatever it started cleaned away afterwards."""

    maxDiff = None

    def setUp(self) -> None:
        if not PROGRAM.exists():
            self.fail(f"there is no program at {PROGRAM}; build it, or name one in SENNIT_BIN")
        self.base = Path(tempfile.mkdtemp(prefix="sn-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.base, ignore_errors=True)
        self.home = self.base / "home"
        self.work = self.base / "work"
        self.work.mkdir()
        self.home.mkdir(mode=0o700)
        self.prepare_home()
        self.env: Dict[str, str] = {
            "PATH": os.environ["PATH"], "HOME": str(self.base), "LANG": "C.UTF-8", "SENNIT_HOME": str(self.home),
            # This machine may have a container engine; what a test finds is not to depend on that.
            "DOCKER_HOST": f"unix://{self.base}/no-engine.sock"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.addCleanup(self.kill_everything)

    def prepare_home(self) -> None:
        """For tests that need a home of a special kind. What it cleans up comes after all processes have ended."""

    def tearDown(self) -> None:
        outcome = getattr(self, "_outcome", None)
        if outcome is not None and not outcome.success:
            self.show_logs()

    def show_logs(self) -> None:
        for name in ("server.log", "agent.log"):
            path = self.state / name
            if path.exists():
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]
                print(f"--- the end of {name}\n" + "\n".join(lines), file=sys.stderr)

    # --- running the program

    @property
    def state(self) -> Path:
        return self.home / "state"

    def start(self, *words: str, env: Optional[Dict[str, str]] = None, cwd: Optional[Path] = None,
              **options: Any) -> "subprocess.Popen[str]":
        """Starts the program and does not wait. Its output is to be read with communicate()."""
        process = subprocess.Popen([str(PROGRAM), *map(str, words)], env={**self.env, **(env or {})},
                                   cwd=cwd or self.work, text=True, errors="replace", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_default_signals, **options)
        self.addCleanup(self._reap, process)
        return process

    @staticmethod
    def _reap(process: "subprocess.Popen[str]") -> None:
        if process.poll() is None:
            process.kill()
        process.communicate()

    def finish(self, process: "subprocess.Popen[str]", limit: float = 2 * LIMIT) -> Result:
        """Waits for a started program and returns how it ended."""
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"{process.args} did not end within {limit:g} s\n{Result(-1, out, err)}")
        return Result(process.returncode, out, err)

    def sennit(self, *words: str, limit: float = 2 * LIMIT, **options: Any) -> Result:
        """Runs the program to its end."""
        return self.finish(self.start(*words, **options), limit)

    def ok(self, *words: str, **options: Any) -> Result:
        """Runs the program and expects success."""
        result = self.sennit(*words, **options)
        self.assertEqual(result.code, 0, f"sennit {' '.join(map(str, words))}: {result}")
        return result

    def json(self, *words: str, **options: Any) -> Any:
        """Runs the program with `-o json` and returns what it printed."""
        result = self.ok(*words, "-o", "json", **options)
        try:
            return json.loads(result.out)
        except ValueError as problem:
            self.fail(f"sennit {' '.join(map(str, words))} -o json printed no JSON ({problem}): {result}")

    def submit(self, path: Path, *words: str, **options: Any) -> str:
        """Submits a file and returns the workflow's id."""
        return str(self.json("submit", str(path), *words, **options)["name"])

    def run_client_and_server(self, path: Path, *words: str) -> str:
        """Runs the workflow of somebody else whose client calls a server once, which may not listen yet; its id."""
        for _ in range(4):
            workflow = self.submit(path, *words)
            wait_until(lambda found=workflow: self.statuses(found)["client"].startswith(TERMINAL), "the client's end", 4 * LIMIT)
            if "Received from server: hello" in self.ok("logs", workflow, "client").out:
                self.assertEqual(self.wait_for_end(workflow, 4 * LIMIT), "COMPLETED")
                return workflow
            self.ok("cancel", workflow)
            self.wait_for_end(workflow)
        self.fail("the client never found the server listening")

    # --- files

    def write(self, name: str, text: str) -> Path:
        """A file in the work folder; the text may be indented with the code around it."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def shell_tasks(self, tasks: Dict[str, str], after: Optional[Dict[str, List[str]]] = None,
                    extra: Optional[Dict[str, Dict[str, Any]]] = None, name: str = "flow") -> Path:
        """A tasks file: name -> shell script, with the tasks each waits for and further fields."""
        lines = ["workflow:", f"  name: {name}", "  tasks:"]
        for task, script in tasks.items():
            fields = dict((extra or {}).get(task, {}))
            lines += [f"  - name: {task}", f"    image: {fields.pop('image', 'debian:12')}", "    command: [sh, -c]",
                      f"    args: [{json.dumps(script)}]"]
            for key, value in fields.items():
                lines.append(f"    {key}: {json.dumps(value)}")
            inputs = (after or {}).get(task, [])
            if inputs:
                lines.append("    inputs:")
                lines += [f"    - task: {other}" for other in inputs]
        return self.write(f"{name}.yaml", "\n".join(lines) + "\n")

    # --- looking at workflows

    def workflow(self, workflow: str) -> Dict[str, Any]:
        return self.json("status", workflow)

    def last(self) -> str:
        """The id of the newest workflow."""
        return str(self.workflow("last")["name"])

    def tasks(self, workflow: str) -> Dict[str, Dict[str, Any]]:
        """The latest attempt of each task, by name."""
        found: Dict[str, Dict[str, Any]] = {}
        for group in self.workflow(workflow)["groups"]:
            for task in group["tasks"]:
                known = found.get(task["name"])
                if known is None or task.get("retry_id", 0) >= known.get("retry_id", 0):
                    found[task["name"]] = task
        return found

    def statuses(self, workflow: str) -> Dict[str, str]:
        return {name: task["status"] for name, task in self.tasks(workflow).items()}

    def wait_for_status(self, workflow: str, status: str, limit: float = LIMIT) -> Dict[str, Any]:
        """Waits until a workflow has a status; stops early when it ended with another one."""
        seen: Dict[str, Any] = {}

        def reached() -> bool:
            seen.clear()
            seen.update(self.workflow(workflow))
            return seen["status"] == status

        def ended() -> Optional[str]:
            return f"it ended as {seen['status']}" if seen["status"].startswith(TERMINAL) else None

        wait_until(reached, f"{workflow} to be {status}", limit, ended, lambda: json.dumps(seen, indent=1))
        return seen

    def wait_for_end(self, workflow: str, limit: float = 2 * LIMIT) -> str:
        """Waits until a workflow has ended, however, and returns its status."""
        seen: List[str] = [""]

        def ended() -> bool:
            seen[0] = self.workflow(workflow)["status"]
            return seen[0].startswith(TERMINAL)

        wait_until(ended, f"{workflow} to end", limit, show=lambda: self.statuses(workflow))
        return seen[0]

    def wait_for_file(self, path: Path, limit: float = LIMIT) -> None:
        wait_until(path.exists, f"the file {path.name}", limit, show=self.process_table)

    # --- processes of this test

    def processes(self, below: Optional[Path] = None) -> Dict[int, Process]:
        """Every process that has this test's SENNIT_HOME in its environment, or any home below a folder."""
        mark = f"SENNIT_HOME={self.home}".encode()
        prefix = f"SENNIT_HOME={below}/".encode() if below else None
        found = {}
        for pid, process in all_processes().items():
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                if mark in words or (prefix and any(word.startswith(prefix) for word in words)):
                    found[pid] = process
        return found

    def process_table(self) -> str:
        return "\n".join(f"{p.pid} (parent {p.parent}): {' '.join(p.words)}" for p in self.processes().values())

    def server_pid(self) -> Optional[int]:
        """The server, without starting one."""
        for process in self.processes().values():
            if self._is_program(process, "serve"):
                return process.pid
        return None

    def agent_family(self) -> List[Process]:
        """The processes of `sennit agent`, outermost first: starter, guard, agent."""
        family = {p.pid: p for p in self.processes().values() if self._is_program(p, "agent")}

        def depth(process: Process) -> int:
            return 1 + depth(family[process.parent]) if process.parent in family else 0

        return sorted(family.values(), key=depth)

    @staticmethod
    def _is_program(process: Process, verb: str) -> bool:
        try:
            same = Path(os.readlink(f"/proc/{process.pid}/exe")) == PROGRAM
        except OSError:
            return False
        return same and verb in process.words[1:3]

    def wait_for_server(self) -> int:
        return int(wait_until(self.server_pid, "a server", show=self.process_table))

    def wait_for_agent(self) -> int:
        """The innermost process of the agent's family: the parent of the tasks."""
        family = wait_until(lambda: (lambda f: f if len(f) >= 2 else None)(self.agent_family()), "an agent",
                            show=self.process_table)
        return int(family[-1].pid)

    def kill(self, pid: int, number: int = signal.SIGKILL) -> None:
        """Signals a process of this test, and for SIGKILL waits until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if number == signal.SIGKILL:
            wait_until(lambda: not is_alive(pid), f"process {pid} to be gone")

    def kill_everything(self) -> None:
        """Ends all that this test started. Servers and agents start each other again, hence the loop."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            found = self.processes(below=self.base)
            if not found:
                return self._remove_cgroups()
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        print(f"could not end:\n{self.process_table()}", file=sys.stderr)

    def cgroups(self, doing: str = "held") -> List[Path]:
        """Where attempts are `held` or `limited`, if the agent said so; it removes them unless its guard is killed too."""
        log = self.state / "agent.log"
        said = re.findall(rf"{doing} by cgroups in (\S+)", log.read_text(encoding="utf-8")) if log.exists() else []
        return [Path(path) for path in dict.fromkeys(said)]

    def _remove_cgroups(self) -> None:
        for tree in self.cgroups("held") + self.cgroups("limited"):
            if tree.is_dir():
                for path in [*(child for child in tree.iterdir() if child.is_dir()), tree]:
                    with contextlib.suppress(OSError):
                        path.rmdir()


def lines_of(path: Path) -> List[str]:
    """The lines of a marker file; none when it is not there yet."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
