"""A real terminal for tests: tmux runs a program in one, is typed at, and tells what is on the screen."""

import shutil
import subprocess
from pathlib import Path
from typing import Dict, List

from harness import wait_until

TMUX = shutil.which("tmux")


class TmuxTerminal:
    """One window of a tmux server of its own. `env` is the environment of what runs in it, and nothing else is."""

    def __init__(self, folder: Path, words: List[str], env: Dict[str, str], cwd: Path, columns: int = 80,
                 rows: int = 24) -> None:
        self.socket = folder / "tmux"
        self.env = {**env, "TERM": "xterm-256color"}
        config = folder / "tmux.conf"
        config.write_text("set -g default-terminal tmux-256color\nset -g status off\nset -g escape-time 0\n"
                          "set -g remain-on-exit on\nset -g allow-rename off\nset -g set-clipboard off\n", encoding="utf-8")
        subprocess.run([str(TMUX), "-u", "-S", str(self.socket), "-f", str(config), "new-session", "-d", "-x",
                        str(columns), "-y", str(rows), "-c", str(cwd), "--", *words], env=self.env, check=True)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run([str(TMUX), "-u", "-S", str(self.socket), *words], env=self.env, check=True,
                              stdout=subprocess.PIPE)
        return done.stdout.decode(errors="replace")

    def close(self) -> None:
        subprocess.run([str(TMUX), "-S", str(self.socket), "kill-server"], env=self.env, check=False,
                       stderr=subprocess.DEVNULL)

    # --- what a person does

    def keys(self, *keys: str) -> None:
        """Presses keys by tmux's names: "j", "Enter", "C-c", "PageUp"."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Types text, or sends bytes that a terminal would send."""
        self._tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    # --- what a person sees

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def scrollback(self) -> str:
        """All that has been shown, with what has scrolled out of the screen; lines that the terminal broke are whole."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-")

    def coloured_screen(self) -> str:
        """With the escape sequences that make it look as it does."""
        return self._tmux("capture-pane", "-p", "-e", "-N")

    def fact(self, name: str) -> str:
        """A format of tmux: "alternate_on", "cursor_flag", "pane_title"."""
        return self._tmux("display-message", "-p", "#{" + name + "}").strip()

    def wait_for(self, *texts: str, limit: float = 30.0) -> str:
        """Waits until all of these are on the screen, and returns it."""
        def there() -> str:
            screen = self.screen()
            return screen if all(text in screen for text in texts) else ""
        return str(wait_until(there, f"{texts} on the screen", limit, show=self.screen))

    def wait_without(self, *texts: str, limit: float = 30.0) -> str:
        """Waits until none of these is on the screen, and returns it."""
        def gone() -> str:
            screen = self.screen()
            return "" if any(text in screen for text in texts) else screen or "\n"
        return str(wait_until(gone, f"{texts} to go from the screen", limit, show=self.screen))
