"""A terminal for measuring: a program on a pty of its own, when its screen came to show something, and what that took.

It knows the sequences that the terminal view writes, and no others. Whatever comes is read at once, on a thread of its
own, so that the program never waits for its terminal.
"""

import codecs
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
import unicodedata
from pathlib import Path
from typing import Callable, Dict, Optional, Sequence, Tuple

_SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78M]")
_UNFINISHED = re.compile(r"\x1b(?:\[[?0-9;]*|\][^\x07\x1b]*\x1b?|[()])?$")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int, name: str = "VmRSS") -> int:
    """Bytes: VmRSS is what it holds now, VmHWM the most that it ever held."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


class Screen:
    """The letters on a screen."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def text(self) -> str:
        return "\n".join("".join(row) for row in self._cells)

    def feed(self, data: bytes) -> None:
        text = self._rest + self._decoder.decode(data)
        # Half a sequence waits for the other half.
        cut = _UNFINISHED.search(text)
        end = cut.start() if cut else len(text)
        self._rest, text = text[end:], text[:end]
        at = 0
        for found in _SEQUENCE.finditer(text):
            self._put(text[at:found.start()])
            if found.group(2):
                self._control(found.group(1), found.group(2))
            at = found.end()
        self._put(text[at:])

    def _control(self, words: str, letter: str) -> None:
        if words.startswith("?"):
            return
        numbers = [int(word or 0) for word in words.split(";")] if words else []
        if letter == "H":
            self._y = min(max((numbers or [1])[0], 1), self.rows) - 1
            self._x = min(max(numbers[1] if len(numbers) > 1 else 1, 1), self.columns) - 1
        elif letter == "J":
            self._cells = [[" "] * self.columns for _ in range(self.rows)]

    def _put(self, text: str) -> None:
        for letter in text:
            if letter < " ":
                continue
            width = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
            if self._y < self.rows and self._x < self.columns:
                self._cells[self._y][self._x] = letter
            self._x += width


class PtyProgram:
    """A program on a terminal of its own; `shows` False: what it writes is counted and not looked at."""

    def __init__(self, words: Sequence[object], env: Dict[str, str], columns: int = 120, rows: int = 36,
                 shows: bool = True) -> None:
        self.begun = time.monotonic()
        self.bytes = 0
        self.last_output = self.begun
        self._screen = Screen(columns, rows) if shows else None
        self._changed = threading.Condition()
        self._over = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([str(word) for word in words], stdin=slave, stdout=slave, stderr=slave,
                                        preexec_fn=own_terminal,
                                        env={**env, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"})
        os.close(slave)
        self.pid = self.process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                data = b""
            now = time.monotonic()
            with self._changed:
                if self._screen:
                    self._screen.feed(data)
                self.bytes += len(data)
                self.last_output = now
                self._over = not data
                self._changed.notify_all()
            if not data:
                return

    def __enter__(self) -> "PtyProgram":
        return self

    def __exit__(self, *_unused: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5)
        os.close(self._master)

    def text(self) -> str:
        with self._changed:
            return self._screen.text() if self._screen else ""

    def keys(self, keys: str) -> float:
        """Types, and returns when."""
        at = time.monotonic()
        os.write(self._master, keys.encode())
        return at

    def _wait(self, done: Callable[[], bool], what: str, limit: float) -> float:
        """When it was done."""
        deadline = time.monotonic() + limit
        with self._changed:
            while not done():
                left = deadline - time.monotonic()
                if self._over or left <= 0:
                    shown = self._screen.text() if self._screen else ""
                    raise TimeoutError(f"not on the screen within {limit:g} s: {what}\n{shown}")
                self._changed.wait(left)
            return self.last_output

    def wait_for(self, pattern: str, limit: float = 300.0) -> float:
        """When the screen came to show it."""
        wanted = re.compile(pattern)

        def there() -> bool:
            return self._screen is not None and wanted.search(self._screen.text()) is not None

        return self._wait(there, pattern, limit)

    def answer(self, keys: str, pattern: str, limit: float = 300.0) -> float:
        """Seconds from a key to what it shows."""
        at = self.keys(keys)
        return max(self.wait_for(pattern, limit) - at, 0.0)

    def first_output(self, keys: str, limit: float = 30.0) -> float:
        """Seconds from a key to whatever comes next: for a program that is quiet otherwise."""
        with self._changed:
            before = self.bytes
        at = self.keys(keys)
        return self._wait(lambda: self.bytes > before, f"an answer to {keys!r}", limit) - at

    def settle(self, quiet: float = 0.3, limit: float = 10.0) -> None:
        """Until nothing has come for a while."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and time.monotonic() - self.last_output < quiet:
            time.sleep(quiet / 3)


class Usage:
    """Processor and terminal from now on, of a program on a terminal and of named processes beside it."""

    def __init__(self, program: Optional[PtyProgram], beside: Sequence[Tuple[str, int]] = ()) -> None:
        self._program, self._beside = program, [(name, pid, cpu_seconds(pid)) for name, pid in beside]
        self._at = time.monotonic()
        self._own = cpu_seconds(program.pid) if program else 0.0
        self._bytes = program.bytes if program else 0

    def _time(self) -> float:
        return time.monotonic() - self._at

    def own(self) -> float:
        """Its share of a core."""
        return (cpu_seconds(self._program.pid) - self._own) / self._time() if self._program else 0.0

    def of(self, name: str) -> float:
        """The share of those with this name."""
        return sum(cpu_seconds(pid) - before for each, pid, before in self._beside if each == name) / self._time()

    def bytes_per_second(self) -> float:
        return (self._program.bytes - self._bytes) / self._time() if self._program else 0.0
