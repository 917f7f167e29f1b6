"""Real storage servers for the tests of `sennit data`, each on a port of its own in a folder of its own.

- Swift: Debian's OpenStack Swift (tests/e2e/swift_server.py), with its own interface and that of S3.
- Versity: the Versity S3 gateway over a folder: `tools/servers versitygw` builds it.
- Azurite: Microsoft's emulator of Azure's blob storage: `tools/servers azurite` installs it.

A server that is not here is said so, and its tests are skipped.
"""

import base64
import getpass
import hashlib
import hmac
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Dict, List, Optional

import swift_server

ROOT = Path(__file__).resolve().parent.parent.parent
SERVERS = ROOT / "build" / "servers"
LIMIT = 120.0
BUCKET = "sennit-test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise AssertionError(f"{process.args} does not listen on port {port}:\n{log.read_text(errors='replace')[-2000:]}")


class Server:
    """Processes in a folder; what a client needs to know is in `variables`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sn-srv-", dir="/tmp"))
        self.processes: List["subprocess.Popen[bytes]"] = []
        self.port = free_port()

    @staticmethod
    def missing() -> Optional[str]:
        """Why it cannot be had here."""
        return None

    def launch(self, words: List[str], port: int, env: Optional[Dict[str, str]] = None) -> None:
        log = self.folder / f"{len(self.processes)}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       env={**os.environ, **(env or {})}, cwd=self.folder)
        self.processes.append(process)
        wait_for_port(port, process, log)

    def start(self) -> None:
        raise NotImplementedError

    def make_bucket(self, name: str = BUCKET) -> None:
        """With rclone, which the tests have anyway."""
        subprocess.run(["rclone", "mkdir", f"test:{name}"], check=True, env={**_environment(), **self.rclone()})

    def rclone(self) -> Dict[str, str]:
        """A remote "test:"."""
        raise NotImplementedError

    def variables(self, url: str = "") -> Dict[str, str]:
        """The environment for sennit; `url`: where to find the server instead, such as a slow way to it."""
        raise NotImplementedError

    def base(self) -> str:
        """The URL that everything is put below."""
        return f"s3://{BUCKET}"

    def kill_front(self) -> None:
        """Ends whoever answers clients, as a crash would."""
        self.processes[-1].kill()
        self.processes[-1].wait()

    def start_front(self) -> None:
        """Brings it back on the same port."""
        raise NotImplementedError

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _environment() -> Dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RCLONE_", "SENNIT_"))}
    return {**kept, "RCLONE_CONFIG": ""}


def _s3(key_id: str, key: str, url: str) -> Dict[str, str]:
    prefix = "RCLONE_CONFIG_TEST_"
    return {prefix + "TYPE": "s3", prefix + "PROVIDER": "Other", prefix + "ACCESS_KEY_ID": key_id,
            prefix + "SECRET_ACCESS_KEY": key, prefix + "ENDPOINT": url, prefix + "REGION": "us-east-1"}


class Versity(Server):
    """S3 over a folder."""

    KEY_ID, KEY = "sennit-tester", "a-key-that-nobody-else-has"

    @staticmethod
    def program() -> Optional[str]:
        built = SERVERS / "versitygw"
        return str(built) if built.exists() else shutil.which("versitygw")

    @staticmethod
    def missing() -> Optional[str]:
        return None if Versity.program() else "there is no versitygw: tools/servers versitygw"

    def start(self) -> None:
        (self.folder / "objects").mkdir()
        self.start_front()
        self.make_bucket()

    def start_front(self) -> None:
        words = [str(self.program()), "--port", f"127.0.0.1:{self.port}", "--quiet", "posix", str(self.folder / "objects")]
        self.launch(words, self.port, {"ROOT_ACCESS_KEY_ID": self.KEY_ID, "ROOT_SECRET_ACCESS_KEY": self.KEY,
                                       "ROOT_ACCESS_KEY": self.KEY_ID, "ROOT_SECRET_KEY": self.KEY})

    def rclone(self) -> Dict[str, str]:
        return _s3(self.KEY_ID, self.KEY, f"http://127.0.0.1:{self.port}")

    def variables(self, url: str = "") -> Dict[str, str]:
        return {"SENNIT_DATA_ACCESS_KEY_ID": self.KEY_ID, "SENNIT_DATA_ACCESS_KEY": self.KEY,
                "SENNIT_DATA_OVERRIDE_URL": url or f"http://127.0.0.1:{self.port}", "SENNIT_DATA_REGION": "us-east-1"}


class SwiftS3(Server):
    """Swift, by its S3 interface."""

    @staticmethod
    def missing() -> Optional[str]:
        packages = swift_server.missing()
        return f"there is no Swift here: apt-get install {' '.join(packages)}" if packages else None

    def start(self) -> None:
        ports = {name: free_port() for name in (*swift_server.SERVERS, "memcached")}
        ports["proxy"] = self.port
        swift_server.write_configuration(self.folder, ports, getpass.getuser())
        self.launch(["memcached", "-u", getpass.getuser(), "-l", "127.0.0.1", "-p", str(ports["memcached"])], ports["memcached"])
        # All at once: each takes a second to load.
        waiting = []
        for server in ("account", "container", "object"):
            log = self.folder / f"{server}.log"
            with log.open("ab") as output:
                self.processes.append(subprocess.Popen(self._words(server), stdin=subprocess.DEVNULL, stdout=output,
                                                       stderr=output, cwd=self.folder))
            waiting.append((ports[server], self.processes[-1], log))
        self.start_front()
        for port, process, log in waiting:
            wait_for_port(port, process, log)
        self.make_bucket()

    def _words(self, server: str) -> List[str]:
        return [swift_server.PYTHON, swift_server.__file__, str(self.folder), server]

    def start_front(self) -> None:
        self.launch(self._words("proxy"), self.port)

    def rclone(self) -> Dict[str, str]:
        return _s3(swift_server.USER, swift_server.KEY, f"http://127.0.0.1:{self.port}")

    def variables(self, url: str = "") -> Dict[str, str]:
        return {"SENNIT_DATA_ACCESS_KEY_ID": swift_server.USER, "SENNIT_DATA_ACCESS_KEY": swift_server.KEY,
                "SENNIT_DATA_OVERRIDE_URL": url or f"http://127.0.0.1:{self.port}", "SENNIT_DATA_REGION": "us-east-1"}

    def put_raw(self, key: str, body: bytes) -> None:
        """An object under any name at all; `key` is escaped already."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/auth/v1.0",
                                         headers={"X-Auth-User": swift_server.USER, "X-Auth-Key": swift_server.KEY})
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            token = answer.headers["X-Auth-Token"]
        url = f"http://127.0.0.1:{self.port}/v1/{swift_server.ACCOUNT}/{BUCKET}/{key}"
        put = urllib.request.Request(url, data=body, method="PUT", headers={"X-Auth-Token": token})
        with urllib.request.urlopen(put, timeout=LIMIT):
            pass


