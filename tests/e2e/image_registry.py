"""A registry of images that wants to know who asks: Debian's docker-registry on a port of its own, in a folder of its own."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Optional

from container_engine import IS_DOCKER, Engine
from storage_servers import free_port

USER = "me"
PASSWORD = "a-long-password-1"
LIMIT = 120.0


def why_no_registry() -> str:
    """"": there is one."""
    for program, package in (("docker-registry", "docker-registry"), ("htpasswd", "apache2-utils")):
        if shutil.which(program) is None:
            return f"{program} is missing (package {package})"
    return ""


class Registry:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sn-reg-", dir="/tmp"))
        self.port = free_port()
        self.process: "Optional[subprocess.Popen[bytes]]" = None
        hashed = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], capture_output=True, text=True, check=True)
        (self.folder / "users").write_text(hashed.stdout, encoding="utf-8")
        (self.folder / "config.yml").write_text(f"""
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {self.folder}/data}}}}
http: {{addr: "127.0.0.1:{self.port}"}}
auth: {{htpasswd: {{realm: test, path: {self.folder}/users}}}}
""", encoding="utf-8")

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", str(self.folder / "config.yml")],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(os.environ))
        deadline = time.monotonic() + LIMIT
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v2/", timeout=1):
                return True
        except urllib.error.HTTPError as refused:
            return refused.code == 401
        except OSError:
            return False

    def add(self, engine: Engine, image: str, name: str) -> None:
        """Pushes an image of the engine's as `name`."""
        there = f"127.0.0.1:{self.port}/{name}"
        if not IS_DOCKER:
            engine.client("push", "--tls-verify=false", f"--creds={USER}:{PASSWORD}", image, f"docker://{there}")
            return
        config = f"--config={self.folder}"
        engine.client("tag", image, there)
        engine.client(config, "login", "--username", USER, "--password", PASSWORD, f"127.0.0.1:{self.port}")
        engine.client(config, "push", there)
        engine.client("rmi", there)

    def close(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
