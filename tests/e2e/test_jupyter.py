"""examples/jupyter as it stands: JupyterLab in a task, and a browser that opens it through a forwarded port."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import List

from browser import Browser, why_no_browser
from harness import LIMIT, ROOT, TERMINAL, SennitTest, wait_until
from test_exec import free_port

# What pip and uv say where no package registry can be reached.
NO_NETWORK = re.compile(r"error sending request|Failed to establish a new connection|failure in name resolution|timed out")
# A registry may have a bad day.
INSTALL_LIMIT = 2 * LIMIT


@unittest.skipIf(why_no_browser(), f"no browser here: {why_no_browser()}")
class Jupyter(SennitTest):
    cache: Path

    @classmethod
    def setUpClass(cls) -> None:
        # What the first test's task installs is there for the next one's, as it is for a user.
        cls.cache = Path(tempfile.mkdtemp(prefix="sn-jupyter-", dir="/tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.cache, ignore_errors=True)

    def setUp(self) -> None:
        super().setUp()
        # JupyterLab writes beside the notebook.
        shutil.copytree(ROOT / "examples" / "jupyter", self.work / "examples" / "jupyter")
        self.env["XDG_CACHE_HOME"] = str(self.cache)
        self.port, self.local_port = free_port(), free_port()

    def words(self, verb: str) -> List[str]:
        """This command as README.md has it, with ports that are free."""
        text = (ROOT / "examples" / "jupyter" / "README.md").read_text(encoding="utf-8")
        line = re.search(rf"^\$ sennit ({verb} .*)$", text, re.MULTILINE)
        assert line is not None, verb
        return line.group(1).replace("8888:18888", f"{self.local_port}:{self.port}").split()

    def begin(self) -> str:
        return str(self.json(*self.words("submit"), "--set", f"port={self.port}", f"local_port={self.local_port}")["name"])

    def log(self) -> str:
        return self.sennit("logs", "last", "lab").out

    def link(self) -> str:
        """The link to open."""
        ended: List[str] = []

        def link_or_end() -> str:
            ended[:] = [status for status in self.statuses("last").values() if status.startswith(TERMINAL)]
            return self.ok(*self.words("logs")).out.strip() or "".join(ended)

        found = wait_until(link_or_end, "the link in the log", INSTALL_LIMIT, show=self.log)
        log = self.log()
        if ended and NO_NETWORK.search(log):
            self.skipTest(f"no package registry in reach: {log.strip()[-300:]}")
        self.assertFalse(ended, log)
        self.assertRegex(found, rf"^http://localhost:{self.local_port}/lab\?token=\w+$")
        return str(found)

    def forward(self) -> "subprocess.Popen[str]":
        process = self.start(*self.words("port-forward"))
        assert process.stderr is not None
        self.assertIn("leads to port", process.stderr.readline())
        return process

    def run_cell(self, browser: Browser, count: int, workflow: str) -> None:
        """Runs the notebook's one cell and sees its result."""
        browser.wait_for(".lm-MenuBar-itemLabel", "Run").click()
        browser.wait_for(".lm-Menu-itemLabel", "Run All Cells").click()
        browser.wait_for(".jp-Cell .jp-InputArea-prompt", f"[{count}]:")
        browser.wait_for(".jp-Cell .jp-OutputArea-output", f"lab of {workflow} says 42")

    def test_a_notebook_runs_in_the_task(self) -> None:
        workflow = self.begin()
        link = self.link()
        forward = self.forward()
        browser = Browser(self)

        browser.open(link.replace("token=", "token=x"))
        browser.wait_for("body", "Token authentication is enabled")

        browser.open_until(link.replace("/lab?", "/lab/tree/hello.ipynb?"), "#jp-main-statusbar", "| Idle")
        self.run_cell(browser, 1, workflow)
        if "SENNIT_PICTURES" in os.environ:
            browser.picture(Path(os.environ["SENNIT_PICTURES"]) / "jupyter.png")
        self.assertRegex("\n".join(browser.websockets()), rf"ws://localhost:{self.local_port}/api/kernels/[^/]+/channels")

        # The page connects again by itself, through the same forward and to the same kernel.
        opened = len(browser.websockets())
        os.kill(self.wait_for_server(), signal.SIGKILL)
        wait_until(lambda: len(browser.websockets()) > opened, "the page connects again", show=browser.websockets)
        self.run_cell(browser, 2, workflow)

        # A clean stop: JupyterLab is asked to end, and ends its kernels.
        kernels = [process for process in self.processes().values() if "ipykernel_launcher" in process.words]
        self.assertEqual(len(kernels), 1, self.process_table())
        self.ok("cancel", workflow)
        self.wait_for_end(workflow)
        self.assertIn("Shutting down 1 kernel", self.log())
        self.assertNotEqual(self.finish(forward).code, 0)

    def test_a_port_that_is_taken_is_told(self) -> None:
        with socket.create_server(("127.0.0.1", self.port)):
            workflow = self.begin()
            self.assertEqual(self.wait_for_end(workflow), "FAILED")
        log = self.log()
        if NO_NETWORK.search(log):
            self.skipTest(f"no package registry in reach: {log.strip()[-300:]}")
        self.assertIn(f"port {self.port} is not available", self.sennit("errors", workflow).out)


if __name__ == "__main__":
    unittest.main()