class Swift(SwiftS3):
    """Swift, by its own interface."""

    def base(self) -> str:
        return f"swift://127.0.0.1:{self.port}/{swift_server.ACCOUNT}/{BUCKET}"

    def variables(self, url: str = "") -> Dict[str, str]:
        return {"SENNIT_DATA_ACCESS_KEY_ID": swift_server.USER, "SENNIT_DATA_ACCESS_KEY": swift_server.KEY,
                "SENNIT_DATA_OVERRIDE_URL": f"{url or f'http://127.0.0.1:{self.port}'}/auth/v1.0"}


class Azurite(Server):
    """Azure's blob storage, by Microsoft's emulator."""

    ACCOUNT = "sennittest"
    KEY = base64.b64encode(b"a key of thirty-two bytes, no more").decode()

    @staticmethod
    def program() -> Optional[str]:
        built = SERVERS / "azurite" / "node_modules" / ".bin" / "azurite-blob"
        return str(built) if built.exists() else shutil.which("azurite-blob")

    @staticmethod
    def missing() -> Optional[str]:
        if shutil.which("node") is None:
            return "there is no node to run azurite with"
        return None if Azurite.program() else "there is no azurite-blob: tools/servers azurite"

    def start(self) -> None:
        self.start_front()
        self.make_bucket()

    def start_front(self) -> None:
        words = [str(self.program()), "--blobHost", "127.0.0.1", "--blobPort", str(self.port), "--location",
                 str(self.folder), "--silent", "--skipApiVersionCheck", "--disableTelemetry"]
        self.launch(words, self.port, {"AZURITE_ACCOUNTS": f"{self.ACCOUNT}:{self.KEY}"})

    def rclone(self) -> Dict[str, str]:
        url = f"http://127.0.0.1:{self.port}/{self.ACCOUNT}?{azure_signature(self.ACCOUNT, self.KEY, 3600)}"
        return {"RCLONE_CONFIG_TEST_TYPE": "azureblob", "RCLONE_CONFIG_TEST_SAS_URL": url}

    def base(self) -> str:
        return f"azure://{self.ACCOUNT}/{BUCKET}"

    def variables(self, url: str = "") -> Dict[str, str]:
        server = url or f"http://127.0.0.1:{self.port}"
        return {"SENNIT_DATA_ACCESS_KEY_ID": self.ACCOUNT, "SENNIT_DATA_ACCESS_KEY": self.KEY,
                "SENNIT_DATA_OVERRIDE_URL": f"{server}/{self.ACCOUNT}"}


def azure_signature(account: str, key: str, seconds: float) -> str:
    """A signature that is good for so long, as Azure's documentation of shared access has it."""
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    text = f"{account}\nrwdlacup\nb\nsco\n\n{until}\n\nhttps,http\n2020-08-04\n"
    digest = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    query = {"sv": "2020-08-04", "ss": "b", "srt": "sco", "sp": "rwdlacup", "se": until, "spr": "https,http",
             "sig": base64.b64encode(digest).decode()}
    return urllib.parse.urlencode(query)
